package io.github.cloudjobs.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.cloudjobs.error.MalformedJobException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random changes of the recorded bodies: each is read without loss, or refused. */
class LeniencyPropertyTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int CASES_PER_SEED = 20_000;

  @Test
  void anyValueMayBeAnywhereInABody() throws Exception {
    manyOddBodies(20261122);
    manyOddBodies(System.nanoTime());
  }

  /** A failure names its seed. */
  private static void manyOddBodies(long seed) throws Exception {
    Random random = new Random(seed);
    List<JsonNode> bodies = new ArrayList<>();
    for (String name : Bodies.names()) {
      bodies.add(JSON.readTree(Bodies.bytes(name)));
    }
    AnythingAnywhere anything = new AnythingAnywhere(random);
    for (int i = 0; i < CASES_PER_SEED; i++) {
      String text = anything.in(bodies.get(random.nextInt(bodies.size())));
      try {
        assertReadOrNoObject(text);
      } catch (Exception | AssertionError e) {
        throw new AssertionError("seed " + seed + ", case " + i + ": " + text, e);
      }
    }
  }

  private static void assertReadOrNoObject(String text) throws Exception {
    if (text.startsWith("{")) {
      assertReadWithoutLoss(text);
    } else {
      assertThatThrownBy(() -> Job.fromJson(text)).isInstanceOf(MalformedJobException.class);
    }
  }

  private static void assertReadWithoutLoss(String text) throws Exception {
    Job job = Job.fromJson(text);
    Accessors.callAll(job);
    Accessors.assertNothingIsLost(text, job);
  }

  @Test
  void anyBytesAreReadOrRefused() {
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
      Accessors.callAll(job);
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
    Accessors.callAll(job);
  }
}
