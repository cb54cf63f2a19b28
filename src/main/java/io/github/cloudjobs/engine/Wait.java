package io.github.cloudjobs.engine;

import io.github.cloudjobs.engine.PollSource.Handle;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.step.Decision;
import io.github.cloudjobs.step.PollReport;
import io.github.cloudjobs.step.WaitEnd;
import io.github.cloudjobs.step.WaitPlan;
import io.github.cloudjobs.step.WaitState;
import io.github.cloudjobs.step.WaitStep;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One wait: polls, waits for the answer, digests it, waits for the time of the next poll. At any
 * moment just one of these is going on, each begun by the one before, so the state needs no lock;
 * only stopping comes from outside. Whatever any of them throws completes the future. To run it is
 * to make its next poll: it is itself the task that the timer is given.
 */
final class Wait<T> implements Runnable {
  private static final System.Logger LOGGER = System.getLogger("io.github.cloudjobs");

  private final Engine engine;
  private final Object owner;
  private final WaitPlan plan;
  private final PollSource source;
  private final Function<WaitEnd, T> reading;
  private final CompletableFuture<T> future = new CompletableFuture<>();
  private final Narrator narrator;
  private final long began;

  private volatile WaitState state;
  private volatile @Nullable Handle timer; // of the next poll
  private volatile @Nullable Attempt attempt; // the poll under way, or the last one

  @SuppressWarnings(
      "FutureReturnValueIgnored") // of whenComplete: what stop() threw, and it does not
  Wait(
      Engine engine, Object owner, WaitPlan plan, PollSource source, Function<WaitEnd, T> reading) {
    this.engine = engine;
    this.owner = owner;
    this.plan = plan;
    this.source = source;
    this.reading = reading;
    this.narrator = new Narrator(plan.options().listener());
    this.began = engine.timer().nanoTime();
    this.state = WaitStep.first(plan).state();
    future.whenComplete((value, error) -> stop()); // cancelled and completed from outside included
  }

  CompletableFuture<T> future() {
    return future;
  }

  Object owner() {
    return owner;
  }

  /** Makes the first poll, now or when it is due. */
  void begin() {
    try {
      long first = WaitStep.first(plan).at();
      if (first == 0) {
        run();
      } else {
        pollAt(first);
      }
    } catch (Throwable t) {
      fail(t);
    }
  }

  /** Ends from outside: stops at once, and completes where completions belong. */
  void end(String problem, @Nullable Throwable cause) {
    stop();
    WaitEnd end = WaitEnd.stopped(plan, state, elapsed(), problem, cause);
    onExecutor(() -> complete(end), refused -> complete(end));
  }

  private void pollAt(long time) {
    timer = engine.timer().schedule(this, time - elapsed());
    stopIfDone();
  }

  /** Runs on the caller's thread the first time, then on the timer's: it only starts things. */
  @Override
  public void run() {
    if (future.isDone()) {
      return;
    }
    Attempt started = new Attempt();
    attempt = started;
    try {
      started.start();
      stopIfDone();
    } catch (Throwable t) {
      onExecutor(() -> fail(t));
    }
  }

  private void digest(
      long at,
      @Nullable Job job,
      @Nullable JobsException error,
      @Nullable Instant date,
      @Nullable Duration retryAfter) {
    if (future.isDone()) {
      return;
    }
    try {
      Instant now = date == null ? engine.clock().instant() : date;
      PollReport report = new PollReport(at, now, job, error, retryAfter);
      WaitState before = state;
      Decision decision = WaitStep.next(plan, before, report);
      state = decision.state();
      narrator.tell(before, report, decision);
      if (decision instanceof Decision.PollAt next) {
        pollAt(next.at());
      } else if (decision instanceof Decision.Ended ended) {
        complete(ended.end());
      }
    } catch (Throwable t) {
      fail(t);
    }
  }

  private void fail(Throwable t) {
    String problem = engine.isClosed() ? Engine.CLOSED : "it could not go on";
    complete(WaitEnd.stopped(plan, state, elapsed(), problem, t));
  }

  private void complete(WaitEnd end) {
    T value;
    try {
      value = reading.apply(end);
    } catch (Throwable t) {
      future.completeExceptionally(t);
      return;
    }
    future.complete(value);
  }

  private void onExecutor(Runnable work) {
    onExecutor(work, this::fail);
  }

  /** Runs where user code may; if the executor refuses, here, for the future must complete. */
  private void onExecutor(Runnable work, Consumer<Throwable> otherwise) {
    try {
      engine.executor().execute(work);
    } catch (Throwable refused) {
      otherwise.accept(refused);
    }
  }

  private void stopIfDone() {
    if (future.isDone()) {
      stop(); // it was stopped before there was this to stop
    }
  }

  private void stop() {
    engine.forget(this);
    Handle pending = timer;
    if (pending != null) {
      pending.cancel();
    }
    Attempt underWay = attempt;
    if (underWay != null) {
      underWay.abandon();
    }
  }

  private long elapsed() {
    return engine.timer().nanoTime() - began;
  }

  /**
   * One poll, which is over when it is answered or when the grace after the deadline is. To run it
   * is to end it for want of an answer.
   */
  final class Attempt implements PollSource.Sink, Runnable {
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile boolean abandoned;
    private volatile @Nullable Handle watchdog;
    private volatile @Nullable Handle call;

    void start() {
      long now = elapsed();
      long most = Math.max(plan.deadline(), now) + engine.grace();
      watchdog = engine.timer().schedule(this, most - now);
      if (!over.get()) { // else the wait was stopped meanwhile
        call = source.start(this);
      }
      if (abandoned) {
        cancel(call); // it was abandoned before there was a call to cancel
      }
      if (over.get()) {
        cancel(watchdog);
      }
    }

    @Override
    public void answered(
        @Nullable Job job,
        @Nullable JobsException error,
        @Nullable Instant date,
        @Nullable Duration retryAfter) {
      if (over.compareAndSet(false, true)) {
        cancel(watchdog);
        long at = elapsed();
        onExecutor(() -> digest(at, job, error, date, retryAfter));
      }
    }

    @Override
    public void run() {
      if (over.compareAndSet(false, true)) {
        cancelCall();
        JobsException lost =
            new JobsTransportException("no answer by the deadline; the poll was cancelled", null);
        long at = elapsed();
        onExecutor(() -> digest(at, null, lost, null, null));
      }
    }

    /** Nobody wants the answer any more. */
    void abandon() {
      if (over.compareAndSet(false, true)) {
        cancel(watchdog);
        cancelCall();
      }
    }

    private void cancelCall() {
      abandoned = true;
      cancel(call);
    }

    /** Does not throw, although a call that others listen to may: what follows has to be done. */
    private static void cancel(@Nullable Handle handle) {
      try {
        if (handle != null) {
          handle.cancel();
        }
      } catch (Throwable t) {
        LOGGER.log(Level.WARNING, "a poll's listener threw when the poll was cancelled", t);
      }
    }
  }
}
