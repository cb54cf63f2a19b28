package io.github.cloudjobs.wait;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class WaitOptionsTest {
  @Test
  void theDefaultsAreAnHourBalancedAndTwoMinutesOfErrors() {
    WaitOptions defaults = WaitOptions.defaults();
    assertThat(defaults.timeout()).isEqualTo(Duration.ofMinutes(60));
    assertThat(defaults.schedule()).isSameAs(PollSchedule.balanced());
    assertThat(defaults.confirmSuccess()).isOne();
    assertThat(defaults.errorBudget()).isEqualTo(Duration.ofMinutes(2));
    assertThat(defaults.stopsOnPendingPayment()).isFalse();
    assertThat(defaults.listeners()).isEmpty();
  }

  @Test
  void whatWasBuiltDoesNotChangeWithItsBuilder() {
    WaitListener listener = progress -> {};
    WaitOptions.Builder builder =
        WaitOptions.builder()
            .timeout(Duration.ofSeconds(1))
            .schedule(PollSchedule.eager())
            .confirmSuccess(3)
            .addListener(listener)
            .errorBudget(Duration.ofSeconds(2))
            .stopOnPendingPayment();
    WaitOptions built = builder.build();
    builder
        .addListener(progress -> {})
        .timeout(Duration.ZERO)
        .schedule(PollSchedule.frugal())
        .confirmSuccess(1);
    assertThat(built.timeout()).isEqualTo(Duration.ofSeconds(1));
    assertThat(built.schedule()).isSameAs(PollSchedule.eager());
    assertThat(built.confirmSuccess()).isEqualTo(3);
    assertThat(built.listeners()).containsExactly(listener);
    assertThat(built.errorBudget()).isEqualTo(Duration.ofSeconds(2));
    assertThat(built.stopsOnPendingPayment()).isTrue();
  }

  @Test
  void listenersAreAddedInOrderAndCanBeCleared() {
    WaitListener first = progress -> {};
    WaitListener second = progress -> {};
    WaitOptions both = WaitOptions.builder().addListener(first).addListener(second).build();
    assertThat(both.listeners()).containsExactly(first, second);
    assertThat(both.toBuilder().build().listeners()).containsExactly(first, second);
    assertThat(both.toBuilder().clearListeners().addListener(second).build().listeners())
        .containsExactly(second);
  }

  @Test
  void zeroAndEndlessTimesAreTaken() {
    Duration endless = Duration.ofSeconds(Long.MAX_VALUE);
    assertThat(WaitOptions.builder().timeout(Duration.ZERO).build().timeout()).isZero();
    assertThat(WaitOptions.builder().timeout(endless).build().timeout()).isEqualTo(endless);
    assertThat(WaitOptions.builder().errorBudget(endless).build().errorBudget()).isEqualTo(endless);
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

  @Test
  void successHasToBeSeenAtLeastOnce() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WaitOptions.builder().confirmSuccess(0))
        .withMessage("confirmSuccess must be from 1 to 1,000: 0");
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
