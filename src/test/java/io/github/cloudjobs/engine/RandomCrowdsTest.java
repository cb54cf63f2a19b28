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
 * One wait, or many for few jobs, which come and go while a limiter delays their polls and
 * everything goes wrong at once, in virtual time. Each story is made of its seed alone; a failure
 * names the seed.
 */
@ExtendWith(WithoutLog.class)
class RandomCrowdsTest {
  private static final int EACH = 1_500;

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
    final boolean isAlone; // one wait without limits
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
    int asked; // by direct polls
    int answered;
    int refusals; // of the executor
    int unreported; // of their end, since there was no thread to tell them on

    Story(int seed) {
      input = new RandomInput(seed);
      random = input.random;
      isAlone = input.oneIn(2);
      isPunctual = random.nextInt(3) > 0;
      isFixed = !isAlone && random.nextBoolean();
      limits = isAlone ? EngineFixture.UNLIMITED : limits();
      EngineFixture[] late = new EngineFixture[1];
      fixture =
          isPunctual
              ? new EngineFixture(limits)
              : new EngineFixture(
                  task -> {
                    if (random.nextInt(300) == 0) {
                      refusals++;
                      throw new RejectedExecutionException();
                    }
                    int most = random.nextInt(10) == 0 ? 20_000 : 3;
                    late[0].timer.schedule(input.millis(most), task);
                  },
                  limits);
      late[0] = fixture;
      for (int i = isAlone ? 0 : random.nextInt(2); i >= 0; i--) {
        services.add(new Service());
      }
    }

    private PollLimits limits() {
      double rate = 0.1 + random.nextInt(200) / 10.0;
      return isFixed
          ? new PollLimits(1 + random.nextInt(4), rate, rate, rate)
          : new PollLimits(1 + random.nextInt(4), rate, 0.1, 1_000);
    }

    void run() {
      for (int i = isAlone ? 1 : 3 + random.nextInt(10); i > 0; i--) {
        at(random.nextInt(60_000) * random.nextInt(2), () -> new Caller().begin());
      }
      for (int i = random.nextInt(8); i > 0; i--) {
        at(random.nextInt(90_000), this::interfere);
      }
      fixture.timer.runUntilIdle();

      assertThat(problems).isEmpty();
      for (Caller caller : callers) {
        caller.check();
      }
      assertThat(unreported).as("ends not reported").isLessThanOrEqualTo(refusals);
      assertThat(answered).as("answers to direct polls").isEqualTo(asked);
      assertThat(inFlight).isZero();
      assertThat(fixture.timer.pending()).isEmpty();
      fixture.assertIdle();
    }

