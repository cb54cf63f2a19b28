package io.github.cloudjobs.step;

import static io.github.cloudjobs.step.WaitScenario.ORIGIN;
import static io.github.cloudjobs.step.WaitScenario.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.WaitPlan.Origin;
import io.github.cloudjobs.wait.PollSchedule;
import io.github.cloudjobs.wait.PollStep;
import io.github.cloudjobs.wait.PollStep.Again;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitToken;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A damaged token is refused with the reason, or continues as a wait that polls and ends. */
class DamagedTokenTest {
  private static final Instant NOW = START.plusSeconds(40);

  private static final List<String> OPTIONAL =
      List.of("submitted", "schedule", "job_id", "job_type", "status", "begin_time");

  /** A token with every field. */
  private static WaitToken full() {
    WaitOptions.Builder options =
        WaitOptions.builder()
            .schedule(PollSchedule.eager())
            .confirmSuccess(5)
            .stopOnPendingPayment()
            .stopOnSubJobFailure();
    return new WaitScenario(options, new JobRef("p-1", "j-1", START.minusSeconds(60)))
        .job(1, PollResults.job("ODD", START.minusSeconds(50)))
        .job(
            11,
            Job.fromJson(
                "{\"job_id\":\"j-1\",\"job_type\":\"t\",\"status\":\"SUCCESS\","
                    + "\"begin_time\":\"2024-03-05T06:06:18Z\"}"))
        .error(12, PollResults.lost())
        .error(20, PollResults.throttled())
        .token();
  }

  private static ResumedWait read(WaitToken token) {
    return ResumedWait.of(token, ORIGIN, NOW);
  }

