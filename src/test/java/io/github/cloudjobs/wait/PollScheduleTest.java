package io.github.cloudjobs.wait;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.cloudjobs.model.Job;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PollScheduleTest {
  private static final Job RUNNING = Job.fromJson("{\"status\":\"RUNNING\"}");
  private static final Job UNPAID = Job.fromJson("{\"status\":\"PENDING_PAYMENT\"}");
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration ENDLESS = Duration.ofSeconds(Long.MAX_VALUE);

  @ParameterizedTest
  @CsvSource({
    "PT0S, PT1S",
    "PT6S, PT1S",
    "PT10S, PT1.5S",
    "PT60S, PT9S",
    "PT100S, PT15S",
    "PT101S, PT15S",
    "PT15M, PT15S",
    "PT20M, PT20S",
    "PT1H, PT60S",
    "PT2H, PT120S",
    "PT3H, PT120S",
    "PT720H, PT120S"
  })
  void balancedPausesForFifteenHundredthsOfTheAge(Duration age, Duration pause) {
    assertThat(PollSchedule.balanced().nextDelay(age, RUNNING)).isEqualTo(pause);
    assertThat(PollSchedule.balanced().nextDelay(age, null)).isEqualTo(pause);
  }

  @ParameterizedTest
  @CsvSource({"PT0S, PT1S", "PT10S, PT1S", "PT45S, PT4.5S", "PT100S, PT10S", "PT3H, PT10S"})
  void eagerPausesForATenthOfTheAge(Duration age, Duration pause) {
    assertThat(PollSchedule.eager().nextDelay(age, RUNNING)).isEqualTo(pause);
  }

  @ParameterizedTest
  @CsvSource({"PT0S, PT2S", "PT8S, PT2S", "PT10S, PT2.5S", "PT2M, PT30S", "PT3H, PT30S"})
  void frugalPausesForAQuarterOfTheAge(Duration age, Duration pause) {
    assertThat(PollSchedule.frugal().nextDelay(age, RUNNING)).isEqualTo(pause);
  }

  @Test
  void fixedPausesAlwaysTheSame() {
    PollSchedule fixed = PollSchedule.fixed(Duration.ofSeconds(7));
    for (Duration age : List.of(Duration.ZERO, Duration.ofDays(3), ENDLESS)) {
      assertThat(fixed.nextDelay(age, UNPAID)).isEqualTo(Duration.ofSeconds(7));
    }
  }

  @Test
  void exponentialDoublesWithAFactorOfTwo() {
    PollSchedule doubling = PollSchedule.exponential(SECOND, 2, Duration.ofSeconds(10));
    Duration age = Duration.ZERO;
    for (int pause : new int[] {1, 2, 4, 8, 10, 10}) {
      Duration delay = doubling.nextDelay(age, RUNNING);
      assertThat(delay).isEqualTo(Duration.ofSeconds(pause));
      age = age.plus(delay);
    }
  }

  @Test
  void exponentialWithAFactorOfOneStaysAtTheFirstPause() {
    PollSchedule flat = PollSchedule.exponential(SECOND, 1, Duration.ofSeconds(10));
    assertThat(flat.nextDelay(Duration.ofDays(1), null)).isEqualTo(SECOND);
  }

  @Test
  void aJobThatWaitsForPaymentIsPolledAtTheCap() {
    Duration young = Duration.ofSeconds(3);
    assertThat(PollSchedule.balanced().nextDelay(young, UNPAID)).isEqualTo(Duration.ofSeconds(15));
    assertThat(PollSchedule.balanced().nextDelay(Duration.ofHours(1), UNPAID))
        .isEqualTo(Duration.ofSeconds(60));
    assertThat(PollSchedule.eager().nextDelay(young, UNPAID)).isEqualTo(Duration.ofSeconds(10));
    assertThat(PollSchedule.frugal().nextDelay(young, UNPAID)).isEqualTo(Duration.ofSeconds(30));
    assertThat(PollSchedule.exponential(SECOND, 2, Duration.ofMinutes(1)).nextDelay(young, UNPAID))
        .isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void noAgeIsTooGreat() {
    assertThat(PollSchedule.balanced().nextDelay(ENDLESS, null)).isEqualTo(Duration.ofMinutes(2));
    assertThat(PollSchedule.eager().nextDelay(ENDLESS, null)).isEqualTo(Duration.ofSeconds(10));
    assertThat(PollSchedule.frugal().nextDelay(ENDLESS, null)).isEqualTo(Duration.ofSeconds(30));
    assertThat(PollSchedule.exponential(SECOND, 1e300, ENDLESS).nextDelay(ENDLESS, null))
        .isGreaterThan(Duration.ofDays(100_000));
    assertThat(PollSchedule.fixed(ENDLESS).nextDelay(ENDLESS, null))
        .isGreaterThan(Duration.ofDays(100_000));
  }

  @Test
  void aNegativeAgeCountsAsZero() {
    List<PollSchedule> all =
        List.of(
            PollSchedule.balanced(),
            PollSchedule.eager(),
            PollSchedule.frugal(),
            PollSchedule.fixed(SECOND),
            PollSchedule.exponential(SECOND, 2, Duration.ofSeconds(10)),
            new LearnedSchedule());
    for (PollSchedule schedule : all) {
      for (Duration age : List.of(Duration.ofNanos(-1), Duration.ofDays(-1), ENDLESS.negated())) {
        assertThat(schedule.nextDelay(age, RUNNING))
            .as("%s at %s", schedule, age)
            .isEqualTo(schedule.nextDelay(Duration.ZERO, RUNNING));
      }
    }
  }

  @Test
  void thePresetsByAgeAreJitteredAndTheOthersAreNot() {
    assertThat(PollSchedule.balanced().jitter()).isEqualTo(0.2);
    assertThat(PollSchedule.eager().jitter()).isEqualTo(0.2);
    assertThat(PollSchedule.frugal().jitter()).isEqualTo(0.2);
    assertThat(PollSchedule.fixed(SECOND).jitter()).isZero();
    assertThat(PollSchedule.exponential(SECOND, 2, SECOND).jitter()).isZero();
    PollSchedule own = (age, last) -> age;
    assertThat(own.jitter()).isZero();
  }

  @Test
  void pausesThatAreNotPositiveAreRefused() {
    for (Duration bad : new Duration[] {null, Duration.ZERO, Duration.ofNanos(-1)}) {
      assertThatIllegalArgumentException().isThrownBy(() -> PollSchedule.fixed(bad));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> PollSchedule.exponential(bad, 2, SECOND))
          .withMessageStartingWith("first ");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> PollSchedule.exponential(SECOND, 2, bad))
          .withMessageStartingWith("max ");
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.999, -2, Double.NaN, Double.POSITIVE_INFINITY})
  void aFactorBelowOneOrNotFiniteIsRefused(double factor) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PollSchedule.exponential(SECOND, factor, SECOND))
        .withMessageStartingWith("factor ");
  }

  @Test
  void aLongestPauseBelowTheFirstIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PollSchedule.exponential(SECOND, 2, Duration.ofMillis(999)))
        .withMessage("max must not be less than first: PT0.999S < PT1S");
  }
}
