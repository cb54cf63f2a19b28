package io.github.cloudjobs.error;

import org.jspecify.annotations.Nullable;

/**
 * There was no response: an unknown host, no connection, an untrusted certificate, a timeout or a
 * broken connection. The cause is the {@link java.io.IOException}; null if the poll was abandoned
 * at a deadline or cancelled. A {@code CredentialsProvider} throws it too if it cannot reach its
 * source; a wait tolerates that like any other failed poll.
 */
public final class JobsTransportException extends JobsException {
  private static final long serialVersionUID = 1L;

  public JobsTransportException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
