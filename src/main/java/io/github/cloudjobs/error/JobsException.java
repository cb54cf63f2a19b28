package io.github.cloudjobs.error;

import org.jspecify.annotations.Nullable;

/** The root of all exceptions of this library, except illegal arguments and states. */
public class JobsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public JobsException(String message) {
    super(message);
  }

  public JobsException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
