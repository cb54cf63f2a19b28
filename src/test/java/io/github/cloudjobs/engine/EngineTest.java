package io.github.cloudjobs.engine;

import static io.github.cloudjobs.engine.EngineFixture.every10s;
import static io.github.cloudjobs.engine.EngineFixture.seconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.cloudjobs.engine.ScriptedPolls.Reply;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.step.Answers;
import io.github.cloudjobs.step.PollResult;
import io.github.cloudjobs.step.WaitTermination;
import io.github.cloudjobs.wait.JobWaitTimeoutException;
import io.github.cloudjobs.wait.PollSchedule;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

class EngineTest {
  private static final Reply RUNNING = Reply.job("RUNNING");
  private static final Reply SUCCESS = Reply.job("SUCCESS");

  private final EngineFixture fixture = new EngineFixture();

  @AfterEach
  void nothingIsLeft() {
    fixture.assertIdle();
  }

  private static WaitOutcome outcome(CompletableFuture<WaitTermination> wait) {
    assertThat(wait).isDone();
    return wait.join().outcomeOrThrow();
  }

  @Test
  void aWaitPollsAtOnceAndPausesFromEachResponseUntilTheJobHasEnded() {
    ScriptedPolls polls =
        fixture.polls(RUNNING.after(seconds(3)), RUNNING.after(seconds(4)), SUCCESS);
    var wait = fixture.start(polls, every10s());
    assertThat(wait).isNotDone();
    fixture.timer.runUntilIdle();
    assertThat(outcome(wait)).isInstanceOf(WaitOutcome.Succeeded.class);
    polls.assertBegunAt(0, 13, 27);
    assertThat(polls.cancelled()).isEmpty();
  }

  @Test
  void aWallClockThatJumpsBackAndForthChangesNothing() {
    Job job = Answers.job("RUNNING", EngineFixture.START.minusSeconds(70));
    WaitOptions.Builder options = WaitOptions.builder().timeout(Duration.ofMinutes(9));
    ScriptedPolls steady = fixture.polls(Reply.job(job));
    var expected = fixture.start(steady, options);
    fixture.timer.runUntilIdle();

    EngineFixture jumping = new EngineFixture();
    ScriptedPolls polls = jumping.polls(Reply.job(job));
    var wait = jumping.start(polls, options);
    for (int i = 0; jumping.timer.runNext(); i++) {
      jumping.clock.jump(Duration.ofDays(i % 2 == 0 ? 400 : -900));
    }
    assertThat(polls.begun()).isEqualTo(steady.begun()).hasSizeGreaterThan(30);
    assertThat(outcome(wait))
        .usingRecursiveComparison()
        .ignoringFields("token") // it holds a time of the wall clock
        .isEqualTo(outcome(expected));
  }

  // The deadline

  /** A wait that polls every 10 s; times in seconds. */
  record Deadline(
      int timeout,
      List<Integer> polls,
      double end,
      String outcome,
      boolean cancelled,
      Reply... replies) {}

  static Stream<Deadline> deadlines() {
    Reply lost = Reply.error(Answers.lost());
    Reply late = Reply.never();
    return Stream.of(
        new Deadline(25, List.of(0, 10, 20, 25), 25, "TimedOut", false, RUNNING),
        new Deadline(0, List.of(0), 4, "TimedOut", false, RUNNING.after(seconds(4))),
        new Deadline(15, List.of(0, 10), 18, "TimedOut", false, RUNNING, RUNNING.after(seconds(8))),
        new Deadline(
            10,
            List.of(0, 10),
            14.999,
            "Succeeded",
            false,
            RUNNING,
            SUCCESS.after(Duration.ofMillis(4_999))),
        new Deadline(10, List.of(0, 10), 15, "TimedOut", true, RUNNING, SUCCESS.after(seconds(5))),
        new Deadline(60, List.of(0, 10), 65, "TimedOut", true, RUNNING, late),
        new Deadline( // although the error budget is spent too
            60, List.of(0, 10, 20, 30, 46), 65, "TimedOut", true, lost, lost, lost, lost, late));
  }

  @ParameterizedTest
  @MethodSource("deadlines")
  void theLastPollIsMadeAtTheDeadlineAndMayTakeTheGrace(Deadline expected) {
    ScriptedPolls polls = fixture.polls(expected.replies);
    var wait =
        fixture.start(
            polls, every10s().errorBudget(Duration.ZERO).timeout(seconds(expected.timeout)));
    fixture.timer.runUntilIdle();
    polls.assertBegunAt(expected.polls.stream().mapToInt(at -> at).toArray());
    assertThat(outcome(wait).getClass().getSimpleName()).isEqualTo(expected.outcome);
    Duration end = Duration.ofMillis((long) (expected.end * 1_000));
    assertThat(wait.join().elapsed()).isEqualTo(end);
    assertThat(wait.join().state().polls()).isEqualTo(polls.begun().size());
    assertThat(fixture.timer.now()).isEqualTo(end);
    assertThat(polls.cancelled()).isEqualTo(expected.cancelled ? List.of(end) : List.of());
  }

  @Test
  void aTimeoutHasTheCancelledPollAmongItsSuppressedAndIgnoresALateResponse() {
    ScriptedPolls polls = fixture.polls(Reply.never());
    var wait = fixture.start(polls, every10s().timeout(seconds(60)));
    fixture.timer.runUntilIdle();
    WaitTermination end = wait.join();
    assertThatExceptionOfType(JobWaitTimeoutException.class)
        .isThrownBy(end::jobOrThrow)
        .satisfies(
            e ->
                assertThat(e.getSuppressed())
                    .singleElement()
                    .hasToString(
                        "io.github.cloudjobs.error.JobsTransportException: no response by the"
                            + " deadline; the poll was cancelled"));
    polls.release();
    assertThat(wait.join()).isSameAs(end);
  }

