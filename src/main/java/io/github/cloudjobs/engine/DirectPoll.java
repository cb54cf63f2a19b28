package io.github.cloudjobs.engine;

import static java.util.Objects.requireNonNull;

import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.PollResult;
import io.github.cloudjobs.text.Throwables;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One poll outside any wait, as a future. Thread-safe. */
final class DirectPoll<T> extends StoppableFuture<T> implements PollLimiters.QueuedPoll {
  private enum Phase {
    QUEUED,
    IN_FLIGHT,
    OVER
  }

  private final Engine engine;
  private final PollSource source;
  private final JobRef job;
  private final int generation;
  private final Function<PollResult, T> toValue;
  private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.QUEUED);
  private volatile boolean stopped;
  private volatile PollSource.@Nullable Handle call;
  private final Delivery delivery;

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
    this.delivery = new Delivery();
  }

  /** The callback that completes the future. */
  Callback delivery() {
    return delivery;
  }

  @Override
  public boolean isWanted() {
    return phase.get() == Phase.QUEUED;
  }

  @Override
  public boolean start(boolean delayed) {
    if (!phase.compareAndSet(Phase.QUEUED, Phase.IN_FLIGHT)) {
      return false;
    }
    engine.timer().hold();
    try {
      call = source.poll(job, generation, this::onResult);
    } catch (Throwable crash) {
      String message = "the poll could not be sent: " + Throwables.describe(crash);
      onResult(PollResult.failed(new JobsException(message, crash)));
    }
    if (stopped) {
      cancelCall(); // it was stopped before there was a call to cancel
    }
    return true;
  }

  private void onResult(PollResult result) {
    if (phase.compareAndSet(Phase.IN_FLIGHT, Phase.OVER)) {
      try {
        engine.limiters().onDirectCompleted();
      } finally {
        if (!stopped) {
          deliver(result);
        }
        engine.timer().release();
      }
    }
  }

  @Override
  protected void stop() {
    stopCall();
    engine.delivered(delivery);
    delivery.end();
  }

  /** Stops it because its engine was closed. */
  void close() {
    stopCall();
    deliver(
        PollResult.failed(
            new JobsTransportException("the poll was cancelled: " + Engine.CLOSED, null)));
  }

  private void stopCall() {
    stopped = true;
    if (!phase.compareAndSet(Phase.QUEUED, Phase.OVER)) {
      cancelCall();
    }
  }

  /** Does not throw, although an event listener of the user's HTTP client may. */
  private void cancelCall() {
    try {
      PollSource.Handle handle = call;
      if (handle != null && phase.get() == Phase.IN_FLIGHT) {
        handle.cancel();
      }
    } catch (Throwable t) {
      ListenerNotifier.logWarning("a poll's listener threw when the poll was cancelled", t);
    }
  }

  private void deliver(PollResult result) {
    if (delivery.result.compareAndSet(null, result)) {
      delivery.submit();
    }
  }

  /** Completes the future on the executor, or here if the executor refuses. */
  private final class Delivery extends Callback {
    private final AtomicReference<@Nullable PollResult> result = new AtomicReference<>();

    Delivery() {
      super(engine);
    }

    @Override
    void work() {
      try {
        succeed(toValue.apply(requireNonNull(result.get())));
      } catch (Throwable t) {
        failWith(t);
      } finally {
        engine.delivered(this);
      }
    }

    @Override
    void refused(Throwable refusal) {
      work();
    }
  }
}
