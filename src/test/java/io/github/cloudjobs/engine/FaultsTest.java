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
import java.util.List;
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

  private static Stream<Arguments> atAnyCall(String... places) {
    return Stream.of(places)
        .flatMap(
            place -> throwables().map(each -> Arguments.of(place, each.get()[0], each.get()[1])));
  }

  static Stream<Arguments> places() {
    return atAnyCall("schedule", "executor", "timer");
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("places")
  void whatThrowsEndsTheWaitAndIsTheCause(String place, int n, Throwable thrown) {
    Runnable throwing = throwingAt(n, thrown);
    WaitOptions.Builder options = every10s();
    EngineFixture throwingOne =
        new EngineFixture(
            task -> {
              if (place.equals("executor")) {
                throwing.run();
              }
              task.run();
            });
    if (place.equals("timer")) {
      throwingOne.timer.beforeSchedule(throwing);
    } else if (place.equals("schedule")) {
      options.schedule(
          (age, last) -> {
            throwing.run();
            return seconds(10);
          });
    }
    ScriptedPolls polls = throwingOne.polls(Reply.job("RUNNING"));
    var wait = throwingOne.start(polls, options);
    throwingOne.timer.runUntilIdle();
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
    if (!place.equals("timer")) { // which is also called when a wait begins
      assertThat(polls.begun()).hasSize(n);
    }
    throwingOne.assertIdle();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("throwables")
  void aPollSourceThatThrowsEndsTheWaitUnlessItHasResponded(int n, Throwable thrown) {
    int[] begun = {0};
    boolean[] responds = {true};
    PollSource source =
        (job, generation, sink) -> {
          boolean throwsNow = ++begun[0] == n;
          if (responds[0] || !throwsNow) {
            String status = begun[0] > n ? "SUCCESS" : "RUNNING";
            sink.accept(new PollResult(Answers.job(status), null, null, null));
          }
          if (throwsNow) {
            throw ScriptedPolls.<RuntimeException>sneaky(thrown);
          }
          return () -> {};
        };
    var succeeding = fixture.start(source, every10s());
    fixture.timer.runUntilIdle();
    assertThat(succeeding.join().outcome()).isInstanceOf(WaitOutcome.Succeeded.class);
    assertThat(begun[0]).isEqualTo(n + 1);

    begun[0] = 0;
    responds[0] = false;
    var ending = fixture.start(source, every10s());
    fixture.timer.runUntilIdle();
    WaitTermination end = ending.join();
    assertThat(end.cause()).hasMessageStartingWith("the poll could not be sent: ");
    assertThat(end.cause().getCause() == thrown).as("the cause is what was thrown").isTrue();
    assertThat(end.problem()).isEqualTo("polling cannot go on");
    assertThat(begun[0]).isEqualTo(n);
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
