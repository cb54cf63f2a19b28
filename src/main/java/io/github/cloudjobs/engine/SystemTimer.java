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
 * Real time. One daemon thread runs the tasks; it ends after a while without tasks, so that a
 * client that was not closed can be collected. Thread-safe.
 */
public final class SystemTimer implements WaitTimer {
  /** Other threads need a moment for what is due. */
  private static final long MOMENT = TimeUnit.MILLISECONDS.toNanos(100);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition sooner = lock.newCondition();
  private final TimerQueue tasks = new TimerQueue();
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
  public void schedule(Task task, long time) {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      tasks.put(task, time);
      if (thread == null) {
        Thread started = new Thread(this::run, "jobs-client-timer");
        started.setDaemon(true);
        started.start();
        thread = started;
      } else if (tasks.first() == task) {
        sooner.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void cancel(Task task) {
    lock.lock();
    try {
      tasks.remove(task);
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
    for (Task due = next(); due != null; due = next()) {
      try {
        due.run();
      } catch (Throwable t) { // the other tasks must still run
        ListenerNotifier.logWarning("a timer task threw", t);
      }
    }
  }

  /** Waits for the next task that is due; null if the thread must end. */
  private @Nullable Task next() {
    lock.lock();
    try {
      long idleLeft = idle;
      while (!closed) {
        Task first = tasks.first();
        if (first == null && idleLeft <= 0) {
          break;
        }
        if (first == null) {
          idleLeft = await(idleLeft);
          continue;
        }
        long left = first.due - System.nanoTime();
        if (left <= 0) {
          tasks.remove(first);
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
      return nanos; // nothing interrupts this thread on purpose
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      tasks.clear();
      sooner.signal();
    } finally {
      lock.unlock();
    }
  }
}
