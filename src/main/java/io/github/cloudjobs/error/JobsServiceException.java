package io.github.cloudjobs.error;

import org.jspecify.annotations.Nullable;

/**
 * A service, or the gateway before it, answered with an error instead of a job. The three kinds
 * that callers treat apart have types of their own: {@link JobNotFoundException}, {@link
 * AuthenticationException} and {@link ThrottledException}.
 */
public class JobsServiceException extends JobsException {
  private static final long serialVersionUID = 1L;

  private final int statusCode;
  private final @Nullable String errorCode;
  private final @Nullable String serviceMessage;
  private final @Nullable String requestId;
  private final @Nullable String advice;

  /**
   * Creates an error answer.
   *
   * @param message the whole text, for people
   * @param statusCode the HTTP status; 0 if it is not known
   * @param errorCode the code in the body, such as {@code APIGW.0301}; null if there is none
   * @param serviceMessage the message in the body; null if there is none
   * @param requestId the service's own id of the request; null if there is none
   */
  public JobsServiceException(
      String message,
      int statusCode,
      @Nullable String errorCode,
      @Nullable String serviceMessage,
      @Nullable String requestId) {
    this(message, statusCode, errorCode, serviceMessage, requestId, null);
  }

  /**
   * Creates an error answer.
   *
   * @param advice what to do about it, in a few words; null if that is not known
   */
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

  /**
   * The HTTP status; 200 if the service wrapped an error in a good answer, 0 if only the body was
   * handed to this library.
   */
  public final int statusCode() {
    return statusCode;
  }

  /** The error code in the body, such as {@code Ecs.0114} or {@code APIGW.0301}. */
  public final @Nullable String errorCode() {
    return errorCode;
  }

  /**
   * The message in the body, not made safe to print; of a message that quotes another service's
   * error, what that service said; of an HTML page, its words. {@code …} stands where it repeated
   * what the request was proved with.
   */
  public final @Nullable String serviceMessage() {
    return serviceMessage;
  }

  /** The service's id of the request: what its support asks for first. */
  public final @Nullable String requestId() {
    return requestId;
  }

  /**
   * What this library suggests, from the error code and what the gateway said beside it: which
   * setting to check, or that polling again is enough. For people, and part of {@code
   * getMessage()}; its words may change. Null if it has nothing to suggest.
   */
  public final @Nullable String advice() {
    return advice;
  }
}
