package io.github.cloudjobs.testing;

import static io.github.cloudjobs.testing.SimulatedJob.notNegative;
import static java.util.Objects.requireNonNull;

import io.github.cloudjobs.engine.TimerQueue;
import io.github.cloudjobs.engine.WaitTimer;
import io.github.cloudjobs.engine.WaitTimer.Task;
import io.github.cloudjobs.engine.WaitTimer.TimerClock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * Virtual time for tests. It advances to the next poll as soon as no poll, listener or completion
 * is in progress: a wait of an hour takes milliseconds and makes the same polls at the same times.
 *
 * <pre>{@code
 * VirtualTime time = new VirtualTime();
 * SimulatedJobs cloud = SimulatedJobs.builder().clock(time.clock()).start();
 * JobsClient ecs = JobsClient.builder().clock(time.clock())   // .endpoint(cloud.endpoint()) …
 * Job done = time.run(() -> ecs.waitForCompletion(cloud.submit(SimulatedJob.exportImage())));
 * }</pre>
 *
 * Any number of clients can use the {@link #clock()}. Time stands still while one of them polls or
 * runs listeners and completions, unless these block, or the executor runs nothing, for 5 seconds
 * of real time. Of other threads it waits only for the one of {@link #run}. Thread-safe, but only
 * one thread at a time may advance it.
 */
public final class VirtualTime {
  private final Timer timer = new Timer();
  private final Clock clock;

  /** Starts at the machine's current time. */
  public VirtualTime() {
    this(Instant.now());
  }

  /** Starts at the given time. */
  public VirtualTime(Instant start) {
    clock = new TimerClock(timer, requireNonNull(start, "start"), ZoneOffset.UTC);
  }

  /** The clock, for the builders of clients and {@link SimulatedJobs}. */
  public Clock clock() {
    return clock;
  }

  /** The time since the start. */
  public Duration elapsed() {
    return Duration.ofNanos(timer.nanoTime());
  }

  /**
   * Advances time and starts the polls that become due, without waiting for their responses.
   *
   * @param time zero or more
   */
  public void advance(Duration time) {
    long until = timer.nanoTime() + notNegative("time", time).toNanos();
    for (Task next = timer.take(until); next != null; next = timer.take(until)) {
      next.run();
    }
    timer.reach(until);
  }

  /**
   * Runs a call that waits for jobs on a new thread, and advances time until it returns, but only
   * while that thread waits or sleeps.
   *
   * @throws Exception the exception of the call
   * @throws IllegalStateException if for 30 s of real time nothing happens
   */
  public <T> T run(Callable<T> call) throws Exception {
    FutureTask<T> result = new FutureTask<>(call);
    Thread thread = new Thread(result, "virtual-time");
    thread.setDaemon(true);
    timer.watch(thread);
    thread.start();
    try {
      advanceUntil(result);
      return result.get();
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof Error error) {
        throw error;
      }
      throw cause instanceof Exception exception ? exception : e;
    } finally {
      timer.watch(null);
      thread.interrupt(); // its result is not needed any more
    }
  }

  /**
   * Advances time until all these futures are done, normally or exceptionally.
   *
   * @throws IllegalStateException as {@link #run} does
   */
  public void await(CompletableFuture<?>... futures) throws InterruptedException {
    advanceUntil(CompletableFuture.allOf(futures));
  }

  /** The time since the start, and how much is under way and pending. */
  @Override
  public String toString() {
    return "VirtualTime[" + timer + "]";
  }

  private void advanceUntil(Future<?> done) throws InterruptedException {
    for (Task next = timer.await(done); next != null; next = timer.await(done)) {
      next.run();
    }
  }

  /** Tasks run on the thread that advances time, in the order of their times. */
  private static final class Timer implements WaitTimer {
    // How long nothing changes until callbacks no longer count, and until the end, in milliseconds.
    private static final int BLOCKED = 5_000;
    private static final int GIVE_UP = 30_000;
    private static final long CALLER_WAITS = 20_000_000; // ns

    private final TimerQueue tasks = new TimerQueue();
    private final TimerQueue waiters = new TimerQueue(); // they run after tasks of their time
    private final Map<Object, Integer> holds = new HashMap<>(); // POLLS and callbacks, counted
    private long now; // since the start
    private int still; // checks since the last change
    private @Nullable Thread caller; // the thread that run() made
    private long callerRan; // when it was last seen running

    @Override
    public synchronized long nanoTime() {
      return now;
    }

    @Override
    public synchronized void schedule(Task task, long time) {
      queue(task).put(task, time);
      wake();
    }

    @Override
    public synchronized void cancel(Task task) {
      queue(task).remove(task);
      wake();
    }

    @Override
    public synchronized void hold(Object work) {
      holds.put(work, holds.getOrDefault(work, 0) + 1);
      still = 0;
    }

    @Override
    public synchronized void release(Object work) {
      holds.computeIfPresent(work, (same, count) -> count == 1 ? null : count - 1);
      if (caller == Thread.currentThread()) {
        callerRan = System.nanoTime(); // it was blocked in a poll until now
      }
      wake();
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // of whenComplete: run() does not throw
    public boolean await(CompletableFuture<?> future, long time) throws InterruptedException {
      Waiter waiter = new Waiter();
      future.whenComplete((value, error) -> waiter.run());
      schedule(waiter, time);
      try {
        waiter.ended.await();
        return future.isDone();
      } finally {
        cancel(waiter);
        waiter.run(); // when interrupted
      }
    }

    /** The end of a thread's waiting, which holds time before the thread goes on. */
    private final class Waiter extends Task {
      private final CountDownLatch ended = new CountDownLatch(1);

      @Override
      public synchronized void run() {
        if (ended.getCount() > 0) {
          hold();
          ended.countDown();
        }
      }
    }

    @Override
    public void close() {} // other clients may use this timer too

    private TimerQueue queue(Task task) {
      return task instanceof Waiter ? waiters : tasks;
    }

    private @Nullable Task first() {
      Task task = tasks.first();
      Task waiter = waiters.first();
      return task == null || (waiter != null && waiter.due() < task.due()) ? waiter : task;
    }

    synchronized @Nullable Task take(long until) {
      Task first = first();
      if (first == null || first.due() > until) {
        return null;
      }
      queue(first).remove(first);
      reach(first.due());
      return first;
    }

    synchronized void reach(long time) {
      now = Math.max(now, time);
    }

    synchronized void watch(@Nullable Thread thread) {
      caller = thread;
      callerRan = System.nanoTime();
    }

    /**
     * Waits in real time until nothing is under way and takes the next task; null once it is done.
     * Counts checks of a millisecond, since the whole process may be suspended.
     */
    synchronized @Nullable Task await(Future<?> done) throws InterruptedException {
      still = 0;
      while (!done.isDone() && (!holds.isEmpty() || first() == null || isCallerBusy())) {
        wait(1);
        still++;
        if (still >= GIVE_UP) {
          throw new IllegalStateException("nothing happens any more: " + this);
        }
        if (still >= BLOCKED && !holds.containsKey(POLLS) && first() != null) {
          holds.clear(); // the callbacks are blocked, or will not run
        }
      }
      return done.isDone() ? null : take(Long.MAX_VALUE);
    }

    /** False once the thread has not run for longer than a lock takes. */
    private boolean isCallerBusy() {
      if (caller != null && caller.getState() == Thread.State.RUNNABLE) {
        callerRan = System.nanoTime();
      }
      return caller != null && System.nanoTime() - callerRan < CALLER_WAITS;
    }

    private void wake() {
      still = 0;
      notifyAll();
    }

    @Override
    public synchronized String toString() {
      int busy = 0;
      for (int count : holds.values()) {
        busy += count;
      }
      int pending = tasks.size() + waiters.size();
      return Duration.ofNanos(now) + ", " + busy + " under way, " + pending + " pending";
    }
  }
}
