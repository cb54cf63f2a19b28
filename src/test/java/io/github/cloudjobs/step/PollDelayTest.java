package io.github.cloudjobs.step;

import static io.github.cloudjobs.step.WaitScenario.START;
import static io.github.cloudjobs.step.WaitScenario.every10s;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.wait.PollSchedule;
import io.github.cloudjobs.wait.WaitOptions;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PollDelayTest {
  private static final Duration ENDLESS = Duration.ofSeconds(Long.MAX_VALUE);

  @Test
  void theScheduleReceivesTheAgeAndTheLastJob() {
    Job[] seen = new Job[1];
    WaitScenario wait =
        new WaitScenario(
            options(
                (age, last) -> {
                  seen[0] = last;
                  return age.plusSeconds(1);
                }));
    assertThat(wait.error(3, PollResults.notFound()).next()).isEqualTo(7);
    assertThat(seen[0]).isNull();
    Job job = PollResults.job("RUNNING", START.minusSeconds(90));
    assertThat(wait.job(10, job).next()).isEqualTo(10 + 100 + 1);
    assertThat(seen[0]).isSameAs(job);
  }

  @Test
  void jitterStaysWithinItsBoundsAndIsSpreadOverThem() {
    Set<Long> distinct = new HashSet<>();
    double least = 9;
    double most = 0;
    for (int i = 0; i < 10_000; i++) {
      JobRef ref = new JobRef("p", Integer.toHexString(i * 7919));
      WaitScenario wait = new WaitScenario(options(jittered(Duration.ofSeconds(1), 0.2)), ref);
      double delay = wait.job(i / 100.0, "RUNNING").next() - i / 100.0;
      least = Math.min(least, delay);
      most = Math.max(most, delay);
      distinct.add(Math.round(delay * 1e6));
    }
    assertThat(least).isBetween(0.7999999, 0.801);
    assertThat(most).isBetween(1.199, 1.2000001);
    assertThat(distinct).hasSizeGreaterThan(9_500);
  }

  @ParameterizedTest
  @CsvSource({
    "PT0S, 0, 0.01, 0.01",
    "PT0.009999999S, 0, 0.01, 0.01",
    "PT0.010000001S, 0, 0.010000001, 0.010000001",
    "PT0.01S, 0.99, 0.01, 0.02"
  })
  void aPauseBelowTenMillisecondsIsRaisedToThem(
      Duration pause, double jitter, double least, double most) {
    for (int i = 0; i < 100; i++) {
      JobRef ref = new JobRef("p", "j" + i);
      WaitScenario wait = new WaitScenario(options(jittered(pause, jitter)), ref);
      assertThat(wait.job(0, "RUNNING").next()).isBetween(least, most);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.2, 0.5, 0.9999999999999999})
  void anEndlessPauseIsCutToTheDeadline(double jitter) {
    for (int i = 0; i < 100; i++) {
      WaitScenario wait =
          new WaitScenario(
              options(jittered(ENDLESS, jitter)).timeout(Duration.ofHours(5)),
              new JobRef("p", "j" + i));
      assertThat(wait.job(1_000_000 / 1e9, "RUNNING").next()).isEqualTo(18_000);
      assertThat(wait.nextIsLast()).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "PT20S, 21",
    "PT10S, 11",
    "PT3S, 11",
    "PT0S, 11",
    "PT-7S, 11",
    "PT299S, 300",
    "PT24H, 301",
    "PT2562047788015215H, 301"
  })
  void retryAfterIsAFloorForFiveMinutesAtMost(Duration retryAfter, double next) {
    WaitScenario job = new WaitScenario(every10s());
    assertThat(job.report(1, START, PollResults.job("RUNNING"), null, retryAfter).next())
        .isEqualTo(next);
    WaitScenario error = new WaitScenario(every10s());
    assertThat(error.report(1, START, null, PollResults.http(500), retryAfter).next())
        .isEqualTo(next);
  }

  @Test
  void aScheduleThatReturnsNoPauseOrNoJitterEndsTheWait() {
    for (Duration bad : new Duration[] {null, Duration.ofNanos(-1), Duration.ofSeconds(-9)}) {
      WaitTermination end = new WaitScenario(options((age, last) -> bad)).job(1, "RUNNING").end();
      assertThat(end.cause())
          .isInstanceOf(IllegalStateException.class)
          .hasMessageEndingWith(": " + bad + " with jitter 0.0");
    }
    for (double bad : new double[] {-0.1, 1, 7, Double.NaN}) {
      PollSchedule schedule = jittered(Duration.ofSeconds(1), bad);
      WaitTermination end = new WaitScenario(options(schedule)).job(1, "RUNNING").end();
      assertThat(end.cause()).hasMessageEndingWith(": PT1S with jitter " + bad);
    }
  }

  private static WaitOptions.Builder options(PollSchedule schedule) {
    return WaitOptions.builder().schedule(schedule);
  }

  private static PollSchedule jittered(Duration pause, double jitter) {
    return new PollSchedule() {
      @Override
      public Duration nextDelay(Duration jobAge, Job last) {
        return pause;
      }

      @Override
      public double jitter() {
        return jitter;
      }
    };
  }
}
