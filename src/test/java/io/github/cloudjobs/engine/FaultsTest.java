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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever throws at the nth call: the future completes, and nothing is left behind. */
@ExtendWith(WithoutLog.class)
class FaultsTest {

  private final EngineFixture fixture = new EngineFixture();

  @AfterEach
  void nothingIsLeft() {
    fixture.assertIdle();
  }

  static Stream<Arguments> throwables() {
    return IntStream.of(1, 2, 5)
        .boxed()
        .flatMap(
            n ->
                Stream.of(
                        new IllegalStateException("at " + n),
                        new NoClassDefFoundError("at " + n),
                        new Unspeakable())
                    .map(thrown -> Arguments.of(n, thrown)));
  }

  /** Not even its text can be read. */
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

  /** Throws at the nth call. */
  private static Runnable throwingAt(int n, Throwable thrown) {
    int[] calls = {0};
    return () -> {
      if (++calls[0] == n) {
        throw ScriptedPolls.<RuntimeException>sneaky(thrown);
      }
    };
  }

  private static void assertEndedBy(Throwable thrown, CompletableFuture<WaitTermination> wait) {
    assertThat(wait).isDone();
    WaitTermination end = wait.join();
    assertThat(end.cause() == thrown).as("the cause is what was thrown").isTrue();
    assertThat(end.outcome()).isNull();
    assertThatExceptionOfType(JobPollException.class)
        .isThrownBy(end::jobOrThrow)
        .satisfies(
            e -> {
              assertThat(e.getMessage()).startsWith("stopped waiting for job j-1: ");
              assertThat(e.getCause() == thrown).isTrue();
            });
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("throwables")
  void aPollSourceThatThrowsEndsTheWait(int n, Throwable thrown) {
    List<Reply> replies = new ArrayList<>();
    for (int i = 1; i < n; i++) {
      replies.add(Reply.job("RUNNING"));
    }
    replies.add(Reply.thrown(thrown));
    ScriptedPolls polls = fixture.polls(replies.toArray(Reply[]::new));
    var wait = fixture.start(polls, every10s());
    fixture.timer.runUntilIdle();
    WaitTermination end = wait.join();
    assertThat(end.cause()).hasMessageStartingWith("the poll could not be sent: ");
    assertThat(end.cause().getCause() == thrown).as("the cause is what was thrown").isTrue();
    assertThat(end.problem()).isEqualTo("polling cannot go on");
    assertThat(polls.begun()).hasSize(n);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("throwables")
  void aPollSourceThatRespondsAndThenThrowsHasResponded(int n, Throwable thrown) {
    int[] begun = {0};
    PollSource source =
        (job, generation, sink) -> {
          String status = ++begun[0] > n ? "SUCCESS" : "RUNNING";
          sink.accept(new PollResult(Answers.job(status), null, null, null));
          throw ScriptedPolls.<RuntimeException>sneaky(thrown);
        };
    var wait = fixture.start(source, every10s());
    fixture.timer.runUntilIdle();
    assertThat(wait.join().outcome()).isInstanceOf(WaitOutcome.Succeeded.class);
    assertThat(begun[0]).isEqualTo(n + 1);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("throwables")
  void aScheduleThatThrowsEndsTheWait(int n, Throwable thrown) {
    Runnable throwing = throwingAt(n, thrown);
    ScriptedPolls polls = fixture.polls(Reply.job("RUNNING"));
    WaitOptions.Builder options =
        WaitOptions.builder()
            .schedule(
                (age, last) -> {
                  throwing.run();
                  return seconds(1);
                });
    var wait = fixture.start(polls, options);
    fixture.timer.runUntilIdle();
    assertEndedBy(thrown, wait);
    assertThat(polls.begun()).hasSize(n);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("throwables")
  void anExecutorThatThrowsEndsTheWait(int n, Throwable thrown) {
    Runnable throwing = throwingAt(n, thrown);
    EngineFixture refusing =
        new EngineFixture(
            task -> {
              throwing.run();
              task.run();
            });
    ScriptedPolls polls = refusing.polls(Reply.job("RUNNING"));
    var wait = refusing.start(polls, every10s());
    refusing.timer.runUntilIdle();
    assertEndedBy(thrown, wait);
    assertThat(polls.begun()).hasSize(n);
    refusing.assertIdle();
  }

  @Test
  void anExecutorThatThrowsWhenAPollFailedOrIsCancelledEndsTheWait() {
    for (Reply reply : List.of(Reply.thrown(new IllegalStateException()), Reply.never())) {
      EngineFixture refusing =
          new EngineFixture(
              task -> {
                throw new RejectedExecutionException();
              });
      var wait = refusing.start(refusing.polls(reply), every10s());
      refusing.timer.runUntilIdle();
      assertThat(wait.join().cause()).isInstanceOf(RejectedExecutionException.class);
      refusing.assertIdle();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("throwables")
  void aTimerThatThrowsEndsTheWait(int n, Throwable thrown) {
    fixture.timer.beforeSchedule(throwingAt(n, thrown));
    var wait = fixture.start(fixture.polls(Reply.job("RUNNING")), every10s());
    fixture.timer.runUntilIdle();
    assertEndedBy(thrown, wait);
  }

  @Test
  void aWallClockThatThrowsEndsTheWait() {
    ScriptedPolls polls = fixture.polls(Reply.job("RUNNING").held());
    var wait = fixture.start(polls, every10s());
    fixture.clock.whenRead(
        () -> {
          throw new IllegalStateException("the clock");
        });
    polls.release();
    assertThat(wait.join().cause()).hasMessage("the clock");
  }

  @Test
  void aPollWhoseCancellationThrowsIsGivenUpAllTheSame() {
    PollSource stubborn =
        (job, generation, sink) ->
            () -> {
              sink.accept(new PollResult(null, Answers.lost(), null, null));
              throw new IllegalStateException();
            };
    var wait = fixture.start(stubborn, every10s().timeout(seconds(60)));
    fixture.timer.runUntilIdle();
    assertThat(wait.join().outcome()).isInstanceOf(WaitOutcome.TimedOut.class);
    fixture.assertIdle();

    wait = fixture.start(stubborn, every10s());
    fixture.engine.close();
    assertThat(wait.join().problem()).isEqualTo(Engine.CLOSED);
  }

  @Test
  void theFutureFailsWithWhateverReadingItsResultThrows() {
    Error error = new NoClassDefFoundError("reading");
    var wait =
        fixture.engine.start(
            this,
            0,
            fixture.plan(EngineFixture.REF, every10s()),
            fixture.polls(Reply.job("SUCCESS")),
            end -> {
              throw error;
            });
    assertThatExceptionOfType(CompletionException.class).isThrownBy(wait::join).withCause(error);
  }
}
