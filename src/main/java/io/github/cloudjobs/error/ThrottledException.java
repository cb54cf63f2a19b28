package io.github.cloudjobs.error;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The service asks to be called less often, or later: a 429, a 503, or the gateway's {@code
 * APIGW.0308} under another status. A wait bears it, waits at least as long as asked, and charges
 * it to no error budget.
 */
public final class ThrottledException extends JobsServiceException {
  private static final long serialVersionUID = 1L;

  private final @Nullable Duration retryAfter;

  public ThrottledException(
      String message,
      int statusCode,
      @Nullable String errorCode,
      @Nullable String serviceMessage,
      @Nullable String requestId,
      @Nullable Duration retryAfter) {
    this(message, statusCode, errorCode, serviceMessage, requestId, retryAfter, null);
  }

  public ThrottledException(
      String message,
      int statusCode,
      @Nullable String errorCode,
      @Nullable String serviceMessage,
      @Nullable String requestId,
      @Nullable Duration retryAfter,
      @Nullable String advice) {
    super(message, statusCode, errorCode, serviceMessage, requestId, advice);
    this.retryAfter = retryAfter;
  }

  /** How long the service asks to be left alone, zero or more; null if it does not say. */
  public @Nullable Duration retryAfter() {
    return retryAfter;
  }
}
