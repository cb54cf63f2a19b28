package io.github.cloudjobs.http;

import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.text.Throwables;
import java.io.IOException;
import java.io.InterruptedIOException;
import org.jspecify.annotations.Nullable;

/**
 * Carries an error of ours through OkHttp, which passes on nothing but an {@link IOException}
 * faithfully: anything else reaches a callback as "canceled" and the thread as a crash.
 */
final class CarriedException extends IOException {
  private static final long serialVersionUID = 1L;

  private final JobsException carried;

  private CarriedException(JobsException carried) {
    super(Throwables.describe(carried), carried);
    this.carried = carried;
  }

  /**
   * Makes of anything that was thrown what OkHttp passes on. An error that is not ours becomes the
   * cause of one that is; an interrupt, which a caller need not have declared, keeps the flag.
   */
  static IOException of(Throwable t) {
    if (t instanceof IOException passes) {
      return passes;
    }
    if (t instanceof InterruptedException) {
      Thread.currentThread().interrupt();
      InterruptedIOException interrupted = new InterruptedIOException("interrupted");
      interrupted.initCause(t);
      return interrupted;
    }
    JobsException inside = in(t);
    return new CarriedException(
        inside != null
            ? inside
            : t instanceof JobsException ours
                ? ours
                : new JobsException("the poll failed: " + Throwables.describe(t), t));
  }

  /** Returns the error that is carried, however a user's interceptor wrapped it; null if none. */
  static @Nullable JobsException in(Throwable t) {
    for (Throwable each : Throwables.chain(t)) {
      if (each instanceof CarriedException found) {
        return found.carried;
      }
    }
    return null;
  }

  JobsException carried() {
    return carried;
  }
}
