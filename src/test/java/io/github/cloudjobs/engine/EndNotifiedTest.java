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
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitResult;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
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
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** However a wait ends, its listener is notified once; but not of an end by its own caller. */
class EndNotifiedTest {
  private static final Logger LOGGER = Logger.getLogger("io.github.cloudjobs");
  private static final String PROGRESS = "job RUNNING 00:00";

  static final List<Consumer<CompletableFuture<WaitTermination>>> CALLERS_ENDS = EngineTest.STOPS;

  private final RecordingListener listener = new RecordingListener();

  @BeforeAll
  static void logNothing() {
    LOGGER.setLevel(Level.OFF);
  }

  @AfterAll
  static void logAgain() {
    LOGGER.setLevel(null);
  }

  private WaitOptions.Builder options() {
    return every10s().addListener(listener);
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
  void theEndIsTheLastCallAndComesBeforeTheFutureCompletes(Way way) {
    EngineFixture fixture = new EngineFixture();
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
    fixture.assertIdle();
  }

  // Ended from outside

  private enum Outside {
    CLOSE("the client was closed") {
      @Override
      void end(EngineFixture fixture, CompletableFuture<?> wait) {
        fixture.engine.close();
      }
    },
    CLOSE_OF_ITS_OWNER("the client was closed") {
      @Override
      void end(EngineFixture fixture, CompletableFuture<?> wait) {
        fixture.engine.close(fixture);
      }
    },
    REFUSED_CREDENTIALS("the credentials were refused") {
      @Override
      void end(EngineFixture fixture, CompletableFuture<?> wait) {
        fixture.engine.endBefore(
            1, "the credentials were refused", (source, job) -> Answers.unauthorized());
      }
    },
    ANOTHER_JOB("another job did not succeed") {
      @Override
      void end(EngineFixture fixture, CompletableFuture<?> wait) {
        fixture.engine.end(List.of(wait), "another job did not succeed");
        fixture.engine.end(List.of(wait), "another job did not succeed");
      }
    };

    final String problem;

    Outside(String problem) {
      this.problem = problem;
    }

    abstract void end(EngineFixture fixture, CompletableFuture<?> wait);
  }

  @ParameterizedTest
  @EnumSource
  void aWaitThatIsEndedFromOutsideNotifiesItsListenerOnce(Outside outside) {
    for (Reply reply : List.of(Reply.job("RUNNING"), Reply.never())) {
      EngineFixture fixture = new EngineFixture();
      RecordingListener its = new RecordingListener();
      var wait = fixture.start(fixture.polls(reply), every10s().addListener(its));
      fixture.timer.advance(seconds(3));
      outside.end(fixture, wait);
      fixture.timer.advance(Duration.ZERO);
      assertThat(its.calls).endsWith("end Stopped").hasSize(reply.isHeld() ? 1 : 2);
      JobPollException problem = its.ends.get(0).problem();
      assertThat(problem)
          .hasMessageStartingWith("stopped waiting for job j-1: " + outside.problem)
          .satisfies(e -> assertThat(e.elapsed()).isEqualTo(seconds(3)))
          .satisfies(e -> assertThat(e.polls()).isEqualTo(reply.isHeld() ? 0 : 1))
          .satisfies(e -> assertThat(e.lastJob() == null).isEqualTo(reply.isHeld()));
      assertThat(problem.getCause() instanceof AuthenticationException)
          .isEqualTo(outside == Outside.REFUSED_CREDENTIALS);
      assertThat(wait.join().problem()).isEqualTo(outside.problem);
      fixture.assertIdle();
    }
  }

  @Test
  void aWaitThatIsStartedOnAClosedEngineEndsAtOnce() {
    EngineFixture fixture = new EngineFixture();
    fixture.engine.close();
    fixture.engine.close();
    ScriptedPolls polls = fixture.polls(Reply.job("SUCCESS"));
    assertThat(fixture.start(polls, options()).join().problem()).isEqualTo(Engine.CLOSED);
    assertThat(polls.begun()).isEmpty();
    assertThat(listener.calls).containsExactly("end Stopped");
    fixture.assertIdle();
  }

  @ParameterizedTest
  @ValueSource(strings = {"RUNNING", "SUCCESS"})
  void aWaitThatIsClosedInItsListenerIsNotifiedOfThatAfterwards(String status) {
    EngineFixture fixture = new EngineFixture();
    RecordingListener closing = new RecordingListener(n -> fixture.engine.close(fixture));
    var wait = fixture.start(fixture.polls(Reply.job(status)), every10s().addListener(closing));
    assertThat(closing.calls).containsExactly("job " + status + " 00:00", "end Stopped");
    assertThat(wait.join().problem()).isEqualTo(Engine.CLOSED);
    fixture.assertIdle();
  }

  @Test
  void aTokenOfAWaitThatIsClosedInItsListenerHoldsTheTimeOfTheNextPoll() {
    EngineFixture fixture = new EngineFixture();
    RecordingListener closing =
        new RecordingListener(
            n -> {
              if (n == 2) {
                fixture.engine.close(fixture);
              }
            });
    Reply throttled = Reply.error(Answers.throttled()).retryAfter(seconds(200));
    var wait =
        fixture.start(
            fixture.polls(Reply.job("RUNNING"), throttled), every10s().addListener(closing));
    fixture.timer.advance(seconds(11));
    long next = fixture.kept(wait.join().token()).next().at();
    assertThat(Duration.ofNanos(next)).isEqualTo(seconds(210));
  }

  @Test
  void aBusyListenerDoesNotDelayACloseAndIsNotifiedAfterwards() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch released = new CountDownLatch(1);
    CountDownLatch notified = new CountDownLatch(2);
    RecordingListener slow =
        new RecordingListener(
            n -> {
              entered.countDown();
              Gateway.await(released);
              notified.countDown();
            });
    try {
      EngineFixture fixture = new EngineFixture(threads);
      var wait = fixture.start(fixture.polls(Reply.job("RUNNING")), every10s().addListener(slow));
      Gateway.await(entered);
      fixture.engine.close(fixture);
      assertThat(Gateway.join(wait).problem()).isEqualTo(Engine.CLOSED);
      assertThat(slow.ends).isEmpty();
      released.countDown();
      Gateway.await(notified);
      assertThat(slow.calls).containsExactly(PROGRESS, "end Stopped");
    } finally {
      released.countDown();
      threads.shutdown();
    }
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
    assertThat(fixture.timer.pending()).isEmpty();
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
    fixture.assertIdle();
  }

