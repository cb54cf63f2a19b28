package io.github.cloudjobs.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectMapper.DefaultTyping;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.jsontype.impl.LaissezFaireSubTypeValidator;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class JobsModuleTest {
  private static final Instant AT = Instant.parse("2026-01-05T10:00:00.5Z");
  private static final ObjectMapper MAPPER =
      JsonMapper.builder().addModule(new JobsModule()).addModule(new JavaTimeModule()).build();

  @Test
  void aJobIsWrittenAsItWasSentOnOneLine() throws Exception {
    Job job =
        Job.fromJson(
            "{ \"z\" : 1.50,\n\t\"job_id\":\"a \\\" \\\\\", \"z\":[ -0, 1e99999999999,\r\n 0.40 ],"
                + "\"h 任务\":\" \\udc00 任务\" }");
    String line =
        "{\"z\":1.50,\"job_id\":\"a \\\" \\\\\",\"z\":[-0,1e99999999999,0.40],"
            + "\"h 任务\":\" \\uDC00 任务\"}";

    assertThat(MAPPER.writeValueAsString(job)).isEqualTo(line);
    Job again = MAPPER.readValue(MAPPER.writeValueAsBytes(job), Job.class);
    assertThat(MAPPER.writeValueAsString(again)).isEqualTo(line);
    assertThat(again).isEqualTo(job);
  }

  @Test
  void nullIsReadAsAbsentEntities() throws Exception {
    record Holder(Entities entities, Job job) {}

    assertThat(MAPPER.readValue("{\"entities\":null}", Holder.class))
        .isEqualTo(new Holder(Entities.NONE, null));
  }

  @Test
  void aJobRefHasTheSameFormWithEveryMapper() throws Exception {
    ObjectMapper other =
        JsonMapper.builder()
            .findAndAddModules()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .visibility(PropertyAccessor.ALL, JsonAutoDetect.Visibility.NONE)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .defaultPropertyInclusion(
                JsonInclude.Value.construct(
                    JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
            .build();
    String json =
        "{\"projectId\":\"p\",\"jobId\":\"j\",\"submittedAt\":\"2026-01-05T10:00:00.500Z\"}";

    for (ObjectMapper mapper : List.of(MAPPER, other)) {
      assertThat(mapper.writeValueAsString(new JobRef("p", "j", AT))).isEqualTo(json);
      assertThat(mapper.readValue(json, JobRef.class)).isEqualTo(new JobRef("p", "j", AT));
      JsonNode none = mapper.valueToTree(new JobRef("p", "j"));
      assertThat(none).hasToString("{\"projectId\":\"p\",\"jobId\":\"j\",\"submittedAt\":null}");
      assertThat(mapper.treeToValue(none, JobRef.class)).isEqualTo(new JobRef("p", "j"));
    }
    assertThat(MAPPER.readValue("{\"jobId\":\"j\",\"new\":[1],\"projectId\":\"p\"}", JobRef.class))
        .isEqualTo(new JobRef("p", "j"));
    String epoch = json.replace("\"2026-01-05T10:00:00.500Z\"", "1767607200.5");
    assertThat(MAPPER.readValue(epoch, JobRef.class)).isEqualTo(new JobRef("p", "j", AT));
  }

  @ParameterizedTest
  @EnumSource(names = {"PROPERTY", "WRAPPER_ARRAY", "WRAPPER_OBJECT"})
  void eachTypeIsReadBackFromAFieldOfAnyType(JsonTypeInfo.As inclusion) throws Exception {
    ObjectMapper typed =
        MAPPER
            .copy()
            .activateDefaultTyping(
                LaissezFaireSubTypeValidator.instance, DefaultTyping.JAVA_LANG_OBJECT, inclusion);
    Job job = Job.fromJson("{\"status\":\"FAIL\",\"entities\":{\"a_id\":1},\"sub_jobs\":[{}]}");
    List<Object> all =
        List.of(
            job,
            job.subJobs().get(0),
            job.entities(),
            new JobRef("p", "j", AT),
            job.failures().get(0));

    for (Object each : all) {
      String json = typed.writeValueAsString(new AtomicReference<>(each));
      assertThat(typed.readValue(json, AtomicReference.class).get()).as(json).isEqualTo(each);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"projectId\":null,\"jobId\":\"j\"}",
        "{\"projectId\":\"p\",\"jobId\":\"a/b\"}",
        "{\"projectId\":\"p\",\"jobId\":\"j\",\"submittedAt\":\"soon\"}"
      })
  void otherJsonIsRefusedForAJobRef(String json) {
    assertThatThrownBy(() -> MAPPER.readValue(json, JobRef.class))
        .isInstanceOf(JsonMappingException.class);
  }

  @Test
  void absentFieldsOfAFailureReadAsNullOrEmpty() throws Exception {
    JobFailure nothing = new JobFailure(null, null, null, null, null, null, Map.of());

    assertThat(MAPPER.readValue("{}", JobFailure.class)).isEqualTo(nothing);
    assertThat(MAPPER.readValue("{\"entityIds\":null,\"new\":[1]}", JobFailure.class))
        .isEqualTo(nothing);
    assertThat(MAPPER.writeValueAsString(nothing))
        .startsWith("{\"jobId\":null,\"jobType\":null,")
        .endsWith("\"entityIds\":{}}");
  }

  @Test
  void otherJsonIsRefusedForAJob() {
    String deep = "{\"a\":".repeat(600) + "1" + "}".repeat(600);
    for (Class<?> type : List.of(Job.class, SubJob.class, Entities.class)) {
      assertThatThrownBy(() -> MAPPER.readValue(deep, type))
          .isInstanceOf(JsonMappingException.class)
          .hasMessageContaining("over a limit");
    }
    assertThatThrownBy(() -> MAPPER.readValue("[1]", Job.class))
        .isInstanceOf(JsonMappingException.class)
        .hasMessageContaining("its root is not an object");
  }

  @Test
  void numbersOfATreeKeepTheirValueOrBecomeTexts() throws Exception {
    JsonNode tree = MAPPER.valueToTree(Job.fromJson("{\"a\":1e99999999999,\"b\":1.50}"));
    assertThat(tree).hasToString("{\"a\":\"Infinity\",\"b\":1.5}");
    assertThat(MAPPER.treeToValue(tree, Job.class).json()).hasToString(tree.toString());
  }
}
