package io.github.cloudjobs.engine;

import static java.util.Objects.requireNonNull;

import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.PollResult;
import io.github.cloudjobs.step.ResumedWait;
import io.github.cloudjobs.step.WaitTermination;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs the waits of a client and its siblings. Its lock guards all waits, streams and limiters; no
 * code of the user, and nothing that blocks, runs under it. As a timer task it passes waits that
 * have ended to the executor.
 */
public final class Engine extends WaitTimer.Task {
  static final String CLOSED = "the client was closed";

  /** Enough to store a token; most systems give a process 10 s or more to end. */
  private static final long LONGEST_CLOSE = TimeUnit.SECONDS.toNanos(5);

  private static final int FEWEST_THREADS = 16;

  /** Short, so that a client that polls seldom keeps one thread, not all. */
  private static final long IDLE_SECONDS = 10;

  /** A thread that wakes this late means that the whole machine was suspended. */
  private static final long STOOD_STILL = TimeUnit.SECONDS.toNanos(1);

  final WaitTimer timer;
  private final Executor executor;
  private final @Nullable ThreadPoolExecutor pool; // the executor, if it is the engine's own
  private final Clock clock;
  final long grace;
  private final ThreadLocal<@Nullable Boolean> inCallback = new ThreadLocal<>();
  private volatile boolean closed;

  // Guarded by this.
  final PollLimiters limiters;
  private final PollStreams streams = new PollStreams();
  // Direct polls, and waits that have ended, until their last callback has returned.
  private final Set<Callback> ending = new HashSet<>();
  private final Set<Wait<?>> ended = new LinkedHashSet<>(); // for the executor

  /**
   * Creates an engine; without an executor it makes a pool for as many callbacks as polls. The wall
   * clock is for the ages of jobs of servers that do not send their time; the grace is how long a
   * poll may still take after the deadline.
   */
  public Engine(
      WaitTimer timer,
      @Nullable Executor executor,
      Clock clock,
      Duration grace,
      PollLimits limits) {
    this.timer = timer;
    this.pool = executor == null ? pool(Math.max(FEWEST_THREADS, limits.inFlight)) : null;
    this.executor = executor == null ? requireNonNull(pool) : executor;
    this.clock = clock;
    this.grace = grace.toNanos();
    this.limiters = new PollLimiters(this, limits);
  }

