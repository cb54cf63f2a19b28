package io.github.cloudjobs.engine;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Virtual time, which passes only when it is advanced. Tasks run on the thread that advances it, in
 * the order of their times. Thread-safe.
 */
public final class VirtualTimer implements WaitTimer {
  /** Close to the overflow of a long, so that comparing times instead of differences fails. */
  private static final long START = Long.MAX_VALUE - 1_000_000_000;

  private static final int ENDLESS = 1_000_000;

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

  private final TimerQueue tasks = new TimerQueue();
  private final Set<Object> callbacks = new HashSet<>();
  private final int checks;
  private long now = START;
  private int held;
  private long events; // the number of beginnings and ends of work
  private @Nullable Stillness caller; // the thread that run() made

  public VirtualTimer() {
    this(CHECKS);
  }

  /** For tests: after how many checks an executor no longer counts. */
  VirtualTimer(int checks) {
    this.checks = checks;
  }

  @Override
  public synchronized long nanoTime() {
    return now;
  }

  /** The time since this timer was created. */
  public synchronized Duration now() {
    return Duration.ofNanos(now - START);
  }

  @Override
  public synchronized void schedule(Task task, long time) {
    tasks.put(task, time);
    wake();
  }

  @Override
  public synchronized void cancel(Task task) {
    tasks.remove(task);
    wake();
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
    callbacks.add(callback);
    events++;
  }

  @Override
  public synchronized void release(Object callback) {
    callbacks.remove(callback);
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
          protected void run() {
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
    Task first = tasks.first();
    return first != null && first.due - time <= 0;
  }

  /** Does nothing, since other clients may use this timer too. */
  @Override
  public void close() {}

  /** When the tasks of some kind are due, the earliest first. */
  synchronized List<Duration> pending(Predicate<Task> kind) {
    return tasks.stream()
        .filter(kind)
        .map(task -> Duration.ofNanos(task.due - START))
        .sorted()
        .toList();
  }

  /** Advances time, and runs the tasks that are due meanwhile. */
  public void advance(Duration time) {
    long until = nanoTime() + time.toNanos();
    for (Task next = take(until); next != null; next = take(until)) {
      next.run();
    }
    synchronized (this) {
      now = later(now, until);
    }
  }

  /** Advances time to the next task, and runs it; false if nothing is pending. */
  public boolean runNext() {
    Task next;
    synchronized (this) {
      Task first = tasks.first();
      next = first == null ? null : take(first.due);
    }
    if (next != null) {
      next.run();
    }
    return next != null;
  }

  /**
   * Advances time until nothing is pending.
   *
   * @throws IllegalStateException if that takes a million tasks
   */
  public void runUntilIdle() {
    for (int count = 0; runNext(); count++) {
      if (count == ENDLESS) {
        throw new IllegalStateException("still not idle after " + count + " tasks, at " + now());
      }
    }
  }

  private synchronized @Nullable Task take(long until) {
    Task first = tasks.first();
    if (first == null || first.due - until > 0) {
      return null;
    }
    tasks.remove(first);
    now = later(now, first.due);
    return first;
  }

  private static long later(long one, long other) {
    return one - other > 0 ? one : other;
  }

  /**
   * Makes a blocking call on a thread of its own, advances time as far as it needs, and returns or
   * throws what the call does. Time passes only while that thread waits or sleeps.
   *
   * @throws IllegalStateException if for half a minute nothing happens
   */
  @SuppressWarnings("FutureReturnValueIgnored") // of whenComplete: wake() does not throw
  public <T> T run(Callable<T> call) throws Exception {
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
  public void await(CompletableFuture<?>... futures) throws InterruptedException {
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
    while (!done.isDone() && (isHeld() || tasks.first() == null || busy.getAsBoolean())) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        throw new IllegalStateException("nothing happens any more: " + this);
      }
      TimeUnit.NANOSECONDS.timedWait(
          this, Math.min(left, isCalm() ? CHECK_INTERVAL : BLOCKED_CHECK_INTERVAL));
      still = events == seen ? still + 1 : 0;
      seen = events;
      if (still >= checks && held == 0 && tasks.first() != null) {
        callbacks.clear(); // they are blocked, or will not run
      }
    }
    return !done.isDone();
  }

  private boolean isHeld() {
    return held > 0 || !callbacks.isEmpty();
  }

  private boolean isCalm() {
    return !isHeld() && tasks.first() != null;
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
        + tasks.size()
        + " pending]";
  }
}
