package io.github.cloudjobs.engine;

import java.time.Duration;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/** Time that passes only when a test advances it. Tasks run on that thread. Thread-safe. */
final class ManualTimer implements WaitTimer {
  /** Close to the overflow of a long, so that comparing times instead of differences fails. */
  private static final long START = Long.MAX_VALUE - 1_000_000_000;

  private static final int ENDLESS = 1_000_000;

  /** A scheduled task; times count from the start. */
  private record Entry(long at, long order, Task task) {}

  private final TreeSet<Entry> queue =
      new TreeSet<>(Comparator.comparingLong(Entry::at).thenComparingLong(Entry::order));
  private final Map<Task, Entry> entries = new IdentityHashMap<>();
  private long now;
  private Runnable beforeSchedule = () -> {};
  private long count;
  private int callbacks;
  private Duration asleep = Duration.ZERO;

  @Override
  public synchronized long nanoTime() {
    return START + now;
  }

  /** The time since the start. */
  synchronized Duration now() {
    return Duration.ofNanos(now);
  }

  /** Runs something before each task of the engine is scheduled. */
  void beforeSchedule(Runnable hook) {
    beforeSchedule = hook;
  }

  @Override
  public synchronized void schedule(Task task, long time) {
    beforeSchedule.run();
    Entry present = entries.get(task);
    if (present != null && present.at <= time - START) {
      return;
    }
    cancel(task);
    Entry entry = new Entry(time - START, count++, task);
    queue.add(entry);
    entries.put(task, entry);
  }

  /** Runs a task of the test itself. */
  PollSource.Handle schedule(Duration delay, Runnable task) {
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
    Entry entry = entries.remove(task);
    if (entry != null) {
      queue.remove(entry);
    }
  }

  /** When tasks are due, the earliest first. */
  synchronized List<Duration> pending() {
    return queue.stream().map(entry -> Duration.ofNanos(entry.at)).toList();
  }

  private synchronized Task take(long until) {
    if (queue.isEmpty() || queue.first().at > until) {
      return null;
    }
    Entry first = queue.pollFirst();
    entries.remove(first.task);
    now = Math.max(now, first.at);
    return first.task;
  }

  /** Advances time, and runs the tasks that are due meanwhile. */
  void advance(Duration time) {
    long until = now().plus(time).toNanos();
    for (Task next = take(until); next != null; next = take(until)) {
      next.run();
    }
    pass(until);
  }

  private synchronized void pass(long until) {
    now = Math.max(now, until);
  }

  /** Advances time to the next task, and runs it; false if nothing is pending. */
  boolean runNext() {
    Task next = take(Long.MAX_VALUE);
    if (next != null) {
      next.run();
    }
    return next != null;
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
  public boolean await(CompletableFuture<?> future, long time) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    long until = time - START;
    if (!asleep.isZero()) {
      pass(until + asleep.toNanos());
      asleep = Duration.ZERO;
      return future.isDone();
    }
    for (Task next; !future.isDone() && (next = take(until)) != null; ) {
      next.run();
    }
    if (!future.isDone()) {
      pass(until);
    }
    return future.isDone();
  }

  @Override
  public synchronized void hold(Object callback) {
    callbacks++;
  }

  @Override
  public synchronized void release(Object callback) {
    callbacks--;
  }

  /** Whether a callback waits for the executor or runs. */
  synchronized boolean isHeld() {
    return callbacks > 0;
  }

  @Override
  public void close() {}

  @Override
  public String toString() {
    return "ManualTimer[" + now() + ", pending at " + pending() + "]";
  }
}
