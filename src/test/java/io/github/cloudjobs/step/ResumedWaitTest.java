package io.github.cloudjobs.step;

import static io.github.cloudjobs.step.WaitScenario.ORIGIN;
import static io.github.cloudjobs.step.WaitScenario.START;
import static io.github.cloudjobs.step.WaitScenario.duration;
import static io.github.cloudjobs.step.WaitScenario.every10s;
import static io.github.cloudjobs.step.WaitScenario.play;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.wait.JobFailedException;
import io.github.cloudjobs.wait.JobVanishedException;
import io.github.cloudjobs.wait.JobWaitTimeoutException;
import io.github.cloudjobs.wait.LearnedSchedule;
import io.github.cloudjobs.wait.PollSchedule;
import io.github.cloudjobs.wait.PollStep;
import io.github.cloudjobs.wait.PollStep.Again;
import io.github.cloudjobs.wait.PollStep.Done;
import io.github.cloudjobs.wait.PollStep.Failed;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitToken;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A wait that was written as a token continues with its whole state. */
class ResumedWaitTest {
  private static ResumedWait read(WaitToken token, double second) {
    return ResumedWait.of(token, ORIGIN, START.plus(duration(second)));
  }

  private static PollStep step(ResumedWait wait, double second, String status) {
    PollResult result = new PollResult(Answers.job(status), null, null, null);
    return wait.step(START.plus(duration(second)), result);
  }

  private static PollStep step(ResumedWait wait, double second, JobsException error) {
    return wait.step(START.plus(duration(second)), PollResult.failed(error));
  }

  // What a token holds

  @Test
  void theStateIsKept() {
    JobRef ref = new JobRef("p-2", "j 2", START.minusSeconds(77));
    WaitScenario wait =
        new WaitScenario(every10s().confirmSuccess(9), ref)
            .job(1, Answers.job("RUNNING", START.minusSeconds(30)))
            .job(11, "ODD")
            .job(21, Answers.job("SUCCESS", START.minusSeconds(20)))
            .error(22, Answers.lost())
            .error(24, Answers.lost())
            .error(30, Answers.throttled());
    ResumedWait read = read(wait.token(), 31);
    assertThat(read.plan().ref()).isEqualTo(ref);
    assertThat(read.plan().origin()).isEqualTo(ORIGIN);
    assertThat(read.next().state())
        .usingRecursiveComparison()
        .ignoringFields("job", "streak.latest")
        .isEqualTo(wait.state());
    assertThat(read.next().state().job().statusText()).isEqualTo("SUCCESS");
    assertThat(read.next().state().job().beginTime()).isEqualTo(START.minusSeconds(20));
  }

  @Test
  void theTypeTheStatusAndTheBeginOfTheJobAreKept() {
    Job full =
        Job.fromJson(
            """
            {"job_id": "other", "job_type": "createServer", "status": "runnign", "message": "m",
             "begin_time": "04-Jun-2015 18:11:06:586", "entities": {"server_id": "s"}}\
            """);
    Job job = read(new WaitScenario(every10s()).job(1, full).token(), 2).next().state().job();
    assertThat(job.jobId()).isEqualTo("other");
    assertThat(job.jobType()).isEqualTo("createServer");
    assertThat(job.statusText()).isEqualTo("runnign");
    assertThat(job.beginTimeText()).isEqualTo("04-Jun-2015 18:11:06:586");
    assertThat(job.message()).isNull();
    assertThat(job.entities().isEmpty()).isTrue();
  }

  @Test
  void aJobWithoutAStatusIsKeptAndALongStatusIsCut() {
    Job empty = Job.fromJson("{}");
    Job read = read(new WaitScenario(every10s()).job(1, empty).token(), 2).next().state().job();
    assertThat(read.status()).isEqualTo(empty.status());
    Job wordy = Job.fromJson("{\"status\": \"" + "\uD83D\uDE00".repeat(50_000) + "\"}");
    WaitToken token = new WaitScenario(every10s()).job(1, wordy).token();
    assertThat(token.text()).hasSizeLessThan(3_000);
    assertThat(read(token, 2).next().state().job().statusText()).isNotBlank();
  }

  @Test
  void theOptionsAreKept() {
    WaitOptions.Builder options =
        every10s()
            .timeout(Duration.ofNanos(1_234_567_891_011L))
            .confirmSuccess(7)
            .errorBudget(Duration.ofMillis(4_321))
            .stopOnPendingPayment()
            .stopOnSubJobFailure();
    for (WaitOptions.Builder each : new WaitOptions.Builder[] {options, WaitOptions.builder()}) {
      assertThat(read(new WaitScenario(each).token(), 0).plan().options())
          .usingRecursiveComparison()
          .isEqualTo(each.build());
    }
  }

