package io.github.cloudjobs.error;

import org.jspecify.annotations.Nullable;

/**
 * No answer came: no such host, no connection, no trust, a timeout, or a connection that broke. The
 * cause is the {@link java.io.IOException} that says which; null if the poll was given up at a
 * deadline or cancelled. A {@code CredentialsProvider} that cannot reach its source throws this
 * too, and is then borne like any other lost answer.
 */
public final class JobsTransportException extends JobsException {
  private static final long serialVersionUID = 1L;

  public JobsTransportException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
