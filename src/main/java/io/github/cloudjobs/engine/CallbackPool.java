package io.github.cloudjobs.engine;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The default executor of a client: daemon threads that end when idle, and a queue for further
 * tasks. Each task starts a thread, even if others are idle, until the pool is full.
 */
public final class CallbackPool extends ThreadPoolExecutor {
  /** Short, so that a client that polls seldom keeps one thread, not all. */
  private static final long IDLE_SECONDS = 10;

  private static final AtomicInteger COUNT = new AtomicInteger();

  public CallbackPool(int threads) {
    super(threads, threads, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
    setThreadFactory(CallbackPool::daemon);
    allowCoreThreadTimeOut(true);
  }

  /**
   * Creates a thread that inherits neither thread locals nor the context class loader, which would
   * keep an undeployed application in memory.
   */
  private static Thread daemon(Runnable task) {
    String name = "jobs-client-callback-" + COUNT.incrementAndGet();
    Thread thread = new Thread(null, task, name, 0, false);
    thread.setDaemon(true);
    thread.setContextClassLoader(ClassLoader.getSystemClassLoader()); // as in the common pool
    return thread;
  }
}
