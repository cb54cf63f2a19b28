package io.github.cloudjobs.engine;

import io.github.cloudjobs.engine.PollSource.Handle;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.ThrottledException;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.PollResult;
import io.github.cloudjobs.text.Throwables;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One poll: queued, then in flight until its result has come, also if it was cancelled. */
final class Poll implements Consumer<PollResult> {
  /** What a poll is made for. Its methods are called under the engine's lock. */
  interface Receiver {
    /** The highest generation of the waits. */
    int generation();

    /** Takes the result of a poll that was not abandoned, and adds the callbacks for it. */
    void receive(Poll poll, PollResult result, List<Engine.Callback> callbacks);
  }

  private enum Phase {
    QUEUED,
    /** Queued ahead of others too, because a deadline has come. */
    URGENT,
    /** It has a place in flight. */
    STARTED
  }

  private final PollSource source;
  private final JobRef job;
  private final PollLimiter limiter;
  private final Receiver receiver;

  // Guarded by the engine.
  private Phase phase = Phase.QUEUED;
  private volatile boolean abandoned;
  private boolean delayed; // by the rate
  private int generation;
  private boolean sent; // the source has returned
  private @Nullable Handle call;
  private @Nullable PollResult result;

  Poll(PollSource source, JobRef job, PollLimiter limiter, Receiver receiver) {
    this.source = source;
    this.job = job;
    this.limiter = limiter;
    this.receiver = receiver;
  }

  PollLimiter limiter() {
    return limiter;
  }

  private Engine engine() {
    return limiter.engine();
  }

  /** Whether it still waits for a place in flight. */
  boolean isQueued() {
    return phase != Phase.STARTED && !abandoned;
  }

  /** Whether it is queued by the rate alone. */
  boolean isHeldByRate() {
    return phase == Phase.QUEUED;
  }

  boolean isStarted() {
    return phase == Phase.STARTED;
  }

  void makeUrgent() {
    phase = Phase.URGENT;
  }

  /** It gets a place in flight; {@link #send} must follow. */
  void start(boolean wasDelayed) {
    phase = Phase.STARTED;
    delayed = wasDelayed;
    generation = receiver.generation();
  }

  boolean wasDelayed() {
    return delayed;
  }

  int generation() {
    return generation;
  }

  /** Sends the request. Does not throw: if the source throws, the poll has failed. */
  void send() {
    engine().timer().hold();
    Handle handle = null;
    try {
      handle = source.poll(job, generation, this);
    } catch (Throwable crash) {
      String message = "the poll could not be sent: " + Throwables.describe(crash);
      accept(PollResult.failed(new JobsException(message, crash)));
    }
    PollResult early;
    synchronized (engine()) {
      sent = true;
      call = handle;
      early = result;
    }
    if (early != null) {
      end(early, false); // the loop that called this starts the next poll
    } else if (abandoned) {
      cancelCall();
    }
  }

  @Override
  public void accept(PollResult ofSource) {
    synchronized (engine()) {
      if (result != null) {
        return;
      }
      result = ofSource;
      if (!sent) {
        return;
      }
    }
    end(ofSource, true);
  }

  private void end(PollResult last, boolean startsNext) {
    List<Engine.Callback> callbacks = new ArrayList<>(1);
    double perSecond = 0;
    try {
      synchronized (engine()) {
        if (!abandoned) {
          receiver.receive(this, last, callbacks);
        }
        engine().limiters().release(this, last);
        perSecond = limiter.perSecond();
      }
      if (startsNext) {
        engine().limiters().run();
      }
    } finally {
      callbacks.forEach(engine()::execute);
      engine().timer().release();
    }
    if (last.error() instanceof ThrottledException refusal && !limiter.isDirect()) {
      double rate = perSecond;
      ListenerNotifier.record(
          () -> ThrottleEvent.record(limiter.quota(), refusal, last.retryAfter(), rate));
    }
  }

  /** Its result is not needed; true if {@link #cancelCall} must follow, without the lock. */
  boolean abandon() {
    abandoned = true;
    return call != null && result == null;
  }

  /** Does not throw, although an event listener of the user's HTTP client may. */
  void cancelCall() {
    try {
      if (call != null) {
        call.cancel();
      }
    } catch (Throwable t) {
      ListenerNotifier.logWarning("a poll's listener threw when the poll was cancelled", t);
    }
  }
}