  @Test
  void anEndlessTimeoutIsKeptAsTheLongestPossible() {
    Duration endless = Duration.ofSeconds(Long.MAX_VALUE);
    WaitToken token = new WaitScenario(every10s().timeout(endless).errorBudget(endless)).token();
    assertThat(read(token, 5).plan().options().timeout()).isGreaterThan(Duration.ofDays(50_000));
    ResumedWait renewed = read(token, 9).with(every10s().timeout(endless).build());
    assertThat(renewed.plan().options().timeout()).isGreaterThan(Duration.ofDays(50_000));
    assertThat(step(renewed, 9, "RUNNING")).isInstanceOf(Again.class);
  }

  static Stream<PollSchedule> namedSchedules() {
    return Stream.of(
        PollSchedule.balanced(),
        PollSchedule.eager(),
        PollSchedule.frugal(),
        PollSchedule.fixed(Duration.ofNanos(1)),
        PollSchedule.fixed(Duration.ofSeconds(Long.MAX_VALUE)),
        PollSchedule.exponential(Duration.ofMillis(1), 1, Duration.ofMillis(1)),
        PollSchedule.exponential(Duration.ofSeconds(3), 1.1, Duration.ofDays(1)),
        PollSchedule.exponential(Duration.ofSeconds(3), Double.MAX_VALUE, Duration.ofDays(1)));
  }

  @ParameterizedTest
  @MethodSource("namedSchedules")
  void aScheduleWithATextIsKept(PollSchedule schedule) {
    assertThat(PollSchedule.parse(schedule.toString())).isEqualTo(schedule);
    assertThat(resumed(schedule)).isEqualTo(schedule);
  }

  @Test
  void anyOtherScheduleContinuesAsBalanced() {
    assertThat(resumed(new LearnedSchedule())).isEqualTo(PollSchedule.balanced());
    assertThat(resumed((age, last) -> Duration.ZERO)).isEqualTo(PollSchedule.balanced());
    assertThat(resumed(new Printed(() -> "eager"))).isEqualTo(PollSchedule.balanced());
    assertThat(resumed(new Printed(() -> null))).isEqualTo(PollSchedule.balanced());
    PollSchedule failing =
        new Printed(
            () -> {
              throw new LinkageError("no text");
            });
    assertThat(resumed(failing)).isEqualTo(PollSchedule.balanced());
  }

  /** A caller's own schedule, which prints as the caller likes and is equal to everything. */
  private record Printed(Supplier<String> text) implements PollSchedule {
    @Override
    public Duration nextDelay(Duration jobAge, Job last) {
      return Duration.ofSeconds(10);
    }

    @Override
    public String toString() {
      return text.get();
    }

    @Override
    public boolean equals(Object other) {
      return true;
    }

    @Override
    public int hashCode() {
      return 0;
    }
  }

  private static PollSchedule resumed(PollSchedule schedule) {
    WaitToken token =
        new WaitScenario(WaitOptions.builder().schedule(schedule)).job(1, "RUNNING").token();
    return read(token, 2).plan().options().schedule();
  }

  // Where it continues

  @ParameterizedTest
  @CsvSource({"4, 11", "11, 11", "500, 500"})
  void theNextPollIsAtItsTimeOrAtOnceIfThatHasPassed(double resumedAt, double next) {
    WaitToken token = play(null, "1 RUNNING").token();
    assertThat(read(token, resumedAt).next().at()).isEqualTo(duration(next).toNanos());
  }

  @Test
  void aWaitWithoutAPollBeginsWhenItsTokenWasMade() {
    WaitPlan plan = WaitPlan.of(WaitScenario.submitted(3), every10s().build(), ORIGIN, START);
    ResumedWait read = read(ResumedWait.begin(plan), 1);
    assertThat(read.plan()).usingRecursiveComparison().isEqualTo(plan);
    assertThat(read.next().at()).isEqualTo(duration(2).toNanos());
    assertThat(read.next().state()).isEqualTo(WaitState.begin(plan));
  }

  @Test
  void afterItsDeadlineItPollsOnce() {
    ResumedWait late = read(play("timeout=60", "1 RUNNING").token(), 10_000);
    assertThat(late.next().at()).isEqualTo(late.plan().deadline());
    assertThat(((Failed) step(late, 10_001, "RUNNING")).reason())
        .isInstanceOf(JobWaitTimeoutException.class)
        .satisfies(e -> assertThat(e.polls()).isEqualTo(2))
        .satisfies(e -> assertThat(e.elapsed()).isEqualTo(duration(10_001)));
    assertThat(step(late, 10_001, "SUCCESS")).isInstanceOf(Done.class);
    assertThat(((Failed) step(late, 10_001, "FAIL")).reason())
        .isInstanceOf(JobFailedException.class);
  }

