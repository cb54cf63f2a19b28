package io.github.cloudjobs.wait;

import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The wait could not go on asking: a poll was refused, too many answers were lost, the schedule or
 * the credentials provider failed, the job waits for payment, or the client was closed. The cause
 * says which, if there is one. The job goes on.
 */
public final class JobPollException extends JobWaitException {
  private static final long serialVersionUID = 1L;

  public JobPollException(
      String problem,
      @Nullable Throwable cause,
      JobRef ref,
      @Nullable Job lastJob,
      int polls,
      Duration elapsed) {
    super(
        "stopped waiting for job " + ref.jobId() + ": " + problem + because(cause),
        cause,
        ref,
        lastJob,
        polls,
        elapsed);
  }

  /** Of what is not ours only the name: its text is its own code, and that may throw. */
  private static String because(@Nullable Throwable cause) {
    if (cause == null) {
      return "";
    }
    return ": "
        + (cause instanceof JobsException ? cause.getMessage() : cause.getClass().getName());
  }
}
