package io.github.cloudjobs.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

/** Asks a job everything that it can be asked; it has to answer. */
final class Accessors {
  private Accessors() {}

  static void askAll(Job job) {
    job.message();
    job.code();
    String description = job.describe();
    assertThat(description).isNotBlank();
    assertThat(description.chars().anyMatch(c -> c != '\n' && Character.isISOControl(c))).isFalse();
    assertThat(job.toString()).doesNotContain("\n");
    job.failures().forEach(JobFailure::toString);
    job.ids("server_id");
    job.resourceIds().forEach((key, ids) -> assertThat(ids).isNotEmpty());
    askReport(job);
  }

  private static void askReport(JobReport report) {
    assertThat(report.status()).isNotNull();
    report.jobId();
    report.jobType();
    report.statusText();
    report.beginTime();
    report.endTime();
    report.errorCode();
    report.failReason();
    report.additional().values().forEach(JsonNode::toString);
    report.hashCode();
    report.currentTask();
    report.subJobId();
    Double progress = report.progress();
    assertThat(progress == null || (progress >= 0 && progress <= 1)).isTrue();
    assertThat(report.subJobsTotal()).isGreaterThanOrEqualTo(report.subJobs().size());
    assertThat(report.succeededSubJobs().size() + report.failedSubJobs().size())
        .isLessThanOrEqualTo(report.subJobs().size());
    askEntities(report.entities());
    report.subJobs().forEach(Accessors::askReport);
  }

  private static void askEntities(Entities entities) {
    entities.serverId();
    entities.elbId();
    entities.processPercent();
    entities.errorcodeMessage();
    entities.isEmpty();
    entities.keys().forEach(key -> assertThat(entities.get(key)).isNotNull());
    assertThat(entities.json()).isNotNull();
  }
}
