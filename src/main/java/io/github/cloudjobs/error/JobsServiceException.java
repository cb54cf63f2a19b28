package io.github.cloudjobs.error;

import org.jspecify.annotations.Nullable;

/**
 * A service, or the gateway in front of it, responded with an error. Subclasses are the kinds that
 * callers handle differently: {@link JobNotFoundException}, {@link AuthenticationException} and
 * {@link ThrottledException}.
 */
public class JobsServiceException extends JobsException {
  private static final long serialVersionUID = 1L;

  private final int statusCode;
  private final @Nullable String errorCode;
  private final @Nullable String serviceMessage;
  private final @Nullable String requestId;
  private final @Nullable String advice;

  /** Creates an exception; {@code message} is its whole text, with the code and the advice. */
  public JobsServiceException(
      String message,
      int statusCode,
      @Nullable String errorCode,
      @Nullable String serviceMessage,
      @Nullable String requestId,
      @Nullable String advice) {
    super(message);
    this.statusCode = statusCode;
    this.errorCode = errorCode;
    this.serviceMessage = serviceMessage;
    this.requestId = requestId;
    this.advice = advice;
  }

  /** The HTTP status; 200 for an error in a successful response, 0 without an HTTP response. */
  public final int statusCode() {
    return statusCode;
  }

  /** The error code in the body, such as {@code Ecs.0114} or {@code APIGW.0301}; may be null. */
  public final @Nullable String errorCode() {
    return errorCode;
  }

  /**
   * The message in the body, not made safe to print; may be null. Of a message that quotes the
   * error of another service it is that service's message, of an HTML page its text. Secrets of the
   * request in it are replaced by {@code …}.
   */
  public final @Nullable String serviceMessage() {
    return serviceMessage;
  }

  /** The service's id of the request, which its support will ask for; may be null. */
  public final @Nullable String requestId() {
    return requestId;
  }

  /**
   * What to do: which setting to check, or that polling again is enough. Part of {@code
   * getMessage()}, its text may change; null if there is no advice.
   */
  public final @Nullable String advice() {
    return advice;
  }
}
