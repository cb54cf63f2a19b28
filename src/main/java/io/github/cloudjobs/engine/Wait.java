package io.github.cloudjobs.engine;

import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.PollResult;
import io.github.cloudjobs.step.ResumedWait;
import io.github.cloudjobs.step.WaitPlan;
import io.github.cloudjobs.step.WaitState;
import io.github.cloudjobs.step.WaitStep;
import io.github.cloudjobs.step.WaitStep.Decision;
import io.github.cloudjobs.step.WaitStep.PollAt;
import io.github.cloudjobs.step.WaitTermination;
import io.github.cloudjobs.wait.WaitOptions;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One wait, which is the caller's future. The {@link PollStream} of its job passes it the
 * responses. Each is processed in a callback on the executor and sets the time of the next poll.
 * Listeners are called by one callback at a time; if the wait is ended meanwhile, another one
 * completes the future.
 */
final class Wait<T> extends StoppableFuture<T> implements Engine.Callback {
  final JobRef ref;
  private final WaitOptions options;
  private final WaitPlan.Origin origin;
  private final Function<WaitTermination, T> toResult;
  final PollStream stream;
  final Object owner;
  final int generation;
  private final long startedAt;
  private boolean listenerFailed; // confined to callbacks

  // Guarded by the engine.
  private WaitState state;
  long nextPollAt; // by the timer
  boolean throttled; // the service refused the last poll, so the next goes to the front
  @Nullable Poll response; // until it has been processed
  private byte running; // callbacks under way
  private boolean ended; // it has left the stream
  private @Nullable WaitTermination end; // until the future is completed; null if by the caller

  Wait(
      PollStream stream,
      Object owner,
      int generation,
      ResumedWait begun,
      Function<WaitTermination, T> toResult) {
    this.stream = stream;
    this.owner = owner;
    this.generation = generation;
    this.ref = begun.plan().ref();
    this.options = begun.plan().options();
    this.origin = begun.plan().origin();
    this.toResult = toResult;
    long now = engine().timer.nanoTime();
    this.startedAt = now - begun.elapsed();
    this.state = begun.next().state();
    setNextPoll(begun.next());
    startGrace(now);
  }

  private Engine engine() {
    return stream.engine();
  }

  // Called under the engine's lock.

  /** Whether it can receive a response. */
  boolean isReady() {
    return response == null && !ended;
  }

  private void setNextPoll(PollAt poll) {
    nextPollAt = startedAt + poll.at();
    throttled = poll.throttled();
  }

  /** The deadline by the timer; not before the next poll, since a late wait still polls once. */
  long deadline() {
    long deadline = startedAt + WaitPlan.deadline(options);
    return deadline - nextPollAt > 0 ? deadline : nextPollAt;
  }

  /** If the deadline has passed, the last poll is late, and has its grace from now on. */
  void startGrace(long now) {
    if (isReady() && now - deadline() > 0) {
      nextPollAt = now;
    }
  }

  // Called without it.

  /** Waits for the next response: of the poll under way, or of one that it asks for. */
  void awaitResponse() {
    try {
      boolean due;
      synchronized (engine()) {
        due = isReady() && stream.schedule(this);
      }
      if (due) {
        stream.run();
      }
    } catch (Throwable t) {
      fail(t);
    }
  }

  /** Processes the response, or the end; a refusal ends the wait without calling user code. */
  @Override
  public void work(@Nullable Throwable refusal) {
    Poll received;
    boolean alone;
    synchronized (engine()) {
      alone = running == 0;
      received = alone ? response : null;
      if (received == null && (end == null || (!alone && isDone()))) {
        return; // another callback did it
      }
      running++;
    }
    if (received != null && goesOnAfter(received, refusal)) {
      awaitResponse();
      return;
    }
    WaitTermination termination = end;
    if (termination != null) { // else the caller has completed the future
      if (alone && refusal == null && !options.listeners().isEmpty()) {
        new ListenerNotifier(termination.plan(), this).notifyEnd(termination);
      }
      completeWith(termination);
    }
    boolean last;
    synchronized (engine()) {
      running--;
      last = running == 0;
      if (last) {
        end = null; // lets it be collected
      }
    }
    if (last) {
      engine().returned(this);
    }
  }

  private boolean goesOnAfter(Poll received, @Nullable Throwable refusal) {
    try {
      if (refusal != null) {
        throw refusal;
      }
      process(received);
    } catch (Throwable t) {
      end(problem(), t, false);
    }
    synchronized (engine()) {
      response = null;
      if (!ended) {
        running--;
        startGrace(now());
      }
      return !ended;
    }
  }

