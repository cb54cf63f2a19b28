package io.github.cloudjobs.engine;

import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.PollResult;
import io.github.cloudjobs.step.ResumedWait;
import io.github.cloudjobs.step.WaitPlan;
import io.github.cloudjobs.step.WaitStep;
import io.github.cloudjobs.step.WaitTermination;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Runs the waits of a client and its siblings. Thread-safe. */
public final class Engine implements AutoCloseable {
  static final String CLOSED = "the client was closed";

  /** A thread that wakes this late means that the whole machine was suspended. */
  private static final long STOOD_STILL = TimeUnit.SECONDS.toNanos(1);

  private final WaitTimer timer;
  private final Executor executor;
  private final Clock clock;
  private final long grace;
  private final PollLimiters limiters;
  private final Map<PollStream, PollStream> streams = new ConcurrentHashMap<>();
  private final Set<DirectPoll<?>> directPolls = ConcurrentHashMap.newKeySet();
  private final Set<Wait.Ending> postponed = new LinkedHashSet<>();
  private final Set<Wait.Ending> passedOn = ConcurrentHashMap.newKeySet(); // until they return
  private final WaitTimer.Task executePostponed =
      new WaitTimer.Task() {
        @Override
        public void run() {
          executePostponed(owner -> true);
        }
      };
  private final ThreadLocal<Boolean> inCallback = ThreadLocal.withInitial(() -> false);
  private volatile boolean closed;

  /**
   * Creates an engine.
   *
   * @param executor runs steps, listeners and completions
   * @param clock the wall clock, for the ages of jobs of servers that do not send their time
   * @param grace how long a poll may still take after the deadline
   */
  public Engine(
      WaitTimer timer, Executor executor, Clock clock, Duration grace, PollLimits limits) {
    this.timer = timer;
    this.executor = executor;
    this.clock = clock;
    this.grace = grace.toNanos();
    this.limiters = new PollLimiters(this, timer, limits);
  }

  /**
   * Starts a wait.
   *
   * @param owner {@link #close(Object)} ends the waits of one owner
   * @param generation never decreases from one wait to the next; see {@link #endBefore}
   * @param toResult makes the future's value of the end, or throws its exception
   * @return completes on the executor; cancelling or completing it stops the wait
   */
  public <T> CompletableFuture<T> start(
      Object owner,
      int generation,
      WaitPlan plan,
      PollSource source,
      Function<WaitTermination, T> toResult) {
    ResumedWait fresh = new ResumedWait(plan, WaitStep.first(plan), 0);
    return resume(owner, generation, fresh, source, toResult);
  }

  /** Resumes a wait; otherwise like {@link #start}. */
  public <T> CompletableFuture<T> resume(
      Object owner,
      int generation,
      ResumedWait resumed,
      PollSource source,
      Function<WaitTermination, T> toResult) {
    Wait<T> wait = new Wait<>(this, owner, generation, resumed, toResult);
    timer.hold();
    try {
      join(wait, resumed.plan().ref(), source);
      if (closed) {
        wait.fail(null);
      } else {
        wait.awaitResponse();
      }
    } finally {
      timer.release();
    }
    return wait;
  }

