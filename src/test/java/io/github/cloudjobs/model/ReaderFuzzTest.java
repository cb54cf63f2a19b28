package io.github.cloudjobs.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.MalformedJobException;
import io.github.cloudjobs.text.SafeText;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** Any body is a job with working accessors, or is refused. */
class ReaderFuzzTest {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .addModule(new JobsModule())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  @FuzzTest(maxDuration = "10m")
  void anyBodyIsReadOrRefused(byte[] body) throws Exception {
    try {
      String text = new String(body, StandardCharsets.UTF_8);
      assertThat(JobRef.fromSubmission("p", text, Instant.EPOCH).jobId()).isNotBlank();
    } catch (JobsException refused) {
      assertThat(refused.getMessage()).isNotBlank();
    }
    assertIsReadOrRefused(body);
  }

  static void assertIsReadOrRefused(byte[] body) throws Exception {
    try {
      Job.fromJson(body);
    } catch (MalformedJobException refused) {
      assertThat(refused.getMessage()).isNotBlank();
      assertThat(refused.getMessage().chars()).noneMatch(Character::isISOControl);
      return;
    }
    assertIsReadWithoutLoss(body);
  }

  static void assertIsReadWithoutLoss(byte[] body) throws Exception {
    Job job = Job.fromJson(body);
    callAccessors(job);
    assertThat(job.json()).isEqualTo(tree(SafeText.decode(body)));
    assertThat(job.describe().chars()).noneMatch(c -> c != '\n' && Character.isISOControl(c));
    assertThat(job.toString().chars()).noneMatch(Character::isISOControl);

    String line = MAPPER.writeValueAsString(job);
    assertThat(line).doesNotContain("\n", "\r");
    assertThat(Job.fromJson(line)).isEqualTo(job).hasSameHashCodeAs(job);
    Job again = MAPPER.readValue(line, Job.class);
    assertThat(again).isEqualTo(job).hasSameHashCodeAs(job);
    assertThat(again.resourceIds()).isEqualTo(job.resourceIds());
    assertThat(again.failures()).hasSameSizeAs(job.failures());
    assertReadsBackEqual(job.entities(), Entities.class);
    for (SubJob subJob : job.subJobs()) {
      assertReadsBackEqual(subJob, SubJob.class);
    }
    for (JobFailure failure : job.failures()) {
      assertReadsBackEqual(failure, JobFailure.class);
    }
  }

  /** Jackson's own tree; huge exponents are compared roughly. */
  private static JsonNode tree(String body) throws IOException {
    try {
      return MAPPER.readTree(body);
    } catch (IOException | NumberFormatException hugeExponent) {
      return new ObjectMapper().readTree(body);
    }
  }

  private static void assertReadsBackEqual(Object value, Class<?> type) throws IOException {
    assertThat((Object) MAPPER.readValue(MAPPER.writeValueAsBytes(value), type)).isEqualTo(value);
  }

  private static void callAccessors(JobReport report) throws Exception {
    for (Object object : new Object[] {report, report.entities()}) {
      for (Method method : object.getClass().getMethods()) {
        if (method.getParameterCount() == 0 && method.getDeclaringClass() != Object.class) {
          method.invoke(object);
        }
      }
    }
    assertThat(report.entities().keys()).allMatch(key -> report.entities().get(key) != null);
    assertThat(report.resourceIds().values()).noneMatch(ids -> ids.isEmpty());
    Double progress = report.progress();
    assertThat(progress == null || (progress >= 0 && progress <= 1)).isTrue();
    assertThat(report.subJobsTotal()).isGreaterThanOrEqualTo(report.subJobs().size());
    for (SubJob subJob : report.subJobs()) {
      callAccessors(subJob);
    }
  }
}
