package io.github.cloudjobs.engine;

import io.github.cloudjobs.engine.PollSource.Handle;
import io.github.cloudjobs.step.PollResult;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One poll of a {@link PollStream}, until its result has come, also if it was abandoned. */
final class PollInFlight implements Consumer<PollResult> {
  private final PollStream stream;
  private final int generation;
  private final boolean delayed;
  private final AtomicBoolean over = new AtomicBoolean();
  private volatile boolean abandoned;
  private volatile @Nullable Handle call;

  /**
   * Creates a poll that is not sent yet.
   *
   * @param generation see {@link PollSource#poll}
   * @param delayed see {@link PollLimiters.QueuedPoll#start}
   */
  PollInFlight(PollStream stream, int generation, boolean delayed) {
    this.stream = stream;
    this.generation = generation;
    this.delayed = delayed;
  }

  int generation() {
    return generation;
  }

  void start() {
    stream.engine().timer().hold();
    try {
      call = stream.poll(generation, this);
    } catch (Throwable crash) {
      if (over.compareAndSet(false, true)) {
        end(null, 0, wait -> wait.onCrash(crash));
      } else {
        ListenerNotifier.logWarning("a source of polls threw although it had answered", crash);
      }
    }
    if (abandoned) {
      cancel(); // it was abandoned before there was a call to cancel
    }
  }

  @Override
  public void accept(PollResult result) {
    if (over.compareAndSet(false, true)) {
      long arrived = stream.engine().timer().nanoTime();
      end(result, arrived, wait -> wait.onResponse(result, arrived));
    }
  }

  private void end(
      @Nullable PollResult result, long arrived, Function<Wait<?>, Callback> delivery) {
    try {
      stream.engine().limiters().onCompleted(stream.limiter(), result, delayed);
    } finally {
      stream.complete(this, result, arrived, delivery);
      stream.engine().timer().release();
    }
  }

  /** Cancels the call; no wait needs the result any more. */
  void abandon() {
    abandoned = true;
    cancel();
  }

  /** Does not throw, although an event listener of the user's HTTP client may. */
  private void cancel() {
    try {
      Handle handle = call;
      if (handle != null && !over.get()) {
        handle.cancel();
      }
    } catch (Throwable t) {
      ListenerNotifier.logWarning("a poll's listener threw when the poll was cancelled", t);
    }
  }
}
