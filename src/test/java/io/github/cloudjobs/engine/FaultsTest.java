package io.github.cloudjobs.engine;

import static io.github.cloudjobs.engine.EngineFixture.every10s;
import static io.github.cloudjobs.engine.EngineFixture.seconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.cloudjobs.engine.ScriptedPolls.Reply;
import io.github.cloudjobs.step.Answers;
import io.github.cloudjobs.step.PollResult;
import io.github.cloudjobs.step.WaitTermination;
import io.github.cloudjobs.wait.JobPollException;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitOutcome;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever throws, and whenever: the future completes, and nothing is left behind. */
class FaultsTest {
  static Stream<Arguments> everyPollAndThrowable() {
    List<IntFunction<Throwable>> kinds =
        List.of(
            k -> new IllegalStateException("at " + k),
            k -> new NoClassDefFoundError("at " + k),
            k -> new Unspeakable());
    return IntStream.rangeClosed(1, 5)
        .boxed()
        .flatMap(k -> kinds.stream().map(kind -> Arguments.of(k, kind.apply(k))));
  }

  /** Not even its text can be had. */
  private static final class Unspeakable extends Error {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new LinkageError("no text");
    }

    @Override
    public String toString() {
      return getClass().getName() + ": " + getMessage();
    }
  }

  private static IllegalStateException fault(int k) {
    return new IllegalStateException("at " + k);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("everyPollAndThrowable")
  void aPollSourceThatThrowsEndsTheWait(int k, Throwable thrown) {
    EngineFixture rig = new EngineFixture();
    List<Reply> replies = new ArrayList<>();
    for (int i = 1; i < k; i++) {
      replies.add(Reply.job("RUNNING"));
    }
    replies.add(Reply.thrown(thrown));
    ScriptedPolls polls = rig.polls(replies.toArray(Reply[]::new));
    CompletableFuture<WaitTermination> wait = rig.start(polls, every10s());
    rig.timer.runUntilIdle();
    endedBy(wait, thrown);
    assertThat(polls.begun()).hasSize(k);
    assertThat(wait.join().state().polls()).isEqualTo(k - 1);
    rig.assertIdle();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("everyPollAndThrowable")
  void aScheduleThatThrowsEndsTheWait(int k, Throwable thrown) {
    EngineFixture rig = new EngineFixture();
    int[] asked = {0};
    ScriptedPolls polls = rig.polls(Reply.job("RUNNING"));
    WaitOptions.Builder options =
        WaitOptions.builder()
            .schedule(
                (age, last) -> {
                  if (++asked[0] == k) {
                    throw ScriptedPolls.<RuntimeException>sneaky(thrown);
                  }
                  return seconds(1);
                });
    CompletableFuture<WaitTermination> wait = rig.start(polls, options);
    rig.timer.runUntilIdle();
    endedBy(wait, thrown);
    assertThat(polls.begun()).hasSize(k);
    rig.assertIdle();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("everyPollAndThrowable")
  void aPollSourceThatAnswersAndThenThrowsHasAnswered(int k, Throwable thrown) {
    Logger logger = Logger.getLogger("io.github.cloudjobs");
    logger.setLevel(Level.OFF);
    EngineFixture rig = new EngineFixture();
    int[] begun = {0};
    PollSource source =
        (job, mark, sink) -> {
          String status = ++begun[0] > k ? "SUCCESS" : "RUNNING";
          sink.accept(new PollResult(Answers.job(status), null, null, null));
          throw ScriptedPolls.<RuntimeException>sneaky(thrown);
        };
    CompletableFuture<WaitTermination> wait = rig.start(source, every10s());
    rig.timer.runUntilIdle();
    logger.setLevel(null);
    assertThat(wait.join().outcome()).isInstanceOf(WaitOutcome.Succeeded.class);
    assertThat(begun[0]).isEqualTo(k + 1);
    rig.assertIdle();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("everyPollAndThrowable")
  void anExecutorThatRefusesEndsTheWait(int k, Throwable thrown) {
    int[] tasks = {0};
    Executor refusing =
        task -> {
          if (++tasks[0] == k) {
            throw ScriptedPolls.<RuntimeException>sneaky(thrown);
          }
          task.run();
        };
    EngineFixture rig = new EngineFixture(refusing);
    ScriptedPolls polls = rig.polls(Reply.job("RUNNING"));
    CompletableFuture<WaitTermination> wait = rig.start(polls, every10s());
    rig.timer.runUntilIdle();
    endedBy(wait, thrown);
    assertThat(polls.begun()).hasSize(k);
    rig.assertIdle();
  }

  @Test
  void anExecutorThatRefusesWhatAPollSourceThrewEndsTheWaitToo() {
    EngineFixture rig =
        new EngineFixture(
            task -> {
              throw new RejectedExecutionException();
            });
    CompletableFuture<WaitTermination> wait =
        rig.start(rig.polls(Reply.thrown(fault(1))), every10s());
    assertThat(wait.join().cause()).isInstanceOf(RejectedExecutionException.class);
    rig.assertIdle();
  }

  @Test
  void anExecutorThatRefusesWhenThePollIsGivenUpEndsTheWait() {
    EngineFixture rig =
        new EngineFixture(
            task -> {
              throw new RejectedExecutionException();
            });
    ScriptedPolls polls = rig.polls(Reply.never());
    CompletableFuture<WaitTermination> wait = rig.start(polls, every10s());
    rig.timer.runUntilIdle();
    assertThat(wait.join().cause()).isInstanceOf(RejectedExecutionException.class);
    assertThat(polls.cancelled()).hasSize(1);
    rig.assertIdle();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("everyPollAndThrowable")
  void aTimerThatRefusesEndsTheWait(int k, Throwable thrown) {
    ManualTimer timer = new ManualTimer();
    int[] scheduled = {0};
    WaitTimer refusing =
        new WaitTimer() {
          @Override
          public long nanoTime() {
            return timer.nanoTime();
          }

          @Override
          public void schedule(WaitTimer.Task task, long time) {
            if (++scheduled[0] == k) {
              throw ScriptedPolls.<RuntimeException>sneaky(thrown);
            }
            timer.schedule(task, time);
          }

          @Override
          public void cancel(WaitTimer.Task task) {
            timer.cancel(task);
          }

          @Override
          public boolean await(CompletableFuture<?> future, long time) throws InterruptedException {
            return timer.await(future, time);
          }

          @Override
          public void close() {}
        };
    Engine engine =
        new Engine(
            refusing,
            Runnable::run,
            Clock.systemUTC(),
            EngineFixture.GRACE,
            EngineFixture.UNLIMITED);
    ScriptedPolls polls = new ScriptedPolls(timer, Reply.job("RUNNING"));
    CompletableFuture<WaitTermination> wait =
        engine.start(
            this,
            0,
            new EngineFixture().plan(EngineFixture.REF, every10s()),
            polls,
            Function.identity());
    timer.runUntilIdle();
    endedBy(wait, thrown);
    assertThat(polls.begun()).hasSize(k / 2);
    assertThat(timer.pending()).isEmpty();
    assertThat(engine.waiting()).isZero();
  }

  @Test
  void aWallClockThatThrowsEndsTheWait() {
    ManualTimer timer = new ManualTimer();
    Clock failing =
        new Clock() {
          @Override
          public Instant instant() {
            throw fault(1);
          }

          @Override
          public ZoneId getZone() {
            throw new UnsupportedOperationException();
          }

          @Override
          public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
          }
        };
    Engine engine =
        new Engine(timer, Runnable::run, failing, EngineFixture.GRACE, EngineFixture.UNLIMITED);
    CompletableFuture<WaitTermination> wait =
        engine.start(
            this,
            0,
            new EngineFixture().plan(EngineFixture.REF, every10s()),
            new ScriptedPolls(timer, Reply.job("RUNNING")),
            Function.identity());
    assertThat(wait.join().cause()).hasMessage("at 1");
  }

  @Test
  void aPollWhoseCancellingThrowsIsGivenUpAllTheSame() {
    EngineFixture rig = new EngineFixture();
    PollSource stubborn =
        (job, mark, sink) ->
            () -> {
              sink.accept(new PollResult(null, Answers.lost(), null, null));
              throw fault(1);
            };
    CompletableFuture<WaitTermination> wait = rig.start(stubborn, every10s().timeout(seconds(60)));
    rig.timer.runUntilIdle();
    assertThat(wait.join().outcome()).isInstanceOf(WaitOutcome.TimedOut.class);
    rig.assertIdle();

    wait = rig.start(stubborn, every10s());
    rig.engine.close();
    assertThat(wait.join().problem()).isEqualTo("the client was closed");
    rig.assertIdle();
  }

  @Test
  void aReadingThatThrowsAnythingEndsTheFutureWithIt() {
    EngineFixture rig = new EngineFixture();
    Error error = new NoClassDefFoundError("reading");
    CompletableFuture<WaitTermination> wait =
        rig.engine.start(
            this,
            0,
            rig.plan(EngineFixture.REF, every10s()),
            rig.polls(Reply.job("SUCCESS")),
            end -> {
              throw error;
            });
    assertThatExceptionOfType(CompletionException.class).isThrownBy(wait::join).withCause(error);
    rig.assertIdle();
  }

  private static void endedBy(CompletableFuture<WaitTermination> wait, Throwable thrown) {
    assertThat(wait).isDone();
    WaitTermination end = wait.join();
    assertThat(end.cause() == thrown).as("the cause is what was thrown").isTrue();
    assertThat(end.outcome()).isNull();
    try {
      end.jobOrThrow();
    } catch (JobPollException e) {
      assertThat(e.getMessage()).startsWith("stopped waiting for job j-1: ");
      assertThat(e.getCause() == thrown).isTrue();
    }
  }
}
