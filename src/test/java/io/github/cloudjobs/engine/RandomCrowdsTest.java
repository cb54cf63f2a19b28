package io.github.cloudjobs.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.engine.EngineFixture.WithoutLog;
import io.github.cloudjobs.error.ThrottledException;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.model.JobStatus;
import io.github.cloudjobs.step.PollResult;
import io.github.cloudjobs.step.PollResults;
import io.github.cloudjobs.step.ResumedWait;
import io.github.cloudjobs.step.WaitPlan;
import io.github.cloudjobs.step.WaitTermination;
import io.github.cloudjobs.wait.PollFailure;
import io.github.cloudjobs.wait.WaitListener;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitOutcome;
import io.github.cloudjobs.wait.WaitProgress;
import io.github.cloudjobs.wait.WaitResult;
import io.github.cloudjobs.wait.WaitToken;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Waits for few jobs, which come and go while a limiter delays their polls and everything goes
 * wrong at once, in virtual time. Each story is made of its seed alone; a failure names the seed.
 */
@ExtendWith(WithoutLog.class)
class RandomCrowdsTest {
  private static final int EACH = 300;

  @ParameterizedTest
  @ValueSource(ints = {10_000, 20_000, 30_000, 40_000, 50_000})
  void everyWaitCompletesOnceWithinTheLimitsAndLeavesNothingBehind(int from) {
    for (int seed = from; seed < from + EACH; seed++) {
      try {
        new Story(seed).run();
      } catch (Throwable t) {
        throw new AssertionError("seed " + seed, t);
      }
    }
  }

  private static final class Story implements PollSource {
    /** What a limiter may catch up; see {@link PollLimits}. */
    static final long SLACK = Duration.ofMillis(100).toNanos();

    final RandomInput input;
    final Random random;
    final boolean isPunctual; // the executor
    final PollLimits limits;
    final boolean isFixed; // the rate
    final EngineFixture fixture;
    final Map<String, Track> tracks = new HashMap<>();
    final List<Long> charged = new ArrayList<>(); // polls that the rate held up, or could have
    final List<Caller> callers = new ArrayList<>();
    final List<WaitToken> tokens = new ArrayList<>();
    final List<String> problems = new ArrayList<>();
    long pausedUntil; // by Retry-After
    int inFlight;
    int generation;

    Story(int seed) {
      input = new RandomInput(seed);
      random = input.random;
      isPunctual = random.nextInt(3) > 0;
      isFixed = random.nextBoolean();
      double rate = 0.1 + random.nextInt(200) / 10.0;
      int places = 1 + random.nextInt(4);
      limits =
          isFixed
              ? new PollLimits(places, rate, rate, rate)
              : new PollLimits(places, rate, 0.1, 1_000);
      fixture = new EngineFixture(this::execute, limits);
    }

    private void execute(Runnable task) {
      if (isPunctual) {
        task.run();
      } else {
        at(random.nextInt(input.oneIn(10) ? 20_000 : 3), task);
      }
    }

    void run() {
      for (int i = 1 + random.nextInt(12); i > 0; i--) {
        at(random.nextInt(60_000) * random.nextInt(2), () -> new Caller().begin());
      }
      for (int i = random.nextInt(8); i > 0; i--) {
        at(random.nextInt(90_000), this::interfere);
      }
      fixture.timer.runUntilIdle();

      assertThat(problems).isEmpty();
      callers.forEach(Caller::check);
      assertThat(inFlight).isZero();
      fixture.assertIdle();
    }

    private void interfere() {
      switch (random.nextInt(30)) {
        case 0, 1, 2 -> fixture.engine.close(owner());
        case 3, 4, 5 ->
            fixture.engine.endBefore(
                ++generation, "refused", (source, job) -> PollResults.unauthorized());
        case 6, 7, 8, 9 -> fixture.clock.jump(Duration.ofHours(random.nextInt(2_000) - 1_000));
        case 10 -> fixture.engine.close();
        default -> stopOne();
      }
    }

