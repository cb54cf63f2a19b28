package io.github.cloudjobs.auth;

import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.error.ThrottledException;

/**
 * One failure, told to several callers: each gets an exception of its own, of the same type, made
 * on its own thread. The original is the cause. Pure.
 */
final class Retold {
  private Retold() {}

  static JobsException of(JobsException original) {
    return copy(original, String.valueOf(original.getMessage()));
  }

  static JobsException of(JobsException original, String remark) {
    return copy(original, original.getMessage() + " (" + remark + ")");
  }

  private static JobsException copy(JobsException original, String text) {
    if (original instanceof JobsTransportException) {
      return new JobsTransportException(text, original);
    }
    JobsException copy;
    if (original instanceof AuthenticationException e) {
      copy =
          new AuthenticationException(
              text, e.statusCode(), e.errorCode(), e.serviceMessage(), e.requestId(), e.advice());
    } else if (original instanceof ThrottledException e) {
      copy =
          new ThrottledException(
              text,
              e.statusCode(),
              e.errorCode(),
              e.serviceMessage(),
              e.requestId(),
              e.retryAfter(),
              e.advice());
    } else if (original instanceof JobsServiceException e) {
      copy =
          new JobsServiceException(
              text, e.statusCode(), e.errorCode(), e.serviceMessage(), e.requestId(), e.advice());
    } else {
      return new JobsException(text, original);
    }
    copy.initCause(original);
    return copy;
  }
}
