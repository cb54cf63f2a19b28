package io.github.cloudjobs.engine;

import io.github.cloudjobs.engine.PollSource.Handle;
import java.time.Duration;

/** A test's own task on a timer. */
final class TestTask extends WaitTimer.Task {
  private final Runnable task;

  private TestTask(Runnable task) {
    this.task = task;
  }

  /** Runs a task later; cancelled by what it returns. */
  static Handle schedule(WaitTimer timer, Duration delay, Runnable task) {
    TestTask test = new TestTask(task);
    timer.schedule(test, timer.nanoTime() + delay.toNanos());
    return () -> timer.cancel(test);
  }

  @Override
  protected void run() {
    task.run();
  }
}
