package io.github.cloudjobs.testing;

import io.github.cloudjobs.engine.WaitTimer;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Virtual time, which passes only when it is advanced. Tasks run on the thread that advances it, in
 * the order of their times. Thread-safe.
 */
final class VirtualTimer implements WaitTimer {
  /** A poll over loopback takes milliseconds. */
  private static final long LONGEST_WAIT = TimeUnit.SECONDS.toNanos(30);

  /** How often the state of a thread is checked. */
  private static final long CHECK_INTERVAL = TimeUnit.MILLISECONDS.toNanos(1);

  /** A thread that is not running for this long is waiting. */
  private static final long STILL = TimeUnit.MILLISECONDS.toNanos(20);

  /**
   * How many checks in a row without an event mean that the executor is blocked: checks and not
   * time, since the whole process may have been suspended.
   */
  private static final int CHECKS = 100;

  private static final long BLOCKED_CHECK_INTERVAL = TimeUnit.MILLISECONDS.toNanos(50);

  /** A scheduled task; those with the same time run in the order of their scheduling. */
  private record Entry(Task task, long due, long order) {}

  private final TreeSet<Entry> queue =
      new TreeSet<>(Comparator.comparingLong(Entry::due).thenComparingLong(Entry::order));
  private final Map<Task, Entry> entries = new HashMap<>();
  private final Map<Object, Integer> callbacks = new HashMap<>(); // with how often each is held
  private long now; // since the start
  private long scheduled; // how many entries were made
  private int held;
  private long events; // the number of beginnings and ends of work
  private @Nullable Stillness caller; // the thread that run() made

  @Override
  public synchronized long nanoTime() {
    return now;
  }

  /** The time since this timer was created. */
  synchronized Duration now() {
    return Duration.ofNanos(now);
  }

  @Override
  public synchronized void schedule(Task task, long time) {
    Entry present = entries.get(task);
    if (present == null || time < present.due) {
      remove(task);
      Entry entry = new Entry(task, time, scheduled++);
      queue.add(entry);
      entries.put(task, entry);
      wake();
    }
  }

  @Override
  public synchronized void cancel(Task task) {
    remove(task);
    wake();
  }

  private void remove(Task task) {
    Entry entry = entries.remove(task);
    if (entry != null) {
      queue.remove(entry);
    }
  }

  @Override
  public synchronized void hold() {
    held++;
    events++;
  }

  @Override
  public synchronized void release() {
    held--;
    if (caller != null) {
      caller.restartIfCurrent(); // it was blocked in a poll until now
    }
    wake();
  }

  @Override
  public synchronized void hold(Object callback) {
    callbacks.merge(callback, 1, Integer::sum);
    events++;
  }

  @Override
  public synchronized void release(Object callback) {
    callbacks.computeIfPresent(callback, (same, count) -> count == 1 ? null : count - 1);
    wake();
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // of whenComplete: it does not throw
  public boolean await(CompletableFuture<?> future, long time) throws InterruptedException {
    CompletableFuture<Boolean> done = new CompletableFuture<>();
    Task atLast =
        new Task() {
          private boolean last;

          @Override
          public void run() {
            if (last || !isDue(time)) {
              completeHeld(done, false);
            } else {
              last = true;
              schedule(this, time + 1); // behind what is due now
            }
          }
        };
    future.whenComplete((value, error) -> completeHeld(done, true));
    schedule(atLast, time);
    try {
      return done.get();
    } catch (ExecutionException e) {
      throw new AssertionError("nothing completes it so", e);
    } finally {
      cancel(atLast);
      completeHeld(done, false); // when interrupted
    }
  }

  /** Holds this, once for each future. */
  private void completeHeld(CompletableFuture<Boolean> future, boolean value) {
    hold(); // before its thread goes on
    if (!future.complete(value)) {
      release();
    }
  }

  private synchronized boolean isDue(long time) {
    return !queue.isEmpty() && queue.first().due <= time;
  }

  /** Does nothing, since other clients may use this timer too. */
  @Override
  public void close() {}

  /** Advances time, and runs the tasks that are due meanwhile. */
  void advance(Duration time) {
    long until = nanoTime() + time.toNanos();
    for (Task next = take(until); next != null; next = take(until)) {
      next.run();
    }
    synchronized (this) {
      now = Math.max(now, until);
    }
  }

  /** Advances time to the next task, and runs it; false if nothing is pending. */
  boolean runNext() {
    Task next = take(Long.MAX_VALUE);
    if (next != null) {
      next.run();
    }
    return next != null;
  }

  private synchronized @Nullable Task take(long until) {
    if (!isDue(until)) {
      return null;
    }
    Entry first = queue.first();
    remove(first.task);
    now = Math.max(now, first.due);
    return first.task;
  }

  /**
   * Makes a blocking call on a thread of its own, advances time as far as it needs, and returns or
   * throws what the call does. Time passes only while that thread waits or sleeps.
   *
   * @throws IllegalStateException if for half a minute nothing happens
   */
  @SuppressWarnings("FutureReturnValueIgnored") // of whenComplete: wake() does not throw
  <T> T run(Callable<T> call) throws Exception {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread thread = new Thread(() -> complete(result, call), "virtual-time");
    thread.setDaemon(true);
    result.whenComplete((value, error) -> wake());
    Stillness stillness = new Stillness(thread);
    watch(stillness);
    thread.start();
    try {
      while (awaitCalm(result, stillness::isBroken)) {
        runNext();
      }
      return result.join();
    } catch (CompletionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof Error error) {
        throw error;
      }
      throw cause instanceof Exception exception ? exception : e;
    } finally {
      watch(null);
      thread.interrupt(); // its result is not needed any more
    }
  }

