package io.github.cloudjobs.error;

import org.jspecify.annotations.Nullable;

/**
 * The credentials were refused: by the service, with a 401, or by IAM, which would not log in. The
 * client tries once more only with what is different: renewed credentials, or a corrected clock;
 * the gateway locks a key for five minutes after six bad signatures in a row. It is no {@code
 * JobWaitException}, also if it ends a wait; {@link #waitToken} has where that stood.
 */
public final class AuthenticationException extends JobsServiceException {
  private static final long serialVersionUID = 1L;

  private final @Nullable String waitToken;

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
    this.waitToken = null;
  }

  /**
   * The same refusal, told to somebody else whom it concerns: an exception is thrown on one thread.
   * The original is its cause.
   */
  public AuthenticationException(AuthenticationException original) {
    this(original, null);
  }

  /**
   * The same refusal, told to a wait that it ended.
   *
   * @param waitToken the text of the wait's token; null if it was no wait
   */
  public AuthenticationException(AuthenticationException original, @Nullable String waitToken) {
    super(
        String.valueOf(original.getMessage()),
        original.statusCode(),
        original.errorCode(),
        original.serviceMessage(),
        original.requestId(),
        original.advice());
    this.waitToken = waitToken;
    initCause(original);
  }

  /**
   * The text of the token with which the wait that this ended goes on, once the credentials are
   * mended; null if it was no wait that met the refusal. It proves nothing and holds no secret.
   */
  public @Nullable String waitToken() {
    return waitToken;
  }
}
