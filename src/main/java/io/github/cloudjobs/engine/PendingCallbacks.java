package io.github.cloudjobs.engine;

import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The completions and listeners that closing a client caused. */
public final class PendingCallbacks {
  private static final System.Logger LOGGER = System.getLogger("io.github.cloudjobs");

  /** Long enough to write a token down; a process that is asked to end has 10 s or more. */
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(5);

  private final Engine engine;
  private final List<Callback> callbacks;

  PendingCallbacks(Engine engine, List<Callback> callbacks) {
    this.engine = engine;
    this.callbacks = callbacks;
  }

  /**
   * Waits until they have returned, for 5 s of real time at most, and logs how many have not. In a
   * callback it returns at once, since that may be one of them. An interrupt ends the waiting, and
   * the thread stays interrupted.
   */
  public void await() {
    if (engine.isInCallback()) {
      return;
    }
    long until = System.nanoTime() + PATIENCE;
    try {
      for (Callback callback : callbacks) {
        callback.await(until);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    long left = callbacks.stream().filter(callback -> !callback.isOver()).count();
    if (left > 0) {
      LOGGER.log(
          Level.WARNING,
          "a client was closed, and " + left + " completions or listeners have not returned yet");
    }
  }
}
