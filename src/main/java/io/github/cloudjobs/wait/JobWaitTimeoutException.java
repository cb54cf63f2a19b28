package io.github.cloudjobs.wait;

import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Thrown when the job has not ended in time. The job goes on; resume the wait to follow it. */
public final class JobWaitTimeoutException extends JobWaitException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception; {@code heldUp} is what delayed the wait, or empty. */
  public JobWaitTimeoutException(
      JobRef ref,
      @Nullable Job lastJob,
      int polls,
      Duration elapsed,
      Supplier<WaitToken> token,
      String heldUp) {
    super(message(ref, lastJob, polls, elapsed, heldUp), null, ref, lastJob, polls, elapsed, token);
  }

  private static String message(
      JobRef ref, @Nullable Job lastJob, int polls, Duration elapsed, String heldUp) {
    String state = lastJob == null ? " was not seen" : " is still " + lastJob.status();
    String effort = " after " + elapsed.toSeconds() + " s and " + polls + " polls";
    return "job " + ref.jobId() + state + effort + (heldUp.isEmpty() ? "" : "; " + heldUp);
  }
}
