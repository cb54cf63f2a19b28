package io.github.cloudjobs.engine;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.concurrent.CompletableFuture;

/** A monotonic clock that runs tasks. Virtual time is another implementation. Thread-safe. */
public interface WaitTimer {
  /** A task that runs at a time; it is itself the entry in the timer's queue, to save memory. */
  abstract class Task {
    long due;
    int index = -1; // in the queue; negative if it is not there

    /** Must neither block nor throw. May be called too early, or just after a cancellation. */
    public abstract void run();

    public final long due() {
      return due;
    }
  }

  /** The wall clock of a timer, with which virtual time gets into a client. */
  final class TimerClock extends Clock {
    private final WaitTimer timer;
    private final Instant start;
    private final ZoneId zone;

    public TimerClock(WaitTimer timer, Instant start, ZoneId zone) {
      this.timer = timer;
      this.start = start;
      this.zone = zone;
    }

    public WaitTimer timer() {
      return timer;
    }

    @Override
    public Instant instant() {
      return start.plusNanos(timer.nanoTime());
    }

    @Override
    public ZoneId getZone() {
      return zone;
    }

    @Override
    public Clock withZone(ZoneId other) {
      return new TimerClock(timer, start, other);
    }
  }

  /** Monotonic time in nanoseconds; only differences are meaningful. */
  long nanoTime();

  /** Schedules a task; if it is scheduled already, the earlier time counts. */
  void schedule(Task task, long time);

  void cancel(Task task);

  /** All polls, as work that holds virtual time. */
  Object POLLS = new Object();

  /** Stops virtual time, for the duration of a poll. */
  default void hold() {
    hold(POLLS);
  }

  default void release() {
    release(POLLS);
  }

  /** Stops virtual time until a callback returns; not for long if the executor never runs it. */
  default void hold(Object work) {}

  default void release(Object work) {}

  /**
   * Waits until a future is done, or until a time and the tasks due by then. Virtual time is held
   * when this method returns or throws.
   *
   * @return whether the future is done
   */
  boolean await(CompletableFuture<?> future, long time) throws InterruptedException;

  void close();
}
