package io.github.cloudjobs.engine;

import static io.github.cloudjobs.engine.EngineFixture.every10s;
import static io.github.cloudjobs.engine.EngineFixture.seconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.cloudjobs.engine.ScriptedPolls.Reply;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.step.PollResults;
import io.github.cloudjobs.step.WaitTermination;
import io.github.cloudjobs.wait.JobWaitTimeoutException;
import io.github.cloudjobs.wait.PollSchedule;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitOutcome;
import java.math.BigDecimal;
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
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

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

  /**
   * What polls return, and after how many seconds, the last again and again; when waits for that
   * one job start, and with which options (they poll every 10 s, for at most an hour); when polls
   * begin; how each wait ends, after how long and how many polls.
   */
  @ParameterizedTest(name = "{0}: {1} -> {2}")
  @CsvFileSource(resources = "/waits/one-job.txt", delimiter = '|')
  void waitsForOneJobPollAndEnd(
      String rule, String replies, String waits, String begun, String ends) {
    ScriptedPolls polls =
        fixture.polls(Stream.of(replies.split(" ")).map(EngineTest::reply).toArray(Reply[]::new));
    List<CompletableFuture<WaitTermination>> all = new ArrayList<>();
    for (String wait : waits.split(", ")) {
      String[] parts = wait.split(" ");
      fixture.timer.advance(duration(parts[0]).minus(fixture.timer.now()));
      all.add(start(polls, List.of(parts).subList(1, parts.length)));
    }
    fixture.timer.runUntilIdle();
    assertThat(polls.begun())
        .isEqualTo(Stream.of(begun.split(" ")).map(EngineTest::duration).toList());
    assertThat(all).extracting(EngineTest::end).containsExactly(ends.split(", "));
  }

  private static Duration duration(String seconds) {
    return Duration.ofNanos(new BigDecimal(seconds).movePointRight(9).longValueExact());
  }

  private static Reply reply(String text) {
    String[] parts = text.split("\\+");
    Reply reply =
        switch (parts[0]) {
          case "never" -> Reply.never();
          case "lost" -> Reply.error(PollResults.lost());
          case "refused" -> Reply.error(PollResults.throttled()).retryAfter(seconds(200));
          default -> Reply.job(parts[0]);
        };
    return parts.length == 1 ? reply : reply.after(duration(parts[1]));
  }

  private CompletableFuture<WaitTermination> start(ScriptedPolls polls, List<String> options) {
    WaitOptions.Builder builder = every10s();
    Duration cancel = null;
    for (String option : options) {
      String[] parts = option.split("=");
      switch (parts[0]) {
        case "every" -> builder.schedule(PollSchedule.fixed(duration(parts[1])));
        case "timeout" -> builder.timeout(duration(parts[1]));
        case "budget" -> builder.errorBudget(duration(parts[1]));
        case "confirm" -> builder.confirmSuccess(Integer.parseInt(parts[1]));
        case "cancel" -> cancel = duration(parts[1]);
        default -> builder.stopOnPendingPayment();
      }
    }
    CompletableFuture<WaitTermination> wait = fixture.start(polls, builder);
    if (cancel != null) {
      fixture.timer.schedule(cancel, () -> wait.cancel(true));
    }
    return wait;
  }

  private static String end(CompletableFuture<WaitTermination> wait) {
    if (wait.isCancelled()) {
      return "cancelled";
    }
    WaitTermination end = wait.join();
    BigDecimal seconds = BigDecimal.valueOf(end.elapsed().toNanos(), 9).stripTrailingZeros();
    return end.result().ending() + " " + seconds.toPlainString() + " " + end.state().polls();
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
    Job job = PollResults.job(status);
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
  void afterTheMachineWasSuspendedTheLastPollIsStillMade() throws Exception {
    var wait = fixture.start(fixture.polls(RUNNING, SUCCESS), every10s());
    fixture.timer.suspendNextCall(Duration.ofHours(1));
    assertThat(fixture.await(wait).isSuccess()).isTrue();
  }
}
