package io.github.cloudjobs.engine;

import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.WaitEnd;
import io.github.cloudjobs.step.WaitPlan;
import io.github.cloudjobs.wait.WaitOptions;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Runs the waits of a family of clients. Thread-safe. */
public final class Engine implements AutoCloseable {
  static final String CLOSED = "the client was closed";

  private final WaitTimer timer;
  private final Executor executor;
  private final Clock clock;
  private final long grace;
  private final Set<Wait<?>> waits = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /**
   * Creates an engine.
   *
   * @param executor runs steps, listeners and completions
   * @param clock the wall clock, for the age of a job that a server without a clock reports
   * @param grace how long the poll that is under way at a deadline may take from there
   */
  public Engine(WaitTimer timer, Executor executor, Clock clock, Duration grace) {
    this.timer = timer;
    this.executor = executor;
    this.clock = clock;
    this.grace = grace.toNanos();
  }

  /**
   * Starts a wait.
   *
   * @param owner for whose {@link #endAll} it is to end
   * @param reading makes the future's value of the end, or throws what the future is to throw
   * @return completes once, on the executor; cancelling it, or completing it, stops the wait
   */
  public <T> CompletableFuture<T> start(
      Object owner,
      JobRef job,
      WaitOptions options,
      PollSource source,
      Function<WaitEnd, T> reading) {
    WaitPlan plan = WaitPlan.of(job, options, clock.instant());
    Wait<T> wait = new Wait<>(this, owner, plan, source, reading);
    waits.add(wait);
    if (closed) {
      wait.end(CLOSED, null);
    } else {
      wait.begin();
    }
    return wait.future();
  }

  /**
   * Ends waits, each with what it knows.
   *
   * @param owner whose; null for everybody's
   */
  public void endAll(@Nullable Object owner, String problem, @Nullable Throwable cause) {
    for (Wait<?> wait : waits) {
      if (owner == null || wait.owner() == owner) {
        wait.end(problem, cause);
      }
    }
  }

  /** Ends the waits of one owner because it was closed. */
  public void close(Object owner) {
    endAll(owner, CLOSED, null);
  }

  /** Ends every wait, and starts none any more. */
  @Override
  public void close() {
    closed = true;
    endAll(null, CLOSED, null);
    timer.close();
  }

  public boolean isClosed() {
    return closed;
  }

  WaitTimer timer() {
    return timer;
  }

  Executor executor() {
    return executor;
  }

  Clock clock() {
    return clock;
  }

  long grace() {
    return grace;
  }

  /** How many waits have not ended. */
  int waiting() {
    return waits.size();
  }

  void forget(Wait<?> wait) {
    waits.remove(wait);
  }
}