  @Test
  void aCloseNotifiesAListenerWhoseResponseIsAboutToReachTheExecutor() {
    EngineFixture fixture = new EngineFixture();
    Object other = new Object();
    List<Long> left = new ArrayList<>();
    RecordingListener closesOther = // whose wait is the next to receive the response
        new RecordingListener(n -> left.add(fixture.engine.close(other).left()));
    ScriptedPolls polls = fixture.polls(Reply.job("RUNNING").held());
    fixture.start(polls, every10s().addListener(closesOther));
    fixture.start(other, 0, EngineFixture.REF, polls, options());
    polls.release();
    assertThat(left).containsExactly(0L);
    assertThat(listener.calls).containsExactly("end Stopped");
  }

  @Test
  void anOnEndThatThrowsChangesNothing() {
    EngineFixture fixture = new EngineFixture();
    RecordingListener throwing =
        RecordingListener.throwing(new LinkageError(), 1, Integer.MAX_VALUE);
    var ended =
        fixture.start(fixture.polls(Reply.job("SUCCESS")), every10s().addListener(throwing));
    var closed = fixture.start(fixture.polls(Reply.never()), every10s().addListener(throwing));
    fixture.engine.close();
    assertThat(ended.join().isSuccess()).isTrue();
    assertThat(closed.join().problem()).isEqualTo(Engine.CLOSED);
    assertThat(throwing.ends).hasSize(2);
    fixture.assertIdle();
  }

  @Test
  void otherOwnersAndLaterGenerationsAreNotEnded() {
    EngineFixture fixture = new EngineFixture();
    var later = fixture.start(this, 1, EngineFixture.REF, fixture.polls(Reply.never()), every10s());
    Outside.CLOSE_OF_ITS_OWNER.end(fixture, later);
    Outside.REFUSED_CREDENTIALS.end(fixture, later);
    assertThat(later).isNotDone();
    assertThat(fixture.engine.isClosed()).isFalse();
  }

  // What is not reported

  @ParameterizedTest
  @FieldSource("CALLERS_ENDS")
  void whatItsCallerEndsIsNotReported(Consumer<CompletableFuture<WaitTermination>> ending) {
    EngineFixture fixture = new EngineFixture();
    ending.accept(fixture.start(fixture.polls(Reply.job("RUNNING")), options()));
    ending.accept(fixture.start(fixture.polls(Reply.never()), options()));
    fixture.engine.close();
    assertThat(listener.calls).containsExactly(PROGRESS);
  }

  @Test
  void whatItsCallerEndsBeforeOrWhileItsListenerRunsIsNotReported() {
    Queue<Runnable> tasks = new ArrayDeque<>();
    EngineFixture fixture = new EngineFixture(tasks::add);
    fixture.start(fixture.polls(Reply.job("RUNNING")), options()).cancel(true);
    List<CompletableFuture<WaitTermination>> wait = new ArrayList<>();
    RecordingListener cancelling = new RecordingListener(n -> wait.get(0).cancel(true));
    wait.add(
        fixture.start(fixture.polls(Reply.job("RUNNING")), every10s().addListener(cancelling)));
    tasks.forEach(Runnable::run);
    fixture.timer.runUntilIdle();
    assertThat(listener.calls).isEmpty();
    assertThat(cancelling.calls).containsExactly(PROGRESS);
    fixture.assertIdle();
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
    assertThat(listener.calls).containsExactly(PROGRESS);
    fixture.assertIdle();
  }
}
