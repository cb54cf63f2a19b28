package io.github.cloudjobs.wait;

import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The job had not ended when the time was over. It goes on; wait again to follow it. */
public final class JobWaitTimeoutException extends JobWaitException {
  private static final long serialVersionUID = 1L;

  public JobWaitTimeoutException(JobRef ref, @Nullable Job lastJob, int polls, Duration elapsed) {
    super(
        "job " + ref.jobId() + " has not ended after " + elapsed + " and " + polls + " polls",
        null,
        ref,
        lastJob,
        polls,
        elapsed);
  }
}
