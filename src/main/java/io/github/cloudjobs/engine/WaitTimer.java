package io.github.cloudjobs.engine;

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

  /** How many of its seconds pass in one of the wall clock's. */
  default double scale() {
    return 1;
  }

  /** Rings nothing any more. */
  void close();
}
