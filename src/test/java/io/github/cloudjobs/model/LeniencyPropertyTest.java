package io.github.cloudjobs.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cloudjobs.error.MalformedJobException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever stands where in a body: it is a job, and every accessor answers. */
class LeniencyPropertyTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String[] VALUES = {
    "null",
    "true",
    "0",
    "-1",
    "1.5e300",
    "1e99999999999",
    "12345678901234567890123",
    "\"\"",
    "\" \"",
    "\"text\"",
    "\"\\ud800\"",
    "\"{\"",
    "\"{}\"",
    "\"[{\\\"status\\\":\\\"FAIL\\\"}]\"",
    "\"{\\\"sub_jobs\\\":[{}],\\\"message\\\":\\\"m\\\"}\"",
    "{}",
    "[]",
    "[null,1,\"a\",[],{}]",
    "{\"id\":1,\"message\":\"m\",\"job_id\":\"x\"}",
    "[{\"status\":\"FAIL\",\"entities\":[]}]"
  };

  @ParameterizedTest
  @ValueSource(
      strings = {
        "seed-ecs-create-server.json", "seed-elb-create.json", "seed-ims-create-image.json",
        "ecs-quota-exceeded.json", "ims-members-and-progress.json", "elb-sub-jobs-array.json",
        "elb-sub-jobs-string.json", "elb-v3-wrapped.json", "sdrs-and-vbs-keys.json"
      })
  void anyValueMayStandAnywhereButAtTheRoot(String name) throws Exception {
    JsonNode body = JSON.readTree(Bodies.bytes(name));
    String marker = "\"@marker@\"";
    List<String> templates = new ArrayList<>();
    collectTemplates(body, body, templates);
    for (String template : templates) {
      for (String value : VALUES) {
        String text = template.replace(marker, value);
        askEverything(Job.fromJson(text));
      }
    }
    assertThat(templates).isNotEmpty();
  }

  /** One text for each value in the tree, with a marker in that value's place. */
  private static void collectTemplates(JsonNode root, JsonNode node, List<String> into) {
    if (node instanceof ObjectNode object) {
      List<String> names = new ArrayList<>();
      object.fieldNames().forEachRemaining(names::add);
      for (String name : names) {
        JsonNode value = object.get(name);
        object.put(name, "@marker@");
        into.add(root.toString());
        object.set(name, value);
        collectTemplates(root, value, into);
      }
    } else if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        JsonNode value = array.get(i);
        array.set(i, JSON.getNodeFactory().textNode("@marker@"));
        into.add(root.toString());
        array.set(i, value);
        collectTemplates(root, value, into);
      }
    }
  }

  @Test
  void anyBytesAreAJobOrAreRefused() {
    Random random = new Random(20261122);
    byte[] body = Bodies.bytes("ecs-quota-exceeded.json");
    for (int i = 0; i < 4_000; i++) {
      byte[] changed = body.clone();
      for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
      }
      readOrRefuse(changed);
    }
  }

  @Test
  void anyBytesWithinAStringAreRead() {
    Random random = new Random(7);
    for (int i = 0; i < 4_000; i++) {
      byte[] noise = new byte[1 + random.nextInt(6)];
      random.nextBytes(noise);
      for (int n = 0; n < noise.length; n++) {
        if (noise[n] == '"' || noise[n] == '\\' || (noise[n] >= 0 && noise[n] < ' ')) {
          noise[n] = 'x';
        }
      }
      String in = new String(noise, StandardCharsets.ISO_8859_1);
      String text =
          "{\"fail_reason\":\"\\n" + in + "\",\"job_type\":\"" + in + "\",\"" + in + "\":1}";
      Job job = Job.fromJson(text.getBytes(StandardCharsets.ISO_8859_1));
      assertThat(job.failReason()).startsWith("\n");
      askEverything(job);
    }
  }

  @Test
  void everyCutBodyIsRefused() {
    byte[] body = Bodies.bytes("ecs-quota-exceeded.json");
    int end = new String(body, StandardCharsets.UTF_8).lastIndexOf('}');
    for (int length = 0; length < end; length++) {
      byte[] cut = java.util.Arrays.copyOf(body, length);
      try {
        Job.fromJson(cut);
        fail("read a job from the first %d bytes", length);
      } catch (MalformedJobException expected) {
        assertThat(expected.bodyBytes()).isEqualTo(length);
      }
    }
  }

  private static void readOrRefuse(byte[] body) {
    Job job;
    try {
      job = Job.fromJson(body);
    } catch (MalformedJobException refused) {
      assertThat(refused.getMessage()).isNotBlank();
      return;
    }
    askEverything(job);
  }

  static void askEverything(Job job) {
    job.message();
    job.code();
    assertThat(job.describe()).isNotBlank();
    assertThat(job.toString()).doesNotContain("\n");
    job.failures().forEach(JobFailure::toString);
    job.ids("server_id");
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
    assertThat(report.subJobsTotal()).isGreaterThanOrEqualTo(report.subJobs().size());
    Entities entities = report.entities();
    entities.serverId();
    entities.elbId();
    entities.processPercent();
    entities.errorcodeMessage();
    entities.isEmpty();
    entities.keys().forEach(key -> assertThat(entities.get(key)).isNotNull());
    assertThat(entities.json()).isNotNull();
    report.subJobs().forEach(LeniencyPropertyTest::askReport);
  }
}
