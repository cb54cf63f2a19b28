package io.github.cloudjobs.wait;

import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.text.Throwables;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when polling cannot go on: polls are refused, too many failed, the credentials were
 * refused, the schedule or the credentials provider failed, the job waits for payment, or the
 * client was closed. The cause, if there is one, says which. The job goes on.
 */
public final class JobPollException extends JobWaitException {
  private static final long serialVersionUID = 1L;

  public JobPollException(
      String problem,
      @Nullable Throwable cause,
      JobRef ref,
      @Nullable Job lastJob,
      int polls,
      Duration elapsed,
      Supplier<WaitToken> token) {
    super(message(problem, cause, ref), cause, ref, lastJob, polls, elapsed, token);
  }

  private static String message(String problem, @Nullable Throwable cause, JobRef ref) {
    String text = "stopped waiting for job " + ref.jobId() + ": " + problem;
    return cause == null ? text : text + ": " + Throwables.describe(cause);
  }
}
