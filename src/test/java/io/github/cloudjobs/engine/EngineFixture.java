package io.github.cloudjobs.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.engine.ScriptedPolls.Reply;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.ResumedWait;
import io.github.cloudjobs.step.WaitPlan;
import io.github.cloudjobs.step.WaitPlan.Origin;
import io.github.cloudjobs.step.WaitTermination;
import io.github.cloudjobs.wait.PollSchedule;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitToken;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * An engine whose time the test advances, all on the test's thread unless it brings an executor.
 * The only class of these tests that touches the engine's insides.
 */
final class EngineFixture {
  static final JobRef REF = new JobRef("p-1", "j-1");
  static final Instant START = Instant.parse("2024-03-05T06:07:08Z");
  static final Duration GRACE = Duration.ofSeconds(5);
  static final Origin ORIGIN = new Origin("https://ecs.example/", "ECS", "/v1/{job_id}");

  /** Limits that no test reaches. */
  static final PollLimits UNLIMITED = new PollLimits(1_000_000, 1e9, 1e9, 1e9);

  final ManualTimer timer = new ManualTimer();
  final TestClock clock = new TestClock(timer::now, START);
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
    this.limits = limits;
    engine = new Engine(timer, executor, clock, GRACE, limits);
  }

  /**
   * A fixture with an executor that runs tasks on the test's thread until {@code gone[0]} is set.
   */
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
      Object owner, int generation, JobRef job, PollSource polls, WaitOptions.Builder options) {
    return engine.start(
        owner, generation, ResumedWait.begin(plan(job, options)), polls, Function.identity());
  }

  WaitPlan plan(JobRef job, WaitOptions.Builder options) {
    return WaitPlan.of(job, options.build(), ORIGIN, clock.instant(), 0);
  }

  ResumedWait kept(WaitToken token) {
    return ResumedWait.of(token, ORIGIN, clock.instant());
  }

  /** Blocks until a wait has ended. */
  WaitTermination await(CompletableFuture<WaitTermination> wait)
      throws InterruptedException, ExecutionException {
    return engine.awaitAll(List.of(wait)).get(0);
  }

  /** Whether the end of a wait has not been decided. */
  boolean isRunning(CompletableFuture<?> wait) {
    return engine.waits().contains(wait);
  }

  /** How many limiters are kept. */
  int limiters() {
    return engine.limiters.byQuota.size();
  }

  /** Polls every 10 s. */
  static WaitOptions.Builder every10s() {
    return WaitOptions.builder().schedule(PollSchedule.fixed(seconds(10)));
  }

  static Duration seconds(long seconds) {
    return Duration.ofSeconds(seconds);
  }

  /** Nothing is left of any wait, and every place in flight is free. */
  void assertIdle() {
    assertThat(timer.untilNext()).as("pending in the timer").isNull();
    assertThat(engine.waits()).as("waits").isEmpty();
    assertThat(engine.limiters.urgent).isEmpty();
    assertThat(engine.limiters.direct.isWanted()).isFalse();
    assertThat(engine.limiters.byQuota.values()).noneMatch(PollLimiter::isWanted);
    if (engine.isClosed() || limits.inFlight > 100) {
      return;
    }
    List<ScriptedPolls> sources = new ArrayList<>(); // each with a quota of its own
    List<CompletableFuture<?>> all = new ArrayList<>();
    for (int i = 0; i < limits.inFlight; i++) {
      sources.add(polls(Reply.never()));
      all.add(start(sources.get(i), WaitOptions.builder()));
    }
    assertThat(sources).as("free places").allMatch(source -> source.inFlight() == 1);
    all.forEach(wait -> wait.cancel(true));
  }

  /** Turns the library's logger off during the tests of a class in which everything throws. */
  static final class WithoutLog implements BeforeAllCallback, AfterAllCallback {
    static final Logger LOGGER = Logger.getLogger("io.github.cloudjobs");

    @Override
    public void beforeAll(ExtensionContext context) {
      LOGGER.setLevel(Level.OFF);
    }

    @Override
    public void afterAll(ExtensionContext context) {
      LOGGER.setLevel(null);
    }
  }
}