  @Test
  void anEndlessWaitIsAccepted() {
    Duration endless = Duration.ofSeconds(Long.MAX_VALUE);
    var wait =
        fixture.start(
            fixture.polls(RUNNING, SUCCESS),
            WaitOptions.builder().timeout(endless).schedule(PollSchedule.fixed(endless)));
    assertThat(fixture.timer.untilNext()).isNotNull();
    wait.cancel(true);
  }

  // Stopping it

  static final List<Consumer<CompletableFuture<WaitTermination>>> STOPS =
      List.of(
          wait -> wait.cancel(true),
          wait -> wait.complete(null),
          wait -> wait.completeExceptionally(new IllegalStateException()));

  @ParameterizedTest
  @FieldSource("STOPS")
  void aWaitThatItsCallerEndsPollsNoMoreAndCancelsThePollInFlight(
      Consumer<CompletableFuture<WaitTermination>> stop) {
    for (Reply reply : List.of(RUNNING, Reply.never())) {
      ScriptedPolls polls = fixture.polls(reply);
      var wait = fixture.start(polls, every10s());
      stop.accept(wait);
      fixture.assertIdle();
      if (reply != RUNNING) {
        polls.release(); // the response comes too late
      }
      fixture.timer.advance(seconds(1_000));
      assertThat(polls.begun()).hasSize(1);
      assertThat(polls.cancelled()).hasSize(reply == RUNNING ? 0 : 1);
      fixture.assertIdle();
    }
  }

  @Test
  void aWaitThatIsCancelledWhileItsPollBeginsCancelsThatPoll() {
    List<CompletableFuture<WaitTermination>> wait = new ArrayList<>();
    List<Duration> cancelled = new ArrayList<>();
    int[] begun = {0};
    PollSource cancelling =
        (job, generation, sink) -> {
          if (begun[0]++ == 0) {
            sink.accept(new PollResult(Answers.job("RUNNING"), null, null, null));
          } else {
            wait.get(0).cancel(true);
          }
          return () -> {
            cancelled.add(fixture.timer.now());
            sink.accept(new PollResult(null, Answers.lost(), null, null));
          };
        };
    wait.add(fixture.start(cancelling, every10s()));
    fixture.timer.runUntilIdle();
    assertThat(begun[0]).isEqualTo(2);
    assertThat(cancelled).containsExactly(seconds(10));
  }

  // A blocking call is back at its deadline and grace, whatever the executor does

  private final Collection<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final EngineFixture stuck = new EngineFixture(tasks::add);
  private final RecordingListener listener = new RecordingListener();

  private WaitTermination await(Reply reply, WaitOptions.Builder options) throws Exception {
    return stuck.await(stuck.start(stuck.polls(reply), options.timeout(seconds(60))));
  }

  @ParameterizedTest
  @CsvSource({"SUCCESS, Succeeded", "FAIL, Failed", "RUNNING, TimedOut", "INIT, TimedOut"})
  void theResponseThatWaitsForTheExecutorDecides(String status, String outcome) throws Exception {
    Job job = Answers.job(status);
    WaitTermination end = await(Reply.job(job), every10s());
    assertThat(end.outcome().getClass().getSimpleName()).isEqualTo(outcome);
    assertThat(end.state().job()).isSameAs(job);
    assertThat(end.state().polls()).isOne();
    assertThat(stuck.timer.now()).isEqualTo(seconds(65));
    assertThat(stuck.kept(end.token()).plan().options().timeout()).isEqualTo(seconds(60));
    stuck.assertIdle();
  }

  @Test
  void noScheduleRunsOnTheCallersThreadAndTheListenerOnlyOnceTheExecutorRunsAgain()
      throws Exception {
    List<String> called = new ArrayList<>();
    WaitOptions.Builder options =
        every10s()
            .addListener(listener)
            .schedule(
                (age, job) -> {
                  called.add("schedule");
                  return seconds(1);
                });
    WaitTermination end = await(Reply.job("SUCCESS"), options);
    stuck.timer.runUntilIdle();
    assertThat(listener.calls).isEmpty();
    tasks.forEach(Runnable::run);
    assertThat(called).isEmpty();
    assertThat(listener.calls).containsExactly("end Succeeded");
    assertThat(listener.ends.get(0).outcome()).isEqualTo(end.outcome());
  }

  @Test
  void aWaitThatWasClosedReturnsToo() throws Exception {
    var wait = stuck.start(stuck.polls(Reply.never()), every10s().timeout(seconds(60)));
    stuck.engine.close(stuck);
    assertThat(stuck.await(wait).problem()).isEqualTo(Engine.CLOSED);
    assertThat(stuck.timer.now()).isEqualTo(seconds(65));
    stuck.assertIdle();
  }

  @Test
  void theListenerIsNotifiedOnceIfTheClientIsClosedThen() throws Exception {
    await(Reply.job("RUNNING"), every10s().addListener(listener));
    stuck.engine.close(stuck);
    stuck.engine.close();
    stuck.timer.runUntilIdle();
    tasks.forEach(Runnable::run);
    assertThat(listener.ends).hasSize(1);
  }

  @Test
  void afterTheMachineWasSuspendedTheLastPollIsStillMade() throws Exception {
    var wait = fixture.start(fixture.polls(RUNNING, SUCCESS), every10s());
    fixture.timer.suspendNextCall(Duration.ofHours(1));
    assertThat(fixture.await(wait).isSuccess()).isTrue();
  }
}