  /** Adds a wait to the stream of its job, or to a new one. */
  private void join(Wait<?> wait, JobRef job, PollSource source) {
    Object quota = source.quota(job);
    while (true) {
      // A new one each time: the previous one may have ended meanwhile.
      PollStream fresh = new PollStream(source, job, limiters.acquire(quota));
      PollStream present = streams.putIfAbsent(fresh, fresh);
      if (present != null) {
        limiters.release(fresh.limiter());
      }
      PollStream stream = present == null ? fresh : present;
      if (stream.join(wait)) {
        return;
      }
      forget(stream);
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
   *
   * @param waits of {@link #start} or {@link #resume}
   */
  public <T> List<T> awaitAll(List<CompletableFuture<T>> waits)
      throws InterruptedException, ExecutionException {
    // Before the first is waited for: each wait has its own grace from its own deadline.
    long[] giveUpAt = waits.stream().mapToLong(wait -> ((Wait<T>) wait).giveUpAt()).toArray();
    List<T> ends = new ArrayList<>(waits.size());
    long last = timer.nanoTime();
    for (int i = 0; i < giveUpAt.length; i++) {
      long until = last - giveUpAt[i] > 0 ? last : giveUpAt[i];
      try {
        last = awaitUntil(until, (Wait<T>) waits.get(i));
        ends.add(waits.get(i).get());
      } catch (InterruptedException e) {
        waits.forEach(wait -> wait.cancel(true));
        throw e;
      } finally {
        timer.release();
      }
    }
    return ends;
  }

  /** Returns held, and with the time until which it has really waited. */
  private long awaitUntil(long time, Wait<?> wait) throws InterruptedException {
    long until = time;
    while (!timer.await(wait, until)) {
      long now = timer.nanoTime();
      if (now - until < STOOD_STILL) {
        wait.giveUp();
        break;
      }
      timer.release();
      until = now + grace; // gives the last poll its time
    }
    return until;
  }

  /**
   * Polls once outside any wait, as soon as a place in flight is free.
   *
   * @param toResult makes the future's value of the result, or throws its exception
   * @return completes on the executor; cancelling or completing it stops the poll
   */
  public <T> CompletableFuture<T> poll(
      PollSource source, JobRef job, int generation, Function<PollResult, T> toResult) {
    DirectPoll<T> poll = new DirectPoll<>(this, source, job, generation, toResult);
    directPolls.add(poll);
    limiters.enqueue(poll, false);
    if (closed) {
      poll.close(); // shutDown() may not have seen it
    }
    return poll;
  }

  /**
   * Ends the waits of lower generations.
   *
   * @param causes returns why the waits for a job end; null to let them go on
   */
  public void endBefore(
      int generation, String problem, BiFunction<PollSource, JobRef, @Nullable Throwable> causes) {
    for (PollStream stream : streams.keySet()) {
      Throwable cause = stream.causeOf(causes);
      if (cause != null) {
        for (Wait<?> wait : stream.waits()) {
          if (wait.generation() < generation) {
            wait.end(problem, cause, false);
          }
        }
      }
    }
  }

  /** Ends some of the waits that {@link #start} returned, by way of the timer's thread. */
  public void end(Collection<? extends CompletableFuture<?>> waits, String problem) {
    for (CompletableFuture<?> each : waits) {
      if (each instanceof Wait<?> wait) {
        wait.end(problem, null, true);
      }
    }
  }

  /**
   * Ends the waits of an owner that was closed.
   *
   * @return the callbacks that this caused
   */
  public PendingCallbacks close(Object owner) {
    return new PendingCallbacks(this, end(of -> of == owner));
  }

  /** Ends the waits of some owners; returns the callbacks of these ends and of postponed ones. */
  private List<CountDownLatch> end(Predicate<Object> owners) {
    List<CountDownLatch> caused = new ArrayList<>();
    for (PollStream stream : streams.keySet()) {
      for (Wait<?> wait : stream.waits()) {
        if (owners.test(wait.owner())) {
          caused.addAll(wait.end(CLOSED, null, false));
        }
      }
    }
    executePostponed(owners);
    for (Wait.Ending ending : passedOn) {
      if (owners.test(ending.owner())) {
        caused.add(ending.returned);
      }
    }
    return caused;
  }

  /**
   * Ends every wait and every direct poll, and starts no more.
   *
   * @return the callbacks that this caused
   */
  public PendingCallbacks shutDown() {
    closed = true;
    List<CountDownLatch> caused = end(owner -> true);
    directPolls.forEach(poll -> caused.add(poll.close()));
    timer.close();
    if (executor instanceof CallbackPool own) {
      own.setKeepAliveTime(1, TimeUnit.MILLISECONDS); // tasks still run, but idle threads end
    }
    return new PendingCallbacks(this, caused);
  }

  /** Shuts down without waiting for callbacks. */
  @Override
  public void close() {
    shutDown();
  }

  public boolean isClosed() {
    return closed;
  }

  WaitTimer timer() {
    return timer;
  }

  Clock clock() {
    return clock;
  }

  long grace() {
    return grace;
  }

  PollLimiters limiters() {
    return limiters;
  }

  /**
   * A task for the executor that may run user code: listeners, schedules and dependents of futures.
   */
  interface Callback extends Runnable {
    Engine engine();

    /**
     * Does its work. Does not throw.
     *
     * @param refusal why the executor refused it; this thread must then call no listener and no
     *     schedule. Null on a thread of the executor
     */
    void work(@Nullable Throwable refusal);

    @Override
    default void run() {
      engine().run(this, null);
    }
  }

  /** Passes a callback to the executor. */
  void execute(Callback callback) {
    timer.hold(callback);
    try {
      executor.execute(callback);
    } catch (Throwable refusal) {
      run(callback, refusal);
    }
  }

  private void run(Callback callback, @Nullable Throwable refusal) {
    boolean outer = inCallback.get();
    inCallback.set(true);
    try {
      callback.work(refusal);
    } finally {
      inCallback.set(outer);
      timer.release(callback);
    }
  }

  /** Whether this thread runs a callback of this engine. */
  boolean isInCallback() {
    return inCallback.get();
  }

  /** Passes an ending to the executor on the timer's thread, or when its owner is closed. */
  void executeSoon(Wait.Ending ending) {
    synchronized (postponed) {
      postponed.add(ending);
      timer.schedule(executePostponed, timer.nanoTime());
    }
    if (closed) {
      executePostponed(any -> true); // closed timers run no task
    }
  }

  private void executePostponed(Predicate<Object> owners) {
    List<Wait.Ending> due;
    synchronized (postponed) {
      due = postponed.stream().filter(ending -> owners.test(ending.owner())).toList();
      passedOn.addAll(due);
      due.forEach(postponed::remove);
      if (postponed.isEmpty()) {
        timer.cancel(executePostponed);
      }
    }
    due.forEach(this::execute);
  }

  /** An ending has returned. */
  void forget(Wait.Ending ending) {
    passedOn.remove(ending);
  }

  /** A direct poll has been completed. */
  void forget(DirectPoll<?> poll) {
    directPolls.remove(poll);
  }

  /** The streams of all jobs. */
  Set<PollStream> streams() {
    return streams.keySet();
  }

  /** Removes a stream that has ended, unless an equal one has replaced it. */
  void forget(PollStream ended) {
    streams.computeIfPresent(ended, (key, stream) -> stream.hasEnded() ? null : stream);
  }
}
