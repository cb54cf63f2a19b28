package io.github.cloudjobs.error;

import org.jspecify.annotations.Nullable;

/**
 * The service knows no such job: a 404 with none of the gateway's own codes, which begin with
 * {@code APIGW.} or {@code APIG.}. Jobs that have ended are deleted after a day, and a job just
 * submitted may not be known yet.
 */
public final class JobNotFoundException extends JobsServiceException {
  private static final long serialVersionUID = 1L;

  public JobNotFoundException(
      String message,
      int statusCode,
      @Nullable String errorCode,
      @Nullable String serviceMessage,
      @Nullable String requestId) {
    super(message, statusCode, errorCode, serviceMessage, requestId);
  }
}
