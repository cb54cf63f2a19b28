package io.github.cloudjobs.engine;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Real time. One daemon thread runs the tasks; it ends after a while without tasks, so that a
 * client that was not closed can be collected.
 */
public final class SystemTimer implements WaitTimer {
  /** Other threads need a moment for what is due. */
  private static final long MOMENT = TimeUnit.MILLISECONDS.toNanos(100);

  private final long idle;

  // Guarded by this.
  private final TimerQueue tasks = new TimerQueue();
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
  public synchronized void schedule(Task task, long time) {
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
      LockSupport.unpark(thread);
    }
  }

  @Override
  public synchronized void cancel(Task task) {
    tasks.remove(task);
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // of whenComplete: it does not throw
  public boolean await(CompletableFuture<?> future, long time) throws InterruptedException {
    CountDownLatch done = new CountDownLatch(1);
    future.whenComplete((value, error) -> done.countDown());
    return done.await(time - System.nanoTime() + MOMENT, NANOSECONDS);
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
    long endsAt = System.nanoTime() + idle;
    while (true) {
      long pause;
      synchronized (this) {
        Task first = tasks.first();
        pause = (first == null ? endsAt : first.due) - System.nanoTime();
        if (first != null && pause <= 0) {
          tasks.remove(first);
          return first;
        }
        if (closed || pause <= 0) {
          thread = null;
          return null;
        }
      }
      LockSupport.parkNanos(this, pause);
      Thread.interrupted(); // nothing interrupts it on purpose, and it could not park again
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    tasks.clear();
    LockSupport.unpark(thread);
  }
}
