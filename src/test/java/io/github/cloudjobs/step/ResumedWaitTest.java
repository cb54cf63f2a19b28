package io.github.cloudjobs.step;

import static io.github.cloudjobs.step.WaitScenario.ORIGIN;
import static io.github.cloudjobs.step.WaitScenario.START;
import static io.github.cloudjobs.step.WaitScenario.duration;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.wait.JobFailedException;
import io.github.cloudjobs.wait.JobPollException;
import io.github.cloudjobs.wait.JobVanishedException;
import io.github.cloudjobs.wait.JobWaitTimeoutException;
import io.github.cloudjobs.wait.LearnedSchedule;
import io.github.cloudjobs.wait.PollSchedule;
import io.github.cloudjobs.wait.PollStep;
import io.github.cloudjobs.wait.PollStep.Again;
import io.github.cloudjobs.wait.PollStep.Done;
import io.github.cloudjobs.wait.PollStep.Failed;
import io.github.cloudjobs.wait.WaitListener;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitToken;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A wait that was kept as a token goes on with all that it had. */
class ResumedWaitTest {
  private static final PollSchedule EVERY_10_S = PollSchedule.fixed(Duration.ofSeconds(10));

  private static WaitOptions.Builder every10s() {
    return WaitOptions.builder().schedule(EVERY_10_S);
  }

  private static ResumedWait kept(WaitToken token, double second) {
    return ResumedWait.of(token, ORIGIN, START.plus(duration(second)));
  }

  // What a token holds

  @Test
  void allThatAWaitHasLearnedIsKept() {
    WaitScenario walk =
        new WaitScenario(
                every10s().confirmSuccess(9), new JobRef("p-2", "j 2", START.minusSeconds(77)))
            .job(1, Answers.job("RUNNING", START.minusSeconds(30)))
            .job(11, "ODD")
            .job(21, Answers.job("SUCCESS", START.minusSeconds(20)))
            .error(22, Answers.lost())
            .error(24, Answers.lost())
            .error(30, Answers.throttled());
    ResumedWait kept = kept(walk.token(), 31);
    assertThat(kept.plan().ref()).isEqualTo(walk.plan.ref());
    assertThat(kept.plan().origin()).isEqualTo(walk.plan.origin());
    assertThat(kept.plan().began()).isEqualTo(walk.plan.began());
    assertThat(kept.next().at() / 1e9).isEqualTo(walk.next());
    assertThat(kept.next().at()).isLessThan(kept.plan().deadline());
    WaitState state = kept.next().state();
    assertThat(state)
        .usingRecursiveComparison()
        .ignoringFields("job", "streak.latest")
        .isEqualTo(walk.state());
    assertThat(state.streak().errors()).isEqualTo(2);
    assertThat(state.job().statusText()).isEqualTo("SUCCESS");
    assertThat(state.job().beginTime()).isEqualTo(START.minusSeconds(20));
  }

  @Test
  void anUnknownHostEndsAWaitThatIsKeptBetweenItsPolls() {
    JobsException unknown = Answers.lost(new UnknownHostException("ecs.example"));
    WaitToken token = ResumedWait.begin(new WaitScenario(every10s()).plan);
    for (int second : new int[] {0, 10}) {
      PollStep step = failed(kept(token, second), second, unknown);
      assertThat(step).isInstanceOf(Again.class);
      token = ((Again) step).token();
    }
    assertThat(failed(kept(token, 20), 20, unknown)).isInstanceOf(Failed.class);
  }

  @Test
  void ofTheJobTheTypeTheStatusAndTheBeginningAreKept() {
    Job full =
        Job.fromJson(
            """
            {"job_id": "other", "job_type": "createServer", "status": "runnign", "message": "m",
             "begin_time": "04-Jun-2015 18:11:06:586", "entities": {"server_id": "s"}}\
            """);
    Job job = kept(new WaitScenario(every10s()).job(1, full).token(), 2).next().state().job();
    assertThat(job.jobId()).isEqualTo("other");
    assertThat(job.jobType()).isEqualTo("createServer");
    assertThat(job.statusText()).isEqualTo("runnign");
    assertThat(job.beginTimeText()).isEqualTo("04-Jun-2015 18:11:06:586");
    assertThat(job.message()).isNull();
    assertThat(job.entities().isEmpty()).isTrue();
  }

  @Test
  void aJobThatSaysNoStatusIsKeptAsOneThatDoesNot() {
    Job mute = Job.fromJson("{}");
    Job job = kept(new WaitScenario(every10s()).job(1, mute).token(), 2).next().state().job();
    assertThat(job).isNotNull();
    assertThat(job.status()).isEqualTo(mute.status());
  }

