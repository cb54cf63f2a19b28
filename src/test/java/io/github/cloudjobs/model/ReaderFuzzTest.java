package io.github.cloudjobs.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.MalformedJobException;
import io.github.cloudjobs.text.SafeText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** Whatever a body is made of: it is a job whose accessors answer, or it is refused. */
class ReaderFuzzTest {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder().addModule(new JobsModule()).build();

  @FuzzTest(maxDuration = "10m")
  void anyBodyIsAJobThatAnswersOrIsRefused(byte[] body) throws IOException {
    submit(body);
    Job job;
    try {
      job = Job.fromJson(body);
    } catch (MalformedJobException refused) {
      assertThat(refused.getMessage()).isNotBlank();
      return;
    }
    Accessors.callAll(job);
    assertReadsBackEqual(job);
    Accessors.assertNothingIsLost(SafeText.decode(body), job);
  }

  private static void submit(byte[] body) {
    try {
      JobRef ref =
          JobRef.fromSubmission("p", new String(body, StandardCharsets.UTF_8), Instant.EPOCH);
      assertThat(ref.jobId()).isNotBlank();
    } catch (JobsException refused) {
      assertThat(refused.getMessage()).isNotBlank();
    }
  }

  private static void assertReadsBackEqual(Job job) throws IOException {
    String line = MAPPER.writeValueAsString(job);
    assertThat(line).doesNotContain("\n", "\r");
    assertThat(Job.fromJson(line)).isEqualTo(job).hasSameHashCodeAs(job);
    Job again = MAPPER.readValue(line, Job.class);
    assertThat(again).isEqualTo(job).hasSameHashCodeAs(job);
    assertThat(again.resourceIds()).isEqualTo(job.resourceIds());
    assertThat(again.status()).isEqualTo(job.status());
    Entities entities = job.entities();
    assertThat(MAPPER.readValue(MAPPER.writeValueAsBytes(entities), Entities.class))
        .isEqualTo(entities);
    for (SubJob subJob : job.subJobs()) {
      assertThat(MAPPER.readValue(MAPPER.writeValueAsBytes(subJob), SubJob.class))
          .isEqualTo(subJob);
    }
    for (JobFailure failure : job.failures()) {
      assertThat(MAPPER.readValue(MAPPER.writeValueAsString(failure), JobFailure.class))
          .isEqualTo(failure);
    }
  }
}
