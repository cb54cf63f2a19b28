package io.github.cloudjobs.engine;

import static io.github.cloudjobs.engine.EngineFixture.every10s;
import static io.github.cloudjobs.engine.EngineFixture.seconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.cloudjobs.engine.EngineFixture.WithoutLog;
import io.github.cloudjobs.engine.ScriptedPolls.Reply;
import io.github.cloudjobs.step.PollResult;
import io.github.cloudjobs.step.PollResults;
import io.github.cloudjobs.step.ResumedWait;
import io.github.cloudjobs.step.WaitTermination;
import io.github.cloudjobs.wait.JobPollException;
import io.github.cloudjobs.wait.WaitOptions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
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

  static Stream<Arguments> faults() {
    return Stream.of("schedule", "executor", "timer", "source")
        .flatMap(
            place ->
                IntStream.of(1, 2, 5)
                    .boxed()
                    .flatMap(
                        n ->
                            Stream.of(
                                    new NoClassDefFoundError("at " + n),
                                    new PollResults.Unspeakable())
                                .map(thrown -> Arguments.of(place, n, thrown))));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("faults")
  void codeThatThrowsEndsTheWaitAndIsTheCause(String place, int n, Throwable thrown) {
    Map<String, Integer> calls = new HashMap<>();
    Consumer<String> call =
        called -> {
          if (calls.merge(called, 1, Integer::sum) == n && called.equals(place)) {
            throw ScriptedPolls.<RuntimeException>sneaky(thrown);
          }
        };
    EngineFixture throwing =
        new EngineFixture(
            task -> {
              call.accept("executor");
              task.run();
            });
    throwing.timer.beforeSchedule(() -> call.accept("timer"));
    WaitOptions.Builder options =
        every10s()
            .schedule(
                (age, last) -> {
                  call.accept("schedule");
                  return seconds(10);
                });
    PollSource source =
        (job, generation, sink) -> {
          call.accept("source");
          sink.accept(new PollResult(PollResults.job("RUNNING"), null, null, null));
          return () -> {};
        };
    var wait =
        throwing.engine.start(
            this,
            0,
            ResumedWait.begin(throwing.plan(EngineFixture.REF, options)),
            source,
            Function.<WaitTermination>identity());
    throwing.timer.runUntilIdle();
    WaitTermination end = wait.join();
    Throwable cause = end.cause();
    if (place.equals("source")) {
      assertThat(cause).hasMessageStartingWith("the poll could not be sent: ");
      cause = cause.getCause();
    }
    assertThat(cause == thrown).as("the cause is what was thrown").isTrue();
    assertThat(end.outcome()).isNull();
    assertThatExceptionOfType(JobPollException.class)
        .isThrownBy(end::jobOrThrow)
        .withMessageStartingWith("stopped waiting for job j-1: ");
    throwing.assertIdle();
  }

  @Test
  void aPollSourceThatThrowsAfterItsResponseChangesNothing() {
    PollSource source =
        (job, generation, sink) -> {
          sink.accept(new PollResult(PollResults.job("SUCCESS"), null, null, null));
          throw new IllegalStateException();
        };
    assertThat(fixture.start(source, every10s()).join().isSuccess()).isTrue();
  }

  @Test
  void aWallClockThatThrowsChangesNothing() {
    ScriptedPolls polls = fixture.polls(Reply.job("SUCCESS").held());
    var wait = fixture.start(polls, every10s());
    fixture.clock.whenRead(
        () -> {
          throw new IllegalStateException();
        });
    polls.release();
    assertThat(wait.join().isSuccess()).isTrue();
  }

  @Test
  void anExecutorThatThrowsWhenAPollFailedOrIsCancelledEndsTheWait() {
    for (Reply reply : List.of(Reply.thrown(new IllegalStateException()), Reply.never())) {
      EngineFixture refusing = EngineFixture.whoseExecutorStops(new boolean[] {true});
      var wait = refusing.start(refusing.polls(reply), every10s());
      refusing.timer.runUntilIdle();
      assertThat(wait.join().cause()).isInstanceOf(RejectedExecutionException.class);
      refusing.assertIdle();
    }
  }

  @Test
  void theFutureFailsWithWhateverReadingItsResultThrows() {
    Error error = new NoClassDefFoundError("reading");
    var wait =
        fixture.engine.start(
            this,
            0,
            ResumedWait.begin(fixture.plan(EngineFixture.REF, every10s())),
            fixture.polls(Reply.job("SUCCESS")),
            end -> {
              throw error;
            });
    assertThatExceptionOfType(CompletionException.class).isThrownBy(wait::join).withCause(error);
  }
}
