package io.github.cloudjobs.wait;

import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The service does not know the job, or no longer: a wrong id, or one that ended long ago and was
 * deleted.
 */
public final class JobVanishedException extends JobWaitException {
  private static final long serialVersionUID = 1L;

  public JobVanishedException(
      JobRef ref, @Nullable Job lastJob, int polls, Duration elapsed, WaitToken token) {
    super(
        "job "
            + ref.jobId()
            + " is not known to the service"
            + (lastJob == null ? "" : " any more"),
        null,
        ref,
        lastJob,
        polls,
        elapsed,
        token);
  }
}
