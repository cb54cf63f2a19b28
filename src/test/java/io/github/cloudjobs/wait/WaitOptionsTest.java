package io.github.cloudjobs.wait;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class WaitOptionsTest {
  private static final Duration ENDLESS = Duration.ofSeconds(Long.MAX_VALUE);

  private final WaitOptions.Builder builder = WaitOptions.builder();

  @Test
  void theDefaultsAreAnHourBalancedAndTwoMinutesOfErrors() {
    assertThat(WaitOptions.defaults())
        .returns(Duration.ofMinutes(60), WaitOptions::timeout)
        .returns(PollSchedule.balanced(), WaitOptions::schedule)
        .returns(1, WaitOptions::confirmSuccess)
        .returns(Duration.ofMinutes(2), WaitOptions::errorBudget)
        .returns(false, WaitOptions::stopsOnPendingPayment)
        .returns(false, WaitOptions::stopsOnSubJobFailure)
        .returns(false, WaitOptions::stopsAtFirstFailure)
        .returns(List.of(), WaitOptions::listeners);
  }

  @Test
  void optionsDoNotChangeWithTheirBuilder() {
    WaitListener first = progress -> {};
    WaitListener second = progress -> {};
    builder.timeout(ENDLESS).schedule(PollSchedule.eager()).confirmSuccess(1_000);
    builder.addListener(first).errorBudget(Duration.ZERO).stopOnPendingPayment();
    WaitOptions built = builder.stopOnSubJobFailure().stopAtFirstFailure().build();
    WaitOptions copy = built.toBuilder().build();
    builder.addListener(second).timeout(Duration.ZERO).schedule(PollSchedule.frugal());
    for (WaitOptions options : List.of(built, copy)) {
      assertThat(options)
          .returns(ENDLESS, WaitOptions::timeout)
          .returns(PollSchedule.eager(), WaitOptions::schedule)
          .returns(1_000, WaitOptions::confirmSuccess)
          .returns(List.of(first), WaitOptions::listeners)
          .returns(Duration.ZERO, WaitOptions::errorBudget)
          .returns(true, WaitOptions::stopsOnPendingPayment)
          .returns(true, WaitOptions::stopsOnSubJobFailure)
          .returns(true, WaitOptions::stopsAtFirstFailure);
    }
    assertThat(builder.build().listeners()).containsExactly(first, second);
    assertThat(builder.clearListeners().addListener(second).build().listeners())
        .containsExactly(second);
  }

  @Test
  void valuesOutOfTheirRangeAreRefusedByName() {
    for (Duration bad : new Duration[] {null, Duration.ofNanos(-1)}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> builder.timeout(bad))
          .withMessage("timeout must be zero or more: " + bad);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> builder.errorBudget(bad))
          .withMessage("errorBudget must be zero or more: " + bad);
    }
    for (int times : new int[] {-1, 0, 1_001}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> builder.confirmSuccess(times))
          .withMessage("confirmSuccess must be from 1 to 1,000: " + times);
    }
    assertThatNullPointerException()
        .isThrownBy(() -> builder.schedule(null))
        .withMessage("schedule");
    assertThatNullPointerException()
        .isThrownBy(() -> builder.addListener(null))
        .withMessage("listener");
  }
}