  @Test
  void wordsThatHaveNoEndMakeNoTokenThatHasNone() {
    Job wordy = Job.fromJson("{\"status\": \"" + "\uD83D\uDE00".repeat(50_000) + "\"}");
    WaitToken token = new WaitScenario(every10s()).job(1, wordy).token();
    assertThat(token.text()).hasSizeLessThan(3_000);
    assertThat(kept(token, 2).next().state().job().statusText()).isNotBlank();
  }

  @Test
  void theOptionsAreKept() {
    WaitOptions.Builder asked =
        every10s()
            .timeout(Duration.ofNanos(1_234_567_891_011L))
            .confirmSuccess(7)
            .errorBudget(Duration.ofMillis(4_321))
            .stopOnPendingPayment()
            .stopOnSubJobFailure();
    assertThat(kept(new WaitScenario(asked).token(), 0).plan().options())
        .usingRecursiveComparison()
        .isEqualTo(asked.build());
    assertThat(kept(new WaitScenario(WaitOptions.builder()).token(), 0).plan().options())
        .usingRecursiveComparison()
        .isEqualTo(WaitOptions.defaults());
  }

  @Test
  void anEndlessTimeoutIsKeptAsTheLongestThereIs() {
    Duration endless = Duration.ofSeconds(Long.MAX_VALUE);
    WaitToken token = new WaitScenario(every10s().timeout(endless).errorBudget(endless)).token();
    assertThat(kept(token, 5).plan().options().timeout()).isGreaterThan(Duration.ofDays(50_000));
    ResumedWait renewed =
        ResumedWait.of(token, ORIGIN, START.plusSeconds(9))
            .with(every10s().timeout(endless).build());
    assertThat(renewed.plan().options().timeout()).isGreaterThan(Duration.ofDays(50_000));
    assertThat(
            renewed.step(
                START.plusSeconds(9), new PollResult(Answers.job("RUNNING"), null, null, null)))
        .isInstanceOf(Again.class);
  }

