package io.github.cloudjobs.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.model.JobStatus;
import io.github.cloudjobs.step.Answers;
import io.github.cloudjobs.step.PollResult;
import io.github.cloudjobs.step.WaitTermination;
import io.github.cloudjobs.wait.JobPollException;
import io.github.cloudjobs.wait.PollFailure;
import io.github.cloudjobs.wait.WaitListener;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitOutcome;
import io.github.cloudjobs.wait.WaitProgress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Thousands of waits that go wrong in every way at once, in virtual time. Each is made of its seed
 * alone; a failure names the seed.
 */
class RandomWaitsTest {
  private static final Logger LOGGER = Logger.getLogger("io.github.cloudjobs");
  private static final int EACH = 1_000;

  @BeforeAll
  static void logNothing() {
    LOGGER.setLevel(Level.OFF);
  }

  @AfterAll
  static void logAgain() {
    LOGGER.setLevel(null);
  }

  @ParameterizedTest
  @ValueSource(ints = {1_000, 2_000, 3_000, 4_000, 5_000})
  void everyWaitCompletesOnceAndLeavesNothingBehind(int from) {
    for (int seed = from; seed < from + EACH; seed++) {
      try {
        new Story(seed).run();
      } catch (Throwable t) {
        throw new AssertionError("seed " + seed, t);
      }
    }
  }

  private static final class Story {
    final RandomInput input;
    final Random random;
    final boolean isPunctual;
    final EngineFixture fixture;
    final Duration timeout;
    final List<Poll> polls = new ArrayList<>();
    final List<String> problems = new ArrayList<>();
    int completions;
    int calls;
    CompletableFuture<WaitTermination> wait;

    /** One poll as the source saw it. */
    static final class Poll {
      final Duration begun;
      boolean isOver;

      Poll(Duration begun) {
        this.begun = begun;
      }
    }

    Story(int seed) {
      input = new RandomInput(seed);
      random = input.random;
      isPunctual = random.nextBoolean();
      fixture = isPunctual ? new EngineFixture() : slowFixture();
      timeout = Duration.ofMillis(random.nextInt(4) == 0 ? 0 : random.nextInt(200_000));
    }

    /** Its executor takes up to 3 ms, and refuses now and then. */
    private EngineFixture slowFixture() {
      EngineFixture[] late = new EngineFixture[1];
      Executor executor =
          task -> {
            input.throwOneIn(300);
            late[0].timer.schedule(Duration.ofNanos(random.nextInt(3_000_000)), task);
          };
      late[0] = new EngineFixture(executor);
      return late[0];
    }

    void run() {
      wait = fixture.start(this, 0, ref(), this::poll, options());
      wait.whenComplete((end, error) -> completions++);
      boolean isStopped = random.nextInt(3) == 0;
      if (isStopped) {
        fixture.timer.schedule(input.millis(60_000), this::stop);
      }
      for (int i = random.nextInt(4); i > 0; i--) {
        Duration jump = Duration.ofHours(random.nextInt(2_000) - 1_000);
        fixture.timer.schedule(input.millis(60_000), () -> fixture.clock.jump(jump));
      }
      fixture.timer.runUntilIdle();

      assertThat(problems).isEmpty();
      assertThat(wait).isDone();
      assertThat(completions).isOne();
      fixture.assertIdle();
      assertThat(polls).as("polls that are neither answered nor cancelled").allMatch(p -> p.isOver);
      pollsKeepTheirDistance();
      if (!wait.isCompletedExceptionally() && wait.join() != null) {
        endsWithinItsRules(wait.join(), isStopped);
      }
    }

    private void pollsKeepTheirDistance() {
      for (int i = 1; i < polls.size(); i++) {
        Duration begun = polls.get(i).begun;
        boolean isLast = begun.compareTo(timeout) >= 0;
        if (isPunctual || !isLast) {
          assertThat(begun.minus(polls.get(i - 1).begun))
              .isGreaterThanOrEqualTo(Duration.ofMillis(10));
        }
        if (i < polls.size() - 1) {
          assertThat(isLast).as("a poll at the deadline is the last").isFalse();
        }
        if (isPunctual) {
          assertThat(begun).isLessThanOrEqualTo(timeout);
        }
      }
    }

