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
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Virtual time for tests. It advances to the next poll as soon as no poll, listener or completion
 * is in progress: a wait of an hour takes milliseconds and makes the same polls at the same times.
 *
 * <pre>{@code
 * VirtualTime time = new VirtualTime();
 * SimulatedJobs cloud = SimulatedJobs.builder().clock(time.clock()).start();
 * JobsClient ecs = JobsClient.builder().clock(time.clock())   // .endpoint(cloud.endpoint()) …
 * JobRef job = cloud.submit(SimulatedJob.exportImage());
 * Job done = time.run(() -> ecs.waitForCompletion(job));
 * }</pre>
 *
 * Any number of clients can use the {@link #clock()}. Time does not advance while one of them polls
 * or runs listeners and completions, unless one of these blocks, or the executor runs nothing, for
 * 5 seconds of real time. It may advance while other threads of the test are busy, except the one
 * of {@link #run}. Thread-safe, but only one thread at a time may advance it.
 */
public final class VirtualTime {
  private final Timer timer = new Timer();
  private final Clock clock = new VirtualClock(ZoneOffset.UTC);
  private final Instant start;

  /** Starts at the machine's current time. */
  public VirtualTime() {
    this(Instant.now());
  }

  /** Starts at the given time. */
  public VirtualTime(Instant start) {
    this.start = requireNonNull(start, "start");
  }

  /**
   * The clock, for {@link io.github.cloudjobs.JobsClient.Builder#clock} and {@link
   * SimulatedJobs.Builder#clock}.
   */
  public Clock clock() {
    return clock;
  }

  /** The time since the start. */
  public Duration elapsed() {
    return Duration.ofNanos(timer.nanoTime());
  }

  /** Advances time and starts the polls that become due, without waiting for their responses. */
  public void advance(Duration time) {
    long until = timer.nanoTime() + notNegative("time", time).toNanos();
    for (Task next = timer.take(until); next != null; next = timer.take(until)) {
      next.run();
    }
    timer.reach(until);
  }

  /**
   * Runs a call that waits for jobs on a new thread, and advances time until it returns. Time does
   * not advance while that thread is running, only while it waits or sleeps.
   *
   * @return the result of the call
   * @throws Exception the exception of the call
   * @throws IllegalStateException if for 30 s of real time the call does not return and there is
   *     nothing to advance to
   */
  public <T> T run(Callable<T> call) throws Exception {
    FutureTask<T> result = new FutureTask<>(call);
    Thread thread =
        new Thread(
            () -> {
              result.run();
              timer.wake();
            },
            "virtual-time");
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
   * @throws IllegalStateException if for 30 s of real time they are not done and there is nothing
   *     to advance to
   */
  @SuppressWarnings("FutureReturnValueIgnored") // of whenComplete: wake() does not throw
  public void await(CompletableFuture<?>... futures) throws InterruptedException {
    CompletableFuture<?> all = CompletableFuture.allOf(futures);
    all.whenComplete((done, failed) -> timer.wake());
    advanceUntil(all);
  }

  private void advanceUntil(Future<?> done) throws InterruptedException {
    while (timer.awaitCalm(done)) {
      Task next = timer.take(Long.MAX_VALUE);
      if (next != null) {
        next.run();
      }
    }
  }

  /** The time since the start, and how much is under way. */
  @Override
  public String toString() {
    return "VirtualTime[" + timer + "]";
  }

  /** Tasks run on the thread that advances time, in the order of their times. */
  private static final class Timer implements WaitTimer {
    /** How many milliseconds pass without an event until the executor counts as blocked. */
    private static final int BLOCKED = 5_000;

    private static final int GIVE_UP = 30_000;

    /** A thread that has not run for this long is waiting. */
    private static final long STILL = TimeUnit.MILLISECONDS.toNanos(20);

    private static final Object POLLS = new Object();

    private final TimerQueue tasks = new TimerQueue();
    private final TimerQueue timeouts = new TimerQueue(); // of await(), after tasks of that time
    private final Map<Object, Integer> holds = new HashMap<>(); // POLLS and callbacks, counted
    private long now; // since the start
    private long events; // the number of changes
    private @Nullable Thread caller; // the thread that run() made
    private long callerRan; // when it was last seen running

    @Override
    public synchronized long nanoTime() {
      return now;
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
    public void hold() {
      hold(POLLS);
    }

    @Override
    public synchronized void release() {
      if (caller == Thread.currentThread()) {
        callerRan = System.nanoTime(); // it was blocked in a poll until now
      }
      release(POLLS);
    }

    @Override
    public synchronized void hold(Object callback) {
      holds.merge(callback, 1, Integer::sum);
      events++;
    }

    @Override
    public synchronized void release(Object callback) {
      holds.computeIfPresent(callback, (same, count) -> count == 1 ? null : count - 1);
      wake();
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // of whenComplete: it does not throw
    public boolean await(CompletableFuture<?> future, long time) throws InterruptedException {
      CompletableFuture<Boolean> done = new CompletableFuture<>();
      Task timeout =
          new Task() {
            @Override
            public void run() {
              completeHeld(done, false);
            }
          };
      future.whenComplete((value, error) -> completeHeld(done, true));
      synchronized (this) {
        timeouts.put(timeout, time);
        wake();
      }
      try {
        return done.get();
      } catch (ExecutionException e) {
        throw new AssertionError(e);
      } finally {
        synchronized (this) {
          timeouts.remove(timeout);
        }
        completeHeld(done, false); // when interrupted
      }
    }

    private void completeHeld(CompletableFuture<Boolean> future, boolean value) {
      hold(); // before its thread goes on
      if (!future.complete(value)) {
        release();
      }
    }

    /** Does nothing, since other clients may use this timer too. */
    @Override
    public void close() {}

    /** The queue whose first task is the next to run; empty if there is none. */
    private TimerQueue next() {
      Task task = tasks.first();
      Task timeout = timeouts.first();
      return task == null || (timeout != null && timeout.due() < task.due()) ? timeouts : tasks;
    }

    synchronized @Nullable Task take(long until) {
      TimerQueue next = next();
      Task task = next.first();
      if (task == null || task.due() > until) {
        return null;
      }
      next.remove(task);
      reach(task.due());
      return task;
    }

    synchronized void reach(long time) {
      now = Math.max(now, time);
    }

    synchronized void watch(@Nullable Thread its) {
      caller = its;
      callerRan = System.nanoTime();
    }

    /**
     * Waits in real time until a task is pending and nothing is under way; false if done. Counts
     * checks of a millisecond, since the whole process may be suspended.
     */
    synchronized boolean awaitCalm(Future<?> done) throws InterruptedException {
      long seen = events;
      int still = 0;
      while (!done.isDone() && (!holds.isEmpty() || !isTaskPending() || isCallerBusy())) {
        TimeUnit.MILLISECONDS.timedWait(this, 1);
        still = events == seen ? still + 1 : 0;
        seen = events;
        if (still >= GIVE_UP) {
          throw new IllegalStateException("nothing happens any more: " + this);
        }
        if (still >= BLOCKED && !holds.containsKey(POLLS) && isTaskPending()) {
          holds.clear(); // the callbacks are blocked, or will not run
        }
      }
      return !done.isDone();
    }

    private boolean isTaskPending() {
      return next().first() != null;
    }

    /** False once the thread has waited for longer than a lock takes. */
    private boolean isCallerBusy() {
      if (caller != null && caller.getState() == Thread.State.RUNNABLE) {
        callerRan = System.nanoTime();
      }
      return caller != null && System.nanoTime() - callerRan < STILL;
    }

    synchronized void wake() {
      events++;
      notifyAll();
    }

    @Override
    public synchronized String toString() {
      return Duration.ofNanos(now) + ", " + holds.size() + " under way";
    }
  }

  private final class VirtualClock extends TimerClock {
    private final ZoneId zone;

    VirtualClock(ZoneId zone) {
      this.zone = zone;
    }

    @Override
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
      return new VirtualClock(other);
    }
  }
}
