package io.github.cloudjobs.engine;

import java.util.concurrent.TimeUnit;

/**
 * A task for the executor, in which user code may run: a listener, a schedule, or what depends on a
 * future. It is pending from when the executor was given it until it has returned.
 */
abstract class Callback implements Runnable {
  private final Engine engine;
  private boolean over; // guarded by this

  Callback(Engine engine) {
    this.engine = engine;
  }

  /** Does its work. Does not throw. */
  abstract void work();

  /** Does in place of its work, on the thread that submits it, what the executor refused. */
  abstract void refused(Throwable refusal);

  /** Hands it to the executor. */
  final void submit() {
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

  /** Waits until it has returned, at most until then by {@link System#nanoTime()}. */
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
