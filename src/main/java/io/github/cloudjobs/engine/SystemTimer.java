package io.github.cloudjobs.engine;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Real time: one daemon thread, started when there is an alarm, and ended when there has been none
 * for a while, lest it keep alive what nobody closed. Thread-safe.
 */
public final class SystemTimer implements WaitTimer {
  /** What is due at a time takes the other threads a moment. */
  private static final long MOMENT = TimeUnit.MILLISECONDS.toNanos(100);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition sooner = lock.newCondition();
  private final AlarmQueue alarms = new AlarmQueue();
  private final long idle;
  private @Nullable Thread thread;
  private boolean closed;

  public SystemTimer() {
    this(Duration.ofMinutes(1));
  }

  /** For tests: how long the thread idles before it ends. */
  SystemTimer(Duration idle) {
    this.idle = idle.toNanos();
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public void arm(Alarm alarm, long time) {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      alarms.put(alarm, time);
      if (thread == null) {
        Thread started = new Thread(this::run, "jobs-client-timer");
        started.setDaemon(true);
        started.start();
        thread = started;
      } else if (alarms.first() == alarm) {
        sooner.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void disarm(Alarm alarm) {
    lock.lock();
    try {
      alarms.remove(alarm);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean await(CompletableFuture<?> future, long time) throws InterruptedException {
    try {
      return future
          .handle((value, error) -> true)
          .get(time - System.nanoTime() + MOMENT, NANOSECONDS);
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new AssertionError("handle() returns true, whatever the future says", e);
    }
  }

  private void run() {
    for (Alarm due = next(); due != null; due = next()) {
      try {
        due.ring();
      } catch (Throwable t) { // the other alarms must ring
        Narrator.complain("an alarm threw", t);
      }
    }
  }

  /** Waits for the next alarm that is due; null if the thread is to end. */
  private @Nullable Alarm next() {
    lock.lock();
    try {
      long patience = idle;
      while (!closed) {
        Alarm first = alarms.first();
        if (first == null && patience <= 0) {
          break;
        }
        if (first == null) {
          patience = await(patience);
          continue;
        }
        long left = first.due - System.nanoTime();
        if (left <= 0) {
          alarms.remove(first);
          return first;
        }
        await(left);
      }
      thread = null;
      return null;
    } finally {
      lock.unlock();
    }
  }

  @SuppressWarnings("WaitNotInLoop") // next() loops
  private long await(long nanos) {
    try {
      return sooner.awaitNanos(nanos);
    } catch (InterruptedException e) {
      return nanos; // nobody has a reason to interrupt this thread; go on
    }
  }

  /** How many alarms are armed. */
  int size() {
    lock.lock();
    try {
      return alarms.size();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      alarms.clear();
      sooner.signal();
    } finally {
      lock.unlock();
    }
  }
}
