package io.github.cloudjobs.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.engine.ScriptedPolls.Reply;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.WaitPlan;
import io.github.cloudjobs.step.WaitPlan.Origin;
import io.github.cloudjobs.step.WaitTermination;
import io.github.cloudjobs.wait.PollSchedule;
import io.github.cloudjobs.wait.WaitOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

/** An engine in virtual time, all on the test's thread unless it brings an executor. */
final class EngineFixture {
  static final JobRef REF = new JobRef("p-1", "j-1");
  static final Instant START = Instant.parse("2024-03-05T06:07:08Z");
  static final Duration GRACE = Duration.ofSeconds(5);
  static final Origin ORIGIN = new Origin("https://ecs.example/", "ECS", "/v1/{job_id}");

  /** So many that none of them is ever in the way. */
  static final PollLimits UNLIMITED = new PollLimits(1_000_000, 1e9, 1e9, 1e9);

  final VirtualTimer timer;
  final TestClock clock;
  final Engine engine;
  private final PollLimits limits;

  EngineFixture() {
    this(Runnable::run);
  }

  EngineFixture(Executor executor) {
    this(executor, UNLIMITED);
  }

  EngineFixture(PollLimits limits) {
    this(Runnable::run, limits);
  }

  EngineFixture(Executor executor, PollLimits limits) {
    this(executor, limits, new VirtualTimer());
  }

  EngineFixture(Executor executor, PollLimits limits, VirtualTimer timer) {
    this.limits = limits;
    this.timer = timer;
    clock = new TestClock(timer, START);
    engine = new Engine(timer, executor, clock, GRACE, limits);
  }

  /** One whose executor runs nothing, which its timer finds out soon. */
  static EngineFixture whoseExecutorRunsNothing(Collection<Runnable> tasks) {
    return new EngineFixture(tasks::add, UNLIMITED, new VirtualTimer(2));
  }

  /** One whose executor runs what it is given until it is gone. */
  static EngineFixture whoseExecutorStops(boolean[] gone) {
    return new EngineFixture(
        task -> {
          if (gone[0]) {
            throw new RejectedExecutionException("shut down");
          }
          task.run();
        });
  }

  ScriptedPolls polls(Reply... replies) {
    return new ScriptedPolls(timer, replies);
  }

  CompletableFuture<WaitTermination> start(PollSource polls, WaitOptions.Builder options) {
    return start(REF, polls, options);
  }

  CompletableFuture<WaitTermination> start(
      JobRef job, PollSource polls, WaitOptions.Builder options) {
    return start(this, 0, job, polls, options);
  }

  CompletableFuture<WaitTermination> start(
      Object owner, int mark, JobRef job, PollSource polls, WaitOptions.Builder options) {
    return engine.start(owner, mark, plan(job, options), polls, Function.identity());
  }

  WaitPlan plan(JobRef job, WaitOptions.Builder options) {
    return WaitPlan.of(job, options.build(), ORIGIN, clock.instant());
  }

  /** Polls every 10 s. */
  static WaitOptions.Builder every10s() {
    return WaitOptions.builder().schedule(PollSchedule.fixed(seconds(10)));
  }

  static Duration seconds(long seconds) {
    return Duration.ofSeconds(seconds);
  }

  /** When the next polls are made, of the jobs that pause. */
  List<Duration> pendingPolls() {
    return timer.pending(task -> task instanceof PollStream stream && stream.isPausing());
  }

  /** How many jobs have a poll under way, or waiting for its turn. */
  int pollsUnderWay() {
    return timer.pending(task -> task instanceof PollStream stream && !stream.isPausing()).size();
  }

  /** Rings every task, as a timer that fires too early. */
  void runAllTasks() {
    engine.streams().forEach(WaitTimer.Task::run);
  }

  /** Nothing is left of any wait. */
  void assertIdle() {
    assertThat(timer.pending(task -> task instanceof PollStream))
        .as("pending in the timer")
        .isEmpty();
    assertThat(engine.waiting()).as("waits in the engine").isZero();
    assertThat(engine.limiters().free()).as("free places").isEqualTo(limits.inFlight());
  }
}
