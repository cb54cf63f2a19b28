package io.github.cloudjobs.wait;

import static io.github.cloudjobs.wait.WaitFixtures.job;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.model.Job;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LearnedScheduleTest {
  private static final Instant BEGIN = Instant.parse("2024-03-05T06:07:08Z");
  private static final Duration ENDLESS = Duration.ofSeconds(Long.MAX_VALUE);
  private static final Job RUNNING = job("{'job_type':'t','status':'RUNNING'}");

  private final LearnedSchedule learned = new LearnedSchedule();
  private int ids;

  @Test
  void untilTwentyJobsOfATypeHaveEndedItIsBalanced() {
    teach(19, 240);
    assertThat(learned.seen("t")).isEqualTo(19);
    for (int age : new int[] {0, 10, 60, 240, 3_600}) {
      assertThat(delay(age)).isEqualTo(balanced(age, RUNNING));
    }
    teach(1, 240);
    assertThat(delay(0)).isGreaterThan(balanced(0, RUNNING));
    assertThat(learned.jitter()).isEqualTo(0.1);
  }

  @Test
  void aPollIsMadeWhenItsAverageLatenessReachesThePrice() {
    LearnedSchedule schedule = new LearnedSchedule(Duration.ofSeconds(1));
    for (int i = 0; i < 30; i++) {
      schedule.learn(ended("t", "j" + i, i < 10 ? 100 : 103), Duration.ZERO);
    }
    // The first one ends evenly from 50 s to 100 s and is 25 s late on average. The price for all
    // is 30 s; 10 jobs have ended at 100 s and 11 at 103 s, so the other 5 s take about 0.5 s.
    assertThat(schedule.nextDelay(Duration.ofSeconds(50), RUNNING))
        .isCloseTo(Duration.ofMillis(50_495), Duration.ofMillis(1));
    // From 100 s on, the first one ends evenly until 103 s, and the other 19 then.
    assertThat(schedule.nextDelay(Duration.ofSeconds(100), RUNNING))
        .isCloseTo(Duration.ofMillis(3_925), Duration.ofMillis(1));
  }

  @Test
  void aJobThatOutlivesNearlyAllIsPolledAsBalanced() {
    teach(295, 60);
    teach(5, 9_000);
    assertThat(delay(100)).isEqualTo(balanced(100, RUNNING));
    assertThat(delay(10_000)).isEqualTo(balanced(10_000, RUNNING));
  }

  @Test
  void aTypeThatBecomesSlowerIsNoticed() {
    teach(300, 10);
    teach(300, 300);
    assertThat(delay(20)).isGreaterThan(Duration.ofSeconds(100));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{}", "{'job_type':'other'}", "{'job_type':'t','status':'PENDING_PAYMENT'}"})
  void forOtherJobsItIsBalanced(String json) {
    teach(50, 240);
    for (Job job : Arrays.asList(job(json), null)) {
      assertThat(learned.nextDelay(Duration.ofSeconds(2), job)).isEqualTo(balanced(2, job));
    }
  }

  @ParameterizedTest
  @CsvSource({"PT240S, PT-5S", "PT240S,", "PT0S, PT240S"})
  void aJobWithoutAPossibleDurationCountsWithItsAge(Duration age, Duration duration) {
    for (int i = 0; i < 50; i++) {
      Job ended =
          duration == null
              ? job("{'job_type':'t','job_id':'j" + i + "','status':'SUCCESS'}")
              : ended("t", "j" + i, duration.toSeconds());
      learned.learn(ended, age);
    }
    assertThat(delay(2)).isGreaterThan(Duration.ofSeconds(60));
  }

  @Test
  void aJobCountsOnceAndOneWithoutATypeNotAtAll() {
    for (int i = 0; i < 5; i++) {
      learned.learn(ended("t", "same", 60), Duration.ZERO);
      learned.learn(ended("t", "other", 60), Duration.ZERO);
      learned.learn(job("{'status':'SUCCESS'}"), Duration.ofSeconds(9));
    }
    assertThat(learned.seen("t")).isEqualTo(2);
    assertThat(learned).hasToString("LearnedSchedule[1 job types]");
  }

  @Test
  void atMostAThousandTypesAreRemembered() {
    for (int i = 0; i < 1_500; i++) {
      learned.learn(ended("type" + i, "j", 60), Duration.ZERO);
    }
    assertThat(learned).hasToString("LearnedSchedule[1000 job types]");
    learned.learn(ended("type1", "j2", 60), Duration.ZERO);
    assertThat(learned.seen("type1")).isEqualTo(2);
    assertThat(learned.seen("type1200")).isZero();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1e-9, 0.01, 1, 100, 1e5, 1e9})
  void noDurationAndNoAgeIsTooShortOrTooLong(double seconds) {
    teach(100, seconds);
    for (double age : new double[] {-86_400, 0, 1e-9, 0.5, seconds, 3 * seconds, 1e6, 1e9}) {
      assertThat(delay(age))
          .isGreaterThanOrEqualTo(Duration.ofSeconds(1))
          .isLessThan(Duration.ofSeconds((long) seconds + 121));
    }
    assertThat(delay(-86_400)).isEqualTo(delay(0));
    assertThat(learned.nextDelay(ENDLESS, RUNNING))
        .isEqualTo(PollSchedule.balanced().nextDelay(ENDLESS, RUNNING));
  }

  @Test
  void manyThreadsMayUseIt() {
    IntStream.range(0, 8_000)
        .parallel()
        .forEach(
            i -> {
              learned.learn(ended("t", "j" + i, 60 + i % 60), Duration.ZERO);
              assertThat(delay(i % 60)).isPositive();
            });
    assertThat(learned.seen("t")).isEqualTo(300);
  }

  private void teach(int jobs, double seconds) {
    for (int i = 0; i < jobs; i++) {
      learned.learn(ended("t", "j" + ids++, seconds), Duration.ZERO);
    }
  }

  private Duration delay(double age) {
    return learned.nextDelay(Duration.ofNanos((long) (age * 1e9)), RUNNING);
  }

  private static Duration balanced(int age, Job last) {
    return PollSchedule.balanced().nextDelay(Duration.ofSeconds(age), last);
  }

  private static Job ended(String type, String id, double seconds) {
    return job(
        "{'job_type':'%s','job_id':'%s','status':'SUCCESS','begin_time':'%s','end_time':'%s'}"
            .formatted(type, id, BEGIN, BEGIN.plusNanos((long) (seconds * 1e9))));
  }
}
