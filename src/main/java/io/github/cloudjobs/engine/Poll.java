package io.github.cloudjobs.engine;

import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.error.ThrottledException;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.PollResult;
import io.github.cloudjobs.text.Throwables;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One poll: queued, then in flight until its result has come, also if it was cancelled. */
final class Poll implements Consumer<PollResult> {
  final PollLimiter limiter;
  final int generation;
  private final PollSource source;
  private final JobRef job;
  private final Function<Poll, ? extends List<? extends Engine.Callback>> receiver;

  // Guarded by the engine.
  boolean urgent; // a deadline has come, so it is queued ahead of others too
  boolean started; // it has a place in flight
  boolean delayed; // by the rate
  boolean abandoned; // its result is not needed
  private boolean sent; // the source has returned
  private @Nullable Runnable call; // cancels it
  @Nullable PollResult result; // null until it has ended
  long arrived; // when it has ended, by the timer

  /** Creates a poll. The receiver takes it when it has ended, and returns the callbacks for it. */
  Poll(
      PollSource source,
      JobRef job,
      PollLimiter limiter,
      int generation,
      Function<Poll, ? extends List<? extends Engine.Callback>> receiver) {
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

  /** What a wait gets that must end now: a failed poll, or one without result if it is queued. */
  Poll late(long now) {
    Poll late = new Poll(source, job, limiter, generation, receiver);
    late.arrived = now;
    if (started) {
      String problem = "no response by the deadline; the poll was cancelled";
      late.result = PollResult.failed(new JobsTransportException(problem, null));
    }
    return late;
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
      call = result == null ? handle : null;
      cancels = abandoned;
    }
    if (cancels) {
      cancel();
    }
  }

  @Override
  public void accept(PollResult received) {
    Engine engine = limiter.engine;
    List<? extends Engine.Callback> callbacks = List.of();
    try {
      boolean startsNext;
      double perSecond;
      synchronized (engine) {
        if (result != null) {
          return;
        }
        result = received;
        arrived = engine.timer.nanoTime();
        call = null;
        startsNext = sent; // else the loop that called send() goes on
        if (!abandoned) {
          callbacks = receiver.apply(this);
        }
        engine.limiters.release(this, received);
        perSecond = limiter.perSecond;
      }
      if (startsNext) {
        engine.limiters.sendPolls();
      }
      if (received.error() instanceof ThrottledException refusal
          && limiter != engine.limiters.direct) {
        ListenerNotifier.record(
            () -> ThrottleEvent.record(limiter.quota, refusal, received.retryAfter(), perSecond));
      }
    } finally {
      engine.execute(callbacks);
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
