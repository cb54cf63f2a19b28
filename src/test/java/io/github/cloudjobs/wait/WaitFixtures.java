package io.github.cloudjobs.wait;

import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Events and ends of waits for tests of listeners; JSON may have single quotes. */
public final class WaitFixtures {
  public static final WaitToken TOKEN = new WaitToken("jw1.e30");

  private WaitFixtures() {}

  public static JobRef ref(String jobId) {
    return new JobRef("p-1", jobId);
  }

  /** Progress after which the wait goes on. */
  public static WaitProgress progress(String jobId, String json, int seconds) {
    return progress(jobId, json, seconds, Duration.ofSeconds(1));
  }

  /** Progress after which the wait ends. */
  public static WaitProgress last(String jobId, String json, int seconds) {
    return progress(jobId, json, seconds, Duration.ZERO);
  }

  private static WaitProgress progress(String jobId, String json, int seconds, Duration next) {
    Duration elapsed = Duration.ofSeconds(seconds);
    return new WaitProgress("ECS", ref(jobId), job(json), 1, elapsed, next, () -> TOKEN);
  }

  public static PollFailure failure(String jobId, JobsException error, int inARow, int seconds) {
    Duration elapsed = Duration.ofSeconds(seconds);
    return new PollFailure("ECS", ref(jobId), error, inARow, 1, elapsed, Duration.ofSeconds(2));
  }

  public static WaitResult end(String jobId, WaitOutcome outcome, int seconds) {
    return new WaitResult("ECS", ref(jobId), outcome, null, 3, Duration.ofSeconds(seconds));
  }

  static WaitResult stopped(String jobId, String problem, JobsException cause, Job lastJob) {
    Duration elapsed = Duration.ofSeconds(5);
    JobPollException why =
        new JobPollException(problem, cause, ref(jobId), lastJob, 3, elapsed, () -> TOKEN);
    return new WaitResult("ECS", ref(jobId), null, why, 3, elapsed);
  }

  static Job job(String json) {
    return Job.fromJson(json.replace('\'', '"'));
  }

  /** A server's creation; some of its sub-jobs have ended. */
  static String server(String status, int done, int total) {
    List<String> subJobs = new ArrayList<>(Collections.nCopies(done, "{'status': 'SUCCESS'}"));
    subJobs.addAll(Collections.nCopies(total - done, "{'status': 'INIT'}"));
    return "{'job_type': 'createServer', 'status': '%s', 'entities': {'sub_jobs': %s}}"
        .formatted(status, subJobs);
  }
}
