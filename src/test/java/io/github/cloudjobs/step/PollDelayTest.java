package io.github.cloudjobs.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.wait.JobPollException;
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
  void theScheduleIsAskedWithTheAgeAndTheLastJob() {
    Job[] seen = new Job[1];
    WaitScenario wait =
        new WaitScenario(
            options(
                (age, last) -> {
                  seen[0] = last;
                  return age.plusSeconds(1);
                }));
    assertThat(wait.error(3, Answers.notFound()).next()).isEqualTo(7);
    assertThat(seen[0]).isNull();
    Job job = Answers.job("RUNNING", WaitScenario.START.minusSeconds(90));
    assertThat(wait.job(10, job).next()).isEqualTo(10 + 100 + 1);
    assertThat(seen[0]).isSameAs(job);
  }

  @Test
  void jitterStaysWithinItsBoundsAndIsSpreadOverThem() {
    Set<Long> distinct = new HashSet<>();
    double least = 9;
    double most = 0;
    for (int i = 0; i < 10_000; i++) {
      WaitScenario wait =
          new WaitScenario(
              options(jittered(Duration.ofSeconds(1), 0.2)),
              new JobRef("p", Integer.toHexString(i * 7919)));
      double delay = wait.job(i / 100.0, "RUNNING").next() - i / 100.0;
      least = Math.min(least, delay);
      most = Math.max(most, delay);
      distinct.add(Math.round(delay * 1e6));
    }
    assertThat(least).isBetween(0.7999999, 0.801);
    assertThat(most).isBetween(1.199, 1.2000001);
    assertThat(distinct).hasSizeGreaterThan(9_500);
  }

  @Test
  void theSameJobAtTheSameAgeIsJitteredTheSameWhenTheWaitBegunLater() {
    JobRef ref = new JobRef("p", "ff80808288d4e1370188d4f4d2ab0006");
    Job job = Answers.job("RUNNING", WaitScenario.START.minusSeconds(100));
    double early = new WaitScenario(WaitOptions.builder(), ref).job(50, job).next() - 50;
    Job older = Answers.job("RUNNING", WaitScenario.START.minusSeconds(150));
    double late = new WaitScenario(WaitOptions.builder(), ref).job(0, older).next();
    assertThat(late).isCloseTo(early, within(1e-8));
    double other =
        new WaitScenario(WaitOptions.builder(), new JobRef("p", "j-2")).job(0, older).next();
    assertThat(other).isNotEqualTo(early);
  }

  @ParameterizedTest
  @CsvSource({"PT0S, 0.01", "PT0.009999999S, 0.01", "PT0.01S, 0.01", "PT0.010000001S, 0.010000001"})
  void aPauseBelowTenMillisecondsIsRaisedToThem(Duration pause, double delay) {
    WaitScenario wait = new WaitScenario(options((age, last) -> pause));
    assertThat(wait.job(0, "RUNNING").next()).isEqualTo(delay);
  }

  @Test
  void jitterDoesNotTakeAPauseBelowTenMilliseconds() {
    for (int i = 0; i < 100; i++) {
      WaitScenario wait =
          new WaitScenario(
              options(jittered(Duration.ofMillis(10), 0.99)), new JobRef("p", "j" + i));
      assertThat(wait.job(0, "RUNNING").next()).isBetween(0.01, 0.02);
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

  @Test
  void anEndlessPauseOfAnEndlessWaitIsEndless() {
    for (int i = 0; i < 20_000; i++) {
      WaitScenario wait =
          new WaitScenario(
              options(jittered(ENDLESS, 0.9999999999999999)).timeout(ENDLESS),
              new JobRef("p", "j" + i));
      assertThat(wait.job(1e6, "RUNNING").next()).isGreaterThan(1e6);
    }
  }

  @Test
  void retryAfterIsAFloor() {
    assertThat(retryAfter(Duration.ofSeconds(20)).next()).isEqualTo(21);
    assertThat(retryAfter(Duration.ofSeconds(10)).next()).isEqualTo(11);
    assertThat(retryAfter(Duration.ofSeconds(3)).next()).isEqualTo(11);
    assertThat(retryAfter(Duration.ZERO).next()).isEqualTo(11);
    assertThat(retryAfter(Duration.ofSeconds(-7)).next()).isEqualTo(11);
  }

  @Test
  void retryAfterIsObeyedForFiveMinutesAtMost() {
    assertThat(retryAfter(Duration.ofSeconds(299)).next()).isEqualTo(300);
    assertThat(retryAfter(Duration.ofDays(1)).next()).isEqualTo(301);
    assertThat(retryAfter(ENDLESS).next()).isEqualTo(301);
  }

  @Test
  void retryAfterBeyondTheDeadlineStillLeavesTheLastPoll() {
    WaitScenario wait =
        new WaitScenario(options(PollSchedule.fixed(Duration.ofSeconds(10))).timeout(seconds(60)));
    wait.report(1, WaitScenario.START, Answers.job("RUNNING"), null, seconds(200));
    assertThat(wait.next()).isEqualTo(60);
    assertThat(wait.nextIsLast()).isTrue();
  }

  @Test
  void aScheduleThatThrowsEndsTheWait() {
    for (Throwable thrown : new Throwable[] {new IllegalStateException("x"), new LinkageError()}) {
      WaitScenario wait =
          new WaitScenario(
              options(
                  (age, last) -> {
                    throw sneaky(thrown);
                  }));
      WaitTermination end = wait.job(1, "RUNNING").end();
      assertThat(end.problem()).isEqualTo("the poll schedule failed");
      assertThat(end.cause()).isSameAs(thrown);
      assertThat(end.state().polls()).isOne();
    }
  }

  @Test
  void aScheduleThatAnswersNullOrLessThanZeroEndsTheWait() {
    for (Duration bad : new Duration[] {null, Duration.ofNanos(-1), Duration.ofSeconds(-9)}) {
      WaitTermination end = new WaitScenario(options((age, last) -> bad)).job(1, "RUNNING").end();
      assertThat(end.cause())
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("a schedule must return zero or more, not " + bad);
      assertThatExceptionOfType(JobPollException.class)
          .isThrownBy(end::jobOrThrow)
          .withCause(end.cause());
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1, 7, Double.NaN})
  void aJitterThatIsNoneEndsTheWait(double jitter) {
    WaitTermination end =
        new WaitScenario(options(jittered(seconds(1), jitter))).job(1, "RUNNING").end();
    assertThat(end.cause()).hasMessageStartingWith("a schedule's jitter must be ");
  }

  private static WaitScenario retryAfter(Duration asked) {
    return new WaitScenario(options(PollSchedule.fixed(Duration.ofSeconds(10))))
        .report(1, WaitScenario.START, Answers.job("RUNNING"), null, asked);
  }

  private static Duration seconds(long seconds) {
    return Duration.ofSeconds(seconds);
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

  @SuppressWarnings("unchecked")
  private static <T extends Throwable> RuntimeException sneaky(Throwable t) throws T {
    throw (T) t;
  }
}
