package io.github.cloudjobs.engine;

import io.github.cloudjobs.engine.PollSource.Handle;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Real time: one daemon thread, started with the first task. Thread-safe. */
public final class SystemTimer implements WaitTimer {
  private final ScheduledThreadPoolExecutor thread;

  public SystemTimer() {
    thread =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread daemon = new Thread(task, "jobs-client-timer");
              daemon.setDaemon(true);
              return daemon;
            });
    thread.setRemoveOnCancelPolicy(true); // a cancelled wait must not be kept until it is due
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public Handle schedule(Runnable task, long delay) {
    Future<?> scheduled = thread.schedule(task, delay, TimeUnit.NANOSECONDS);
    return () -> scheduled.cancel(false);
  }

  /** How many tasks are pending. */
  int size() {
    return thread.getQueue().size();
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
