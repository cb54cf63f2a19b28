package io.github.cloudjobs.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.model.JobStatus;
import io.github.cloudjobs.step.Answers;
import io.github.cloudjobs.step.PollResult;
import io.github.cloudjobs.step.WaitTermination;
import io.github.cloudjobs.wait.JobPollException;
import io.github.cloudjobs.wait.PollFailure;
import io.github.cloudjobs.wait.PollSchedule;
import io.github.cloudjobs.wait.WaitListener;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitOutcome;
import io.github.cloudjobs.wait.WaitProgress;
import java.time.Duration;
import java.time.Instant;
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
  static void hush() {
    LOGGER.setLevel(Level.OFF);
  }

  @AfterAll
  static void speak() {
    LOGGER.setLevel(null);
  }

  @ParameterizedTest
  @ValueSource(ints = {1_000, 2_000, 3_000, 4_000, 5_000})
  void everyWaitCompletesOnceAndLeavesNothingBehind(int from) {
    for (int seed = from; seed < from + EACH; seed++) {
      try {
        new Story(seed).tell();
      } catch (Throwable t) {
        throw new AssertionError("seed " + seed, t);
      }
    }
  }

  private static final class Story {
    final Random random;
    final boolean isPunctual;
    final EngineFixture rig;
    final Duration timeout;
    final List<Poll> polls = new ArrayList<>();
    final List<String> trouble = new ArrayList<>();
    int completions;
    int heardAtOnce;
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
      random = new Random(seed);
      isPunctual = random.nextBoolean();
      rig = isPunctual ? new EngineFixture() : lateRig();
      timeout = Duration.ofMillis(random.nextInt(4) == 0 ? 0 : random.nextInt(200_000));
    }

    /** Its executor takes up to 3 ms, and refuses now and then. */
    private EngineFixture lateRig() {
      EngineFixture[] late = new EngineFixture[1];
      Executor executor =
          task -> {
            sometimesThrow(300);
            late[0].timer.schedule(Duration.ofNanos(random.nextInt(3_000_000)), task);
          };
      late[0] = new EngineFixture(executor);
      return late[0];
    }

    void tell() {
      wait = rig.start(this, 0, ref(), this::poll, options());
      wait.whenComplete((end, error) -> completions++);
      boolean isStopped = random.nextInt(3) == 0;
      if (isStopped) {
        rig.timer.schedule(millis(random.nextInt(60_000)), this::stop);
      }
      for (int i = random.nextInt(4); i > 0; i--) {
        Duration jump = Duration.ofHours(random.nextInt(2_000) - 1_000);
        rig.timer.schedule(millis(random.nextInt(60_000)), () -> rig.clock.jump(jump));
      }
      rig.timer.runUntilIdle();

      assertThat(trouble).isEmpty();
      assertThat(wait).isDone();
      assertThat(completions).isOne();
      rig.assertIdle();
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
      WaitOptions.Builder options =
          WaitOptions.builder()
              .timeout(timeout)
              .errorBudget(Duration.ofMillis(random.nextInt(60_000)))
              .confirmSuccess(1 + random.nextInt(3))
              .schedule(schedule())
              .addListener(new Grumbler());
      return random.nextInt(4) == 0 ? options.stopOnPendingPayment() : options;
    }

    private PollSchedule schedule() {
      return switch (random.nextInt(6)) {
        case 0 -> PollSchedule.eager();
        case 1 -> PollSchedule.fixed(Duration.ofMillis(1 + random.nextInt(5_000)));
        case 2 -> PollSchedule.exponential(Duration.ofMillis(20), 1.3, Duration.ofSeconds(9));
        case 3 ->
            (age, last) -> {
              sometimesThrow(100);
              return Duration.ofMillis(random.nextInt(300) == 0 ? -1 : random.nextInt(4_000));
            };
        case 4 -> (age, last) -> timeout.minusMillis(5).isNegative() ? Duration.ZERO : timeout;
        default -> PollSchedule.balanced();
      };
    }

    private PollSource.Handle poll(JobRef job, int mark, Consumer<PollResult> sink) {
      if (wait != null && wait.isDone()) {
        trouble.add("a poll after the end");
      }
      if (!polls.stream().allMatch(poll -> poll.isOver)) {
        trouble.add("two polls at a time");
      }
      Poll poll = new Poll(rig.timer.now());
      polls.add(poll);
      Runnable answer =
          () -> {
            poll.isOver = true;
            answer(sink);
          };
      PollSource.Handle pending = () -> {};
      switch (random.nextInt(20)) {
        case 0 -> {} // never answered
        case 1 -> {
          poll.isOver = true;
          sometimesThrow(2);
          answer.run();
          answer.run();
        }
        case 2, 3, 4, 5, 6, 7 ->
            pending = rig.timer.schedule(millis(random.nextInt(7_000)), answer);
        default -> answer.run();
      }
      PollSource.Handle answering = pending;
      return () -> {
        answering.cancel();
        if (!poll.isOver) {
          poll.isOver = true;
          sink.accept(new PollResult(null, Answers.lost(), null, null)); // as OkHttp does
        }
        sometimesThrow(4);
      };
    }

    private void answer(Consumer<PollResult> sink) {
      Instant date = random.nextBoolean() ? rig.clock.instant() : null;
      Duration retryAfter =
          random.nextInt(10) == 0 ? Duration.ofSeconds(random.nextInt(400) - 9) : null;
      if (random.nextInt(3) == 0) {
        sink.accept(new PollResult(null, error(), date, retryAfter));
      } else {
        sink.accept(new PollResult(job(), null, date, retryAfter));
      }
    }

    private Job job() {
      String status =
          switch (random.nextInt(40)) {
            case 0 -> "SUCCESS";
            case 1 -> random.nextBoolean() ? "FAIL" : "PENDING_PAYMENT";
            case 2 -> "ODD";
            default -> "RUNNING";
          };
      return random.nextBoolean()
          ? Answers.job(status)
          : Answers.job(status, EngineFixture.START.plusSeconds(random.nextInt(600) - 300));
    }

    private JobsException error() {
      return switch (random.nextInt(60)) {
        case 0 -> Answers.http(403);
        case 1 -> Answers.unauthorized();
        case 2, 3, 4, 5, 6, 7, 8 -> Answers.notFound();
        case 9, 10, 11, 12, 13, 14, 15, 16 -> Answers.throttled();
        case 17, 18, 19 -> Answers.malformed();
        default -> Answers.lost();
      };
    }

    private void stop() {
      switch (random.nextInt(6)) {
        case 0 -> wait.cancel(true);
        case 1 -> wait.completeExceptionally(new IllegalStateException());
        case 2 -> wait.complete(null);
        case 3 ->
            rig.engine.endBefore(
                1, "stopped", (source, job) -> new IllegalStateException("stopped"));
        case 4 -> rig.engine.close(this);
        default -> rig.engine.close();
      }
    }

    private void sometimesThrow(int oneIn) {
      if (random.nextInt(oneIn) == 0) {
        throw ScriptedPolls.<RuntimeException>sneaky(
            random.nextBoolean() ? new IllegalStateException() : new LinkageError());
      }
    }

    private static Duration millis(long millis) {
      return Duration.ofMillis(millis);
    }

    /** Throws now and then, and once in a while cancels what it listens to. */
    private final class Grumbler implements WaitListener {
      private void grumble() {
        try {
          if (++heardAtOnce > 1) {
            trouble.add("two calls of a listener at a time");
          }
          if (wait != null && random.nextInt(200) == 0) {
            wait.cancel(true);
          }
          sometimesThrow(5);
        } finally {
          heardAtOnce--;
        }
      }

      @Override
      public void onProgress(WaitProgress progress) {
        grumble();
      }

      @Override
      public void onStatusChange(JobStatus before, WaitProgress progress) {
        grumble();
      }

      @Override
      public void onUnknownStatus(WaitProgress progress) {
        grumble();
      }

      @Override
      public void onPollFailed(PollFailure failure) {
        grumble();
      }

      @Override
      public void onThrottled(PollFailure failure) {
        grumble();
      }
    }
  }
}
