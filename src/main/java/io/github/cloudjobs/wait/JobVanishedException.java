package io.github.cloudjobs.wait;

import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when the service has not known the job for 30 seconds: the id is wrong, or the job ended
 * long ago and was deleted.
 */
public final class JobVanishedException extends JobWaitException {
  private static final long serialVersionUID = 1L;

  public JobVanishedException(
      JobRef ref, @Nullable Job lastJob, int polls, Duration elapsed, Supplier<WaitToken> token) {
    super(message(ref, lastJob), null, ref, lastJob, polls, elapsed, token);
  }

  private static String message(JobRef ref, @Nullable Job lastJob) {
    String text = "job " + ref.jobId() + " is not known to the service";
    return lastJob == null ? text : text + " any more";
  }
}
