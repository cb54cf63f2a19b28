package io.github.cloudjobs.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.engine.ScriptedPolls.Reply;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.WaitEnd;
import io.github.cloudjobs.wait.PollSchedule;
import io.github.cloudjobs.wait.WaitOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;

/** An engine in virtual time, all on the test's thread unless it brings an executor. */
final class Rig {
  static final JobRef REF = new JobRef("p-1", "j-1");
  static final Instant START = Instant.parse("2024-03-05T06:07:08Z");
  static final Duration GRACE = Duration.ofSeconds(5);

  final VirtualTimer timer = new VirtualTimer();
  final VirtualTimer.WallClock clock = timer.wallClock(START);
  final Engine engine;

  Rig() {
    this(Runnable::run);
  }

  Rig(Executor executor) {
    engine = new Engine(timer, executor, clock, GRACE);
  }

  ScriptedPolls polls(Reply... replies) {
    return new ScriptedPolls(timer, replies);
  }

  CompletableFuture<WaitEnd> start(PollSource polls, WaitOptions.Builder options) {
    return engine.start(this, REF, options.build(), polls, Function.identity());
  }

  /** Polls every 10 s. */
  static WaitOptions.Builder every10s() {
    return WaitOptions.builder().schedule(PollSchedule.fixed(seconds(10)));
  }

  static Duration seconds(long seconds) {
    return Duration.ofSeconds(seconds);
  }

  /** Nothing is left of any wait. */
  void assertIdle() {
    assertThat(timer.pending()).as("pending in the timer").isEmpty();
    assertThat(engine.waiting()).as("waits in the engine").isZero();
  }
}