    private void interfere() {
      switch (random.nextInt(12)) {
        case 0 -> fixture.engine.close(owner());
        case 1 ->
            fixture.engine.endBefore(
                ++generation, "refused", (source, job) -> Answers.unauthorized());
        case 2, 3 -> fixture.clock.jump(Duration.ofHours(random.nextInt(2_000) - 1_000));
        case 4, 5, 6 -> pollDirectly();
        case 7 -> {
          if (random.nextInt(3) == 0) {
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

    private void pollDirectly() {
      asked++;
      Service service = service();
      PollSource direct = (job, generation, sink) -> service.poll(job, sink, true);
      CompletableFuture<PollResult> poll =
          fixture.engine.poll(direct, job(), generation, Function.identity());
      poll.whenComplete((answer, error) -> answered++);
      at(random.nextInt(20_000), () -> poll.cancel(true));
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
      fixture.timer.schedule(millis(millis), action);
    }

    private static Duration millis(long millis) {
      return Duration.ofMillis(millis);
    }

    private long now() {
      return fixture.timer.now().toNanos();
    }

    /** What is known of the polls of one job. */
    private static final class Track {
      int inFlight;
      long begun = Long.MIN_VALUE; // the last one
      final List<Long> polls = new ArrayList<>();
      long joined; // when somebody last did
      long overdue = Long.MIN_VALUE; // when somebody last left whose deadline had passed
      final List<Long> answered = new ArrayList<>();
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
        return poll(job, sink, false);
      }

      Handle poll(JobRef job, Consumer<PollResult> sink, boolean direct) {
        Track track = track(job);
        check(job, track, direct);
        inFlight++;
        if (inFlight > limits.inFlight()) {
          problems.add("in flight: " + inFlight);
        }
        if (!direct) {
          track.inFlight++;
          track.begun = now();
          track.polls.add(now());
        }
        boolean[] over = {false};
        Consumer<PollResult> once =
            answer -> {
              if (!over[0]) {
                over[0] = true;
                inFlight--;
                track.inFlight -= direct ? 0 : 1;
                track.answered.add(now());
                if (!direct && answer.error() instanceof ThrottledException) {
                  leaveAlone(answer.retryAfter());
                }
              }
              sink.accept(answer); // twice, perhaps
            };
        Handle pending = () -> {};
        switch (random.nextInt(20)) {
          case 0 -> {} // not answered
          case 1 -> {
            once.accept(answer());
            if (!direct && random.nextInt(3) == 0) {
              once.accept(answer());
            }
          }
          case 2 -> {
            if (!direct && random.nextInt(4) == 0) {
              over[0] = true;
              inFlight--;
              track.inFlight--;
              input.throwOneIn(1);
            }
            once.accept(answer());
          }
          case 3, 4, 5, 6, 7, 8, 9 ->
              pending = fixture.timer.schedule(input.millis(7_000), () -> once.accept(answer()));
          default -> once.accept(answer());
        }
        Handle answering = pending;
        return () -> {
          answering.cancel();
          if (!over[0]) {
            once.accept(new PollResult(null, Answers.lost(), null, null));
          }
          if (!direct) {
            input.throwOneIn(4);
          }
        };
      }

      private void check(JobRef job, Track track, boolean direct) {
        if (direct) {
          return;
        }
        List<Caller> here =
            callers.stream()
                .filter(c -> c.service == this && c.job.jobId().equals(job.jobId()))
                .toList();
        if (here.stream().noneMatch(c -> !c.isOver())) {
          problems.add("a poll without a wait");
        }
        if (track.inFlight > 0) {
          problems.add("two polls of a job at a time");
        }
        boolean isUrgent =
            track.overdue >= track.begun
                || here.stream().anyMatch(c -> !c.isOver() && c.deadline <= now());
        if (isUrgent) {
          return;
        }
        if (isPunctual
            && track.joined < track.begun
            && now() - track.begun < millis(10).toNanos()) {
          problems.add("a gap of " + (now() - track.begun) + " ns");
        }
        if (now() < leftAlone) {
          problems.add(
              "a poll at " + now() + " although it was to be left alone until " + leftAlone);
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
        PollSource source = service;
        wait =
            kept == null
                ? fixture.engine.start(
                    owner(),
                    generation,
                    WaitPlan.of(job, options, EngineFixture.ORIGIN, fixture.clock.instant()),
                    source,
                    Function.identity())
                : fixture.engine.resume(owner(), generation, kept, source, Function.identity());
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
        ResumedWait kept =
            random.nextBoolean()
                ? ResumedWait.of(token, EngineFixture.ORIGIN, fixture.clock.instant())
                : ResumedWait.of(token, EngineFixture.ORIGIN, fixture.clock.instant())
                    .with(options);
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
          } else if (wait != null && random.nextInt(200) == 0) {
            stop();
          }
          input.throwOneIn(5);
        } finally {
          calls--;
        }
      }

      @Override
      public void onProgress(WaitProgress progress) {
        if (random.nextInt(4) == 0) {
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
          assertThat(failed.job().status()).isEqualTo(JobStatus.FAIL);
        }
        if (isAlone && !isResumed) {
          checkPolls(end);
        }
        if (end.plan().options().listeners().contains(this)) {
          assertThat(ends).as("calls of onEnd").isLessThanOrEqualTo(1);
          unreported += 1 - ends;
        }
        if (end.outcome() instanceof WaitOutcome.TimedOut timedOut) {
          assertThat(ended).isGreaterThanOrEqualTo(deadline);
          boolean isGivenUp = ended >= Math.max(joined, deadline) + EngineFixture.GRACE.toNanos();
          assertThat(!isPunctual || isGivenUp || service.track(job).answered.contains(ended))
              .as("it timed out by an answer, or when its grace was over")
              .isTrue();
          assertThat(timedOut.polls()).isGreaterThanOrEqualTo(progresses);
        }
        if (!isResumed) {
          assertThat(end.state().polls()).isGreaterThanOrEqualTo(progresses);
        }
      }

      private void checkPolls(WaitTermination end) {
        List<Long> polls = service.track(job).polls;
        for (int i = 0; i < polls.size() - 1; i++) {
          assertThat(polls.get(i)).as("a poll at the deadline is the last").isLessThan(deadline);
        }
        if (isPunctual && !polls.isEmpty()) {
          assertThat(polls.get(polls.size() - 1)).isLessThanOrEqualTo(deadline);
        }
        if (end.outcome() instanceof WaitOutcome.TimedOut timedOut) {
          assertThat(timedOut.polls()).isEqualTo(polls.size());
        }
      }
    }
  }
}
