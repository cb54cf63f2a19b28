package io.github.cloudjobs.engine;

import io.github.cloudjobs.engine.PollSource.Handle;

/** The one thing that keeps time, and what tests replace. Thread-safe. */
public interface WaitTimer {
  /** A clock that only goes forward, in nanoseconds; only differences mean anything. */
  long nanoTime();

  /**
   * Runs a task later, on the timer's own thread: it must not block.
   *
   * @param delay in nanoseconds; zero or less means at once
   */
  Handle schedule(Runnable task, long delay);

  /** Runs nothing any more. */
  void close();
}
