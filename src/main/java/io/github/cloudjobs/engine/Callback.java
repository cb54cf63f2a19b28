package io.github.cloudjobs.engine;

import java.util.concurrent.TimeUnit;

/**
 * A task for the executor that may run user code: listeners, schedules and dependents of futures.
 */
abstract class Callback implements Runnable {
  private final Engine engine;
  private boolean submitted; // guarded by this
  private boolean over; // guarded by this

  Callback(Engine engine) {
    this.engine = engine;
  }

  /** Does its work. Does not throw. */
  abstract void work();

  /** Called instead of {@link #work} on the submitting thread if the executor refuses. */
  abstract void refused(Throwable refusal);

  /** Passes it to the executor, once. */
  final void submit() {
    synchronized (this) {
      if (submitted) {
        return;
      }
      submitted = true;
    }
    engine.execute(this);
  }

  @Override
  public final void run() {
    run(this::work);
  }

  final void run(Runnable work) {
    try {
      engine.inCallback(work);
    } finally {
      engine.timer().release(this);
      end();
    }
  }

  /** It has returned, or will never run. */
  final synchronized void end() {
    over = true;
    notifyAll();
  }

  /** Waits until it has returned, or until a time by {@link System#nanoTime()}. */
  final synchronized boolean await(long until) throws InterruptedException {
    while (!over) {
      long left = until - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    return true;
  }

  final synchronized boolean isOver() {
    return over;
  }
}
