package io.github.cloudjobs.engine;

import static io.github.cloudjobs.engine.EngineFixture.every10s;
import static io.github.cloudjobs.engine.EngineFixture.seconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.cloudjobs.engine.ScriptedPolls.Reply;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.Answers;
import io.github.cloudjobs.step.PollResult;
import io.github.cloudjobs.step.WaitTermination;
import io.github.cloudjobs.wait.JobFailedException;
import io.github.cloudjobs.wait.JobWaitTimeoutException;
import io.github.cloudjobs.wait.PollSchedule;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class EngineTest {
  private static final Reply RUNNING = Reply.job("RUNNING");
  private static final Reply SUCCESS = Reply.job("SUCCESS");

  private final EngineFixture rig = new EngineFixture();

  @Test
  void aWaitPollsAtOnceAndThenAsScheduledUntilTheJobHasEnded() {
    ScriptedPolls polls = rig.polls(RUNNING, RUNNING, SUCCESS);
    CompletableFuture<WaitTermination> wait = rig.start(polls, every10s());
    assertThat(wait).isNotDone();
    assertThat(rig.timer.pending()).containsExactly(seconds(10));
    rig.timer.runUntilIdle();
    assertThat(outcome(wait)).isInstanceOf(WaitOutcome.Succeeded.class);
    assertThat(polls.begun()).containsExactly(seconds(0), seconds(10), seconds(20));
    assertThat(polls.cancelled()).isEmpty();
    rig.assertIdle();
  }

  @Test
  void aFreshJobIsFirstPolledAfterTwoSeconds() {
    ScriptedPolls polls = rig.polls(SUCCESS);
    JobRef fresh = new JobRef("p", "j", EngineFixture.START);
    rig.start(this, 0, fresh, polls, WaitOptions.builder());
    rig.timer.runUntilIdle();
    assertThat(polls.begun()).containsExactly(seconds(2));
  }

  @Test
  void theNextPauseBeginsWhenTheAnswerComes() {
    ScriptedPolls polls = rig.polls(RUNNING.after(seconds(3)), RUNNING.after(seconds(4)), SUCCESS);
    rig.start(polls, every10s());
    rig.timer.runUntilIdle();
    assertThat(polls.begun()).containsExactly(seconds(0), seconds(13), seconds(27));
  }

  @Test
  void whatTheServerAsksForIsHeard() {
    ScriptedPolls polls = rig.polls(RUNNING.retryAfter(seconds(33)), SUCCESS);
    rig.start(polls, every10s());
    rig.timer.runUntilIdle();
    assertThat(polls.begun()).containsExactly(seconds(0), seconds(33));
  }

  @Test
  void whatTheReadingThrowsIsWhatTheFutureThrows() {
    CompletableFuture<Job> wait =
        rig.engine.start(
            this,
            0,
            rig.plan(EngineFixture.REF, WaitOptions.builder()),
            rig.polls(Reply.job("FAIL")),
            WaitTermination::jobOrThrow);
    assertThat(wait).isCompletedExceptionally();
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(wait::get)
        .withCauseInstanceOf(JobFailedException.class);
    rig.assertIdle();
  }

  // The job's age and the wall clock

  @Test
  void theAgeIsReckonedByTheServersClockIfItTells() {
    Instant serverTime = Instant.parse("2031-01-01T00:00:00Z");
    List<Duration> ages = new ArrayList<>();
    Reply dated = Reply.job(Answers.job("RUNNING", serverTime.minusSeconds(100))).at(serverTime);
    rig.start(rig.polls(dated, SUCCESS), remembering(ages));
    assertThat(ages).containsExactly(seconds(100));
  }

  @Test
  void theAgeIsReckonedByTheWallClockIfTheServerDoesNotTell() {
    List<Duration> ages = new ArrayList<>();
    Job job = Answers.job("RUNNING", EngineFixture.START.minusSeconds(70));
    rig.start(rig.polls(Reply.job(job), SUCCESS), remembering(ages));
    assertThat(ages).containsExactly(seconds(70));
  }

  @Test
  void aWallClockThatJumpsBackAndForthChangesNothing() {
    Job job = Answers.job("RUNNING", EngineFixture.START.minusSeconds(70));
    WaitOptions.Builder options = WaitOptions.builder().timeout(Duration.ofMinutes(9));
    ScriptedPolls calm = rig.polls(Reply.job(job));
    CompletableFuture<WaitTermination> expected = rig.start(calm, options);
    rig.timer.runUntilIdle();

    EngineFixture jumpy = new EngineFixture();
    ScriptedPolls polls = jumpy.polls(Reply.job(job));
    CompletableFuture<WaitTermination> wait = jumpy.start(polls, options);
    for (int i = 0; jumpy.timer.runNext(); i++) {
      jumpy.clock.jump(Duration.ofDays(i % 2 == 0 ? 400 : -900));
    }
    assertThat(polls.begun()).isEqualTo(calm.begun()).hasSizeGreaterThan(30);
    assertThat(outcome(wait))
        .usingRecursiveComparison()
        .ignoringFields("token") // it tells a wall clock that was set
        .isEqualTo(outcome(expected));
  }

  // The deadline

  @Test
  void theLastPollIsMadeAtTheDeadlineAndNoneAfterIt() {
    ScriptedPolls polls = rig.polls(RUNNING);
    CompletableFuture<WaitTermination> wait = rig.start(polls, every10s().timeout(seconds(25)));
    rig.timer.runUntilIdle();
    assertThat(polls.begun()).containsExactly(seconds(0), seconds(10), seconds(20), seconds(25));
    assertThat(outcome(wait)).isInstanceOf(WaitOutcome.TimedOut.class);
    assertThat(rig.timer.now()).isEqualTo(seconds(25));
    rig.assertIdle();
  }

  @Test
  void anAlarmThatRingsTooEarlyMakesNoPoll() {
    ScriptedPolls polls = rig.polls(RUNNING);
    CompletableFuture<WaitTermination> wait = rig.start(polls, every10s().timeout(seconds(5)));
    rig.timer.advance(seconds(4));
    rig.timer.runTooEarly();
    assertThat(polls.begun()).hasSize(1);
    rig.timer.runUntilIdle();
    assertThat(polls.begun()).containsExactly(seconds(0), seconds(5));
    assertThat(outcome(wait)).isInstanceOf(WaitOutcome.TimedOut.class);
    rig.assertIdle();
  }

  @Test
  void aTimeoutOfZeroPollsOnceAndGivesItTheGrace() {
    ScriptedPolls polls = rig.polls(RUNNING.after(seconds(4)));
    CompletableFuture<WaitTermination> wait = rig.start(polls, every10s().timeout(Duration.ZERO));
    rig.timer.runUntilIdle();
    assertThat(polls.begun()).containsExactly(seconds(0));
    assertThat(outcome(wait)).hasFieldOrPropertyWithValue("polls", 1);
    assertThat(rig.timer.now()).isEqualTo(seconds(4));
  }

  @Test
  void aPollUnderWayAtTheDeadlineIsTheLast() {
    ScriptedPolls polls = rig.polls(RUNNING, RUNNING.after(seconds(8)));
    CompletableFuture<WaitTermination> wait = rig.start(polls, every10s().timeout(seconds(15)));
    rig.timer.runUntilIdle();
    assertThat(polls.begun()).containsExactly(seconds(0), seconds(10));
    assertThat(outcome(wait)).hasFieldOrPropertyWithValue("elapsed", seconds(18));
    rig.assertIdle();
  }

  @Test
  void aSuccessWithinTheGraceCounts() {
    ScriptedPolls polls = rig.polls(RUNNING, SUCCESS.after(seconds(5)));
    CompletableFuture<WaitTermination> wait = rig.start(polls, every10s().timeout(seconds(10)));
    rig.timer.runUntilIdle();
    assertThat(outcome(wait)).isInstanceOf(WaitOutcome.TimedOut.class);

    polls = rig.polls(RUNNING, SUCCESS.after(Duration.ofMillis(4_999)));
    wait = rig.start(polls, every10s().timeout(seconds(10)));
    rig.timer.runUntilIdle();
    assertThat(outcome(wait)).isInstanceOf(WaitOutcome.Succeeded.class);
  }

  @Test
  void aPollThatIsNeverAnsweredIsCancelledWhenTheGraceIsOver() {
    ScriptedPolls polls = rig.polls(RUNNING, Reply.never());
    CompletableFuture<WaitTermination> wait = rig.start(polls, every10s().timeout(seconds(60)));
    rig.timer.advance(seconds(10));
    assertThat(polls.unanswered()).isOne();
    rig.timer.advance(Duration.ofNanos(54_999_999_999L));
    assertThat(wait).isNotDone();
    rig.timer.runUntilIdle();
    assertThat(polls.cancelled()).containsExactly(seconds(65));
    assertThat(outcome(wait)).isInstanceOf(WaitOutcome.TimedOut.class);
    assertThatExceptionOfType(JobWaitTimeoutException.class)
        .isThrownBy(wait.join()::jobOrThrow)
        .satisfies(
            e ->
                assertThat(e.getSuppressed())
                    .singleElement()
                    .hasToString(
                        "io.github.cloudjobs.error.JobsTransportException: no answer by the"
                            + " deadline; the poll was cancelled"));
    rig.assertIdle();
  }

  @Test
  void aPollThatIsNeverAnsweredIsATimeoutEvenIfItSpendsTheErrorBudget() {
    Reply lost = Reply.error(Answers.lost());
    ScriptedPolls polls = rig.polls(lost, lost, lost, lost, Reply.never());
    CompletableFuture<WaitTermination> wait =
        rig.start(polls, every10s().errorBudget(Duration.ZERO).timeout(seconds(60)));
    rig.timer.runUntilIdle();
    assertThat(polls.begun()).hasSize(5);
    assertThat(outcome(wait)).isInstanceOf(WaitOutcome.TimedOut.class);
  }

  @Test
  void anAnswerThatComesAfterItsPollWasGivenUpIsIgnored() {
    ScriptedPolls polls = rig.polls(Reply.never());
    CompletableFuture<WaitTermination> wait = rig.start(polls, every10s().timeout(seconds(60)));
    rig.timer.runUntilIdle();
    WaitTermination end = wait.join();
    polls.release();
    assertThat(wait.join()).isSameAs(end);
    assertThat(end.outcome()).isInstanceOf(WaitOutcome.TimedOut.class);
    rig.assertIdle();
  }

  @Test
  void aPollThatIsAnsweredTwiceIsAnsweredOnce() {
    int[] begun = {0};
    PollSource twice =
        (job, mark, sink) -> {
          begun[0]++;
          sink.accept(new PollResult(Answers.job("RUNNING"), null, null, null));
          sink.accept(new PollResult(Answers.job("SUCCESS"), null, null, null));
          return () -> {};
        };
    CompletableFuture<WaitTermination> wait = rig.start(twice, every10s().timeout(seconds(10)));
    rig.timer.runUntilIdle();
    assertThat(begun[0]).isEqualTo(2);
    assertThat(outcome(wait)).hasFieldOrPropertyWithValue("polls", 2);
  }

  @Test
  void anEndlessWaitIsTaken() {
    Duration endless = Duration.ofSeconds(Long.MAX_VALUE);
    ScriptedPolls polls = rig.polls(RUNNING, SUCCESS);
    CompletableFuture<WaitTermination> wait =
        rig.start(
            polls, WaitOptions.builder().timeout(endless).schedule(PollSchedule.fixed(endless)));
    assertThat(rig.timer.pending()).hasSize(1);
    wait.cancel(true);
    rig.assertIdle();
  }

  // Stopping it

  @Test
  void cancellingAWaitThatPausesStopsItsTimer() {
    ScriptedPolls polls = rig.polls(RUNNING);
    CompletableFuture<WaitTermination> wait = rig.start(polls, every10s());
    rig.timer.advance(seconds(15));
    wait.cancel(false);
    rig.assertIdle();
    rig.timer.advance(seconds(1_000));
    assertThat(polls.begun()).hasSize(2);
    assertThat(polls.cancelled()).isEmpty();
  }

  @Test
  void cancellingAWaitWhosePollIsUnderWayCancelsThatToo() {
    ScriptedPolls polls = rig.polls(RUNNING, Reply.never());
    CompletableFuture<WaitTermination> wait = rig.start(polls, every10s());
    rig.timer.advance(seconds(15));
    wait.cancel(true);
    assertThat(polls.cancelled()).containsExactly(seconds(15));
    rig.assertIdle();
    polls.release();
    rig.timer.advance(seconds(1_000));
    assertThat(polls.begun()).hasSize(2);
    rig.assertIdle();
  }

  @Test
  void completingTheFutureFromOutsideStopsTheWait() {
    stopsWith(wait -> wait.complete(null));
    stopsWith(wait -> wait.completeExceptionally(new IllegalStateException()));
  }

  private static void stopsWith(Consumer<CompletableFuture<WaitTermination>> stopping) {
    for (Reply reply : List.of(RUNNING, Reply.never())) {
      EngineFixture rig = new EngineFixture();
      ScriptedPolls polls = rig.polls(reply);
      CompletableFuture<WaitTermination> wait = rig.start(polls, every10s());
      stopping.accept(wait);
      rig.assertIdle();
      rig.timer.advance(seconds(1_000));
      assertThat(polls.begun()).hasSize(1);
      assertThat(polls.cancelled()).hasSize(reply == RUNNING ? 0 : 1);
    }
  }

  @Test
  void aWaitThatIsCancelledWhileItsPollBeginsCancelsThatPoll() {
    List<CompletableFuture<WaitTermination>> wait = new ArrayList<>();
    List<Duration> cancelled = new ArrayList<>();
    int[] begun = {0};
    PollSource cancelling =
        (job, mark, sink) -> {
          if (begun[0]++ == 0) {
            sink.accept(new PollResult(Answers.job("RUNNING"), null, null, null));
          } else {
            wait.get(0).cancel(true);
          }
          return () -> {
            cancelled.add(rig.timer.now());
            sink.accept(new PollResult(null, Answers.lost(), null, null));
          };
        };
    wait.add(rig.start(cancelling, every10s()));
    rig.timer.runUntilIdle();
    assertThat(begun[0]).isEqualTo(2);
    assertThat(cancelled).containsExactly(seconds(10));
    rig.assertIdle();
  }

  @Test
  void aWaitThatIsCancelledByItsListenerPollsNoMore() {
    List<CompletableFuture<WaitTermination>> wait = new ArrayList<>();
    ScriptedPolls polls = rig.polls(RUNNING);
    WaitOptions.Builder options =
        every10s().addListener(p -> wait.forEach(future -> future.cancel(true)));
    wait.add(rig.start(polls, options));
    rig.timer.runUntilIdle();
    assertThat(polls.begun()).hasSize(2);
    rig.assertIdle();
  }

  private static WaitOptions.Builder remembering(List<Duration> ages) {
    return WaitOptions.builder()
        .schedule(
            (age, last) -> {
              ages.add(age);
              return seconds(10);
            });
  }

  private static WaitOutcome outcome(CompletableFuture<WaitTermination> wait) {
    assertThat(wait).isDone();
    return wait.join().outcomeOrThrow();
  }
}
