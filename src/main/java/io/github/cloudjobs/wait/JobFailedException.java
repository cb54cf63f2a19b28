package io.github.cloudjobs.wait;

import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobFailure;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.model.JobStatus;
import java.time.Duration;
import java.util.List;

/**
 * The job ended with FAIL, or a sub-job did and the wait was to stop then. The message holds {@link
 * Job#describe()}, down to the last sub-job.
 */
public final class JobFailedException extends JobWaitException {
  private static final long serialVersionUID = 1L;

  private final Job job;

  public JobFailedException(JobRef ref, Job job, int polls, Duration elapsed, WaitToken token) {
    super(message(ref, job), null, ref, job, polls, elapsed, token);
    this.job = job;
  }

  private static String message(JobRef ref, Job job) {
    String who = job.status() == JobStatus.FAIL ? "job " : "a sub-job of job ";
    return who + ref.jobId() + " failed\n" + job.describe();
  }

  /** The job that failed, with all its sub-jobs. */
  public Job job() {
    return job;
  }

  /** What failed, from the job down to its leaves. */
  public List<JobFailure> failures() {
    return job.failures();
  }
}
