package io.github.cloudjobs.error;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The service requests fewer or later calls: status 429 or 503, or the gateway's {@code APIGW.0308}
 * with another status. A wait pauses at least as long as requested and does not count it as an
 * error.
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
      @Nullable Duration retryAfter,
      @Nullable String advice) {
    super(message, statusCode, errorCode, serviceMessage, requestId, advice);
    this.retryAfter = retryAfter;
  }

  /** The requested pause, zero or more; null if there is none. */
  public @Nullable Duration retryAfter() {
    return retryAfter;
  }
}
