package io.github.cloudjobs.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdaptiveRateTest {
  private static final long SECOND = 1_000_000_000;
  private static final Offset<Double> NEARLY = within(1e-9);

  /** A clock may begin anywhere. */
  private long now = Long.MAX_VALUE - 5 * SECOND;

  private final AdaptiveRate rate = new AdaptiveRate(new PollLimits(1, 50, 0.5, 1_000), now);

  @Test
  void aSecondOfPollsThatWereHeldUpAddsOnePerSecond() {
    for (int i = 0; i < 50; i++) {
      rate.passed();
    }
    assertThat(rate.perSecond()).isCloseTo(51, within(0.02));
  }

  @Test
  void aRefusalLeavesSevenTenthsOfWhatWasSent() {
    send(40, SECOND / 50);
    rate.refused(now);
    assertThat(rate.perSecond()).isCloseTo(0.7 * 41, NEARLY);
  }

  @Test
  void aRefusalLeavesSevenTenthsOfWhatWasAllowedIfThatIsLess() {
    send(200, SECOND / 200);
    rate.refused(now);
    assertThat(rate.perSecond()).isCloseTo(35, NEARLY);
  }

  @Test
  void aLonePollThatIsRefusedFindsAPaceThatSuitsIt() {
    send(1, 15 * SECOND);
    rate.refused(now);
    assertThat(rate.perSecond()).isLessThan(1.5);
  }

  @Test
  void refusalsCountOnceASecond() {
    send(50, SECOND / 50);
    rate.refused(now);
    double once = rate.perSecond();
    now += SECOND - 1;
    rate.refused(now);
    assertThat(rate.perSecond()).isEqualTo(once);
    now++;
    rate.refused(now);
    assertThat(rate.perSecond()).isLessThan(once);
  }

  @Test
  void itStaysBetweenItsFloorAndItsCeiling() {
    for (int i = 0; i < 100; i++) {
      now += SECOND;
      rate.refused(now);
    }
    assertThat(rate.perSecond()).isEqualTo(0.5);
    assertThat(rate.interval()).isEqualTo(2 * SECOND);
    for (int i = 0; i < 1_000_000; i++) {
      rate.passed();
    }
    assertThat(rate.perSecond()).isEqualTo(1_000);
  }

  @ParameterizedTest
  @CsvSource({"20, 18", "0.1, 0.09"})
  void aQuotaThatIsKnownIsKeptToNineTenths(double quota, double kept) {
    AdaptiveRate known = new AdaptiveRate(PollLimits.quota(1, quota), now);
    assertThat(known.perSecond()).isCloseTo(kept, NEARLY);
    known.passed();
    assertThat(known.perSecond()).isCloseTo(kept, NEARLY);
  }

  private void send(int polls, long pause) {
    for (int i = 0; i < polls; i++) {
      now += pause;
      rate.sent(now);
    }
  }
}
