package io.github.cloudjobs.step;

import static io.github.cloudjobs.step.WaitScenario.ORIGIN;
import static io.github.cloudjobs.step.WaitScenario.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.WaitPlan.Origin;
import io.github.cloudjobs.wait.PollSchedule;
import io.github.cloudjobs.wait.PollStep;
import io.github.cloudjobs.wait.PollStep.Again;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitToken;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever somebody made of a token, it is refused clearly, or is one. */
class DamagedTokenTest {
  private static final Instant NOW = START.plusSeconds(40);

  /** Of these a token may do without. */
  private static final Set<String> OPTIONAL =
      Set.of(
          "submitted",
          "schedule",
          "stopOnPendingPayment",
          "stopOnSubJobFailure",
          "unknownTold",
          "job_id",
          "job_type",
          "status",
          "begin_time");

  /** A token in which nothing is missing. */
  private static WaitToken full() {
    WaitOptions.Builder options =
        WaitOptions.builder()
            .schedule(PollSchedule.eager())
            .confirmSuccess(5)
            .stopOnPendingPayment()
            .stopOnSubJobFailure();
    return new WaitScenario(options, new JobRef("p-1", "j-1", START.minusSeconds(60)))
        .job(1, Answers.job("ODD", START.minusSeconds(50)))
        .job(
            11,
            Job.fromJson(
                "{\"job_id\":\"j-1\",\"job_type\":\"t\",\"status\":\"SUCCESS\","
                    + "\"begin_time\":\"2024-03-05T06:06:18Z\"}"))
        .error(12, Answers.lost())
        .error(20, Answers.throttled())
        .token();
  }

  private static ResumedWait read(WaitToken token) {
    return ResumedWait.of(token, ORIGIN, NOW);
  }

