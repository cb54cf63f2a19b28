package io.github.cloudjobs.engine;

import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The completions and listener calls that closing a client caused, or found under way. */
public record PendingCallbacks(List<CountDownLatch> callbacks) {
  private static final System.Logger LOGGER = System.getLogger("io.github.cloudjobs");

  /** Enough to store a token; most systems give a process 10 s or more to end. */
  private static final long LONGEST_WAIT = TimeUnit.SECONDS.toNanos(5);

  /**
   * Waits until they have returned, at most 5 s of real time, and logs how many have not. An
   * interrupt ends the waiting, and the thread stays interrupted.
   */
  public void await() {
    long until = System.nanoTime() + LONGEST_WAIT;
    try {
      for (CountDownLatch callback : callbacks) {
        callback.await(until - System.nanoTime(), TimeUnit.NANOSECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    long left = left();
    if (left > 0) {
      LOGGER.log(
          Level.WARNING,
          "a client was closed, and " + left + " completions or listeners have not returned yet");
    }
  }

  long left() {
    return callbacks.stream().filter(callback -> callback.getCount() > 0).count();
  }
}
