package io.github.cloudjobs.wait;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.cloudjobs.model.Job;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PollScheduleTest {
  private static final Job RUNNING = WaitFixtures.job("{'status':'RUNNING'}");
  private static final Job UNPAID = WaitFixtures.job("{'status':'PENDING_PAYMENT'}");
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration ENDLESS = Duration.ofSeconds(Long.MAX_VALUE);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          balanced | PT0S   | PT1S   | PT15S
          balanced | PT100S | PT15S  | PT15S
          balanced | PT15M  | PT15S  | PT15S
          balanced | PT20M  | PT20S  | PT20S
          balanced | PT1H   | PT60S  | PT60S
          balanced | PT99999999999999H | PT120S | PT120S
          eager    | PT0S   | PT1S   | PT10S
          eager    | PT45S  | PT4.5S | PT10S
          eager    | PT99999999999999H | PT10S | PT10S
          frugal   | PT0S   | PT2S   | PT30S
          frugal   | PT10S  | PT2.5S | PT30S
          frugal   | PT99999999999999H | PT30S | PT30S
          fixed PT7S | PT72H | PT7S  | PT7S
          exponential PT1S 2 PT10S | PT0S | PT1S | PT10S
          exponential PT1S 2 PT10S | PT3S | PT4S | PT10S
          exponential PT1S 2 PT10S | PT15S | PT10S | PT10S
          exponential PT1S 1 PT10S | PT24H | PT1S | PT10S
          """)
  void thePauseDependsOnTheAgeAndIsLongestBeforePayment(
      String schedule, Duration age, Duration pause, Duration unpaid) {
    assertThat(PollSchedule.parse(schedule).nextDelay(age, RUNNING)).isEqualTo(pause);
    assertThat(PollSchedule.parse(schedule).nextDelay(age, null)).isEqualTo(pause);
    assertThat(PollSchedule.parse(schedule).nextDelay(age, UNPAID)).isEqualTo(unpaid);
  }

  @Test
  void noAgeAndNoPauseIsTooGreat() {
    for (PollSchedule schedule :
        List.of(PollSchedule.fixed(ENDLESS), PollSchedule.exponential(SECOND, 1e300, ENDLESS))) {
      assertThat(schedule.nextDelay(ENDLESS, null)).isGreaterThan(Duration.ofDays(100_000));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"balanced", "eager", "frugal", "fixed PT1S", "exponential PT1S 2.0 PT10S"})
  void aNegativeAgeCountsAsZeroAndATextIsReadAsItWasWritten(String text) {
    PollSchedule schedule = PollSchedule.parse(" " + text.replace(" ", "\t ") + "\n");
    assertThat(schedule).hasToString(text);
    for (Duration age : List.of(Duration.ofNanos(-1), ENDLESS.negated())) {
      assertThat(schedule.nextDelay(age, RUNNING))
          .isEqualTo(schedule.nextDelay(Duration.ZERO, RUNNING));
    }
    assertThat(schedule.jitter()).isEqualTo(text.contains("PT") ? 0 : 0.2);
  }

  @ParameterizedTest
  @CsvSource({
    "brisk, unknown schedule: brisk",
    "'', unknown schedule",
    "fixed, unknown schedule: fixed",
    "eager PT1S, unknown schedule",
    "fixed 10, unknown schedule: fixed 10; durations have the form PT10S",
    "fixed PT0S, delay must be more than zero",
    "exponential PT1S x PT2S, unknown schedule: exponential"
  })
  void aTextThatIsNoScheduleIsRefused(String text, String why) {
    assertRefused(why, () -> PollSchedule.parse(text));
  }

  @Test
  void pausesAndFactorsOutOfTheirRangeAreRefused() {
    for (Duration bad : new Duration[] {null, Duration.ZERO, Duration.ofNanos(-1)}) {
      assertRefused("delay ", () -> PollSchedule.fixed(bad));
      assertRefused("price ", () -> new LearnedSchedule(bad));
      assertRefused("first ", () -> PollSchedule.exponential(bad, 2, SECOND));
      assertRefused("max ", () -> PollSchedule.exponential(SECOND, 2, bad));
    }
    assertRefused(
        "max must not be less than first: PT0.999S < PT1S",
        () -> PollSchedule.exponential(SECOND, 2, Duration.ofMillis(999)));
    for (double factor : new double[] {0, 0.999, -2, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertRefused("factor ", () -> PollSchedule.exponential(SECOND, factor, SECOND));
    }
  }

  private static void assertRefused(String why, ThrowingCallable call) {
    assertThatIllegalArgumentException().isThrownBy(call).withMessageStartingWith(why);
  }
}