    private void stopOne() {
      if (!callers.isEmpty()) {
        callers.get(random.nextInt(callers.size())).stop();
      }
    }

    /** Another caller comes or goes while a response is delivered, or a poll is sent. */
    private void comeOrGo() {
      if (input.oneIn(50) && callers.size() < 20) {
        new Caller().begin();
      } else if (input.oneIn(100)) {
        stopOne();
      }
    }

    private Object owner() {
      return random.nextInt(3); // small integers are the same object
    }

    private void at(int millis, Runnable action) {
      fixture.timer.schedule(Duration.ofMillis(millis), action);
    }

    private long now() {
      return fixture.timer.now().toNanos();
    }

    /** What is known of the polls of one job. */
    private static final class Track {
      int inFlight;
      long begun = Long.MIN_VALUE; // the last one
      long joined; // when a wait last joined
      long overdue = Long.MIN_VALUE; // when a wait last left after its deadline
    }

    private Track track(JobRef job) {
      return tracks.computeIfAbsent(job.jobId(), id -> new Track());
    }

    @Override
    public Object quota(JobRef job) {
      return this;
    }

    @Override
    public Runnable poll(JobRef job, int began, Consumer<PollResult> sink) {
      Track track = track(job);
      checkPoll(job, track);
      track.begun = now();
      track.inFlight++;
      inFlight++;
      boolean[] over = {false};
      Runnable end =
          () -> {
            over[0] = true;
            inFlight--;
            track.inFlight--;
          };
      Consumer<PollResult> respond =
          result -> {
            if (!over[0]) {
              end.run();
              Duration requested = result.retryAfter();
              if (result.error() instanceof ThrottledException && requested != null) {
                pausedUntil = Math.max(pausedUntil, now() + requested.toNanos());
              }
            }
            sink.accept(result); // twice, perhaps
          };
      comeOrGo();
      Runnable pending = () -> {};
      int way = random.nextInt(20);
      if (way == 0 && input.oneIn(4)) {
        end.run();
        input.throwOneIn(1);
      } else if (way < 8) {
        pending = fixture.timer.schedule(input.millis(7_000), () -> respond.accept(result()));
      } else if (way < 19) { // else it does not respond
        respond.accept(result());
        if (input.oneIn(20)) {
          respond.accept(result());
        }
      }
      Runnable responding = pending;
      return () -> {
        responding.run();
        if (!over[0]) {
          respond.accept(PollResult.failed(PollResults.lost()));
        }
      };
    }

    private PollResult result() {
      return input.result(random.nextBoolean() ? fixture.clock.instant() : null);
    }

    private void checkPoll(JobRef job, Track track) {
      List<Caller> waiting =
          callers.stream().filter(c -> c.job.jobId().equals(job.jobId()) && !c.isOver()).toList();
      problem(waiting.isEmpty(), "a poll without a wait");
      problem(track.inFlight > 0, "two polls of a job at a time");
      problem(inFlight >= limits.inFlight, "too many in flight");
      if (track.overdue >= track.begun || waiting.stream().anyMatch(c -> c.deadline <= now())) {
        return; // urgent
      }
      boolean joined = track.joined >= track.begun;
      problem(isPunctual && !joined && now() - track.begun < 10_000_000, "two polls within 10 ms");
      problem(now() < pausedUntil, "a poll although the service was to be left alone");
      charged.add(now());
      for (int k = 1; isFixed && k < charged.size() && k < 30; k++) {
        long window = now() - charged.get(charged.size() - 1 - k);
        problem(window + SLACK < k * 1e9 / limits.start - 1_000, "too many polls for the rate");
      }
    }

    private void problem(boolean isOne, String what) {
      if (isOne) {
        problems.add(what + " at " + now());
      }
    }

    /** A caller, with its wait and its listener. */
    private final class Caller implements WaitListener {
      JobRef job =
          new JobRef(
              "p",
              "j" + random.nextInt(3),
              input.oneIn(3) ? EngineFixture.START.plusMillis(5) : null);
      CompletableFuture<WaitTermination> wait;
      long joined;
      long deadline;
      long ended = Long.MIN_VALUE;
      int completions;
      int calls;
      int ends;
      boolean isStopped; // by its caller

