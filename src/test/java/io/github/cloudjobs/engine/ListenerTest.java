package io.github.cloudjobs.engine;

import static io.github.cloudjobs.engine.EngineFixture.every10s;
import static io.github.cloudjobs.engine.EngineFixture.seconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.github.cloudjobs.engine.EngineFixture.WithoutLog;
import io.github.cloudjobs.engine.ScriptedPolls.Reply;
import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobStatus;
import io.github.cloudjobs.step.PollResults;
import io.github.cloudjobs.step.WaitTermination;
import io.github.cloudjobs.wait.JobFailedException;
import io.github.cloudjobs.wait.JobPollException;
import io.github.cloudjobs.wait.PollFailure;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitOutcome;
import io.github.cloudjobs.wait.WaitProgress;
import io.github.cloudjobs.wait.WaitResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What listeners are called with, in which order, and on which threads. */
@ExtendWith(WithoutLog.class)
class ListenerTest {

  /** A reply of every kind that is reported. */
  private static final Reply[] REPLIES = {
    Reply.job("INIT"),
    Reply.job("ODD"),
    Reply.error(PollResults.lost()),
    Reply.error(PollResults.malformed()),
    Reply.error(PollResults.throttled()),
    Reply.error(PollResults.lost()),
    Reply.error(PollResults.notFound()),
    Reply.job("ODDER"),
    Reply.error(PollResults.lost()),
    Reply.job(batch("RUNNING", sub("a", "INIT", "i-1"), sub("b", "INIT", ""))),
    Reply.job(batch("SUCCESS", sub("a", "SUCCESS", "i-1"), sub("b", "FAIL", "i-2")))
  };

  private static final Path CALLS = Path.of("src/test/resources/waits/calls.txt");

  private final EngineFixture fixture = new EngineFixture();
  private final RecordingListener listener = new RecordingListener();

  @AfterEach
  void nothingIsLeft() {
    fixture.assertIdle();
  }

  private WaitOptions.Builder options() {
    return every10s().addListener(listener);
  }

  private static String sub(String id, String status, String server) {
    return "{'job_id':'%s','status':'%s','entities':{'server_id':'%s'}}"
        .formatted(id, status, server);
  }

  private static Job batch(String status, String... subJobs) {
    String json =
        "{'status':'" + status + "','entities':{'sub_jobs':[" + String.join(",", subJobs) + "]}}";
    return Job.fromJson(json.replace('\'', '"'));
  }