  private static void assertRefused(WaitToken token, String why) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read(token))
        .withMessageStartingWith("the token is damaged: ")
        .withMessageContaining(why);
  }

  private static void assertRefused(String name, String json, String why) {
    assertRefused(Tokens.with(full(), name, json), why);
  }

  // The text

  @Test
  void aTextThatIsNoTokenIsRefused() {
    String texts =
        """
        jw1|jw1.|jw1.a b|jw1.a+b/|jw1.abc=|jw1.abc
        | jw1.abc|JW1.abc|jw-1.abc|jw1.1.abc|jw1234567.abc|jw\u0661.abc|{}|eyJhbGciOiJIUzI1NiJ9.e30.x\
        || |\n|jw0.e30|jw2.e30|jw999999.e30|jw1.\
        """;
    List<String> all = new ArrayList<>(List.of(texts.split("\\|")));
    all.add("jw1." + "a".repeat(70_000));
    all.add(null);
    for (String text : all) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new WaitToken(text))
          .withMessage("this is no token of a wait: it must be jw1.<base64url>");
    }
  }

  @Test
  void contentThatIsNoObjectIsRefused() {
    for (String json :
        """
        []|"text"|17|null| |{|{"a":|{"a":1|{]|{"a":1}}|{} {}|{}x|{"a":1,}|{'a':1}|{"a":[}|{"a":NaN}\
        """
            .split("\\|")) {
      assertRefused(Tokens.holding(json), "i");
    }
    assertRefused(Tokens.holding("{\"a\":" + "[".repeat(40_000)), "it is no JSON object");
    assertRefused(new WaitToken("jw1.A"), "");
    assertRefused(Tokens.holding(Tokens.opened(full()) + "{}"), "it is no JSON object");
  }

  // The fields

  static Stream<String> fields() {
    List<String> names = new ArrayList<>();
    Tokens.fields(full()).fieldNames().forEachRemaining(names::add);
    assertThat(names).contains("endpoint", "began", "polls", "begin_time", "unknownTold");
    return names.stream();
  }

  @ParameterizedTest
  @MethodSource("fields")
  void aFieldIsNamedThatIsMissingUnlessItIsOptionalOrOfAnotherType(String name) {
    if (OPTIONAL.contains(name)) {
      assertSane(read(Tokens.with(full(), name, null)), new Random(1));
    } else {
      assertRefused(name, null, name + " is missing");
    }
    JsonNode right = Tokens.fields(full()).get(name);
    String sameType = right.isTextual() ? "\"1\"" : right.isNumber() ? "1" : "true";
    for (String json : List.of("null", "1.5", "[1]", "{\"x\":1}", "\"1\"", "1", "true")) {
      if (name.equals("schedule")) {
        assertSane(read(Tokens.with(full(), name, json)), new Random(1));
      } else if (!json.equals(sameType)) {
        assertRefused(name, json, name + " is missing, or of another type");
      }
    }
    assertRefused(name, "1" + "0".repeat(40), "it is no JSON object");
    String longText = "\"" + "x".repeat(48_000) + "\"";
    isRefusedOrSane(Tokens.with(full(), name, longText).text(), new Random(1));
  }

  @ParameterizedTest
  @CsvSource({
    "polls, 4294967299", // 2^32 + 3: it is not taken for its last bits
    "confirmSuccess, 4294967299",
    "successes, 65539",
    "errors, 4294967299",
    "throttles, 2147483647",
    "timeout, -1",
    "errorBudget, -1",
    "elapsed, -9223372036854775808",
    "next, 9223372036854775807",
    "lastGood, -1",
    "lastGood, 99000000000", // after the token was made
    "missingSince, 99000000000"
  })
  void aNumberOutOfItsRangeIsRefused(String name, String number) {
    assertRefused(name, number, name);
  }

  @Test
  void idsThatWouldChangeThePathAreRefused() {
    for (String id : List.of("", "..", "a/b", "a?b", "a\\nb")) {
      assertRefused("job", "\"" + id + "\"", "jobId must not");
      assertRefused("project", "\"" + id + "\"", "projectId must not");
    }
  }

  @Test
  void anUnknownScheduleIsReadAsBalanced() {
    for (String name :
        List.of("brisk", "", "fixed", "fixed PT-1S", "fixed PT0S", "exponential PT1S NaN PT2S")) {
      ResumedWait wait = read(Tokens.with(full(), "schedule", "\"" + name + "\""));
      assertThat(wait.plan().options().schedule()).as(name).isEqualTo(PollSchedule.balanced());
    }
  }

  @Test
  void fieldsOfALaterVersionAreIgnored() {
    WaitToken later =
        Tokens.with(
            full(),
            fields -> {
              fields.put("note", "x".repeat(1_000)).put("level", 3).put("share", 0.5);
              fields.put("flag", true).putNull("nothing").set("huge", fields.deepCopy());
              fields.putArray("list").addObject().put("began", "no");
            });
    assertThat(read(later))
        .usingRecursiveComparison()
        .ignoringFields("next.state.job")
        .isEqualTo(read(full()));
  }

  // Another service

  @ParameterizedTest
  @CsvSource({
    "https://ims.example/, /v1/{job_id}",
    "http://ecs.example/, /v1/{job_id}",
    "https://ecs.example/a, /v1/{job_id}",
    "https://ecs.example/, /v2/{job_id}"
  })
  void aTokenOfAnotherEndpointOrPathIsRefused(String endpoint, String path) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ResumedWait.of(full(), new Origin(endpoint, "ECS", path), NOW))
        .withMessage(
            "the token is of ECS at https://ecs.example/ under /v1/{job_id}; this client polls ECS"
                + " at %s under %s",
            endpoint, path);
  }

  // At random

  @Test
  void anyMutationIsRefusedInOneShortLineOrDoesNoHarm() {
    int sane = 0;
    for (int seed = 0; seed < 1_500; seed++) {
      Random random = new Random(seed);
      String mutated =
          random.nextInt(3) == 0 ? mutated(full().text(), random) : mutatedJson(random);
      try {
        sane += isRefusedOrSane(mutated, random) ? 1 : 0;
      } catch (Throwable t) {
        throw new AssertionError("seed " + seed + ": " + mutated, t);
      }
    }
    assertThat(sane).as("tokens that could be read").isBetween(100, 1_400);
  }

  private static String mutatedJson(Random random) {
    if (random.nextInt(4) == 0) {
      return Tokens.holding(mutated(Tokens.opened(full()), random)).text();
    }
    ObjectNode fields = Tokens.fields(full());
    List<String> names = fields().toList();
    String name = names.get(random.nextInt(names.size()));
    switch (random.nextInt(4)) {
      case 0 -> fields.remove(name);
      case 1 -> fields.put(name, random.nextLong() >> random.nextInt(64));
      case 2 -> fields.put(name, fields.path(name).asLong() * (random.nextInt(5) - 1) - 500);
      default -> fields.put(name, mutated(fields.path(name).asText("x"), random));
    }
    return Tokens.holding(fields.toString()).text();
  }

  private static String mutated(String text, Random random) {
    StringBuilder all = new StringBuilder(text);
    for (int n = 1 + random.nextInt(3); n > 0 && all.length() > 1; n--) {
      int at = random.nextInt(all.length());
      int end = Math.min(all.length(), at + 1 + random.nextInt(30));
      switch (random.nextInt(4)) {
        case 0 -> all.setCharAt(at, (char) (all.charAt(at) ^ 1 << random.nextInt(7)));
        case 1 -> all.delete(at, end);
        case 2 -> all.setLength(at);
        default -> all.insert(at, random.nextInt(10));
      }
    }
    return all.toString();
  }

  private static boolean isRefusedOrSane(String text, Random random) {
    ResumedWait kept;
    try {
      kept = read(new WaitToken(text));
    } catch (IllegalArgumentException refused) {
      assertThat(refused)
          .hasMessageMatching("the token is (damaged: |of ).{0,500}|this is no token of .*");
      return false;
    }
    assertSane(kept, random);
    return true;
  }

  /** It polls at possible times, the last time at its deadline. */
  private static void assertSane(ResumedWait first, Random random) {
    ResumedWait kept = first;
    Instant now = NOW;
    for (int n = 0; n < 12; n++) {
      assertThat(kept.elapsed()).isNotNegative();
      assertThat(kept.plan().deadline()).isNotNegative();
      Instant due = at(kept, kept.next().at());
      if (due.isAfter(now)) {
        assertThat(kept.next().at()).isLessThanOrEqualTo(kept.plan().deadline());
        now = due;
      }
      boolean isOver = !now.isBefore(at(kept, kept.plan().deadline()));
      PollStep step = kept.step(now, randomResult(random, now));
      if (!(step instanceof Again again)) {
        return;
      }
      assertThat(isOver).as("goes on after its deadline").isFalse();
      assertThat(again.at()).isAfter(now).isBeforeOrEqualTo(at(kept, kept.plan().deadline()));
      kept = ResumedWait.of(again.token(), ORIGIN, now);
    }
  }

  private static PollResult randomResult(Random random, Instant now) {
    if (random.nextInt(3) > 0) {
      return new PollResult(PollResults.job("RUNNING", START.minusSeconds(9)), null, now, null);
    }
    JobsException error = random.nextBoolean() ? PollResults.lost() : PollResults.throttled();
    return new PollResult(null, error, null, Duration.ofSeconds(random.nextInt(100)));
  }

  /** A time of the wait by the wall clock. */
  private static Instant at(ResumedWait kept, long sinceItBegan) {
    return Instant.EPOCH.plusNanos(kept.plan().began()).plusNanos(sinceItBegan);
  }
}
