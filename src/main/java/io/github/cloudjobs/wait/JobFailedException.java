package io.github.cloudjobs.wait;

import static java.util.Objects.requireNonNull;

import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobFailure;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.model.JobStatus;
import io.github.cloudjobs.text.SafeText;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when the job reports FAIL, or a sub-job does and {@link
 * WaitOptions.Builder#stopOnSubJobFailure()} is set. The first line of the message has the job, its
 * status and the innermost reason; the others are {@link Job#describe()}.
 */
public final class JobFailedException extends JobWaitException {
  private static final long serialVersionUID = 1L;

  private static final int LONGEST_REASON = 500;

  public JobFailedException(
      JobRef ref, Job job, int polls, Duration elapsed, Supplier<WaitToken> token) {
    super(message(ref, job), null, ref, job, polls, elapsed, token);
  }

  private static String message(JobRef ref, Job job) {
    String who = job.status() == JobStatus.FAIL ? "job " : "a sub-job of job ";
    String reason = SafeText.printable(reason(job), LONGEST_REASON);
    String why = reason.isEmpty() ? "" : ": " + reason;
    return who + ref.jobId() + " (" + job.status() + ") failed" + why + "\n" + job.describe();
  }

  /** The innermost reason, of the last sub-job that has one; a parent's often says less. */
  static String reason(Job job) {
    String reason = "";
    for (JobFailure failure : job.failures()) {
      String code = orElse(failure.innermostCode(), failure.errorCode());
      String message = orElse(failure.innermostMessage(), failure.reason());
      if (message != null) {
        reason = code == null ? message : code + ": " + message;
      } else if (code != null && reason.isEmpty()) {
        reason = code;
      }
    }
    return reason;
  }

  private static @Nullable String orElse(@Nullable String first, @Nullable String second) {
    return first == null ? second : first;
  }

  /** Returns the job that failed, with all its sub-jobs. */
  public Job job() {
    return requireNonNull(lastJob());
  }

  /** Returns what failed and why, from the job down to its leaves. */
  public List<JobFailure> failures() {
    return job().failures();
  }
}
