package io.github.cloudjobs.engine;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Time that passes only when a test advances it. Tasks run on that thread. Thread-safe. */
final class ManualTimer implements WaitTimer {
  /** Close to the overflow of a long, so that comparing times instead of differences fails. */
  private static final long START = Long.MAX_VALUE - 1_000_000_000;

  private static final int ENDLESS = 1_000_000;

  private final TimerQueue tasks = new TimerQueue();
  private long time = START;
  private Runnable beforeSchedule = () -> {};
  private Duration asleep = Duration.ZERO;

  @Override
  public synchronized long nanoTime() {
    return time;
  }

  /** The time since the start. */
  Duration now() {
    return Duration.ofNanos(nanoTime() - START);
  }

  /** Runs something before each task of the engine is scheduled. */
  void beforeSchedule(Runnable hook) {
    beforeSchedule = hook;
  }

  @Override
  public synchronized void schedule(Task task, long due) {
    beforeSchedule.run();
    tasks.put(task, due);
  }

  /** Runs a task of the test itself. */
  Runnable schedule(Duration delay, Runnable task) {
    Task once =
        new Task() {
          @Override
          public void run() {
            task.run();
          }
        };
    schedule(once, nanoTime() + delay.toNanos());
    return () -> cancel(once);
  }

  @Override
  public synchronized void cancel(Task task) {
    tasks.remove(task);
  }

  /** The time until the next task is due; null if there is none. */
  synchronized Duration untilNext() {
    Task next = tasks.first();
    return next == null ? null : Duration.ofNanos(next.due() - time);
  }

  private synchronized Task take(long until) {
    Task next = tasks.first();
    if (next == null || next.due() - until > 0) {
      return null;
    }
    tasks.remove(next);
    pass(next.due());
    return next;
  }

  private synchronized void pass(long until) {
    time = until - time > 0 ? until : time;
  }

  /** Runs the tasks that are due by then. */
  private void runUntil(long until, CompletableFuture<?> done) {
    for (Task next; !done.isDone() && (next = take(until)) != null; ) {
      next.run();
    }
    if (!done.isDone()) {
      pass(until);
    }
  }

  /** Advances time, and runs the tasks that are due meanwhile. */
  void advance(Duration by) {
    runUntil(nanoTime() + by.toNanos(), new CompletableFuture<>());
  }

  /** Advances time to the next task, and runs it; false if nothing is pending. */
  boolean runNext() {
    Duration next = untilNext();
    Task task = next == null ? null : take(nanoTime() + Math.max(0, next.toNanos()));
    if (task != null) {
      task.run();
    }
    return task != null;
  }

  /** Advances time until nothing is pending. */
  void runUntilIdle() {
    for (int ran = 0; runNext(); ran++) {
      if (ran == ENDLESS) {
        throw new AssertionError("still not idle after " + ran + " tasks, at " + now());
      }
    }
  }

  /** Suspends the machine during the next blocking call, for this long beyond its end. */
  void suspendNextCall(Duration beyond) {
    asleep = beyond;
  }

  /** Advances time on the calling thread. */
  @Override
  public boolean await(CompletableFuture<?> future, long until) throws InterruptedException {
    if (asleep.isZero()) {
      runUntil(until, future);
    } else {
      pass(until + asleep.toNanos());
      asleep = Duration.ZERO;
    }
    return future.isDone();
  }

  @Override
  public void close() {}
}
