package io.github.cloudjobs.model;

import java.time.Instant;
import java.util.function.Function;

/** What a wait asks of a job; it is run where databind does not exist. */
public final class HotPathProbe implements Function<byte[], String> {
  @Override
  public String apply(byte[] body) {
    Job job = Job.fromJson(body);
    return String.join(
        "\n",
        job.toString(),
        job.status().name(),
        "" + job.beginTime(),
        "" + job.failures(),
        "" + job.ids("server_id"),
        "" + job.subJobs().get(0).entities().serverId(),
        "" + job.entities().isEmpty(),
        "" + job.resourceIds(),
        "" + job.progress() + job.currentTask() + job.subJobId(),
        "" + job.succeededSubJobs() + job.failedSubJobs(),
        "" + JobRef.fromSubmission("p", "{\"job_id\":\"j\"}", Instant.EPOCH),
        job.describe());
  }
}
