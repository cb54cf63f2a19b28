package io.github.cloudjobs.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;

/** Calls every accessor of a job, and compares its JSON with what was sent. */
final class Accessors {
  private static final ObjectReader EXACT =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build()
          .reader();

  private Accessors() {}

  /** Jackson's own tree is the other reading; huge exponents are compared roughly. */
  static void assertNothingIsLost(String body, Job job) throws IOException {
    JsonNode sent;
    try {
      sent = EXACT.readTree(body);
    } catch (IOException | NumberFormatException hugeExponent) {
      sent = new JsonMapper().readTree(body);
    }
    assertThat(job.json()).isEqualTo(sent);
    assertThat(job.entities().keys()).allMatch(key -> job.entities().get(key) != null);
  }

  static void callAll(Job job) {
    job.message();
    job.code();
    String description = job.describe();
    assertThat(description).isNotBlank();
    assertThat(description.chars().anyMatch(c -> c != '\n' && Character.isISOControl(c))).isFalse();
    assertThat(job.toString()).doesNotContain("\n");
    job.failures().forEach(JobFailure::toString);
    job.ids("server_id");
    job.resourceIds().forEach((key, ids) -> assertThat(ids).isNotEmpty());
    callReport(job);
  }

  private static void callReport(JobReport report) {
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
    callEntities(report.entities());
    report.subJobs().forEach(Accessors::callReport);
  }

  private static void callEntities(Entities entities) {
    entities.serverId();
    entities.elbId();
    entities.processPercent();
    entities.errorcodeMessage();
    entities.isEmpty();
    entities.keys().forEach(key -> assertThat(entities.get(key)).isNotNull());
    assertThat(entities.json()).isNotNull();
  }
}
