package io.github.cloudjobs.wait;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WaitOptionsTest {
  @Test
  void theDefaultsAreAnHourBalancedAndTwoMinutesOfErrors() {
    WaitOptions defaults = WaitOptions.defaults();
    assertThat(defaults.timeout()).isEqualTo(Duration.ofMinutes(60));
    assertThat(defaults.schedule()).isSameAs(PollSchedule.balanced());
    assertThat(defaults.confirmSuccess()).isOne();
    assertThat(defaults.errorBudget()).isEqualTo(Duration.ofMinutes(2));
    assertThat(defaults.stopsOnPendingPayment()).isFalse();
    assertThat(defaults.stopsOnSubJobFailure()).isFalse();
    assertThat(defaults.stopsAtFirstFailure()).isFalse();
    assertThat(defaults.listeners()).isEmpty();
  }

  @Test
  void optionsDoNotChangeWithTheirBuilder() {
    WaitListener first = progress -> {};
    WaitListener second = progress -> {};
    WaitOptions.Builder builder =
        WaitOptions.builder()
            .timeout(Duration.ofSeconds(1))
            .schedule(PollSchedule.eager())
            .confirmSuccess(3)
            .addListener(first)
            .errorBudget(Duration.ofSeconds(2))
            .stopOnPendingPayment()
            .stopOnSubJobFailure()
            .stopAtFirstFailure();
    WaitOptions built = builder.build();
    WaitOptions copy = built.toBuilder().build();
    builder.addListener(second).timeout(Duration.ZERO).schedule(PollSchedule.frugal());
    for (WaitOptions options : new WaitOptions[] {built, copy}) {
      assertThat(options.timeout()).isEqualTo(Duration.ofSeconds(1));
      assertThat(options.schedule()).isSameAs(PollSchedule.eager());
      assertThat(options.confirmSuccess()).isEqualTo(3);
      assertThat(options.listeners()).containsExactly(first);
      assertThat(options.errorBudget()).isEqualTo(Duration.ofSeconds(2));
      assertThat(options.stopsOnPendingPayment()).isTrue();
      assertThat(options.stopsOnSubJobFailure()).isTrue();
      assertThat(options.stopsAtFirstFailure()).isTrue();
    }
    assertThat(builder.build().listeners()).containsExactly(first, second);
    assertThat(builder.clearListeners().addListener(second).build().listeners())
        .containsExactly(second);
  }

  @Test
  void zeroAndEndlessTimesAreAccepted() {
    for (Duration time : new Duration[] {Duration.ZERO, Duration.ofSeconds(Long.MAX_VALUE)}) {
      WaitOptions options = WaitOptions.builder().timeout(time).errorBudget(time).build();
      assertThat(options.timeout()).isEqualTo(time);
      assertThat(options.errorBudget()).isEqualTo(time);
    }
  }

  @Test
  void negativeTimesAreRefused() {
    for (Duration bad : new Duration[] {null, Duration.ofNanos(-1)}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> WaitOptions.builder().timeout(bad))
          .withMessage("timeout must not be null or negative: " + bad);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> WaitOptions.builder().errorBudget(bad))
          .withMessage("errorBudget must not be null or negative: " + bad);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 1_001})
  void successIsConfirmedFromOnceToAThousandTimes(int times) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WaitOptions.builder().confirmSuccess(times))
        .withMessage("confirmSuccess must be from 1 to 1,000: " + times);
  }

  @Test
  void aMissingScheduleOrListenerIsRefused() {
    assertThatNullPointerException()
        .isThrownBy(() -> WaitOptions.builder().schedule(null))
        .withMessage("schedule");
    assertThatNullPointerException()
        .isThrownBy(() -> WaitOptions.builder().addListener(null))
        .withMessage("listener");
  }
}
