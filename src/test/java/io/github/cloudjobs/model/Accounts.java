package io.github.cloudjobs.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Holds a job to what was sent: each value is given by an accessor, or kept in {@code additional()}
 * or in the entities. Jackson's own tree is the other reading; of equal keys it knows the last.
 */
final class Accounts {
  private static final ObjectReader EXACT =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .reader();
  private static final ObjectReader ROUGH =
      EXACT.without(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  /** An exponent of eleven digits is read roughly, here and there. */
  private static final Comparator<JsonNode> ALIKE =
      (one, other) -> {
        boolean floats = one.isFloatingPointNumber() && other.isFloatingPointNumber();
        boolean alike = floats ? one.doubleValue() == other.doubleValue() : one.equals(other);
        return alike ? 0 : 1;
      };

  private Accounts() {}

  static void assertAllIsIn(String body, Job job) {
    JsonNode sent = tree(body);
    JsonNode inner = sent.path("job");
    boolean wrapped = inner.isObject() && !sent.hasNonNull("job_id") && !sent.hasNonNull("status");
    if (!wrapped) {
      report(sent, job);
      return;
    }
    report(inner, job);
    sent.properties().stream()
        .filter(field -> !field.getKey().equals("job"))
        .forEach(field -> assertOuterIsKept(field.getKey(), field.getValue(), job));
  }

  private static void assertOuterIsKept(String key, JsonNode sent, Job job) {
    assertThat(
            job.additional().entrySet().stream()
                .filter(kept -> kept.getKey().replaceAll("^/+", "").equals(key))
                .anyMatch(kept -> sent.equals(ALIKE, kept.getValue())))
        .as(() -> "outer " + key)
        .isTrue();
  }

  private static void report(JsonNode sent, JobReport job) {
    sent.properties().forEach(field -> field(field.getKey(), field.getValue(), sent, job));
  }

  private static void field(String key, JsonNode sent, JsonNode all, JobReport job) {
    switch (key) {
      case "job_id", "id" -> id(key, sent, job);
      case "job_type" -> text(sent, job.jobType());
      case "status" -> text(sent, job.statusText());
      case "begin_time" -> text(sent, job.beginTimeText());
      case "end_time" -> text(sent, job.endTimeText());
      case "error_code" -> text(sent, job.errorCode());
      case "fail_reason" -> {
        if (!isEmpty(sent)) {
          text(sent, job.failReason());
        }
      }
      case "error_msg" -> {
        if (sent.isNull() || !isEmpty(all.path("fail_reason"))) {
          kept(key, sent, job);
        } else {
          text(sent, job.failReason());
        }
      }
      case "message" ->
          messageOrCode(key, sent, job, job instanceof Job own ? own.message() : null);
      case "code" -> messageOrCode(key, sent, job, job instanceof Job own ? own.code() : null);
      case "entities" -> entities(sent, job);
      case "sub_jobs" -> topSubJobs(sent, job);
      case "sub_jobs_total" -> {
        if (!job.additional().containsKey(key)) {
          assertThat(sent.asText().strip()).isEqualTo("" + job.subJobsTotal());
        }
      }
      default -> kept(key, sent, job);
    }
  }

  /** Of a sub-job's two ids one is given, and the other is kept. */
  private static void id(String key, JsonNode sent, JobReport job) {
    if (job.additional().containsKey(key)) {
      kept(key, sent, job);
    } else {
      text(sent, job.jobId());
    }
  }

  private static void messageOrCode(String key, JsonNode sent, JobReport job, String given) {
    if (job instanceof Job) {
      text(sent, given);
    } else {
      kept(key, sent, job);
    }
  }

  private static void entities(JsonNode sent, JobReport job) {
    JsonNode whole = job.entities().json();
    JsonNode expected = sent.equals(ALIKE, whole) ? sent : opened(sent);
    assertThat(expected.equals(ALIKE, whole)).as(() -> "entities " + whole).isTrue();
    expected
        .properties()
        .forEach(
            field ->
                assertThat(field.getValue().equals(ALIKE, job.entities().get(field.getKey())))
                    .as(field.getKey())
                    .isTrue());
    assertThat(job.entities().keys()).hasSize(whole.isObject() ? expected.size() : 0);
    List<JsonNode> first = objects(expected.path("sub_jobs"));
    for (int i = 0; i < first.size(); i++) {
      report(first.get(i), job.subJobs().get(i));
    }
  }

  /** Those that are given are the last ones; else the whole value is kept. */
  private static void topSubJobs(JsonNode sent, JobReport job) {
    if (job.additional().containsKey("sub_jobs")) {
      kept("sub_jobs", sent, job);
      return;
    }
    List<JsonNode> objects = objects(sent);
    int before = job.subJobs().size() - objects.size();
    for (int i = 0; i < objects.size(); i++) {
      report(objects.get(i), job.subJobs().get(before + i));
    }
  }

  private static List<JsonNode> objects(JsonNode subJobs) {
    JsonNode value = opened(subJobs);
    List<JsonNode> objects = new ArrayList<>();
    (value.isObject() ? List.of(value) : value.isArray() ? value : List.<JsonNode>of())
        .forEach(objects::add);
    objects.removeIf(node -> !node.isObject() || (value.isObject() && node.isEmpty()));
    return objects;
  }

  private static void kept(String key, JsonNode sent, JobReport job) {
    JsonNode kept = job.additional().get(key);
    assertThat(kept).as(key).isNotNull();
    assertThat(sent.equals(ALIKE, kept)).as(() -> key + " " + kept).isTrue();
  }

  private static void text(JsonNode sent, String given) {
    if (given == null) {
      assertThat(isEmpty(sent)).as(() -> "nothing is given of " + sent).isTrue();
    } else if (sent.isTextual()) {
      assertThat(given).isEqualTo(sent.textValue());
    } else {
      assertThat(sent.equals(ALIKE, tree(given))).as(given).isTrue();
    }
  }

  private static boolean isEmpty(JsonNode sent) {
    return sent.isMissingNode() || sent.isNull() || (sent.isTextual() && sent.asText().isEmpty());
  }

  private static JsonNode opened(JsonNode sent) {
    try {
      JsonNode inner = sent.isTextual() ? tree(sent.textValue()) : sent;
      return inner.isContainerNode() ? inner : sent;
    } catch (UncheckedIOException noJson) {
      return sent;
    }
  }

  private static JsonNode tree(String json) {
    try {
      return EXACT.readTree(json);
    } catch (IOException | NumberFormatException exponentTooLarge) {
      try {
        return ROUGH.readTree(json);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
