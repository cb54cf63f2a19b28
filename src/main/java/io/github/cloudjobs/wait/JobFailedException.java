package io.github.cloudjobs.wait;

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
 * status and the first reason; the others are {@link Job#describe()}.
 */
public final class JobFailedException extends JobWaitException {
  private static final long serialVersionUID = 1L;

  private static final int LONGEST_REASON = 500;

  private final Job job;

  public JobFailedException(
      JobRef ref, Job job, int polls, Duration elapsed, Supplier<WaitToken> token) {
    super(message(ref, job), null, ref, job, polls, elapsed, token);
    this.job = job;
  }

  private static String message(JobRef ref, Job job) {
    String who = job.status() == JobStatus.FAIL ? "job " : "a sub-job of job ";
    String reason = SafeText.printable(reason(job.failures()), LONGEST_REASON);
    return who
        + ref.jobId()
        + " ("
        + job.status()
        + ") failed"
        + (reason.isEmpty() ? "" : ": " + reason)
        + "\n"
        + job.describe();
  }

  /** The first reason; a parent often has none while its sub-job has. */
  private static String reason(List<JobFailure> failures) {
    String codeAlone = "";
    for (JobFailure failure : failures) {
      String code = orElse(failure.innermostCode(), failure.errorCode());
      String message = orElse(failure.innermostMessage(), failure.reason());
      if (message != null) {
        return code == null ? message : code + ": " + message;
      }
      if (code != null && codeAlone.isEmpty()) {
        codeAlone = code;
      }
    }
    return codeAlone;
  }

  private static @Nullable String orElse(@Nullable String first, @Nullable String second) {
    return first == null ? second : first;
  }

  /** Returns the job that failed, with all its sub-jobs. */
  public Job job() {
    return job;
  }

  /** Returns what failed and why, from the job down to its leaves. */
  public List<JobFailure> failures() {
    return job.failures();
  }
}
