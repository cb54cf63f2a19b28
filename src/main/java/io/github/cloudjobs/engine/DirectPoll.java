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

/** One poll outside any wait, as a future of its response. Thread-safe. */
final class DirectPoll<T> extends StoppableFuture<T> implements Launch {
  private enum Phase {
    QUEUED,
    FLYING,
    OVER
  }

  private final Engine engine;
  private final PollSource source;
  private final JobRef job;
  private final int mark;
  private final Function<PollResult, T> reading;
  private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.QUEUED);
  private volatile boolean stopped;
  private volatile PollSource.@Nullable Handle call;
  private final Delivery delivery;

  /**
   * Creates a poll that is not sent yet.
   *
   * @param reading makes the future's value of the response, or throws the future's exception
   */
  DirectPoll(
      Engine engine, PollSource source, JobRef job, int mark, Function<PollResult, T> reading) {
    this.engine = engine;
    this.source = source;
    this.job = job;
    this.mark = mark;
    this.reading = reading;
    this.delivery = new Delivery();
  }

  /** What completes the future, pending until then. */
  Callback delivery() {
    return delivery;
  }

  @Override
  public boolean isWanted() {
    return phase.get() == Phase.QUEUED;
  }

  @Override
  public boolean launch(boolean delayed) {
    if (!phase.compareAndSet(Phase.QUEUED, Phase.FLYING)) {
      return false;
    }
    engine.timer().hold();
    try {
      call = source.poll(job, mark, this::land);
    } catch (Throwable crash) {
      land(
          lost(
              new JobsException(
                  "the poll could not be sent: " + Throwables.describe(crash), crash)));
    }
    if (stopped) {
      cancelCall(); // it was stopped before there was a call to cancel
    }
    return true;
  }

  private void land(PollResult answer) {
    if (phase.compareAndSet(Phase.FLYING, Phase.OVER)) {
      try {
        engine.gate().landed();
      } finally {
        if (!stopped) {
          deliver(answer);
        }
        engine.timer().release();
      }
    }
  }

  /** Stops it; the future is completed by whoever calls this. */
  @Override
  protected void stop() {
    stopCall();
    engine.delivered(delivery);
    delivery.end();
  }

  /** Stops it because its engine was closed. */
  void close() {
    stopCall();
    deliver(lost(new JobsTransportException("the poll was cancelled: " + Engine.CLOSED, null)));
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
      if (handle != null && phase.get() == Phase.FLYING) {
        handle.cancel();
      }
    } catch (Throwable t) {
      Narrator.complain("a poll's listener threw when the poll was cancelled", t);
    }
  }

  private void deliver(PollResult answer) {
    if (delivery.answer.compareAndSet(null, answer)) {
      delivery.submit();
    }
  }

  /** Completes the future on the executor, or here if that refuses. */
  private final class Delivery extends Callback {
    private final AtomicReference<@Nullable PollResult> answer = new AtomicReference<>();

    Delivery() {
      super(engine);
    }

    @Override
    void work() {
      try {
        finish(reading.apply(requireNonNull(answer.get())));
      } catch (Throwable t) {
        finishExceptionally(t);
      } finally {
        engine.delivered(this);
      }
    }

    @Override
    void refused(Throwable refusal) {
      work();
    }
  }

  private static PollResult lost(JobsException error) {
    return new PollResult(null, error, null, null);
  }
}
