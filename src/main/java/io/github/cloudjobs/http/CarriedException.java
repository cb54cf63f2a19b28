package io.github.cloudjobs.http;

import io.github.cloudjobs.error.JobsException;
import java.io.IOException;

/**
 * Carries an error of ours through OkHttp, which passes on nothing but an {@link IOException}
 * faithfully: anything else reaches a callback as "canceled" and the thread as a crash.
 */
final class CarriedException extends IOException {
  private static final long serialVersionUID = 1L;

  private final JobsException carried;

  private CarriedException(JobsException carried) {
    super(carried.getMessage(), carried);
    this.carried = carried;
  }

  /** Carries an error; one that is not ours becomes the cause of one that is. */
  static CarriedException of(Throwable t) {
    return new CarriedException(
        t instanceof JobsException ours ? ours : new JobsException("the poll failed: " + t, t));
  }

  JobsException carried() {
    return carried;
  }
}
