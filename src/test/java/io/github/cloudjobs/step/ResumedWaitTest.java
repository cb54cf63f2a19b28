package io.github.cloudjobs.step;

import static io.github.cloudjobs.step.WaitScenario.ORIGIN;
import static io.github.cloudjobs.step.WaitScenario.START;
import static io.github.cloudjobs.step.WaitScenario.duration;
import static io.github.cloudjobs.step.WaitScenario.every10s;
import static io.github.cloudjobs.step.WaitScenario.play;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.model.JobStatus;
import io.github.cloudjobs.wait.JobFailedException;
import io.github.cloudjobs.wait.JobWaitTimeoutException;
import io.github.cloudjobs.wait.LearnedSchedule;
import io.github.cloudjobs.wait.PollSchedule;
import io.github.cloudjobs.wait.PollStep;
import io.github.cloudjobs.wait.PollStep.Again;
import io.github.cloudjobs.wait.PollStep.Done;
import io.github.cloudjobs.wait.PollStep.Failed;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitOutcome;
import io.github.cloudjobs.wait.WaitToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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
    PollResult result = new PollResult(PollResults.job(status), null, null, null);
    return wait.step(START.plus(duration(second)), result);
  }

  // What a token holds

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
  void anEndlessTimeoutIsKeptAsTheLongestPossible() {
    Duration endless = Duration.ofSeconds(Long.MAX_VALUE);
    WaitToken token = new WaitScenario(every10s().timeout(endless).errorBudget(endless)).token();
    assertThat(read(token, 5).plan().options().timeout()).isGreaterThan(Duration.ofDays(50_000));
    ResumedWait renewed = read(token, 9).with(every10s().timeout(endless).build());
    assertThat(renewed.plan().options().timeout()).isGreaterThan(Duration.ofDays(50_000));
    assertThat(step(renewed, 9, "RUNNING")).isInstanceOf(Again.class);
  }

  @Test
  void anEarlierVersionFindsSinceWhenAHostIsUnknown() {
    assertThat(Tokens.opened(play(null, "0 unknownHost").token()))
        .contains("\"unknownHosts\":1,\"unknownHostSince\":0");
    assertThat(Tokens.opened(play(null, "0 lost").token())).doesNotContain("unknownHost");
  }

  /** A schedule of the caller's; its text is the one of another. */
  private static final class PrintedAsEager implements PollSchedule {
    int printed;

    @Override
    public Duration nextDelay(Duration jobAge, Job last) {
      return Duration.ofSeconds(10);
    }

    @Override
    public String toString() {
      printed++;
      return "eager";
    }
  }

  @Test
  void aScheduleOfTheCallersContinuesAsBalanced() {
    for (PollSchedule schedule : List.of(new LearnedSchedule(), new PrintedAsEager())) {
      WaitToken token =
          new WaitScenario(WaitOptions.builder().schedule(schedule)).job(1, "RUNNING").token();
      assertThat(read(token, 2).plan().options().schedule()).isEqualTo(PollSchedule.balanced());
    }
  }

  @Test
  void theTokenOfATimeoutIsEncodedWhenItIsRead() {
    PrintedAsEager schedule = new PrintedAsEager();
    WaitOptions.Builder options = WaitOptions.builder().schedule(schedule).timeout(Duration.ZERO);
    WaitTermination end = new WaitScenario(options).job(0, "RUNNING").end();
    assertThat(end.exception()).isInstanceOf(JobWaitTimeoutException.class);
    assertThat(schedule.printed).isZero();
    assertThat(((WaitOutcome.TimedOut) end.outcome()).token()).isEqualTo(end.token());
  }

  // Where it continues

  @ParameterizedTest
  @CsvSource({"4, 11", "11, 11", "500, 500"})
  void theNextPollIsAtItsTimeOrAtOnceIfThatHasPassed(double resumedAt, double next) {
    WaitToken token = play(null, "1 RUNNING").token();
    assertThat(read(token, resumedAt).next().at()).isEqualTo(duration(next).toNanos());
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
  void aClockThatWasSetForwardMakesTimePass() {
    ResumedWait read = read(play(null, "1 RUNNING").token(), 1_000_000);
    assertThat(read.next().at()).isEqualTo(read.plan().deadline());
    assertThat(((Failed) step(read, 1_000_000, "RUNNING")).reason())
        .isInstanceOf(JobWaitTimeoutException.class);
  }

  // Tokens that an earlier version wrote

  private static final Path TOKENS = Path.of("src/test/resources/tokens/jw1.txt");

  /** A token as it was written. */
  record Golden(String schedule, WaitToken token) {
    @Override
    public String toString() {
      return schedule;
    }
  }

  static Stream<Golden> tokens() throws IOException {
    return Files.readAllLines(TOKENS).stream()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.split(" \\| ", 2))
        .map(parts -> new Golden(parts[0], new WaitToken(parts[1])));
  }

  @ParameterizedTest
  @MethodSource("tokens")
  void aTokenIsReadAsItWasWritten(Golden golden) {
    ResumedWait kept = ResumedWait.of(golden.token(), ORIGIN, START.plusSeconds(15));
    WaitState state = kept.next().state();

    assertThat(kept.plan().ref()).isEqualTo(new JobRef("p-1", "j-1", START.minusSeconds(20)));
    assertThat(kept.plan().options().timeout()).isEqualTo(Duration.ofMinutes(20));
    assertThat(kept.plan().options().confirmSuccess()).isEqualTo(2);
    assertThat(kept.plan().options().schedule())
        .isEqualTo(PollSchedule.parse(golden.schedule().replace("learned", "balanced")));
    assertThat(state.polls()).isEqualTo(4);
    assertThat(state.job().status()).isEqualTo(JobStatus.RUNNING);
    assertThat(state.errors()).isOne();
    assertThat(state.throttles()).isOne();
    assertThat(state.streak().missingSince()).isEqualTo(Duration.ofSeconds(14).toNanos());
  }
}
