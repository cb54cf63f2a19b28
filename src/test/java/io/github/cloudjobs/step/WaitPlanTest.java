package io.github.cloudjobs.step;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.wait.WaitOptions;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WaitPlanTest {
  @Test
  void aJobOfUnknownSubmissionIsPolledAtOnce() {
    WaitScenario wait = new WaitScenario(WaitOptions.builder());
    assertThat(wait.next()).isZero();
    assertThat(wait.nextIsLast()).isFalse();
    assertThat(wait.ageAt(0)).isZero();
  }

  @ParameterizedTest
  @CsvSource({"0, 2", "9.999, 2", "10, 0", "3600, 0", "-1, 2", "-86400, 2"})
  void aJobSubmittedLessThanTenSecondsAgoIsPolledAfterTwo(double ago, double first) {
    WaitScenario wait = new WaitScenario(WaitOptions.builder(), submitted(ago));
    assertThat(wait.next()).isEqualTo(first);
    assertThat(wait.ageAt(0)).isEqualTo(Math.max(0, ago));
  }

  @Test
  void aTimeoutOfZeroPollsOnceAndAtOnce() {
    for (JobRef ref : new JobRef[] {WaitScenario.REF, submitted(1)}) {
      WaitScenario wait = new WaitScenario(WaitOptions.builder().timeout(Duration.ZERO), ref);
      assertThat(wait.next()).isZero();
      assertThat(wait.nextIsLast()).isTrue();
    }
  }

  @Test
  void aFreshJobWithATimeoutBelowTwoSecondsIsPolledOnceAtItsEnd() {
    WaitScenario wait =
        new WaitScenario(WaitOptions.builder().timeout(Duration.ofMillis(1_500)), submitted(1));
    assertThat(wait.next()).isEqualTo(1.5);
    assertThat(wait.nextIsLast()).isTrue();
  }

  @Test
  void anEndlessTimeoutIsTaken() {
    WaitScenario wait =
        new WaitScenario(WaitOptions.builder().timeout(Duration.ofSeconds(Long.MAX_VALUE)));
    wait.job(1e9, "RUNNING");
    assertThat(wait.goesOn()).isTrue();
    assertThat(wait.nextIsLast()).isFalse();
  }

  @Test
  void aSubmissionAtTheEdgesOfTimeIsTaken() {
    WaitOptions options = WaitOptions.defaults();
    WaitPlan old =
        WaitPlan.of(new JobRef("p", "j", Instant.MIN), options, WaitScenario.ORIGIN, Instant.MAX);
    assertThat(old.firstPoll()).isZero();
    assertThat(old.firstAge().at(1_000)).isGreaterThan(Duration.ofDays(36_500).toNanos());
    WaitPlan young =
        WaitPlan.of(new JobRef("p", "j", Instant.MAX), options, WaitScenario.ORIGIN, Instant.MIN);
    assertThat(young.firstAge().at(1_000)).isEqualTo(1_000);
  }

  private static JobRef submitted(double ago) {
    return new JobRef("p-1", "j-1", WaitScenario.START.minus(WaitScenario.duration(ago)));
  }
}
