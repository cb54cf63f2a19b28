package io.github.cloudjobs.wait;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.cloudjobs.model.Job;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LearnedScheduleTest {
  private static final Instant BEGIN = Instant.parse("2024-03-05T06:07:08Z");
  private static final Job RUNNING = job("RUNNING", "createServer", "running");

  private final LearnedSchedule learned = new LearnedSchedule();
  private int ids;

  @Test
  void untilTwentyJobsOfATypeHaveEndedItIsBalanced() {
    teach(19, 240);
    assertThat(learned.seen("createServer")).isEqualTo(19);
    for (int age : new int[] {0, 10, 60, 240, 3_600}) {
      assertThat(delay(age)).isEqualTo(balanced(age));
    }
    teach(1, 240);
    assertThat(delay(0)).isGreaterThan(balanced(0));
  }

  @Test
  void itPollsRarelyAtFirstAndOftenAroundTheUsualTime() {
    teach(100, 240);
    assertThat(delay(2)).isGreaterThan(Duration.ofSeconds(60));
    assertThat(delay(230)).isLessThan(Duration.ofSeconds(20));
  }

  @Test
  void anAgeBelowZeroCountsAsZeroAndAnEndlessOneAsOld() {
    teach(100, 240);
    assertThat(delay(-86_400)).isEqualTo(delay(0));
    Duration endless = Duration.ofSeconds(Long.MAX_VALUE);
    assertThat(learned.nextDelay(endless, RUNNING))
        .isEqualTo(PollSchedule.balanced().nextDelay(endless, RUNNING));
  }

  @Test
  void aJobThatIsOlderThanAnyThatEndedIsPolledAsBalanced() {
    teach(400, 60);
    assertThat(delay(3_000)).isEqualTo(balanced(3_000));
  }

  @Test
  void jobsThatFailAtOnceOrTakeLongArePolledAtBothTimes() {
    for (int i = 0; i < 200; i++) {
      teach(1, i % 3 == 0 ? 5 : 600);
    }
    assertThat(delay(2)).isLessThan(Duration.ofSeconds(6));
    assertThat(delay(20)).isGreaterThan(Duration.ofSeconds(30));
    assertThat(delay(600)).isLessThan(Duration.ofSeconds(30));
  }

  @Test
  void aTypeThatBecomesSlowerIsNoticed() {
    teach(2_000, 10);
    Duration before = delay(20);
    teach(6_000, 300);
    assertThat(delay(20)).isGreaterThan(before).isGreaterThan(Duration.ofSeconds(30));
  }

  @Test
  void aHigherPriceMakesFewerPolls() {
    LearnedSchedule dear = new LearnedSchedule(Duration.ofSeconds(5));
    for (int i = 0; i < 50; i++) {
      Job job = ended("createServer", "j" + i, 200 + i);
      dear.learn(job, Duration.ZERO);
      learned.learn(job, Duration.ZERO);
    }
    assertThat(dear.nextDelay(Duration.ofSeconds(220), RUNNING)).isGreaterThan(delay(220));
  }

  @Test
  void oneTypeDoesNotAffectAnother() {
    teach(50, 240);
    Duration age = Duration.ofSeconds(2);
    Job other = job("RUNNING", "deleteServer", "other");
    assertThat(learned.nextDelay(age, other)).isEqualTo(balanced(2));
  }

  @Test
  void withoutAJobOrATypeItIsBalanced() {
    teach(50, 240);
    assertThat(learned.nextDelay(Duration.ofSeconds(2), null)).isEqualTo(balanced(2));
    assertThat(learned.nextDelay(Duration.ofSeconds(2), Job.fromJson("{}"))).isEqualTo(balanced(2));
    learned.learn(Job.fromJson("{\"status\":\"SUCCESS\"}"), Duration.ofSeconds(9));
    assertThat(learned).hasToString("LearnedSchedule[1 job types]");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aJobWithoutAPossibleDurationCountsWithItsAge(boolean endsBeforeItBegins) {
    for (int i = 0; i < 50; i++) {
      Job job =
          endsBeforeItBegins
              ? ended("createServer", "j" + i, -5)
              : job("SUCCESS", "createServer", "j" + i);
      learned.learn(job, Duration.ofSeconds(240));
    }
    assertThat(delay(2)).isGreaterThan(Duration.ofSeconds(60));
  }

  @Test
  void aJobThatSeveralWaitsReportCountsOnce() {
    for (int i = 0; i < 5; i++) {
      learned.learn(ended("createServer", "same", 60), Duration.ZERO);
      learned.learn(ended("createServer", "other", 60), Duration.ZERO);
    }
    assertThat(learned.seen("createServer")).isEqualTo(2);
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
  @ValueSource(doubles = {0, 1e-9, 0.01, 1, 100, 1e5, 1e7, 1e9})
  void noDurationAndNoAgeIsTooShortOrTooLong(double seconds) {
    Random random = new Random(4);
    for (int i = 0; i < 100; i++) {
      teach(1, seconds * (1 + random.nextDouble()));
    }
    for (double age : new double[] {0, 1e-9, 0.5, seconds, 3 * seconds, 1e6, 1e9}) {
      Duration delay = delay(age);
      assertThat(delay).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
      assertThat(delay).isLessThan(Duration.ofDays(5));
    }
    assertThat(learned.nextDelay(Duration.ofSeconds(Long.MAX_VALUE), RUNNING)).isPositive();
  }

  @Test
  void aJobThatWaitsForPaymentIsPolledAtTheLongestPause() {
    teach(50, 60);
    Job unpaid = Job.fromJson("{\"job_type\":\"createServer\",\"status\":\"PENDING_PAYMENT\"}");
    assertThat(learned.nextDelay(Duration.ofSeconds(60), unpaid))
        .isEqualTo(PollSchedule.balanced().nextDelay(Duration.ofSeconds(60), unpaid));
  }

  @Test
  void theJitterIsATenth() {
    assertThat(learned.jitter()).isEqualTo(0.1);
  }

  @Test
  void manyThreadsMayUseIt() throws Exception {
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      int thread = t;
      threads.add(
          new Thread(
              () -> {
                for (int i = 0; i < 2_000; i++) {
                  Job job = ended("createServer", thread + "-" + i, 60 + i % 60);
                  learned.learn(job, Duration.ZERO);
                  if (i % 50 == 0 && delay(30).isZero()) {
                    throw new AssertionError("no pause");
                  }
                }
              }));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(learned.seen("createServer")).isBetween(1_000, 2_000);
  }

  @Test
  void aPriceThatIsNotPositiveIsRefused() {
    for (Duration bad : new Duration[] {null, Duration.ZERO, Duration.ofSeconds(-1)}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new LearnedSchedule(bad))
          .withMessageStartingWith("price ");
    }
  }

  private void teach(int jobs, double seconds) {
    for (int i = 0; i < jobs; i++) {
      learned.learn(ended("createServer", "j" + ids++, seconds), Duration.ZERO);
    }
  }

  private Duration delay(double age) {
    return learned.nextDelay(Duration.ofNanos((long) Math.min(9e18, age * 1e9)), RUNNING);
  }

  private static Duration balanced(int age) {
    return PollSchedule.balanced().nextDelay(Duration.ofSeconds(age), RUNNING);
  }

  private static Job job(String status, String type, String id) {
    return Job.fromJson(
        "{\"job_id\":\"%s\",\"job_type\":\"%s\",\"status\":\"%s\"}".formatted(id, type, status));
  }

  private static Job ended(String type, String id, double seconds) {
    Instant end = BEGIN.plusNanos((long) Math.min(9e18, seconds * 1e9));
    return Job.fromJson(
        "{\"job_id\":\"%s\",\"job_type\":\"%s\",\"status\":\"SUCCESS\",\"begin_time\":\"%s\",\"end_time\":\"%s\"}"
            .formatted(id, type, BEGIN, end));
  }
}
