package io.github.cloudjobs.error;

import org.jspecify.annotations.Nullable;

/**
 * The service does not know the job: a 404 with a JSON body that has the service's own error code,
 * or an OpenStack fault such as {@code itemNotFound}. Any other 404 is a plain {@link
 * JobsServiceException}: a page, a line of text, an empty body, a code that only repeats the
 * status, or one of the gateway's codes ({@code APIGW.} or {@code APIG.}). Services delete jobs a
 * day after their end, and may not know a job yet that was just submitted.
 */
public final class JobNotFoundException extends JobsServiceException {
  private static final long serialVersionUID = 1L;

  public JobNotFoundException(
      String message,
      int statusCode,
      @Nullable String errorCode,
      @Nullable String serviceMessage,
      @Nullable String requestId) {
    super(message, statusCode, errorCode, serviceMessage, requestId, null);
  }
}