      void begin() {
        callers.add(this);
        joined = now();
        ResumedWait resumed = resumed(options());
        job = resumed.plan().ref();
        deadline = joined + resumed.plan().deadline() - resumed.elapsed();
        track(job).joined = joined;
        wait = fixture.engine.start(owner(), generation, resumed, Story.this, Function.identity());
        wait.whenComplete(
            (end, error) -> {
              completions++;
              ended = now();
              if (now() >= deadline) {
                track(job).overdue = now();
              }
            });
      }

      /** A new wait, or one that was kept, whether that still runs or has ended. */
      private ResumedWait resumed(WaitOptions options) {
        if (tokens.isEmpty() || !input.oneIn(3)) {
          return ResumedWait.begin(
              WaitPlan.of(job, options, EngineFixture.ORIGIN, fixture.clock.instant(), 0));
        }
        ResumedWait kept = fixture.kept(tokens.get(random.nextInt(tokens.size())));
        return random.nextBoolean() ? kept.with(options) : kept;
      }

      private WaitOptions options() {
        Duration timeout = input.oneIn(4) ? Duration.ZERO : input.millis(200_000);
        WaitOptions.Builder options = input.options().timeout(timeout).addListener(this);
        switch (random.nextInt(6)) {
          case 0 -> options.schedule(input.faultySchedule());
          case 1 ->
              options.schedule(
                  (age, last) -> timeout.isZero() ? Duration.ZERO : timeout.minusMillis(5).abs());
          default -> {}
        }
        return options.build();
      }

      boolean isOver() {
        return wait != null && wait.isDone();
      }

      void stop() {
        if (wait == null || !fixture.isRunning(wait)) {
          return; // it has ended, and is about to complete
        }
        switch (random.nextInt(4)) {
          case 0 -> isStopped |= wait.complete(null);
          case 1 -> isStopped |= wait.completeExceptionally(new IllegalStateException());
          case 2 -> fixture.engine.end(List.of(wait), "given up");
          default -> isStopped |= wait.cancel(true);
        }
      }

      private void call(boolean isEnd) {
        try {
          problem(++calls > 1, "two calls of a listener at a time");
          problem(isStopped && calls == 1, "a listener of a cancelled wait was called");
          problem(ends > 0, "a listener was called after the end");
          if (isEnd) {
            ends++;
          }
          comeOrGo();
          input.throwOneIn(5);
        } finally {
          calls--;
        }
      }

      @Override
      public void onProgress(WaitProgress progress) {
        if (input.oneIn(4)) {
          tokens.add(progress.token());
        }
        call(false);
      }

      @Override
      public void onPollFailed(PollFailure failure) {
        call(false);
      }

      @Override
      public void onThrottled(PollFailure failure) {
        call(false);
      }

      @Override
      public void onEnd(WaitResult result) {
        call(true);
      }

      void check() {
        assertThat(completions).as("completions").isOne();
        if (isPunctual) {
          long latest = Math.max(joined, deadline) + EngineFixture.GRACE.toNanos();
          assertThat(ended).as("end").isLessThanOrEqualTo(latest);
        }
        if (isStopped) {
          return;
        }
        WaitTermination end = wait.join();
        assertThat(fixture.kept(end.token()).elapsed()).isNotNegative();
        boolean hasListener = end.plan().options().listeners().contains(this);
        assertThat(ends).as("calls of onEnd").isEqualTo(hasListener ? 1 : 0);
        if (end.isSuccess()) {
          assertThat(end.state().job().status()).isEqualTo(JobStatus.SUCCESS);
        } else if (end.outcome() instanceof WaitOutcome.Failed failed) {
          assertThat(failed.job().failures()).isNotEmpty();
        } else if (end.outcome() instanceof WaitOutcome.TimedOut) {
          assertThat(ended).isGreaterThanOrEqualTo(deadline);
        }
      }
    }
  }
}
