package io.github.cloudjobs.wait;

import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobFailure;
import io.github.cloudjobs.model.JobRef;
import java.time.Duration;
import java.util.List;

/** The job ended with FAIL. The message holds {@link Job#describe()}, down to the last sub-job. */
public final class JobFailedException extends JobWaitException {
  private static final long serialVersionUID = 1L;

  private final Job job;

  public JobFailedException(JobRef ref, Job job, int polls, Duration elapsed) {
    super("job " + ref.jobId() + " failed\n" + job.describe(), null, ref, job, polls, elapsed);
    this.job = job;
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
