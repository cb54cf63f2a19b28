package io.github.cloudjobs.engine;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The default executor of a client: daemon threads that end when idle, and a queue for further
 * tasks. Each task starts a thread, even if others are idle, until the pool is full.
 */
public final class CallbackPool implements Executor {
  /** Short, so that a client that polls seldom keeps one thread, not all. */
  private static final long IDLE_SECONDS = 10;

  private final AtomicInteger count = new AtomicInteger();
  private final ThreadPoolExecutor pool;

  /**
   * Creates a pool without threads.
   *
   * @param threads the maximum
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
   * Creates a thread that inherits neither thread locals nor the context class loader, which would
   * keep an undeployed application in memory.
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

  /** From now on idle threads end at once. Tasks still run. */
  void retire() {
    pool.setKeepAliveTime(1, TimeUnit.MILLISECONDS);
  }
}
