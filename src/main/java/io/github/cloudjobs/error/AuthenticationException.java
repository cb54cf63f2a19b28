package io.github.cloudjobs.error;

import org.jspecify.annotations.Nullable;

/**
 * The credentials were refused: by the service with status 401, or by IAM at the login. The client
 * tries once more only with a difference, refreshed credentials or a corrected clock, because the
 * gateway locks a key for five minutes after six bad signatures in a row. A wait that ends for this
 * throws a {@code JobPollException} with this cause.
 */
public final class AuthenticationException extends JobsServiceException {
  private static final long serialVersionUID = 1L;

  public AuthenticationException(
      String message,
      int statusCode,
      @Nullable String errorCode,
      @Nullable String serviceMessage,
      @Nullable String requestId,
      @Nullable String advice) {
    super(message, statusCode, errorCode, serviceMessage, requestId, advice);
  }
}