    private void endsWithinItsRules(WaitTermination end, boolean isStopped) {
      Duration latest = timeout.plus(EngineFixture.GRACE).plusMillis(10);
      assertThat(end.elapsed()).isLessThanOrEqualTo(latest);
      assertThat(end.state().polls()).isLessThanOrEqualTo(polls.size());
      WaitOutcome outcome = end.outcome();
      if (outcome instanceof WaitOutcome.Succeeded succeeded) {
        assertThat(succeeded.job().status()).isEqualTo(JobStatus.SUCCESS);
      } else if (outcome instanceof WaitOutcome.Failed failed) {
        assertThat(failed.job().status()).isEqualTo(JobStatus.FAIL);
      } else if (outcome instanceof WaitOutcome.TimedOut timedOut) {
        assertThat(timedOut.elapsed()).isGreaterThanOrEqualTo(timeout);
        assertThat(timedOut.polls()).isEqualTo(polls.size());
      } else if (outcome == null) {
        assertThat(isStopped || end.cause() != null || end.problem().contains("paid")).isTrue();
        try {
          end.outcomeOrThrow();
        } catch (JobPollException expected) {
          assertThat(expected.getMessage()).isNotBlank();
        }
      }
    }

    private JobRef ref() {
      return new JobRef(
          "p",
          "j" + random.nextInt(),
          random.nextInt(3) == 0 ? EngineFixture.START.plusMillis(5) : null);
    }

    private WaitOptions.Builder options() {
      WaitOptions.Builder options = input.options().timeout(timeout).addListener(new Listener());
      return switch (random.nextInt(6)) {
        case 0 -> options.schedule(input.faultySchedule());
        case 1 ->
            options.schedule(
                (age, last) -> timeout.minusMillis(5).isNegative() ? Duration.ZERO : timeout);
        default -> options;
      };
    }

    private PollSource.Handle poll(JobRef job, int generation, Consumer<PollResult> sink) {
      if (wait != null && wait.isDone()) {
        problems.add("a poll after the end");
      }
      if (!polls.stream().allMatch(poll -> poll.isOver)) {
        problems.add("two polls at a time");
      }
      Poll poll = new Poll(fixture.timer.now());
      polls.add(poll);
      Runnable answer =
          () -> {
            poll.isOver = true;
            sink.accept(input.result(random.nextBoolean() ? fixture.clock.instant() : null));
          };
      PollSource.Handle pending = () -> {};
      switch (random.nextInt(20)) {
        case 0 -> {} // never answered
        case 1 -> {
          poll.isOver = true;
          input.throwOneIn(2);
          answer.run();
          answer.run();
        }
        case 2, 3, 4, 5, 6, 7 -> pending = fixture.timer.schedule(input.millis(7_000), answer);
        default -> answer.run();
      }
      PollSource.Handle answering = pending;
      return () -> {
        answering.cancel();
        if (!poll.isOver) {
          poll.isOver = true;
          sink.accept(new PollResult(null, Answers.lost(), null, null)); // as OkHttp does
        }
        input.throwOneIn(4);
      };
    }

    private void stop() {
      switch (random.nextInt(6)) {
        case 0 -> wait.cancel(true);
        case 1 -> wait.completeExceptionally(new IllegalStateException());
        case 2 -> wait.complete(null);
        case 3 ->
            fixture.engine.endBefore(
                1, "stopped", (source, job) -> new IllegalStateException("stopped"));
        case 4 -> fixture.engine.close(this);
        default -> fixture.engine.close();
      }
    }

    /** Throws now and then, and once in a while cancels what it listens to. */
    private final class Listener implements WaitListener {
      private void call() {
        try {
          if (++calls > 1) {
            problems.add("two calls of a listener at a time");
          }
          if (wait != null && random.nextInt(200) == 0) {
            wait.cancel(true);
          }
          input.throwOneIn(5);
        } finally {
          calls--;
        }
      }

      @Override
      public void onProgress(WaitProgress progress) {
        call();
      }

      @Override
      public void onStatusChange(JobStatus before, WaitProgress progress) {
        call();
      }

      @Override
      public void onUnknownStatus(WaitProgress progress) {
        call();
      }

      @Override
      public void onPollFailed(PollFailure failure) {
        call();
      }

      @Override
      public void onThrottled(PollFailure failure) {
        call();
      }
    }
  }
}