  private void process(Poll received) {
    PollResult result = received.result;
    long at = at(received);
    WaitPlan plan = plan();
    if (result == null) {
      end(WaitTermination.timedOut(plan, state, at, ""), false);
      return;
    }
    WaitState before = state;
    Decision decision = WaitStep.next(plan, before, result, at);
    if (decision instanceof PollAt poll) {
      synchronized (engine()) {
        state = poll.state();
        setNextPoll(poll);
      }
    } else {
      end((WaitTermination) decision, false);
    }
    if (!options.listeners().isEmpty()) {
      new ListenerNotifier(plan, this).notifyPoll(before, result, at, decision);
    }
  }

  private void completeWith(WaitTermination termination) {
    try {
      succeed(toResult.apply(termination));
    } catch (Throwable t) {
      failWith(t);
    }
  }

  /** Ends the wait; false if it has ended. With {@code concludes} a callback must follow. */
  private boolean end(WaitTermination termination, boolean concludes) {
    return end(termination, "", null, concludes);
  }

  /** Ends the wait early; with {@code concludes}, {@link Engine#concludeEnded} must follow. */
  void end(String problem, @Nullable Throwable cause, boolean concludes) {
    end(null, problem, cause, concludes);
  }

  private boolean end(
      @Nullable WaitTermination decided,
      String problem,
      @Nullable Throwable cause,
      boolean concludes) {
    WaitPlan plan = plan();
    WaitTermination termination;
    synchronized (engine()) {
      if (ended) {
        return false;
      }
      long next = nextPollAt - startedAt;
      termination =
          decided == null
              ? WaitTermination.stopped(plan, state, elapsed(), next, problem, cause)
              : decided;
      leave(termination);
      if (concludes || running > 0) {
        engine().ended(this, concludes);
      }
    }
    stream.cancelAbandoned();
    termination.teach();
    ListenerNotifier.record(() -> WaitEvent.record(termination));
    return true;
  }

  private void leave(@Nullable WaitTermination termination) {
    ended = true;
    end = termination;
    if (running == 0) {
      response = null;
    }
    stream.remove(this);
  }

  @Override
  protected void stop() {
    boolean idle;
    synchronized (engine()) {
      if (!ended) {
        leave(null);
      } else if (isDone()) {
        return;
      }
      end = null; // its listeners are not notified any more
      idle = running == 0;
    }
    stream.cancelAbandoned();
    if (idle) {
      engine().returned(this);
    }
  }

  /** It cannot go on; without a failure, because the engine is closed. */
  void fail(@Nullable Throwable failure) {
    end(problem(), failure, true);
    engine().concludeEnded();
  }

  /**
   * Ends at once, on the caller's thread, because the grace is over: by a response that waits for
   * the executor, if there is one. Calls no listener.
   */
  void giveUp() {
    WaitTermination last = last();
    if (end(last, !options.listeners().isEmpty())) {
      engine().concludeEndedSoon(); // the executor may block this thread
    }
    WaitTermination termination;
    synchronized (engine()) {
      termination = end;
    }
    if (termination != null) { // else the future is complete
      completeWith(termination);
    }
  }

  /** Returns how it ends now, by the last response. */
  private WaitTermination last() {
    WaitPlan plan = plan();
    WaitState known;
    Poll latest;
    boolean busy;
    synchronized (engine()) {
      known = state;
      latest = response;
      busy = running > 0;
    }
    if (latest == null) {
      return WaitTermination.timedOut(plan, known, elapsed(), "");
    }
    String what =
        busy ? "a callback of this wait has not returned" : "the executor ran nothing of this wait";
    long at = at(latest);
    String heldUp = what + " for " + Math.round((elapsed() - at) / 1e8) / 10.0 + " s";
    PollResult result = busy ? null : latest.result;
    return result == null
        ? WaitTermination.timedOut(plan, known, elapsed(), heldUp)
        : WaitStep.last(plan, known, result, at, elapsed(), heldUp);
  }

  private String problem() {
    return engine().isClosed() ? Engine.CLOSED : "it could not go on";
  }

  /** Not kept, because of its memory, and because clocks are set. */
  private WaitPlan plan() {
    return WaitPlan.of(ref, options, origin, engine().now(), elapsed());
  }

  boolean isFirstListenerFailure() {
    boolean first = !listenerFailed;
    listenerFailed = true;
    return first;
  }

  /** When a caller that has blocked since then must return, by the timer. */
  long giveUpAt(long begun) {
    long deadline = startedAt + WaitPlan.deadline(options);
    return (deadline - begun > 0 ? deadline : begun) + engine().grace;
  }

  private long now() {
    return engine().timer.nanoTime();
  }

  private long elapsed() {
    return now() - startedAt;
  }

  /** When a response came; one from just before this wait began counts as its first. */
  private long at(Poll received) {
    return Math.max(0, received.arrived - startedAt);
  }
}
