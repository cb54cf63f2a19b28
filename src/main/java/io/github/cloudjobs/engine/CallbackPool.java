package io.github.cloudjobs.engine;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The default executor of a client: a few daemon threads, made as needed, and gone when they are
 * idle. Tasks beyond that wait in a queue.
 */
public final class CallbackPool implements Executor {
  /** Short, so that a client that polls now and then has one thread and not all of them. */
  private static final long IDLE_SECONDS = 10;

  private final AtomicInteger count = new AtomicInteger();
  private final ThreadPoolExecutor pool;

  /**
   * Creates a pool; no thread yet.
   *
   * @param threads the most that there are at once
   */
  public CallbackPool(int threads) {
    pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            this::daemon);
    pool.allowCoreThreadTimeOut(true);
  }

  /**
   * Makes a thread that inherits nothing from the one that happens to need it: neither thread
   * locals nor the context class loader, which would keep an undeployed application in memory.
   */
  private Thread daemon(Runnable task) {
    String name = "jobs-client-callback-" + count.incrementAndGet();
    Thread thread = new Thread(null, task, name, 0, false);
    thread.setDaemon(true);
    thread.setContextClassLoader(ClassLoader.getSystemClassLoader()); // as in the common pool
    return thread;
  }

  @Override
  public void execute(Runnable task) {
    pool.execute(task);
  }

  /** Lets idle threads end at once from now on. Tasks still run. */
  void retire() {
    pool.setKeepAliveTime(1, TimeUnit.MILLISECONDS);
  }
}
