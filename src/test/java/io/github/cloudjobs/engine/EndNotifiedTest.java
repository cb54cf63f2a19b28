package io.github.cloudjobs.engine;

import static io.github.cloudjobs.engine.EngineFixture.every10s;
import static io.github.cloudjobs.engine.EngineFixture.seconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.engine.ScriptedPolls.Reply;
import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.http.Gateway;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.step.Answers;
import io.github.cloudjobs.step.WaitTermination;
import io.github.cloudjobs.wait.JobPollException;
import io.github.cloudjobs.wait.WaitListener;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitProgress;
import io.github.cloudjobs.wait.WaitResult;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** However a wait ends, its listener is told once, and of what its caller did itself not at all. */
class EndNotifiedTest {
  private static final Logger LOGGER = Logger.getLogger("io.github.cloudjobs");

  private final RecordingListener scribe = new RecordingListener();

  @BeforeAll
  static void hush() {
    LOGGER.setLevel(Level.OFF);
  }

  @AfterAll
  static void speak() {
    LOGGER.setLevel(null);
  }

  private WaitOptions.Builder options() {
    return every10s().addListener(scribe);
  }

  /** A way for a wait to end by itself. */
  record Way(String ending, WaitOptions.Builder options, Reply... replies) {
    @Override
    public String toString() {
      return ending + " by " + Arrays.toString(replies);
    }
  }

