package io.github.cloudjobs.engine;

import java.util.concurrent.CompletableFuture;

/** The one thing that keeps time, and what virtual time replaces. Thread-safe. */
public interface WaitTimer {
  /** A clock that only goes forward, in nanoseconds; only differences mean anything. */
  long nanoTime();

  /**
   * Rings an alarm at a time, and no more at the one it was armed for before.
   *
   * @param time as {@link #nanoTime()} will say it; if it has passed, at once
   */
  void arm(Alarm alarm, long time);

  /** Rings an alarm no more, until it is armed again. */
  void disarm(Alarm alarm);

  /** Something has begun that takes no time of this timer: a poll on the wire, a task to run. */
  default void hold() {}

  /** It has ended. */
  default void release() {}

  /** A callback was given to an executor, which may never run it. */
  default void hold(Object callback) {}

  /** It has returned. */
  default void release(Object callback) {}

  /**
   * Waits until a future is done or a time has come; what is due at that time comes first. This
   * timer is held when it returns or throws.
   *
   * @return whether it is done
   */
  boolean await(CompletableFuture<?> future, long time) throws InterruptedException;

  /** Rings nothing any more. */
  void close();
}