  /** Runs a wait that sees every kind of reply, with this listener and another after it. */
  private void assertCalledInOrder(RecordingListener first) throws IOException {
    var wait =
        fixture.start(fixture.polls(REPLIES), every10s().addListener(first).addListener(listener));
    fixture.timer.runUntilIdle();
    assertThat(wait.join().jobOrThrow().status()).isEqualTo(JobStatus.SUCCESS);
    assertThat(fixture.timer.now()).isEqualTo(seconds(100));
    assertThat(first.calls).isEqualTo(Files.readAllLines(CALLS)).isEqualTo(listener.calls);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 7, 9, 11, 12, 14, 15, 16, 19, 20, 21})
  void everyEventIsReportedInOrderAlthoughAListenerThrowsAtItsNthCall(int n) throws IOException {
    Throwable thrown = n % 2 == 0 ? new IllegalStateException() : new LinkageError();
    assertCalledInOrder(RecordingListener.throwing(thrown, n, n));
  }

  @Test
  void aListenerThatAlwaysThrowsIsLoggedOnceEvenIfTheLoggerThrowsToo() throws IOException {
    AtomicInteger logged = new AtomicInteger();
    WithoutLog.LOGGER.setLevel(Level.ALL);
    WithoutLog.LOGGER.setFilter(
        entry -> {
          logged.incrementAndGet();
          throw new LinkageError("the logger");
        });
    try {
      assertCalledInOrder(
          RecordingListener.throwing(new IllegalStateException(), 1, Integer.MAX_VALUE));
    } finally {
      WithoutLog.LOGGER.setFilter(null);
      WithoutLog.LOGGER.setLevel(Level.OFF);
    }
    assertThat(logged).hasValue(1);
  }

  @Test
  void progressAndFailuresHavePollsTimeAndPause() {
    JobsException lost = PollResults.lost();
    JobsException throttled = PollResults.throttled();
    fixture.start(
        fixture.polls(
            Reply.error(lost).after(seconds(1)),
            Reply.error(throttled).retryAfter(seconds(30)),
            Reply.error(throttled),
            Reply.job("RUNNING")),
        options().timeout(seconds(60)));
    fixture.timer.runUntilIdle();
    assertThat(listener.failures)
        .containsExactly(
            new PollFailure("ECS", EngineFixture.REF, lost, 1, 1, seconds(1), seconds(10)),
            new PollFailure("ECS", EngineFixture.REF, throttled, 1, 2, seconds(11), seconds(30)),
            new PollFailure("ECS", EngineFixture.REF, throttled, 2, 3, seconds(41), seconds(10)));
    assertThat(listener.progress)
        .extracting(WaitProgress::polls, WaitProgress::elapsed, WaitProgress::nextPollIn)
        .containsExactly(tuple(4, seconds(51), seconds(9)), tuple(5, seconds(60), Duration.ZERO));
  }

  @Test
  void anErrorThatEndsTheWaitIsNotReportedAsTolerated() {
    fixture.start(
        fixture.polls(Reply.error(PollResults.lost())), options().errorBudget(Duration.ZERO));
    fixture.timer.runUntilIdle();
    assertThat(listener.calls)
        .containsExactly("failed 1", "failed 2", "failed 3", "failed 4", "end Stopped");
  }

  // Stopping at the failure of a sub-job

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'status':'FAIL','fail_reason':'no room'}",
        "{'sub_jobs':[{'sub_jobs':[{},{'sub_jobs':[{'status':'FAIL','fail_reason':'no room'}]}]}]}",
        "{'status':'RUNNING'},{'status':'FAIL','fail_reason':'no room'}"
      })
  void aFailedSubJobEndsAWaitWithStopOnSubJobFailure(String subJobs) {
    Job failing = batch("RUNNING", subJobs);
    var wait =
        fixture.start(
            fixture.polls(Reply.job(batch("RUNNING", "{}")), Reply.job(failing)),
            every10s().stopOnSubJobFailure().addListener(listener));
    fixture.timer.runUntilIdle();
    assertThat(fixture.timer.now()).isEqualTo(seconds(10));
    assertThat(wait.join().outcomeOrThrow()).isEqualTo(new WaitOutcome.Failed(failing));
    assertThatExceptionOfType(JobFailedException.class)
        .isThrownBy(wait.join()::jobOrThrow)
        .withMessageStartingWith("a sub-job of job j-1 (RUNNING) failed")
        .withMessageContaining("no room")
        .satisfies(e -> assertThat(e.failures()).hasSize(1))
        .satisfies(e -> assertThat(e.token()).isNotNull());
    assertThat(listener.calls).last().isEqualTo("end Failed");
  }

  @Test
  void withoutThisOptionOnlyAFailedJobEndsTheWait() {
    Reply failing = Reply.job(batch("RUNNING", sub("a", "FAIL", "")));
    Reply onlyAnError = Reply.job(batch("RUNNING", "{'status':'RUNNING','error_code':'Ecs.1'}"));
    Reply success = Reply.job(batch("SUCCESS", sub("a", "FAIL", "")));
    var byDefault = fixture.start(fixture.polls(failing, success), every10s());
    var stopping =
        fixture.start(fixture.polls(onlyAnError, success), every10s().stopOnSubJobFailure());
    fixture.timer.runUntilIdle();
    assertThat(byDefault.join().isSuccess()).isTrue();
    assertThat(stopping.join().isSuccess()).as("the job succeeded in spite of it").isTrue();
  }

  // How it ends

  /** A way for a wait to end by itself. */
  record Way(String ending, WaitOptions.Builder options, Reply... replies) {
    @Override
    public String toString() {
      return ending + " by " + Arrays.toString(replies);
    }
  }

  static Stream<Way> ways() {
    Reply running = Reply.job("RUNNING");
    Reply missing = Reply.error(PollResults.notFound());
    Reply failing =
        Reply.job(Job.fromJson("{\"status\":\"RUNNING\",\"sub_jobs\":[{\"status\":\"FAIL\"}]}"));
    return Stream.of(
        new Way("Succeeded", every10s(), running, Reply.job("SUCCESS")),
        new Way("Succeeded", every10s().confirmSuccess(2), Reply.job("SUCCESS"), missing),
        new Way("Failed", every10s(), running, Reply.job("FAIL")),
        new Way("Failed", every10s().stopOnSubJobFailure(), running, failing),
        new Way("TimedOut", every10s().timeout(seconds(25)), running),
        new Way("TimedOut", every10s().timeout(Duration.ZERO), running),
        new Way("TimedOut", every10s().timeout(seconds(25)), running, Reply.never()),
        new Way("TimedOut", every10s().timeout(seconds(25)), Reply.error(PollResults.throttled())),
        new Way("Vanished", every10s(), missing),
        new Way("Vanished", every10s(), running, missing),
        new Way("Stopped", every10s(), Reply.error(PollResults.http(403))),
        new Way("Stopped", every10s(), running, Reply.error(PollResults.unauthorized())),
        new Way("Stopped", every10s().errorBudget(Duration.ZERO), Reply.error(PollResults.lost())),
        new Way("Stopped", every10s().stopOnPendingPayment(), Reply.job("PENDING_PAYMENT")),
        new Way("Stopped", every10s(), running, Reply.thrown(new LinkageError("no such class"))),
        new Way(
            "Stopped",
            WaitOptions.builder()
                .schedule(
                    (age, job) -> {
                      throw new IllegalStateException("the schedule");
                    }),
            running));
  }

  @ParameterizedTest
  @MethodSource("ways")
  void theEndIsTheLastCallAndComesBeforeTheFutureCompletes(Way way) {
    Reply[] replies = way.replies().clone();
    replies[0] = replies[0].after(Duration.ofNanos(1)); // the wait must not be over at once
    var wait = fixture.start(fixture.polls(replies), way.options().addListener(listener));
    wait.thenRun(() -> listener.calls.add("completed"));
    fixture.timer.runUntilIdle();
    WaitResult expected = wait.join().result();
    assertThat(listener.calls).endsWith("end " + way.ending(), "completed");
    assertThat(listener.ends)
        .singleElement()
        .returns("ECS", WaitResult::service)
        .returns(EngineFixture.REF, WaitResult::ref)
        .returns(way.ending(), WaitResult::ending)
        .returns(way.ending().equals("Succeeded"), WaitResult::succeeded)
        .returns(expected.outcome(), WaitResult::outcome)
        .returns(expected.polls(), WaitResult::polls)
        .returns(expected.elapsed(), WaitResult::elapsed)
        .satisfies(end -> assertThat(end.problem() == null).isEqualTo(end.outcome() != null));
  }

  /** Ways to end waits of this owner, of a lower generation, or of a group. */
  private static void end(EngineFixture fixture, CompletableFuture<?> wait, String way) {
    switch (way) {
      case "close" -> fixture.engine.close();
      case "close of its owner" -> fixture.engine.close(fixture);
      case "refusal" ->
          fixture.engine.endBefore(
              1, "the credentials were refused", (source, job) -> PollResults.unauthorized());
      default -> {
        fixture.engine.end(List.of(wait), "another job did not succeed");
        fixture.engine.end(List.of(wait), "another job did not succeed");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "close, the client was closed, true",
    "close of its owner, the client was closed, false",
    "refusal, the credentials were refused, false",
    "end of its group, another job did not succeed, false"
  })
  void aWaitThatIsEndedFromOutsideNotifiesItsListenerOnce(
      String way, String problem, boolean endsOthers) {
    for (Reply reply : List.of(Reply.job("RUNNING"), Reply.never())) {
      EngineFixture ending = new EngineFixture();
      RecordingListener recorded = new RecordingListener();
      var wait = ending.start(ending.polls(reply), every10s().addListener(recorded));
      var other = ending.start(this, 1, EngineFixture.REF, ending.polls(reply), every10s());
      ending.timer.advance(seconds(3));
      end(ending, wait, way);
      ending.timer.advance(Duration.ZERO);
      assertThat(recorded.calls).endsWith("end Stopped").hasSize(reply.isHeld() ? 1 : 2);
      JobPollException exception = recorded.ends.get(0).problem();
      assertThat(exception)
          .hasMessageStartingWith("stopped waiting for job j-1: " + problem)
          .satisfies(e -> assertThat(e.elapsed()).isEqualTo(seconds(3)))
          .satisfies(e -> assertThat(e.polls()).isEqualTo(reply.isHeld() ? 0 : 1))
          .satisfies(e -> assertThat(e.lastJob() == null).isEqualTo(reply.isHeld()));
      assertThat(exception.getCause() instanceof AuthenticationException)
          .isEqualTo(way.equals("refusal"));
      assertThat(wait.join().problem()).isEqualTo(problem);
      assertThat(other.isDone()).isEqualTo(endsOthers);
      other.cancel(true);
      ending.assertIdle();
    }
  }

  @ParameterizedTest
  @CsvSource({"RUNNING, Stopped", "SUCCESS, Succeeded"})
  void aWaitThatIsClosedInItsListenerIsNotifiedOfItsEndAfterwards(String status, String end) {
    RecordingListener closing = new RecordingListener(n -> fixture.engine.close(fixture));
    var wait = fixture.start(fixture.polls(Reply.job(status)), every10s().addListener(closing));
    assertThat(closing.calls).containsExactly("job " + status + " 00:00", "end " + end);
    assertThat(wait.join().result().ending()).isEqualTo(end);
  }

  @ParameterizedTest
  @CsvSource({"RUNNING, Stopped", "SUCCESS, Succeeded"})
  void aWaitThatIsClosedWhileItsListenerIsBusyCompletesAtOnce(String status, String end) {
    Queue<Runnable> tasks = new ArrayDeque<>();
    EngineFixture fixture = new EngineFixture(tasks::add);
    List<CompletableFuture<WaitTermination>> wait = new ArrayList<>();
    boolean[] done = {false};
    RecordingListener busy =
        new RecordingListener(
            n -> {
              if (n == 1) {
                fixture.engine.close(fixture);
                tasks.remove().run(); // on another thread of the executor
                done[0] = wait.get(0).isDone() && !wait.get(0).cancel(true);
              }
            });
    wait.add(fixture.start(fixture.polls(Reply.job(status)), every10s().addListener(busy)));
    tasks.remove().run();
    assertThat(done[0]).isTrue();
    assertThat(busy.calls).containsExactly("job " + status + " 00:00", "end " + end);
    assertThat(wait.get(0).join().result().ending()).isEqualTo(end);
    assertThat(tasks).isEmpty();
  }

  @Test
  void aWaitThatIsClosedWhileTheExecutorIsBusyPollsNoMoreAndEndsOnce() {
    Queue<Runnable> tasks = new ArrayDeque<>();
    EngineFixture fixture = new EngineFixture(tasks::add);
    ScriptedPolls polls = fixture.polls(Reply.job("RUNNING"));
    ScriptedPolls hanging = fixture.polls(Reply.never());
    var processing = fixture.start(polls, options());
    var polling = fixture.start(hanging, every10s());
    fixture.engine.close(fixture);
    assertThat(fixture.timer.untilNext()).isNull();
    assertThat(hanging.cancelled()).hasSize(1);
    assertThat(processing).isNotDone();
    fixture.timer.advance(seconds(100));
    assertThat(polls.begun()).hasSize(1);
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
    assertThat(processing.join().problem()).isEqualTo(Engine.CLOSED);
    assertThat(polling.join().problem()).isEqualTo(Engine.CLOSED);
    assertThat(listener.calls).containsExactly("end Stopped");
  }

  @Test
  void whatItsCallerEndsIsNotReported() {
    for (Consumer<CompletableFuture<WaitTermination>> ending : EngineTest.STOPS) {
      ending.accept(fixture.start(fixture.polls(Reply.job("RUNNING")), options()));
      ending.accept(fixture.start(fixture.polls(Reply.never()), options()));
    }
    fixture.engine.close();
    assertThat(listener.calls).containsOnly("job RUNNING 00:00").hasSize(3);
  }

  @Test
  void aWaitThatItsListenerCancelsAtTheLastResponseIsNotNotifiedOfItsEnd() {
    List<CompletableFuture<WaitTermination>> wait = new ArrayList<>();
    RecordingListener cancelling = new RecordingListener(n -> wait.get(0).cancel(true));
    ScriptedPolls polls = fixture.polls(Reply.job("SUCCESS").held());
    wait.add(fixture.start(polls, every10s().addListener(cancelling)));
    polls.release();
    assertThat(wait.get(0)).isCancelled();
    assertThat(cancelling.calls).containsExactly("job SUCCESS 00:00");
  }

  @Test
  void withoutAnExecutorListenersAreNotCalledOnAThreadOfTheLibrary() {
    boolean[] gone = {false};
    EngineFixture fixture = EngineFixture.whoseExecutorStops(gone);
    var polled = fixture.start(fixture.polls(Reply.job("RUNNING")), options());
    var closed = fixture.start(fixture.polls(Reply.never()), options());
    gone[0] = true;
    fixture.timer.advance(seconds(10));
    fixture.engine.close();
    assertThat(polled.join().cause()).isInstanceOf(RejectedExecutionException.class);
    assertThat(closed.join().problem()).isEqualTo(Engine.CLOSED);
    assertThat(listener.calls).containsExactly("job RUNNING 00:00");
  }
}
