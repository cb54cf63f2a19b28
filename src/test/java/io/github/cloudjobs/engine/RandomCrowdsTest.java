package io.github.cloudjobs.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.error.ThrottledException;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.model.JobStatus;
import io.github.cloudjobs.step.Answers;
import io.github.cloudjobs.step.PollResult;
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
import java.util.concurrent.RejectedExecutionException;
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

  private static final class Story {
    /** What a limiter may catch up; see {@link PollLimits}. */
    static final long SLACK = Duration.ofMillis(100).toNanos();

    final RandomInput input;
    final Random random;
    final boolean isPunctual; // the executor
    final PollLimits limits;
    final boolean isFixed; // the rate
    final EngineFixture fixture;
    final List<Service> services = new ArrayList<>();
    final List<Caller> callers = new ArrayList<>();
    final List<WaitToken> tokens = new ArrayList<>();
    final List<String> problems = new ArrayList<>();
    int inFlight;
    int generation;
    int refusals; // of the executor
    int unreported; // of their end, since there was no thread to tell them on

    Story(int seed) {
      input = new RandomInput(seed);
      random = input.random;
      isPunctual = random.nextInt(3) > 0;
      isFixed = random.nextBoolean();
      double rate = 0.1 + random.nextInt(200) / 10.0;
      limits =
          isFixed
              ? new PollLimits(1 + random.nextInt(4), rate, rate, rate)
              : new PollLimits(1 + random.nextInt(4), rate, 0.1, 1_000);
      EngineFixture[] late = new EngineFixture[1];
      fixture =
          isPunctual
              ? new EngineFixture(limits)
              : new EngineFixture(
                  task -> {
                    if (input.oneIn(300)) {
                      refusals++;
                      throw new RejectedExecutionException();
                    }
                    int most = input.oneIn(10) ? 20_000 : 3;
                    late[0].timer.schedule(input.millis(most), task);
                  },
                  limits);
      late[0] = fixture;
      for (int i = random.nextInt(2); i >= 0; i--) {
        services.add(new Service());
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
      assertThat(unreported).as("ends not reported").isLessThanOrEqualTo(refusals);
      assertThat(inFlight).isZero();
      fixture.assertIdle();
    }

    private void interfere() {
      switch (random.nextInt(12)) {
        case 0 -> fixture.engine.close(owner());
        case 1 ->
            fixture.engine.endBefore(
                ++generation, "refused", (source, job) -> Answers.unauthorized());
        case 2, 3 -> fixture.clock.jump(Duration.ofHours(random.nextInt(2_000) - 1_000));
        case 4 -> {
          if (input.oneIn(3)) {
            fixture.engine.close();
          }
        }
        default -> {
          if (!callers.isEmpty()) {
            callers.get(random.nextInt(callers.size())).stop();
          }
        }
      }
    }

    /** Another caller comes while a response is delivered, or a poll is sent. */
    private void joinMeanwhile() {
      if (callers.size() < 20) {
        new Caller().begin();
      }
    }

    private Object owner() {
      return "owner " + random.nextInt(3);
    }

    private Service service() {
      return services.get(random.nextInt(services.size()));
    }

    private JobRef job() {
      return new JobRef("p", "j" + random.nextInt(3));
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
      long joined; // when somebody last did
      long overdue = Long.MIN_VALUE; // when somebody last left whose deadline had passed
    }

    /** A service, whose polls count against one quota. */
    private final class Service implements PollSource {
      final Map<String, Track> tracks = new HashMap<>();
      final List<Long> charged = new ArrayList<>(); // polls that the rate held up, or could have
      long leftAlone; // until then, it asked

      Track track(JobRef job) {
        return tracks.computeIfAbsent(job.jobId(), id -> new Track());
      }

      @Override
      public Handle poll(JobRef job, int generation, Consumer<PollResult> sink) {
        Track track = track(job);
        check(job, track);
        track.begun = now();
        track.inFlight++;
        if (++inFlight > limits.inFlight()) {
          problems.add("in flight: " + inFlight);
        }
        boolean[] over = {false};
        Runnable end =
            () -> {
              over[0] = true;
              inFlight--;
              track.inFlight--;
            };
        Consumer<PollResult> once =
            answer -> {
              if (!over[0]) {
                end.run();
                if (answer.error() instanceof ThrottledException) {
                  leaveAlone(answer.retryAfter());
                }
              }
              sink.accept(answer); // twice, perhaps
            };
        if (input.oneIn(50)) {
          joinMeanwhile();
        }
        Handle pending = () -> {};
        int way = random.nextInt(20);
        if (way == 1 && input.oneIn(4)) {
          end.run();
          input.throwOneIn(1);
        } else if (way < 8) {
          pending = fixture.timer.schedule(input.millis(7_000), () -> once.accept(answer()));
        } else if (way < 19) { // else it does not respond
          once.accept(answer());
          if (input.oneIn(20)) {
            once.accept(answer());
          }
        }
        Handle answering = pending;
        return () -> {
          answering.cancel();
          if (!over[0]) {
            once.accept(new PollResult(null, Answers.lost(), null, null));
          }
          input.throwOneIn(4);
        };
      }

      private void check(JobRef job, Track track) {
        List<Caller> waiting =
            callers.stream()
                .filter(c -> c.service == this && c.job.jobId().equals(job.jobId()) && !c.isOver())
                .toList();
        if (waiting.isEmpty()) {
          problems.add("a poll without a wait");
        }
        if (track.inFlight > 0) {
          problems.add("two polls of a job at a time");
        }
        if (track.overdue >= track.begun || waiting.stream().anyMatch(c -> c.deadline <= now())) {
          return; // urgent
        }
        if (isPunctual && track.joined < track.begun && now() - track.begun < 10_000_000) {
          problems.add("a gap of " + (now() - track.begun) + " ns");
        }
        if (now() < leftAlone) {
          problems.add("a poll at " + now() + " but it was to be left alone until " + leftAlone);
        }
        charged.add(now());
        for (int k = 1; isFixed && k < charged.size() && k < 30; k++) {
          long window = now() - charged.get(charged.size() - 1 - k);
          if (window + SLACK < k * 1e9 / limits.start() - 1_000) {
            problems.add(k + 1 + " polls in " + window + " ns at " + limits.start());
          }
        }
      }

      private void leaveAlone(Duration asked) {
        if (asked != null && !asked.isNegative()) {
          leftAlone = Math.max(leftAlone, now() + asked.toNanos());
        }
      }

      @Override
      public Object quota(JobRef job) {
        return this;
      }
    }

    private PollResult answer() {
      return input.result(random.nextBoolean() ? fixture.clock.instant() : null);
    }

    /** A caller, with its wait and its listener. */
    private final class Caller implements WaitListener {
      final Service service = service();
      JobRef job =
          input.oneIn(3)
              ? new JobRef("p", job().jobId(), EngineFixture.START.plusMillis(5))
              : job();
      CompletableFuture<WaitTermination> wait;
      long joined;
      long deadline;
      long ended = Long.MIN_VALUE;
      int completions;
      int calls;
      int progresses;
      int ends;
      boolean isStopped; // by its caller
      boolean isResumed;

      void begin() {
        callers.add(this);
        joined = now();
        WaitOptions options = options();
        ResumedWait kept = kept(options);
        deadline =
            joined
                + (kept == null
                    ? options.timeout().toNanos()
                    : kept.plan().deadline() - kept.elapsed());
        service.track(job).joined = joined;
        wait =
            kept == null
                ? fixture.engine.start(
                    owner(),
                    generation,
                    ResumedWait.begin(
                        WaitPlan.of(job, options, EngineFixture.ORIGIN, fixture.clock.instant())),
                    service,
                    Function.identity())
                : fixture.engine.start(owner(), generation, kept, service, Function.identity());
        wait.whenComplete(
            (end, error) -> {
              completions++;
              ended = now();
              if (now() >= deadline) {
                Track track = service.track(job);
                track.overdue = Math.max(track.overdue, now());
              }
            });
      }

      /** Goes on with a wait that was kept, of those that still run or of those that ended. */
      private ResumedWait kept(WaitOptions options) {
        if (tokens.isEmpty() || random.nextInt(3) > 0) {
          return null;
        }
        WaitToken token = tokens.get(random.nextInt(tokens.size()));
        ResumedWait kept = fixture.kept(token);
        if (random.nextBoolean()) {
          kept = kept.with(options);
        }
        job = kept.plan().ref();
        isResumed = true;
        return kept;
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
        if (!fixture.isRunning(wait)) {
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
          if (++calls > 1) {
            problems.add("two calls of a listener at a time");
          }
          if (isStopped && calls == 1) {
            problems.add("a listener of a cancelled wait was called");
          }
          if (ends > 0) {
            problems.add("a listener was called after the end");
          }
          if (isEnd) {
            ends++;
          } else if (wait != null && input.oneIn(200)) {
            stop();
          }
          if (input.oneIn(50)) {
            joinMeanwhile();
          }
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
        progresses++;
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
        if (end.isSuccess()) {
          assertThat(end.state().job().status()).isEqualTo(JobStatus.SUCCESS);
        } else {
          assertThat(end.exception().getMessage()).isNotBlank();
        }
        if (end.outcome() instanceof WaitOutcome.Failed failed) {
          assertThat(failed.job().failures()).isNotEmpty();
        }
        assertThat(fixture.kept(end.token()).elapsed()).isNotNegative();
        if (end.plan().options().listeners().contains(this)) {
          assertThat(ends).as("calls of onEnd").isLessThanOrEqualTo(1);
          unreported += 1 - ends;
        }
        if (end.outcome() instanceof WaitOutcome.TimedOut timedOut) {
          assertThat(ended).isGreaterThanOrEqualTo(deadline);
          assertThat(timedOut.polls()).isGreaterThanOrEqualTo(progresses);
        }
        if (!isResumed) {
          assertThat(end.state().polls()).isGreaterThanOrEqualTo(progresses);
        }
      }
    }
  }
}