  static Stream<PollSchedule> presets() {
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
  @MethodSource("presets")
  void theSchedulesThatHaveNamesAreKept(PollSchedule schedule) {
    assertThat(PollSchedule.parse(schedule.toString())).isEqualTo(schedule);
    assertThat(resumed(schedule)).isEqualTo(schedule);
  }

  @Test
  void aScheduleThatHasNoNameGoesOnAsBalanced() {
    assertThat(resumed(new LearnedSchedule())).isEqualTo(PollSchedule.balanced());
    assertThat(resumed((age, last) -> Duration.ZERO)).isEqualTo(PollSchedule.balanced());
  }

  @Test
  void aScheduleThatOnlySaysItIsEagerGoesOnAsBalanced() {
    assertThat(resumed(Printed.as("eager"))).isEqualTo(PollSchedule.balanced());
  }

  @Test
  void aScheduleThatCannotBePrintedGoesOnAsBalanced() {
    assertThat(resumed(Printed.as(null))).isEqualTo(PollSchedule.balanced());
    PollSchedule failing =
        new PollSchedule() {
          @Override
          public Duration nextDelay(Duration jobAge, @Nullable Job last) {
            return Duration.ofSeconds(10);
          }

          @Override
          public String toString() {
            throw new LinkageError("no text");
          }
        };
    assertThat(resumed(failing)).isEqualTo(PollSchedule.balanced());
  }

  /**
   * A caller's own schedule, which is called whatever the caller likes, and equal to everything.
   */
  private record Printed(@Nullable String name) implements PollSchedule {
    static PollSchedule as(@Nullable String name) {
      return new Printed(name);
    }

    @Override
    public Duration nextDelay(Duration jobAge, @Nullable Job last) {
      return Duration.ofSeconds(10);
    }

    @Override
    public String toString() {
      return name;
    }

    @Override
    public boolean equals(@Nullable Object other) {
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
    return kept(token, 2).plan().options().schedule();
  }

  // Where it goes on

  @Test
  void theNextPollIsMadeWhenItWasToBeMade() {
    WaitToken token = new WaitScenario(every10s()).job(1, "RUNNING").token();
    assertThat(kept(token, 4).next().at()).isEqualTo(duration(11).toNanos());
    assertThat(kept(token, 11).next().at()).isEqualTo(duration(11).toNanos());
  }

  @Test
  void aPollThatWasToBeMadeMeanwhileIsMadeAtOnce() {
    WaitToken token = new WaitScenario(every10s()).job(1, "RUNNING").token();
    assertThat(kept(token, 500).next().at()).isEqualTo(duration(500).toNanos());
  }

  @Test
  void aWaitThatNobodyPolledForYetBeginsWhenItsTokenWasMade() {
    JobRef fresh = new JobRef("p", "j", START.minusSeconds(3));
    WaitPlan plan = WaitPlan.of(fresh, every10s().build(), ORIGIN, START);
    ResumedWait kept = kept(ResumedWait.begin(plan), 1);
    assertThat(kept.plan()).usingRecursiveComparison().isEqualTo(plan);
    assertThat(kept.next().at()).isEqualTo(duration(2).toNanos());
    assertThat(kept.next().state()).isEqualTo(WaitState.begin(plan));
  }

  @Test
  void pastItsDeadlineItPollsOnceAndTimesOut() {
    WaitToken token =
        new WaitScenario(every10s().timeout(Duration.ofMinutes(1))).job(1, "RUNNING").token();
    ResumedWait kept = kept(token, 10_000);
    assertThat(kept.next().at()).isEqualTo(kept.plan().deadline());
    PollStep step = step(kept, 10_001, Answers.job("RUNNING"));
    assertThat(((Failed) step).reason())
        .isInstanceOfSatisfying(
            JobWaitTimeoutException.class,
            e -> {
              assertThat(e.polls()).isEqualTo(2);
              assertThat(e.elapsed()).isEqualTo(duration(10_001));
            });
    assertThat(step(kept, 10_001, Answers.job("SUCCESS"))).isInstanceOf(Done.class);
    assertThat(((Failed) step(kept, 10_001, Answers.job("FAIL"))).reason())
        .isInstanceOf(JobFailedException.class);
  }

  @Test
  void withAListenerAllElseIsWhatItWas() {
    WaitScenario walk =
        new WaitScenario(every10s().timeout(Duration.ofMinutes(1)).confirmSuccess(3))
            .job(1, "RUNNING");
    WaitListener listener = progress -> {};
    ResumedWait silent = kept(walk.token(), 5);
    ResumedWait heard = silent.with(listener);
    assertThat(heard.plan().options().listeners()).containsExactly(listener);
    assertThat(heard.plan().deadline()).isEqualTo(duration(60).toNanos());
    assertThat(heard.plan().options().confirmSuccess()).isEqualTo(3);
    assertThat(heard.next()).isEqualTo(silent.next());
    assertThat(heard.elapsed()).isEqualTo(silent.elapsed());
    assertThat(kept(walk.token(), 100).with(listener).next().at())
        .as("past its deadline it polls at once")
        .isEqualTo(duration(60).toNanos());
  }

  @Test
  void withOtherOptionsTheDeadlineCountsFromNow() {
    WaitToken token =
        new WaitScenario(every10s().timeout(Duration.ofMinutes(1))).job(1, "RUNNING").token();
    WaitListener listener = progress -> {};
    WaitOptions options =
        WaitOptions.builder()
            .timeout(Duration.ofSeconds(30))
            .schedule(PollSchedule.eager())
            .addListener(listener)
            .confirmSuccess(3)
            .build();
    ResumedWait kept = ResumedWait.of(token, ORIGIN, START.plusSeconds(1_000)).with(options);
    assertThat(kept.plan().deadline()).isEqualTo(duration(1_030).toNanos());
    assertThat(kept.next().at()).isEqualTo(duration(1_000).toNanos());
    assertThat(kept.plan().options().schedule()).isEqualTo(PollSchedule.eager());
    assertThat(kept.plan().options().listeners()).containsExactly(listener);
    assertThat(kept.plan().options().confirmSuccess()).isEqualTo(3);
    Again again = (Again) step(kept, 1_000, Answers.job("RUNNING"));
    assertThat(kept(again.token(), 1_001).plan().deadline()).isEqualTo(duration(1_030).toNanos());
  }

  @Test
  void theTokenOfATimeoutGoesOnWithAnotherDeadline() {
    WaitToken token =
        new WaitScenario(every10s().timeout(Duration.ofSeconds(5)))
            .job(1, "RUNNING")
            .job(5, "RUNNING")
            .token();
    ResumedWait kept = ResumedWait.of(token, ORIGIN, START.plusSeconds(6)).with(every10s().build());
    assertThat(kept.next().at()).isEqualTo(duration(6).toNanos());
    assertThat(kept.next().at()).isLessThan(kept.plan().deadline());
    assertThat(step(kept, 6, Answers.job("RUNNING"))).isInstanceOf(Again.class);
  }

  @Test
  void whatEndedAWaitDoesNotComeBackToEndItAgain() {
    WaitScenario walk =
        new WaitScenario(every10s().stopOnPendingPayment()).job(1, "PENDING_PAYMENT");
    assertThat(walk.end().exception()).isInstanceOf(JobPollException.class);
    ResumedWait kept = kept(walk.token(), 100);
    assertThat(kept.next().at()).isEqualTo(duration(100).toNanos());
    assertThat(step(kept, 100, Answers.job("RUNNING"))).isInstanceOf(Again.class);
  }

  // 404s before and after

  @Test
  void aVanishedJobIsNoticedAcrossTokensByTheSameRule() {
    WaitScenario walk =
        new WaitScenario(every10s()).job(0, "RUNNING").error(10, Answers.notFound());
    Again again = (Again) missing(kept(walk.token(), 20), 20);
    assertThat(again.at()).isEqualTo(START.plusSeconds(30));
    assertThat(missing(kept(again.token(), 39), 39)).isInstanceOf(Again.class);
    assertThat(((Failed) missing(kept(again.token(), 40), 40)).reason())
        .isInstanceOf(JobVanishedException.class);
  }

  @Test
  void aGoodResponseAfterATokenStartsTheCountOf404sAnew() {
    WaitScenario walk = new WaitScenario(every10s()).error(0, Answers.notFound());
    Again seen = (Again) step(kept(walk.token(), 29), 29, Answers.job("RUNNING"));
    assertThat(missing(kept(seen.token(), 39), 39)).isInstanceOf(Again.class);
  }

  @Test
  void aRedirectAfterATokenIsToleratedIfTheJobWasSeenBeforeIt() {
    PollResult redirect = new PollResult(null, Answers.http(302), null, null);
    ResumedWait seen = kept(new WaitScenario(every10s()).job(0, "RUNNING").token(), 10);
    assertThat(seen.step(START.plusSeconds(10), redirect)).isInstanceOf(Again.class);
    ResumedWait unseen = kept(new WaitScenario(every10s()).error(0, Answers.lost()).token(), 10);
    assertThat(unseen.step(START.plusSeconds(10), redirect)).isInstanceOf(Failed.class);
  }

  // Clocks that are set

  @Test
  void aClockThatWasSetBackSinceMakesTheWaitNoLonger() {
    WaitToken token =
        new WaitScenario(every10s().timeout(Duration.ofMinutes(1)))
            .job(1, "RUNNING")
            .job(11, "RUNNING")
            .token();
    ResumedWait kept = kept(token, -100_000);
    assertThat(kept.elapsed()).isEqualTo(duration(11).toNanos());
    assertThat(kept.next().at() - kept.elapsed()).isEqualTo(duration(10).toNanos());
    Again again = (Again) step(kept, -99_990, Answers.job("RUNNING"));
    assertThat(again.at()).isEqualTo(START.minusSeconds(99_980));
    ResumedWait later = kept(again.token(), -99_980);
    assertThat(later.elapsed()).isEqualTo(duration(31).toNanos());
    assertThat(((Failed) step(later, -99_950, Answers.job("RUNNING"))).reason())
        .isInstanceOf(JobWaitTimeoutException.class);
  }

  @Test
  void aClockThatWasSetBackDuringAPollChangesNothing() {
    WaitToken token = new WaitScenario(every10s()).job(1, "RUNNING").token();
    Again again = (Again) step(kept(token, 11), -5_000, Answers.job("RUNNING"));
    assertThat(kept(again.token(), 11).elapsed()).isEqualTo(duration(11).toNanos());
    assertThat(kept(again.token(), -5_000).next().at()).isEqualTo(duration(21).toNanos());
  }

  @Test
  void aClockThatWasSetForwardSinceIsTakenForTimeThatPassed() {
    WaitToken token = new WaitScenario(every10s()).job(1, "RUNNING").token();
    ResumedWait kept = kept(token, 1_000_000);
    assertThat(kept.next().at()).isEqualTo(kept.plan().deadline());
    assertThat(((Failed) step(kept, 1_000_000, Answers.job("RUNNING"))).reason())
        .isInstanceOf(JobWaitTimeoutException.class);
  }

  @Test
  void aClockThatStandsBefore1970TellsTimeToo() {
    Instant before = Instant.parse("1960-01-01T00:00:00Z");
    WaitPlan plan = WaitPlan.of(WaitScenario.REF, every10s().build(), ORIGIN, before);
    ResumedWait kept = ResumedWait.of(ResumedWait.begin(plan), ORIGIN, before.plusSeconds(3));
    assertThat(kept.elapsed()).isEqualTo(duration(3).toNanos());
    Again again =
        (Again)
            kept.step(
                before.plusSeconds(4), new PollResult(Answers.job("RUNNING"), null, null, null));
    assertThat(again.at()).isEqualTo(before.plusSeconds(14));
  }

  private static PollStep missing(ResumedWait kept, double second) {
    return kept.step(
        START.plus(duration(second)), new PollResult(null, Answers.notFound(), null, null));
  }

  private static PollStep step(ResumedWait kept, double second, Job job) {
    return kept.step(START.plus(duration(second)), new PollResult(job, null, null, null));
  }

  private static PollStep failed(ResumedWait kept, double second, JobsException error) {
    return kept.step(START.plus(duration(second)), new PollResult(null, error, null, null));
  }
}