  private static void refused(WaitToken token, String why) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read(token))
        .withMessageStartingWith("the token is damaged: ")
        .withMessageContaining(why);
  }

  @Test
  void theTokenItselfIsWhole() {
    ResumedWait kept = read(full());
    assertThat(kept.next().state().streak().errors()).isOne();
    assertThat(kept.next().state().unknownReported()).isTrue();
  }

  // The text

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jw1",
        "jw1.",
        "jw1.a b",
        "jw1.a+b/",
        "jw1.abc=",
        "jw1.abc\n",
        " jw1.abc",
        "JW1.abc",
        "jw-1.abc",
        "jw1.1.abc",
        "jw1234567.abc",
        "jw\u0661.abc",
        "null",
        "{}",
        "eyJhbGciOiJIUzI1NiJ9.e30.x"
      })
  void aTextThatIsNoTokenIsRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new WaitToken(text))
        .withMessageContaining("no token of a wait");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\n"})
  void aBlankTextIsRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> new WaitToken(text));
    assertThatIllegalArgumentException().isThrownBy(() -> new WaitToken(null));
  }

  @ParameterizedTest
  @ValueSource(strings = {"jw2.e30", "jw0.e30", "jw999999.e30"})
  void anotherVersionIsRefusedByItsNumber(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new WaitToken(text))
        .withMessageStartingWith("a token of version ")
        .withMessageEndingWith("; this library reads version 1");
  }

  @Test
  void aTextLongerThanAnyTokenIsRefusedBeforeItIsRead() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new WaitToken("jw1." + "a".repeat(70_000)));
    refused(new WaitToken("jw1." + "a".repeat(65_000)), "it is not JSON");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "\"text\"",
        "17",
        "null",
        "true",
        "",
        " ",
        "{",
        "{\"a\"",
        "{\"a\":",
        "{\"a\":1",
        "{]",
        "{\"a\":1}}",
        "{} {}",
        "{}x",
        "{\"a\":1,}",
        "{\"a\" 1}",
        "{'a':1}",
        "{\"a\":[}",
        "{\"a\":NaN}"
      })
  void whatIsNoObjectIsRefused(String json) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read(json.isEmpty() ? new WaitToken("jw1.A") : Tokens.holding(json)))
        .withMessageStartingWith("the token is damaged: it ");
  }

  @Test
  void nestingWithoutEndIsRefused() {
    refused(Tokens.holding("{\"a\":" + "[".repeat(40_000)), "it is not JSON");
  }

  @Test
  void aTokenThatWasCutIsRefusedWhereverThatWas() {
    String text = full().text();
    for (int length = 5; length < text.length(); length++) {
      WaitToken cut = new WaitToken(text.substring(0, length));
      assertThatIllegalArgumentException()
          .as("cut to %s", length)
          .isThrownBy(() -> read(cut))
          .withMessageStartingWith("the token is damaged: ");
    }
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
  void aFieldThatIsMissingIsNamedUnlessItMayBe(String name) {
    WaitToken without = Tokens.with(full(), fields -> fields.remove(name));
    if (OPTIONAL.contains(name)) {
      isSane(read(without), new Random(1));
    } else {
      refused(without, "it lacks " + name);
    }
  }

  @ParameterizedTest
  @MethodSource("fields")
  void aFieldOfAnotherTypeIsNamed(String name) {
    JsonNode right = Tokens.fields(full()).get(name);
    List<JsonNode> wrong = new ArrayList<>();
    if (!right.isTextual()) {
      wrong.add(new TextNode(right.asText()));
    }
    if (!right.isNumber()) {
      wrong.add(new LongNode(1));
    }
    if (!right.isBoolean()) {
      wrong.add(BooleanNode.TRUE);
    }
    for (JsonNode value : wrong) {
      refused(Tokens.with(full(), fields -> fields.set(name, value)), name + " is of another type");
    }
  }

  @ParameterizedTest
  @MethodSource("fields")
  void aFieldWithoutAValueIsAsGoodAsMissing(String name) {
    ObjectMapper json = new ObjectMapper();
    for (JsonNode value :
        List.of(
            NullNode.instance,
            new DoubleNode(1.5),
            json.createArrayNode().add(1),
            json.createObjectNode().put(name, 1))) {
      WaitToken token = Tokens.with(full(), fields -> fields.set(name, value));
      if (OPTIONAL.contains(name)) {
        isSane(read(token), new Random(1));
      } else {
        refused(token, "it lacks " + name);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("fields")
  void numbersThatNoWaitHasAreRefusedOrDoNoHarm(String name) {
    if (!Tokens.fields(full()).get(name).isNumber()) {
      return;
    }
    for (long number :
        new long[] {
          Long.MIN_VALUE,
          Long.MIN_VALUE + 1,
          Long.MIN_VALUE / 2 - 1,
          Long.MIN_VALUE / 2,
          Integer.MIN_VALUE,
          -2,
          -1,
          0,
          1,
          Short.MAX_VALUE,
          65_536 + 1,
          Integer.MAX_VALUE,
          (1L << 32) + 1,
          Long.MAX_VALUE / 2,
          Long.MAX_VALUE / 2 + 1,
          Long.MAX_VALUE - 1,
          Long.MAX_VALUE
        }) {
      isRefusedOrSane(Tokens.with(full(), fields -> fields.put(name, number)), new Random(number));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"polls", "confirmSuccess", "successes", "errors", "throttles"})
  void aCountIsNotTakenForItsLastBits(String name) {
    for (long number : new long[] {(1L << 32) + 3, -1, Integer.MAX_VALUE, Long.MAX_VALUE}) {
      refused(Tokens.with(full(), fields -> fields.put(name, number)), name);
    }
    refused(Tokens.with(full(), fields -> fields.put("successes", (1 << 16) + 3)), "successes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"timeout", "errorBudget", "elapsed", "next", "lastGood"})
  void aDurationThatNoClockReachesIsRefused(String name) {
    for (long number : new long[] {-1, Long.MIN_VALUE, Long.MAX_VALUE}) {
      refused(Tokens.with(full(), fields -> fields.put(name, number)), name);
    }
  }

  @Test
  void whatHappenedAfterTheTokenWasMadeIsRefused() {
    long elapsed = Tokens.fields(full()).get("elapsed").asLong();
    refused(Tokens.with(full(), fields -> fields.put("lastGood", elapsed + 1)), "lastGood");
    refused(Tokens.with(full(), fields -> fields.put("missingSince", elapsed + 1)), "missingSince");
    isSane(read(Tokens.with(full(), fields -> fields.put("missingSince", elapsed))), new Random(1));
    Consumer<ObjectNode> later =
        fields -> fields.put("unknownHosts", 1).put("unknownHostSince", elapsed + 1);
    refused(Tokens.with(full(), later), "unknownHostSince");
  }

  @ParameterizedTest
  @MethodSource("fields")
  void aNumberBeyondALongIsRefused(String name) {
    BigInteger huge = BigInteger.TEN.pow(40);
    refused(Tokens.with(full(), fields -> fields.set(name, BigIntegerNode.valueOf(huge))), "JSON");
  }

  @ParameterizedTest
  @MethodSource("fields")
  void aLongTextIsRefusedOrDoesNoHarm(String name) {
    WaitToken token = Tokens.with(full(), fields -> fields.put(name, "x".repeat(48_000)));
    isRefusedOrSane(token, new Random(1));
  }

  @Test
  void idsThatWouldChangeThePathAreRefused() {
    for (String id : List.of("", " ", "..", "a/b", "a?b", "a#b", "a%2fb", "a\nb", "a\\b")) {
      refused(Tokens.with(full(), fields -> fields.put("job", id)), "jobId must not");
      refused(Tokens.with(full(), fields -> fields.put("project", id)), "projectId must not");
    }
  }

  @Test
  void aScheduleThatIsNotKnownIsTakenForBalanced() {
    for (String name :
        List.of("brisk", "", "fixed", "fixed PT-1S", "fixed PT0S", "exponential PT1S NaN PT2S")) {
      ResumedWait kept = read(Tokens.with(full(), fields -> fields.put("schedule", name)));
      assertThat(kept.plan().options().schedule()).as(name).isEqualTo(PollSchedule.balanced());
    }
  }

  @Test
  void whatALaterLibraryAddsIsPassedOver() {
    WaitToken later =
        Tokens.with(
            full(),
            fields -> {
              fields.put("note", "x".repeat(1_000)).put("level", 3).put("share", 0.5);
              fields.put("flag", true).putNull("nothing").set("huge", fields.deepCopy());
              fields.putArray("list").addObject().put("began", "no");
            });
    ResumedWait kept = read(later);
    assertThat(kept)
        .usingRecursiveComparison()
        .ignoringFields("next.state.job")
        .isEqualTo(read(full()));
  }

  // Whose it is

  @Test
  void aTokenOfAnotherEndpointOrPathIsRefused() {
    for (Origin other :
        List.of(
            new Origin("https://ims.example/", ORIGIN.service(), ORIGIN.pathTemplate()),
            new Origin("http://ecs.example/", ORIGIN.service(), ORIGIN.pathTemplate()),
            new Origin("https://ecs.example/a", ORIGIN.service(), ORIGIN.pathTemplate()),
            new Origin(ORIGIN.endpoint(), ORIGIN.service(), "/v2/{job_id}"))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> ResumedWait.of(full(), other, NOW))
          .withMessage(
              "the token is of ECS at https://ecs.example/ under /v1/{job_id}; this client asks "
                  + other.service()
                  + " at "
                  + other.endpoint()
                  + " under "
                  + other.pathTemplate());
      assertThatIllegalArgumentException()
          .isThrownBy(() -> ResumedWait.of(full(), other, NOW).with(WaitOptions.defaults()));
    }
  }

  @Test
  void whatAServiceIsCalledMakesNoDifference() {
    Origin renamed = new Origin(ORIGIN.endpoint(), "Servers", ORIGIN.pathTemplate());
    assertThat(ResumedWait.of(full(), renamed, NOW).plan().origin()).isEqualTo(renamed);
  }

  @Test
  void aRefusalPrintsNoMoreOfAForeignTokenThanALineHolds() {
    WaitToken foreign = Tokens.with(full(), fields -> fields.put("endpoint", "x\n".repeat(9_000)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read(foreign))
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(500).doesNotContain("\n"));
  }

  // At random

  @ParameterizedTest
  @ValueSource(ints = {10_000, 20_000, 30_000})
  void anyMutationIsRefusedOrSane(int from) {
    int sane = 0;
    for (int seed = from; seed < from + 1_500; seed++) {
      Random random = new Random(seed);
      String mutated = random.nextInt(3) == 0 ? mutatedText(random) : mutatedJson(random);
      try {
        if (isRefusedOrSane(mutated, random)) {
          sane++;
        }
      } catch (Throwable t) {
        throw new AssertionError("seed " + seed + ": " + mutated, t);
      }
    }
    assertThat(sane).as("tokens that could be read").isBetween(100, 1_400);
  }

  /** Bits flipped, pieces cut, doubled and moved, in the text. */
  private static String mutatedText(Random random) {
    return mutated(full().text(), random);
  }

  /** The same in what it holds. */
  private static String mutatedJson(Random random) {
    String json = Tokens.opened(full());
    if (random.nextInt(4) == 0) {
      return Tokens.holding(mutated(json, random)).text();
    }
    ObjectNode fields = Tokens.fields(full());
    List<String> names = new ArrayList<>();
    for (Iterator<String> each = fields.fieldNames(); each.hasNext(); ) {
      names.add(each.next());
    }
    for (int n = 1 + random.nextInt(2); n > 0; n--) {
      String name = names.get(random.nextInt(names.size()));
      switch (random.nextInt(5)) {
        case 0 -> fields.remove(name);
        case 1 -> fields.put(name, random.nextLong() >> random.nextInt(64));
        case 2 -> fields.put(name, fields.path(name).asLong() + random.nextInt(1_000) - 500);
        case 3 -> fields.put(name, fields.path(name).asLong() * (random.nextInt(5) - 1));
        default -> fields.put(name, mutated(fields.path(name).asText("x"), random));
      }
    }
    return Tokens.holding(fields.toString()).text();
  }

  private static String mutated(String text, Random random) {
    StringBuilder all = new StringBuilder(text);
    for (int n = 1 + random.nextInt(3); n > 0 && all.length() > 1; n--) {
      int at = random.nextInt(all.length());
      int end = Math.min(all.length(), at + 1 + random.nextInt(30));
      switch (random.nextInt(5)) {
        case 0 -> all.setCharAt(at, (char) (all.charAt(at) ^ 1 << random.nextInt(7)));
        case 1 -> all.delete(at, end);
        case 2 -> all.insert(at, all.substring(at, end));
        case 3 -> all.insert(random.nextInt(all.length()), all.substring(at, end));
        default -> all.setCharAt(at, Character.forDigit(random.nextInt(10), 10));
      }
    }
    return all.toString();
  }

  private static boolean isRefusedOrSane(String text, Random random) {
    WaitToken token;
    try {
      token = new WaitToken(text);
    } catch (IllegalArgumentException refused) {
      assertThat(refused).hasMessageMatching("(this is no|a) token of .*|a wait's token .*");
      return false;
    }
    return isRefusedOrSane(token, random);
  }

  private static boolean isRefusedOrSane(WaitToken token, Random random) {
    ResumedWait kept;
    try {
      kept = read(token);
    } catch (IllegalArgumentException refused) {
      assertThat(refused).hasMessageMatching("the token is (damaged: |of ).*");
      return false;
    }
    isSane(kept, random);
    return true;
  }

  /** It polls at times that can be, the last time at its deadline. */
  private static void isSane(ResumedWait first, Random random) {
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
      PollStep step =
          random.nextInt(3) == 0
              ? kept.step(
                  now,
                  new PollResult(
                      null,
                      random.nextBoolean() ? Answers.lost() : Answers.throttled(),
                      null,
                      random.nextInt(5) == 0 ? Duration.ofSeconds(random.nextInt(100)) : null))
              : kept.step(
                  now,
                  new PollResult(Answers.job("RUNNING", START.minusSeconds(9)), null, now, null));
      if (!(step instanceof Again again)) {
        return;
      }
      assertThat(isOver).as("goes on after its deadline").isFalse();
      assertThat(again.at()).isAfter(now).isBeforeOrEqualTo(at(kept, kept.plan().deadline()));
      kept = ResumedWait.of(again.token(), ORIGIN, now);
    }
  }

  /** A time of the wait by the clock on the wall. */
  private static Instant at(ResumedWait kept, long sinceItBegan) {
    return Instant.EPOCH.plusNanos(kept.plan().began()).plusNanos(sinceItBegan);
  }
}
