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

  CarriedException(JobsException carried) {
    super(carried.getMessage(), carried);
    this.carried = carried;
  }

  JobsException carried() {
    return carried;
  }
}
