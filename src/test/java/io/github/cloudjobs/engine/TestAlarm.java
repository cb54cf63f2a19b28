package io.github.cloudjobs.engine;

import io.github.cloudjobs.engine.PollSource.Handle;
import java.time.Duration;

/** A test's own task on a timer. */
final class TestAlarm extends Alarm {
  private final Runnable task;

  private TestAlarm(Runnable task) {
    this.task = task;
  }

  /** Runs a task later; cancelled by what it returns. */
  static Handle schedule(WaitTimer timer, Duration delay, Runnable task) {
    TestAlarm alarm = new TestAlarm(task);
    timer.arm(alarm, timer.nanoTime() + delay.toNanos());
    return () -> timer.disarm(alarm);
  }

  @Override
  protected void ring() {
    task.run();
  }
}