  @Test
  void theTimeoutOfOtherOptionsCountsFromNow() {
    WaitOptions options = WaitOptions.builder().timeout(Duration.ofSeconds(30)).build();
    ResumedWait late = read(play("timeout=60", "1 RUNNING").token(), 1_000).with(options);
    assertThat(late.plan().deadline()).isEqualTo(duration(1_030).toNanos());
    assertThat(late.next().at()).isEqualTo(duration(1_000).toNanos());
    assertThat(late.plan().options().schedule()).isEqualTo(PollSchedule.balanced());
    Again again = (Again) step(late, 1_000, "RUNNING");
    assertThat(read(again.token(), 1_001).plan().deadline()).isEqualTo(duration(1_030).toNanos());
  }

  // Errors before and after

  @Test
  void aJobVanishesAcrossTokensUnlessItIsSeenBetween() {
    WaitToken token = play(null, "0 RUNNING, 10 missing").token();
    Again again = (Again) step(read(token, 20), 20, Answers.notFound());
    assertThat(again.at()).isEqualTo(START.plusSeconds(30));
    assertThat(step(read(again.token(), 39), 39, Answers.notFound())).isInstanceOf(Again.class);
    assertThat(((Failed) step(read(again.token(), 40), 40, Answers.notFound())).reason())
        .isInstanceOf(JobVanishedException.class);
    Again seen = (Again) step(read(token, 29), 29, "RUNNING");
    assertThat(step(read(seen.token(), 41), 41, Answers.notFound())).isInstanceOf(Again.class);
  }

  @Test
  void aRedirectIsToleratedIfTheJobWasSeenBeforeTheToken() {
    ResumedWait seen = read(play(null, "0 RUNNING").token(), 10);
    assertThat(step(seen, 10, Answers.http(302))).isInstanceOf(Again.class);
    ResumedWait unseen = read(play(null, "0 lost").token(), 10);
    assertThat(step(unseen, 10, Answers.http(302))).isInstanceOf(Failed.class);
  }

  @Test
  void anUnknownHostEndsAWaitAcrossTokens() {
    JobsException unknown = Answers.lost(new UnknownHostException("ecs.example"));
    WaitToken token = ResumedWait.begin(new WaitScenario(every10s()).plan);
    for (int second : new int[] {0, 10}) {
      token = ((Again) step(read(token, second), second, unknown)).token();
    }
    assertThat(step(read(token, 20), 20, unknown)).isInstanceOf(Failed.class);
  }

  // Clocks that were set

  @Test
  void aClockThatWasSetBackDoesNotLengthenTheWait() {
    ResumedWait read = read(play("timeout=60", "1 RUNNING, 11 RUNNING").token(), -100_000);
    assertThat(read.elapsed()).isEqualTo(duration(11).toNanos());
    assertThat(read.next().at()).isEqualTo(duration(21).toNanos());
    Again again = (Again) step(read, -99_990, "RUNNING");
    assertThat(again.at()).isEqualTo(START.minusSeconds(99_980));
    ResumedWait later = read(again.token(), -99_980);
    assertThat(later.elapsed()).isEqualTo(duration(31).toNanos());
    assertThat(((Failed) step(later, -99_950, "RUNNING")).reason())
        .isInstanceOf(JobWaitTimeoutException.class);
  }

  @Test
  void aClockThatIsSetBackDuringAPollChangesNothing() {
    WaitToken token = play(null, "1 RUNNING").token();
    Again again = (Again) step(read(token, 11), -5_000, "RUNNING");
    assertThat(read(again.token(), 11).elapsed()).isEqualTo(duration(11).toNanos());
    assertThat(read(again.token(), -5_000).next().at()).isEqualTo(duration(21).toNanos());
  }

  @Test
  void aClockThatWasSetForwardMakesTimePass() {
    ResumedWait read = read(play(null, "1 RUNNING").token(), 1_000_000);
    assertThat(read.next().at()).isEqualTo(read.plan().deadline());
    assertThat(((Failed) step(read, 1_000_000, "RUNNING")).reason())
        .isInstanceOf(JobWaitTimeoutException.class);
  }

  @Test
  void aClockBefore1970MakesTimePass() {
    Instant before = Instant.parse("1960-01-01T00:00:00Z");
    WaitPlan plan = WaitPlan.of(WaitScenario.REF, every10s().build(), ORIGIN, before);
    ResumedWait read = ResumedWait.of(ResumedWait.begin(plan), ORIGIN, before.plusSeconds(3));
    assertThat(read.elapsed()).isEqualTo(duration(3).toNanos());
    PollResult running = new PollResult(Answers.job("RUNNING"), null, null, null);
    assertThat(((Again) read.step(before.plusSeconds(4), running)).at())
        .isEqualTo(before.plusSeconds(14));
  }
}