  static Stream<Way> ways() {
    Reply running = Reply.job("RUNNING");
    Reply missing = Reply.error(Answers.notFound());
    Reply failing =
        Reply.job(Job.fromJson("{\"status\":\"RUNNING\",\"sub_jobs\":[{\"status\":\"FAIL\"}]}"));
    return Stream.of(
        new Way("Succeeded", every10s(), running, Reply.job("SUCCESS")),
        new Way("Succeeded", every10s().confirmSuccess(2), Reply.job("SUCCESS")),
        new Way("Succeeded", every10s().confirmSuccess(2), Reply.job("SUCCESS"), missing),
        new Way("Failed", every10s(), running, Reply.job("FAIL")),
        new Way("Failed", every10s().stopOnSubJobFailure(), running, failing),
        new Way("TimedOut", every10s().timeout(seconds(25)), running),
        new Way("TimedOut", every10s().timeout(Duration.ZERO), running),
        new Way("TimedOut", every10s().timeout(seconds(25)), running, Reply.never()),
        new Way("TimedOut", every10s().timeout(seconds(25)), Reply.error(Answers.throttled())),
        new Way("Vanished", every10s(), missing),
        new Way("Vanished", every10s(), running, missing),
        new Way("Stopped", every10s(), Reply.error(Answers.http(403))),
        new Way("Stopped", every10s(), running, Reply.error(Answers.unauthorized())),
        new Way("Stopped", every10s().errorBudget(Duration.ZERO), Reply.error(Answers.lost())),
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
  void aWaitThatEndsByItselfTellsSoOnceAndLast(Way way) {
    EngineFixture rig = new EngineFixture();
    CompletableFuture<WaitTermination> wait =
        rig.start(rig.polls(way.replies()), way.options().addListener(scribe));
    rig.timer.runUntilIdle();
    WaitResult expected = wait.join().result();
    assertThat(scribe.calls).last().isEqualTo("end " + way.ending());
    assertThat(scribe.ends)
        .singleElement()
        .returns("ECS", WaitResult::service)
        .returns(EngineFixture.REF, WaitResult::ref)
        .returns(way.ending(), WaitResult::ending)
        .returns(way.ending().equals("Succeeded"), WaitResult::succeeded)
        .returns(expected.outcome(), WaitResult::outcome)
        .returns(expected.polls(), WaitResult::polls)
        .returns(expected.elapsed(), WaitResult::elapsed)
        .satisfies(told -> assertThat(told.problem() == null).isEqualTo(told.outcome() != null));
    rig.assertIdle();
  }

  @Test
  void itIsToldBeforeTheFutureCompletes() {
    EngineFixture rig = new EngineFixture();
    CompletableFuture<WaitTermination> wait =
        rig.start(rig.polls(Reply.job("RUNNING"), Reply.job("SUCCESS")), options());
    wait.thenRun(() -> scribe.calls.add("completed"));
    rig.timer.runUntilIdle();
    assertThat(scribe.calls).endsWith("job SUCCESS 00:10", "end Succeeded", "completed");
  }

  @Test
  void aWaitThatIsClosedWhileItPausesTellsSo() {
    EngineFixture rig = new EngineFixture();
    rig.start(rig.polls(Reply.job("RUNNING")), options());
    rig.engine.close();
    assertThat(scribe.calls).containsExactly("job RUNNING 00:00", "end Stopped");
    assertThat(scribe.ends.get(0).problem())
        .isInstanceOf(JobPollException.class)
        .hasMessageEndingWith("the client was closed");
  }

  @Test
  void aWaitThatIsClosedWhileItPollsTellsSo() {
    EngineFixture rig = new EngineFixture();
    rig.start(rig.polls(Reply.never()), options());
    rig.engine.close(rig);
    assertThat(scribe.calls).containsExactly("end Stopped");
  }

  @Test
  void aWaitThatIsStartedOnAClosedEngineTellsSo() {
    EngineFixture rig = new EngineFixture();
    rig.engine.close();
    rig.start(rig.polls(Reply.job("SUCCESS")), options());
    assertThat(scribe.calls).containsExactly("end Stopped");
  }

  @Test
  void aWaitThatIsEndedByRefusedCredentialsOrWithOthersTellsSo() {
    EngineFixture rig = new EngineFixture();
    rig.start(rig.polls(Reply.never()), options());
    rig.engine.endBefore(
        1, "the credentials were refused", (source, job) -> Answers.unauthorized());
    CompletableFuture<WaitTermination> other = rig.start(rig.polls(Reply.never()), options());
    rig.engine.end(List.of(other), "another job did not succeed");
    rig.engine.end(List.of(other), "another job did not succeed");
    rig.timer.advance(Duration.ZERO);
    assertThat(scribe.calls).containsExactly("end Stopped", "end Stopped");
    assertThat(scribe.ends.get(0).problem()).hasCauseInstanceOf(AuthenticationException.class);
    assertThat(scribe.ends.get(1).problem()).hasMessageContaining("another job did not succeed");
  }

  /** Runs something while the listener hears of the first answer, on the thread that tells it. */
  private CompletableFuture<WaitTermination> during(
      EngineFixture rig, ScriptedPolls polls, Runnable what) {
    WaitListener meddling =
        new WaitListener() {
          @Override
          public void onProgress(WaitProgress progress) {
            what.run();
            scribe.onProgress(progress);
          }

          @Override
          public void onEnd(WaitResult result) {
            scribe.onEnd(result);
          }
        };
    return rig.start(polls, every10s().addListener(meddling));
  }

  @Test
  void aWaitThatIsClosedWhileItsListenerRunsTellsSoWhenThatHasReturned() {
    for (String status : List.of("RUNNING", "SUCCESS")) {
      scribe.calls.clear();
      EngineFixture rig = new EngineFixture();
      CompletableFuture<WaitTermination> wait =
          during(rig, rig.polls(Reply.job(status)), () -> rig.engine.close(rig));
      assertThat(scribe.calls).containsExactly("job " + status + " 00:00", "end Stopped");
      assertThat(wait.join().problem()).isEqualTo(Engine.CLOSED);
      rig.assertIdle();
    }
  }

  @Test
  void aListenerThatIsBusyHoldsUpNoCloseAndHearsOfItAfterwards() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch left = new CountDownLatch(1);
    CountDownLatch told = new CountDownLatch(1);
    WaitListener slow =
        new WaitListener() {
          @Override
          public void onProgress(WaitProgress progress) {
            entered.countDown();
            Gateway.await(left);
            scribe.onProgress(progress);
          }

          @Override
          public void onEnd(WaitResult result) {
            scribe.onEnd(result);
            told.countDown();
          }
        };
    try {
      EngineFixture rig = new EngineFixture(threads);
      CompletableFuture<WaitTermination> wait =
          rig.start(rig.polls(Reply.job("RUNNING")), every10s().addListener(slow));
      Gateway.await(entered);
      rig.engine.close(rig);
      assertThat(Gateway.join(wait).problem()).isEqualTo(Engine.CLOSED);
      assertThat(scribe.calls).isEmpty();
      left.countDown();
      Gateway.await(told);
      assertThat(scribe.calls).containsExactly("job RUNNING 00:00", "end Stopped");
    } finally {
      left.countDown();
      threads.shutdown();
    }
  }

  @Test
  void aWaitThatIsClosedBeforeItsAnswerIsDigestedTellsSoOnce() {
    Queue<Runnable> tasks = new ArrayDeque<>();
    EngineFixture rig = new EngineFixture(tasks::add);
    rig.start(rig.polls(Reply.job("RUNNING")), options());
    rig.engine.close();
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
    assertThat(scribe.calls).containsExactly("end Stopped");
  }

  @Test
  void anEndThatThrowsChangesNothing() {
    EngineFixture rig = new EngineFixture();
    scribe.throwing = new LinkageError("the listener");
    CompletableFuture<WaitTermination> ended =
        rig.start(rig.polls(Reply.job("SUCCESS")), options());
    CompletableFuture<WaitTermination> closed = rig.start(rig.polls(Reply.never()), options());
    rig.engine.close();
    assertThat(ended.join().isSuccess()).isTrue();
    assertThat(closed.join().problem()).isEqualTo(Engine.CLOSED);
    assertThat(scribe.ends).hasSize(2);
    rig.assertIdle();
  }

  // What is not told

  static Stream<Consumer<CompletableFuture<WaitTermination>>> callersEnds() {
    return Stream.of(
        wait -> wait.cancel(true),
        wait -> wait.complete(null),
        wait -> wait.completeExceptionally(new CancellationException()));
  }

  @ParameterizedTest
  @MethodSource("callersEnds")
  void whatItsCallerEndsIsNotTold(Consumer<CompletableFuture<WaitTermination>> ending) {
    EngineFixture rig = new EngineFixture();
    CompletableFuture<WaitTermination> pausing =
        rig.start(rig.polls(Reply.job("RUNNING")), options());
    CompletableFuture<WaitTermination> polling = rig.start(rig.polls(Reply.never()), options());
    ending.accept(pausing);
    ending.accept(polling);
    rig.engine.close();
    assertThat(scribe.calls).containsExactly("job RUNNING 00:00");
  }

  @Test
  void whatItsCallerEndsWhileItsListenerRunsIsNotTold() {
    EngineFixture rig = new EngineFixture();
    CompletableFuture<?>[] wait = new CompletableFuture<?>[1];
    ScriptedPolls polls = rig.polls(Reply.job("RUNNING").held(), Reply.job("SUCCESS"));
    wait[0] = during(rig, polls, () -> wait[0].cancel(true));
    polls.release();
    rig.timer.runUntilIdle();
    assertThat(scribe.calls).containsExactly("job RUNNING 00:00");
    rig.assertIdle();
  }

  @Test
  void aWaitWhoseExecutorTakesNoMoreTellsNobodyOnAThreadOfTheLibrary() {
    boolean[] gone = {false};
    EngineFixture rig = EngineFixture.whoseExecutorStops(gone);
    CompletableFuture<WaitTermination> answered =
        rig.start(rig.polls(Reply.job("RUNNING")), options());
    CompletableFuture<WaitTermination> closed = rig.start(rig.polls(Reply.never()), options());
    gone[0] = true;
    rig.timer.advance(seconds(10));
    rig.engine.close();
    assertThat(answered.join().cause()).isInstanceOf(RejectedExecutionException.class);
    assertThat(closed.join().problem()).isEqualTo(Engine.CLOSED);
    assertThat(scribe.calls).containsExactly("job RUNNING 00:00");
    rig.assertIdle();
  }
}
