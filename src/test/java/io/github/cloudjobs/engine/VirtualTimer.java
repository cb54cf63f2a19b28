package io.github.cloudjobs.engine;

import io.github.cloudjobs.engine.PollSource.Handle;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.Predicate;

/**
 * Time that passes only when it is told to. What is due runs on the thread that advances it, in
 * order of due time, then of scheduling. Thread-safe.
 *
 * <p>A wait has at any moment either a poll pending here, or a poll under way, and then the guard
 * of that poll is pending here. {@link #pendingPolls()} and {@link #pollsUnderWay()} tell them
 * apart, so that a test over real HTTP can let time pass only while nothing is on the wire.
 */
public final class VirtualTimer implements WaitTimer {
  /** Close to the end of a long, so that whoever compares times instead of differences fails. */
  private static final long START = Long.MAX_VALUE - 1_000_000_000;

  private static final int ENDLESS = 1_000_000;

  private final PriorityQueue<Task> tasks = new PriorityQueue<>();
  private long now;
  private long scheduled;
  private boolean closed;

  private record Task(long due, long number, Runnable work) implements Comparable<Task> {
    @Override
    public int compareTo(Task other) {
      return due == other.due ? Long.compare(number, other.number) : Long.compare(due, other.due);
    }
  }

  @Override
  public synchronized long nanoTime() {
    return START + now;
  }

  @Override
  public synchronized Handle schedule(Runnable work, long delay) {
    if (closed && isOfAWait(work)) {
      throw new RejectedExecutionException("the timer is closed");
    }
    long due = now + Math.min(Math.max(0, delay), Long.MAX_VALUE - now);
    Task task = new Task(due, scheduled++, work);
    tasks.add(task);
    notifyAll();
    return () -> cancel(task);
  }

  private synchronized void cancel(Task task) {
    tasks.remove(task);
    notifyAll();
  }

  private static boolean isOfAWait(Runnable work) {
    return work instanceof Wait<?> || work instanceof Wait<?>.Attempt;
  }

  /** Drops what waits have pending, and refuses more of it; a test's own tasks go on. */
  @Override
  public synchronized void close() {
    closed = true;
    tasks.removeIf(task -> isOfAWait(task.work));
    notifyAll();
  }

  /** How much time has passed since this timer was made. */
  public synchronized Duration now() {
    return Duration.ofNanos(now);
  }

  /** When what is pending is due, the earliest first. */
  public List<Duration> pending() {
    return pending(work -> true);
  }

  /** When waits will poll next, the earliest first. */
  public List<Duration> pendingPolls() {
    return pending(work -> work instanceof Wait<?>);
  }

  /** How many polls are under way: begun, and neither answered nor cancelled. */
  public int pollsUnderWay() {
    return pending(work -> work instanceof Wait<?>.Attempt).size();
  }

  private synchronized List<Duration> pending(Predicate<Runnable> kind) {
    return tasks.stream()
        .filter(task -> kind.test(task.work))
        .sorted()
        .map(task -> Duration.ofNanos(task.due))
        .toList();
  }

  /** Lets time pass, and runs what is due on the way. */
  public void advance(Duration time) {
    advanceTo(now().plus(time));
  }

  /** Lets time pass until {@code time} after this timer was made, and runs what is due by then. */
  public void advanceTo(Duration time) {
    long until = time.toNanos();
    while (runNext(until)) {
      // goes on
    }
    synchronized (this) {
      now = Math.max(now, until);
    }
  }

  /** Lets time pass until something is due, and runs it; false if nothing is pending. */
  public boolean runNext() {
    return runNext(Long.MAX_VALUE);
  }

  /** Lets time pass until nothing is pending. */
  public void runUntilIdle() {
    for (int ran = 0; runNext(); ran++) {
      if (ran == ENDLESS) {
        throw new AssertionError("still not idle after " + ran + " tasks, at " + now());
      }
    }
  }

  /** Runs the next task without letting time pass: as a timer that fires too early. */
  public void runNextTooEarly() {
    Task next;
    synchronized (this) {
      next = tasks.remove();
    }
    next.work.run();
  }

  private boolean runNext(long until) {
    Task next;
    synchronized (this) {
      next = tasks.peek();
      if (next == null || next.due > until) {
        return false;
      }
      tasks.remove();
      now = Math.max(now, next.due);
    }
    next.work.run();
    return true;
  }

  /**
   * Blocks, in real time, until every wait pauses: none is left, or each has its next poll pending
   * and no poll is under way.
   *
   * @param waits how many are left; whoever changes that calls {@link #wake}
   * @return false if that does not come about in {@code patience}
   */
  synchronized boolean awaitPause(IntSupplier waits, Duration patience)
      throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (waits.getAsInt() > 0
        && (pendingPolls().size() < waits.getAsInt() || pollsUnderWay() > 0)) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    return true;
  }

  synchronized void wake() {
    notifyAll();
  }

  /** Makes a wall clock that goes with this timer, and can be set. */
  public WallClock wallClock(Instant start) {
    return new WallClock(start);
  }

  /** Goes with the timer, until somebody sets it. Thread-safe. */
  public final class WallClock extends Clock {
    private final List<Duration> jumps = new ArrayList<>();
    private final Instant start;

    private WallClock(Instant start) {
      this.start = start;
    }

    /** Sets it forward, or back. */
    public void jump(Duration by) {
      synchronized (jumps) {
        jumps.add(by);
      }
    }

    @Override
    public Instant instant() {
      synchronized (jumps) {
        return start.plus(jumps.stream().reduce(now(), Duration::plus));
      }
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException();
    }
  }
}
