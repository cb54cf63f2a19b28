package io.github.cloudjobs.engine;

import io.github.cloudjobs.engine.PollSource.Handle;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.PollResult;
import io.github.cloudjobs.text.Throwables;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A poll that occupies a place in flight until its result has come, also if it was cancelled. */
final class PollInFlight implements Consumer<PollResult> {
  private final PollLimiters limiters;
  private final QueuedPoll poll;
  private final boolean delayed;
  private int generation;

  // Guarded by this.
  private boolean started;
  private boolean cancelled;
  private @Nullable Handle call;
  private @Nullable PollResult result;

  /** A poll that waits for a place in flight. */
  interface QueuedPoll {
    /** The limiter whose queue it is in. */
    PollLimiter limiter();

    /** Whether it must still be started. */
    boolean isWanted();

    /**
     * Starts the poll by {@link PollInFlight#send}.
     *
     * @return false if it was no longer wanted
     */
    boolean start(PollInFlight place);

    /** The poll has ended. */
    void complete(PollInFlight place, PollResult result);
  }

  /**
   * Creates a poll that is not sent yet.
   *
   * @param delayed whether the rate delayed it
   */
  PollInFlight(PollLimiters limiters, QueuedPoll poll, boolean delayed) {
    this.limiters = limiters;
    this.poll = poll;
    this.delayed = delayed;
  }

  PollLimiter limiter() {
    return poll.limiter();
  }

  boolean wasDelayed() {
    return delayed;
  }

  int generation() {
    return generation;
  }

  /** Starts the queued poll; false if it was no longer wanted. */
  boolean start() {
    return poll.start(this);
  }

  /** Sends the request. Does not throw: if the source throws, the poll has failed. */
  void send(PollSource source, JobRef job, int newest) {
    generation = newest;
    limiter().engine().timer().hold();
    Handle handle = null;
    try {
      handle = source.poll(job, newest, this);
    } catch (Throwable crash) {
      String message = "the poll could not be sent: " + Throwables.describe(crash);
      accept(PollResult.failed(new JobsException(message, crash)));
    }
    boolean abandoned;
    PollResult early;
    synchronized (this) {
      started = true;
      call = handle;
      abandoned = cancelled;
      early = result;
    }
    if (early != null) {
      end(early, false); // the loop that called this starts the next poll
    } else if (abandoned) {
      cancel(handle);
    }
  }

  @Override
  public void accept(PollResult ofSource) {
    synchronized (this) {
      if (result != null) {
        return;
      }
      result = ofSource;
      if (!started) {
        return;
      }
    }
    end(ofSource, true);
  }

  private void end(PollResult last, boolean startsNext) {
    try {
      limiters.release(this, last);
      if (startsNext) {
        limiters.startPolls();
      }
    } finally {
      poll.complete(this, last);
      limiter().engine().timer().release();
    }
  }

  /** Cancels the call. */
  void cancel() {
    Handle handle;
    synchronized (this) {
      cancelled = true;
      handle = result == null ? call : null;
    }
    cancel(handle);
  }

  /** Does not throw, although an event listener of the user's HTTP client may. */
  private static void cancel(@Nullable Handle handle) {
    try {
      if (handle != null) {
        handle.cancel();
      }
    } catch (Throwable t) {
      ListenerNotifier.logWarning("a poll's listener threw when the poll was cancelled", t);
    }
  }
}
