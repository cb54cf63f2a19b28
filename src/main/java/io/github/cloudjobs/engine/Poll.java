package io.github.cloudjobs.engine;

import io.github.cloudjobs.engine.PollStream.Response;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.ThrottledException;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.PollResult;
import io.github.cloudjobs.text.Throwables;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One poll: queued, then in flight until its result has come, also if it was cancelled. */
final class Poll implements Consumer<PollResult> {
  interface Receiver {
    /** Takes the result, under the engine's lock, and returns the callbacks for it. */
    List<? extends Engine.Callback> receive(Poll ended, PollResult result);
  }

  final PollLimiter limiter;
  final int generation;
  private final PollSource source;
  private final JobRef job;
  private final Receiver receiver;

  // Guarded by the engine.
  boolean urgent; // a deadline has come, so it is queued ahead of others too
  boolean started; // it has a place in flight
  boolean delayed; // by the rate
  boolean abandoned; // its result is not needed
  @Nullable Response shared; // with waits that join soon after its end
  private boolean sent; // the source has returned
  private @Nullable Runnable call; // cancels it
  private boolean ended;

  Poll(PollSource source, JobRef job, PollLimiter limiter, int generation, Receiver receiver) {
    this.source = source;
    this.job = job;
    this.limiter = limiter;
    this.generation = generation;
    this.receiver = receiver;
  }

  /** Whether it still waits for a place in flight. */
  boolean isQueued() {
    return !started && !abandoned;
  }

  /** Sends the request. Does not throw: if the source throws, the poll has failed. */
  void send() {
    Engine engine = limiter.engine;
    engine.timer.hold();
    Runnable handle = null;
    try {
      handle = source.poll(job, generation, this);
    } catch (Throwable crash) {
      String message = "the poll could not be sent: " + Throwables.describe(crash);
      accept(PollResult.failed(new JobsException(message, crash)));
    }
    boolean cancels;
    synchronized (engine) {
      sent = true;
      call = ended ? null : handle;
      cancels = abandoned;
    }
    if (cancels) {
      cancel();
    }
  }

  @Override
  public void accept(PollResult result) {
    Engine engine = limiter.engine;
    List<? extends Engine.Callback> callbacks = List.of();
    try {
      boolean startsNext;
      double perSecond;
      synchronized (engine) {
        if (ended) {
          return;
        }
        ended = true;
        call = null;
        startsNext = sent; // else the loop that called send() goes on
        if (!abandoned) {
          callbacks = receiver.receive(this, result);
        }
        engine.limiters.release(this, result);
        perSecond = limiter.rate.perSecond();
      }
      if (startsNext) {
        engine.limiters.sendPolls();
      }
      if (result.error() instanceof ThrottledException refusal
          && limiter != engine.limiters.direct) {
        ListenerNotifier.record(
            () -> ThrottleEvent.record(limiter.quota, refusal, result.retryAfter(), perSecond));
      }
    } finally {
      callbacks.forEach(engine::execute);
    }
    engine.timer.release();
  }

  /** Abandons it, and cancels its call. Called without the lock. */
  void cancel() {
    Runnable cancelled;
    synchronized (limiter.engine) {
      abandoned = true;
      cancelled = call;
    }
    if (cancelled != null) {
      cancelled.run();
    }
  }
}
