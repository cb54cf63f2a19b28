package io.github.cloudjobs.wait;

import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What a listener is told, made up for tests; JSON may have single quotes. */
public final class Told {
  public static final WaitToken TOKEN = new WaitToken("jw1.e30");

  private Told() {}

  public static JobRef ref(String jobId) {
    return new JobRef("p-1", jobId);
  }

  /** Progress after which the wait goes on. */
  public static WaitProgress progress(String jobId, String json, int seconds) {
    return progress(jobId, json, seconds, 1);
  }

  /** Progress after which the wait ends. */
  public static WaitProgress last(String jobId, String json, int seconds) {
    return progress(jobId, json, seconds, 0);
  }

  private static WaitProgress progress(String jobId, String json, int seconds, int next) {
    return new WaitProgress(
        "ECS",
        ref(jobId),
        job(json),
        1,
        Duration.ofSeconds(seconds),
        Duration.ofSeconds(next),
        () -> TOKEN);
  }

  public static PollFailure failure(
      String jobId, JobsException error, int consecutive, int seconds) {
    return new PollFailure(
        "ECS",
        ref(jobId),
        error,
        consecutive,
        1,
        Duration.ofSeconds(seconds),
        Duration.ofSeconds(2));
  }

  public static WaitResult end(String jobId, WaitOutcome outcome, int seconds) {
    return new WaitResult("ECS", ref(jobId), outcome, null, 3, Duration.ofSeconds(seconds));
  }

  public static WaitResult stopped(String jobId, JobsException cause, int seconds) {
    return stopped(
        jobId,
        new JobPollException(
            "polling cannot go on", cause, ref(jobId), null, 3, Duration.ZERO, TOKEN),
        seconds);
  }

  public static WaitResult stopped(String jobId, JobPollException problem, int seconds) {
    return new WaitResult("ECS", ref(jobId), null, problem, 3, Duration.ofSeconds(seconds));
  }

  public static Job job(String json) {
    return Job.fromJson(json.replace('\'', '"'));
  }

  /** A server's creation with so many of its sub-jobs done. */
  public static String server(String status, int done, int total) {
    List<String> subJobs = new ArrayList<>(Collections.nCopies(done, "{'status': 'SUCCESS'}"));
    subJobs.addAll(Collections.nCopies(total - done, "{'status': 'INIT'}"));
    return "{'job_type': 'createServer', 'status': '"
        + status
        + "', 'entities': {'sub_jobs': "
        + subJobs
        + "}}";
  }
}
