package io.github.cloudjobs.testing;

import static java.util.Objects.requireNonNull;

import io.github.cloudjobs.engine.WaitTimer;
import io.github.cloudjobs.engine.WaitTimer.Task;
import io.github.cloudjobs.engine.WaitTimer.TimerClock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
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
 * try (SimulatedJobs cloud = SimulatedJobs.builder().clock(time.clock()).start();
 *     JobsClient ecs = JobsClient.builder()
 *         .service(JobsService.ECS)
 *         .endpoint(cloud.endpoint())
 *         .credentials(cloud.credentials())
 *         .clock(time.clock())
 *         .build()) {
 *   JobRef job = cloud.submit(SimulatedJob.exportImage());
 *   Job done = time.run(() -> ecs.waitForCompletion(job));
 * }
 * }</pre>
 *
 * Any number of clients can use the {@link #clock()}. Time does not advance while one of them polls
 * or runs listeners and completions, unless one of these blocks, or the executor runs nothing, for
 * 5 seconds of real time. It may advance while other threads of the test are busy, except the one
 * of {@link #run}. Thread-safe, but only one thread at a time may advance it.
 */
public final class VirtualTime {
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

  private final Timer timer = new Timer();
  private final Clock clock;

  /** Starts at the machine's current time. */
  public VirtualTime() {
    this(Instant.now());
  }

  /** Starts at the given time. */
  public VirtualTime(Instant start) {
    clock = new VirtualClock(timer, requireNonNull(start, "start"), ZoneOffset.UTC);
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

  /**
   * Advances time and starts the polls that become due, without waiting for their responses.
   *
   * @param time zero or more
   */
  public void advance(Duration time) {
    if (time.isNegative()) {
      throw new IllegalArgumentException("time must not be negative: " + time);
    }
    long until = timer.nanoTime() + time.toNanos();
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
    FutureTask<T> result =
        new FutureTask<>(call) {
          @Override
          protected void done() {
            timer.wake();
          }
        };
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

  /** The time since the start, and how much is under way and pending. */
  @Override
  public String toString() {
    return "VirtualTime[" + timer + "]";
  }

  /** Tasks run on the thread that advances time, in the order of their times. */
  private static final class Timer implements WaitTimer {
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
    private @Nullable Thread caller; // the thread that run() made
    private long callerRan; // when it was last seen running

    @Override
    public synchronized long nanoTime() {
      return now;
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
      if (caller == Thread.currentThread()) {
        callerRan = System.nanoTime(); // it was blocked in a poll until now
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

    synchronized @Nullable Task take(long until) {
      if (!isDue(until)) {
        return null;
      }
      Entry first = queue.first();
      remove(first.task);
      reach(first.due);
      return first.task;
    }

    synchronized void reach(long time) {
      now = Math.max(now, time);
    }

    synchronized void watch(@Nullable Thread its) {
      caller = its;
      callerRan = System.nanoTime();
    }

    /** Waits in real time until a task is pending and nothing is under way; false if done. */
    synchronized boolean awaitCalm(Future<?> done) throws InterruptedException {
      long end = System.nanoTime() + LONGEST_WAIT;
      long seen = events;
      int still = 0;
      while (!done.isDone() && (!isCalm() || isCallerBusy())) {
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

    private boolean isCalm() {
      return held == 0 && callbacks.isEmpty() && !queue.isEmpty();
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
      int busy = held + callbacks.size();
      return Duration.ofNanos(now) + ", " + busy + " under way, " + queue.size() + " pending";
    }
  }

  private static final class VirtualClock extends TimerClock {
    private final Timer timer;
    private final Instant start;
    private final ZoneId zone;

    VirtualClock(Timer timer, Instant start, ZoneId zone) {
      this.timer = timer;
      this.start = start;
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
      return new VirtualClock(timer, start, other);
    }
  }
}
