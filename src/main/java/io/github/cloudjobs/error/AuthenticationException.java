package io.github.cloudjobs.error;

import org.jspecify.annotations.Nullable;

/**
 * The credentials were refused: by the service, with a 401, or by IAM, which would not log in. The
 * client tries once more only with what is different: renewed credentials, or a corrected clock;
 * the gateway locks a key for five minutes after six bad signatures in a row. A wait that it ends
 * throws a {@code JobPollException} whose cause it is.
 */
public final class AuthenticationException extends JobsServiceException {
  private static final long serialVersionUID = 1L;

  public AuthenticationException(
      String message,
      int statusCode,
      @Nullable String errorCode,
      @Nullable String serviceMessage,
      @Nullable String requestId) {
    this(message, statusCode, errorCode, serviceMessage, requestId, null);
  }

  public AuthenticationException(
      String message,
      int statusCode,
      @Nullable String errorCode,
      @Nullable String serviceMessage,
      @Nullable String requestId,
      @Nullable String advice) {
    super(message, statusCode, errorCode, serviceMessage, requestId, advice);
  }

  /** Creates a copy for another thread. The original is its cause. */
  public AuthenticationException(AuthenticationException original) {
    super(
        String.valueOf(original.getMessage()),
        original.statusCode(),
        original.errorCode(),
        original.serviceMessage(),
        original.requestId(),
        original.advice());
    initCause(original);
  }
}
