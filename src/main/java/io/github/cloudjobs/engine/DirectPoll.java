package io.github.cloudjobs.engine;

import static java.util.Objects.requireNonNull;

import io.github.cloudjobs.engine.PollInFlight.QueuedPoll;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.PollResult;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One poll outside any wait, as a future. Thread-safe. */
final class DirectPoll<T> extends StoppableFuture<T> implements QueuedPoll, Engine.Callback {
  private final Engine engine;
  private final PollSource source;
  private final JobRef job;
  private final int generation;
  private final Function<PollResult, T> toValue;
  private final CountDownLatch returned = new CountDownLatch(1);

  // Guarded by this.
  private @Nullable PollInFlight inFlight;
  private @Nullable PollResult result;
  private volatile boolean over; // has a result, or was stopped

  /**
   * Creates a poll that is not sent yet.
   *
   * @param toValue makes the future's value of the result, or throws its exception
   */
  DirectPoll(
      Engine engine,
      PollSource source,
      JobRef job,
      int generation,
      Function<PollResult, T> toValue) {
    this.engine = engine;
    this.source = source;
    this.job = job;
    this.generation = generation;
    this.toValue = toValue;
  }

  @Override
  public PollLimiter limiter() {
    return engine.limiters().direct();
  }

  @Override
  public boolean isWanted() {
    return !over;
  }

  @Override
  public boolean start(PollInFlight place) {
    synchronized (this) {
      if (over) {
        return false;
      }
      inFlight = place;
    }
    place.send(source, job, generation);
    return true;
  }

  @Override
  public void complete(PollInFlight place, PollResult last) {
    deliver(last);
  }

  private void deliver(PollResult last) {
    synchronized (this) {
      if (over) {
        return;
      }
      over = true;
      result = last;
    }
    engine.execute(this);
  }

  /** Ends it because its engine was closed. The transport cancels the call, if there is one. */
  CountDownLatch close() {
    deliver(
        PollResult.failed(
            new JobsTransportException("the poll was cancelled: " + Engine.CLOSED, null)));
    return returned;
  }

  @Override
  protected void stop() {
    PollInFlight abandoned;
    synchronized (this) {
      over = true;
      abandoned = inFlight;
    }
    forget();
    if (abandoned != null) {
      abandoned.cancel();
    }
  }

  /** Completes the future, also on this thread if the executor refuses. */
  @Override
  public void work(@Nullable Throwable refusal) {
    try {
      succeed(toValue.apply(requireNonNull(result)));
    } catch (Throwable t) {
      failWith(t);
    } finally {
      forget();
    }
  }

  private void forget() {
    engine.forget(this);
    returned.countDown();
  }

  @Override
  public Engine engine() {
    return engine;
  }
}