  /** Each task starts a thread, even if others are idle, until the pool is full; then a queue. */
  private static ThreadPoolExecutor pool(int threads) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Engine::daemon);
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /**
   * Creates a thread that inherits neither thread locals nor the context class loader, which would
   * keep an undeployed application in memory.
   */
  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(null, task, "jobs-client-callback", 0, false);
    thread.setDaemon(true);
    thread.setContextClassLoader(ClassLoader.getSystemClassLoader()); // as in the common pool
    return thread;
  }

  /**
   * Starts or resumes a wait.
   *
   * @param owner {@link #close(Object)} ends the waits of one owner
   * @param generation never decreases from one wait to the next; see {@link #endBefore}
   * @param toResult makes the future's value of the end, or throws its exception
   * @return completes on the executor; cancelling or completing it stops the wait
   */
  public <T> CompletableFuture<T> start(
      Object owner,
      int generation,
      ResumedWait begun,
      PollSource source,
      Function<WaitTermination, T> toResult) {
    JobRef job = begun.plan().ref();
    Object quota = source.quota(job);
    timer.hold();
    try {
      Wait<T> wait;
      boolean responded;
      synchronized (this) {
        PollStream found = streams.find(source, job);
        PollStream stream = found == null ? new PollStream(source, limiters.acquire(quota)) : found;
        wait = new Wait<>(stream, owner, generation, begun, toResult);
        responded = stream.add(wait);
        if (found == null) {
          streams.add(stream);
        }
      }
      if (closed) {
        wait.fail(null);
      } else if (responded) {
        execute(wait);
      } else {
        wait.awaitResponse();
      }
      return wait;
    } finally {
      timer.release();
    }
  }

  /** Runs some work during which virtual time stands still. */
  public <T> T holding(Supplier<T> work) {
    timer.hold();
    try {
      return work.get();
    } finally {
      timer.release();
    }
  }

  /**
   * Blocks until waits that were started together have ended, each at most until its deadline and
   * grace, whatever the executor does: then this thread decides how the wait ends. Virtual time
   * stands still from the end until this method returns. An interrupt ends the waits.
   */
  public <T> List<T> awaitAll(List<CompletableFuture<T>> waits)
      throws InterruptedException, ExecutionException {
    List<T> ends = new ArrayList<>(waits.size());
    long begun = timer.nanoTime();
    long last = begun;
    for (CompletableFuture<T> future : waits) {
      Wait<T> wait = (Wait<T>) future;
      long until = wait.giveUpAt(begun);
      try {
        last = awaitUntil(last - until > 0 ? last : until, wait);
        ends.add(wait.get());
      } catch (InterruptedException e) {
        for (CompletableFuture<T> each : waits) {
          each.cancel(true);
        }
        throw e;
      } finally {
        timer.release();
      }
    }
    return ends;
  }

  /** Returns held, and with the time until which it has really waited. */
  private long awaitUntil(long time, Wait<?> wait) throws InterruptedException {
    if (timer.await(wait, time)) {
      return time;
    }
    long now = timer.nanoTime();
    if (now - time < STOOD_STILL) {
      wait.giveUp();
      return time;
    }
    timer.release();
    return awaitUntil(now + grace, wait); // gives the last poll its time
  }

  /** Polls once outside any wait, as soon as a place in flight is free; otherwise like a wait. */
  public <T> CompletableFuture<T> poll(
      PollSource source, JobRef job, int generation, Function<PollResult, T> toResult) {
    DirectPoll<T> direct = new DirectPoll<>(this, source, job, generation, toResult);
    synchronized (this) {
      ending.add(direct);
      limiters.enqueue(direct.poll, false);
    }
    limiters.sendPolls();
    if (closed) {
      direct.close(); // close() may not have seen it
    }
    return direct;
  }

  /** Ends the waits of lower generations for jobs for which {@code causes} returns a cause. */
  public void endBefore(
      int generation, String problem, BiFunction<PollSource, JobRef, @Nullable Throwable> causes) {
    for (Wait<?> wait : waits()) {
      boolean earlier = wait.generation < generation;
      Throwable cause = earlier ? causes.apply(wait.stream.source, wait.ref) : null;
      if (cause != null) {
        wait.end(problem, cause, true);
      }
    }
    concludeEnded();
  }

  /** Ends some waits, by way of the timer's thread. */
  public void end(Collection<? extends CompletableFuture<?>> waits, String problem) {
    for (CompletableFuture<?> wait : waits) {
      ((Wait<?>) wait).end(problem, null, true);
    }
    concludeEndedSoon();
  }

  /** Ends every wait and every direct poll, and starts no more; see {@link #close(Object)}. */
  public Collection<?> close() {
    closed = true;
    Collection<?> caused = close(this);
    timer.close();
    if (pool != null) {
      pool.setKeepAliveTime(1, TimeUnit.MILLISECONDS); // tasks still run, but idle threads end
    }
    return caused;
  }

  /**
   * Ends the waits of an owner that was closed.
   *
   * @return the completions and listener calls that this caused, or found under way
   */
  public Collection<?> close(Object owner) {
    for (Wait<?> wait : waits()) {
      if (isOf(owner, wait)) {
        wait.end(CLOSED, null, true);
      }
    }
    List<Callback> caused = new ArrayList<>();
    synchronized (this) {
      for (Callback callback : ending) {
        if (isOf(owner, callback)) {
          caused.add(callback);
          if (callback instanceof Wait<?> wait) {
            ended.add(wait); // its callback may hang in a listener
          }
        }
      }
    }
    for (Callback callback : caused) {
      if (callback instanceof DirectPoll<?> poll) {
        poll.close();
      }
    }
    concludeEnded();
    return caused;
  }

  /**
   * Waits until callbacks have returned, at most 5 s of real time, and logs how many have not. An
   * interrupt ends the waiting, and the thread stays interrupted. A callback does not wait: it may
   * be one of them.
   */
  public void awaitReturn(Collection<?> callbacks) {
    if (inCallback.get() != null) {
      return;
    }
    long until = System.nanoTime() + LONGEST_CLOSE;
    Set<Object> pending = new HashSet<>(callbacks);
    synchronized (this) {
      try {
        for (Object callback : callbacks) {
          long left = until - System.nanoTime();
          while (left > 0 && ending.contains(callback)) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
            left = until - System.nanoTime();
          }
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      pending.retainAll(ending);
    }
    if (!pending.isEmpty()) {
      String left = pending.size() + " completions or listeners have not returned yet";
      ListenerNotifier.logWarning("a client was closed, and " + left, null);
    }
  }

  private boolean isOf(Object owner, Callback callback) {
    return owner == this || (callback instanceof Wait<?> wait && wait.owner == owner);
  }

  public boolean isClosed() {
    return closed;
  }

  /** The wall clock's time; the clock is the caller's, and waits go on if it throws. */
  Instant now() {
    try {
      return clock.instant();
    } catch (Throwable ofClock) {
      return Instant.now();
    }
  }

  /** A task for the executor that may run user code: listeners, schedules and dependents. */
  interface Callback {
    /** Does not throw. If the executor refused it, no listener and no schedule may be called. */
    void work(@Nullable Throwable refusal);
  }

  void execute(List<? extends Callback> callbacks) {
    for (Callback callback : callbacks) {
      execute(callback);
    }
  }

  void execute(Callback callback) {
    timer.hold(callback);
    try {
      executor.execute(() -> run(callback, null));
    } catch (Throwable refusal) {
      run(callback, refusal);
    }
  }

  private void run(Callback callback, @Nullable Throwable refusal) {
    Boolean outer = inCallback.get();
    inCallback.set(true);
    try {
      callback.work(refusal);
    } finally {
      inCallback.set(outer);
      timer.release(callback);
    }
  }

  /** A wait has ended, and a callback of it is under way; or, if it {@code concludes}, needed. */
  void ended(Wait<?> wait, boolean concludes) {
    ending.add(wait);
    if (concludes) {
      ended.add(wait);
    }
  }

  @Override
  public void run() {
    concludeEnded();
  }

  /** Passes the waits that have ended to the executor. */
  void concludeEnded() {
    List<Wait<?>> due;
    synchronized (this) {
      due = List.copyOf(ended);
      ended.clear();
      timer.cancel(this);
    }
    execute(due);
  }

  /** Like {@link #concludeEnded}, but on the timer's thread: the executor may block this one. */
  void concludeEndedSoon() {
    synchronized (this) {
      if (!ended.isEmpty()) {
        timer.schedule(this, timer.nanoTime());
      }
    }
    if (closed) {
      concludeEnded(); // closed timers run no task
    }
  }

  /** The last callback of a wait or of a direct poll has returned. */
  synchronized void returned(Callback callback) {
    if (ending.remove(callback)) {
      notifyAll();
    }
  }

  synchronized List<Wait<?>> waits() {
    List<Wait<?>> all = new ArrayList<>();
    for (PollStream stream : streams.all()) {
      all.addAll(stream.waits());
    }
    return all;
  }

  void forget(PollStream stream) {
    streams.remove(stream);
    timer.cancel(stream);
    limiters.release(stream.limiter);
  }
}