  private synchronized void watch(@Nullable Stillness its) {
    caller = its;
  }

  private static <T> void complete(CompletableFuture<T> result, Callable<T> call) {
    try {
      result.complete(call.call());
    } catch (Throwable t) {
      result.completeExceptionally(t);
    }
  }

  /**
   * Advances time until these futures are done, but only while nothing holds this timer.
   *
   * @throws IllegalStateException if for half a minute nothing happens
   */
  @SuppressWarnings("FutureReturnValueIgnored") // of whenComplete: wake() does not throw
  void await(CompletableFuture<?>... futures) throws InterruptedException {
    CompletableFuture<?> all = CompletableFuture.allOf(futures);
    all.whenComplete((done, failed) -> wake());
    while (awaitCalm(all)) {
      runNext();
    }
  }

  /** Detects whether a thread waits for longer than a lock takes. */
  private static final class Stillness {
    private final Thread thread;
    private long since = System.nanoTime();

    Stillness(Thread thread) {
      this.thread = thread;
    }

    /** The thread has done something. */
    void restartIfCurrent() {
      if (thread == Thread.currentThread()) {
        since = System.nanoTime();
      }
    }

    boolean isBroken() {
      long now = System.nanoTime();
      if (thread.getState() == Thread.State.RUNNABLE) {
        since = now;
      }
      return now - since < STILL;
    }
  }

  /** Waits in real time until a task is pending and nothing is under way; false if done. */
  boolean awaitCalm(CompletableFuture<?> done) throws InterruptedException {
    return awaitCalm(done, () -> false);
  }

  /**
   * The same.
   *
   * @param busy whether other work is under way, whose end does not notify this timer
   */
  private synchronized boolean awaitCalm(CompletableFuture<?> done, BooleanSupplier busy)
      throws InterruptedException {
    long end = System.nanoTime() + LONGEST_WAIT;
    long seen = events;
    int still = 0;
    while (!done.isDone() && (isHeld() || queue.isEmpty() || busy.getAsBoolean())) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        throw new IllegalStateException("nothing happens any more: " + this);
      }
      TimeUnit.NANOSECONDS.timedWait(
          this, Math.min(left, isCalm() ? CHECK_INTERVAL : BLOCKED_CHECK_INTERVAL));
      still = events == seen ? still + 1 : 0;
      seen = events;
      if (still >= CHECKS && held == 0 && !queue.isEmpty()) {
        callbacks.clear(); // they are blocked, or will not run
      }
    }
    return !done.isDone();
  }

  private boolean isHeld() {
    return held > 0 || !callbacks.isEmpty();
  }

  private boolean isCalm() {
    return !isHeld() && !queue.isEmpty();
  }

  private synchronized void wake() {
    events++;
    notifyAll();
  }

  /** What is under way and pending, for an error's text. */
  @Override
  public synchronized String toString() {
    return "VirtualTimer["
        + now()
        + ", "
        + (held + callbacks.size())
        + " under way, "
        + queue.size()
        + " pending]";
  }
}
