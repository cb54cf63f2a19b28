package io.github.cloudjobs.engine;

import static java.util.Objects.requireNonNull;

import io.github.cloudjobs.engine.PollStream.Response;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.PollResult;
import io.github.cloudjobs.step.ResumedWait;
import io.github.cloudjobs.step.WaitPlan;
import io.github.cloudjobs.step.WaitState;
import io.github.cloudjobs.step.WaitStep;
import io.github.cloudjobs.step.WaitStep.Decision;
import io.github.cloudjobs.step.WaitTermination;
import io.github.cloudjobs.wait.LearnedSchedule;
import io.github.cloudjobs.wait.WaitOptions;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One wait, which is the caller's future. It takes part in the {@link PollStream} of its job, which
 * passes it the responses. Each response is processed in a callback on the executor, one at a time,
 * and sets the time of the next poll. Any exception completes the future.
 */
final class Wait<T> extends StoppableFuture<T> implements Engine.Callback {
  private enum Phase {
    /** Ready for a response. */
    READY,
    /** A response waits for the executor. */
    RECEIVED,
    /** A thread has the response, and notifies the listeners if the wait ends meanwhile. */
    PROCESSING
  }

  private final JobRef ref;
  private final WaitOptions options;
  private final WaitPlan.Origin origin;
  private final Function<WaitTermination, T> toResult;
  private final Object owner;
  private final int generation;
  private final long startedAt;
  private boolean listenerFailed; // confined to callbacks

  /** Set when it joins. */
  volatile @Nullable PollStream stream;

  // Guarded by the stream.
  Wait<?> next = this; // in its ring
  Wait<?> previous = this;
  private Phase phase = Phase.READY;
  private @Nullable Response response; // until it has been processed
  private volatile WaitState state;
  private long nextPollAt; // by the timer
  private boolean throttled; // the service refused the last poll, so the next goes to the front
  private volatile boolean left; // it has ended
  private @Nullable WaitTermination termination; // once decided; null if the caller completed it
  private @Nullable CountDownLatch processed; // if it ended while a thread had the response

  Wait(
      Engine engine,
      Object owner,
      int generation,
      ResumedWait resumed,
      Function<WaitTermination, T> toResult) {
    this.owner = owner;
    this.generation = generation;
    this.ref = resumed.plan().ref();
    this.options = resumed.plan().options();
    this.origin = resumed.plan().origin();
    this.toResult = toResult;
    long now = engine.timer().nanoTime();
    this.startedAt = now - resumed.elapsed();
    this.state = resumed.next().state();
    setNextPoll(resumed.next());
    if (now - nextPollAt > 0) {
      nextPollAt = now; // the deadline passed before it was resumed
    }
  }

  Object owner() {
    return owner;
  }

  int generation() {
    return generation;
  }

  // Called under the stream's lock.

  boolean isReady() {
    return phase == Phase.READY && !left;
  }

  long nextPollAt() {
    return nextPollAt;
  }

  boolean isThrottled() {
    return throttled;
  }

  private void setNextPoll(Decision.PollAt poll) {
    nextPollAt = startedAt + poll.at();
    throttled = poll.throttled();
  }

  /**
   * The deadline by the timer; not before the next poll, so a wait that is resumed after its
   * deadline polls once.
   */
  long deadline() {
    long deadline = startedAt + WaitPlan.deadline(options);
    return deadline - nextPollAt > 0 ? deadline : nextPollAt;
  }

  /** The poll at the deadline is late, and still has its grace. */
  void lastPollIsLate(long now) {
    if (isReady() && now - deadline() > 0) {
      nextPollAt = now;
    }
  }

  /** Takes a response, which may be from just before this wait began, for the executor. */
  void receive(Response received) {
    phase = Phase.RECEIVED;
    response = received;
  }

  /** Leaves its stream, and drops a response that no thread has taken; false if it had left. */
  boolean leave(@Nullable WaitTermination end) {
    if (left) {
      return false;
    }
    termination = end;
    left = true;
    if (phase == Phase.RECEIVED) {
      response = null;
    } else if (phase == Phase.PROCESSING) {
      processed = new CountDownLatch(1);
    }
    return true;
  }

  /** Processes the response; if the executor refused, ends the wait without calling user code. */
  @Override
  public void work(@Nullable Throwable refusal) {
    Response taken = take();
    if (taken == null) {
      return;
    }
    WaitTermination end;
    try {
      end = refusal == null ? process(taken) : stopped(refusal);
    } catch (Throwable t) {
      end = stopped(t);
    }
    if (end == null && becomeReady()) {
      return;
    }
    if (end != null && stream().leave(this, end)) {
      try {
        conclude(end);
        if (refusal == null) {
          notifyEnd(end);
        }
      } finally {
        completeWith(end);
        termination = null; // lets it be collected
      }
      return;
    }
    WaitTermination other = termination; // it was ended meanwhile; null if by the caller
    if (other != null && refusal == null) {
      notifyEnd(other);
    }
    returned();
  }

  /** Claims the response for the calling thread; null if there is none, or another has it. */
  private @Nullable Response take() {
    synchronized (stream()) {
      if (phase != Phase.RECEIVED || left) {
        return null;
      }
      phase = Phase.PROCESSING;
      return response;
    }
  }

  /** A thread that had the response needs it no more. */
  private void returned() {
    CountDownLatch waitedFor = processed;
    if (waitedFor != null) {
      waitedFor.countDown();
    }
  }

  /** Returns how the wait ends; null if it goes on. */
  private @Nullable WaitTermination process(Response taken) {
    PollResult result = taken.result();
    long at = at(taken);
    if (result == null) {
      return WaitTermination.timedOut(plan(now()), state, at, "");
    }
    Instant now = engine().clock().instant();
    WaitPlan plan = plan(now);
    WaitState before = state;
    Decision decision = WaitStep.next(plan, before, result, at, now);
    WaitTermination end = decision instanceof Decision.Ended ended ? ended.end() : null;
    synchronized (stream()) { // end() reads state and time together
      state = decision.state();
      if (decision instanceof Decision.PollAt poll) {
        setNextPoll(poll);
      }
      if (!left) {
        termination = end;
      }
    }
    ListenerNotifier notifier = ListenerNotifier.of(plan, this);
    if (notifier != null) {
      notifier.notifyPoll(before, result, at, decision);
    }
    return end;
  }

  /** Goes on after a response; false if it was ended from outside meanwhile. */
  private boolean becomeReady() {
    synchronized (stream()) {
      if (left) {
        return false;
      }
      phase = Phase.READY;
      response = null;
    }
    awaitResponse();
    return true;
  }

  /** Schedules its next poll. */
  void awaitResponse() {
    try {
      stream().ready(this);
    } catch (Throwable t) {
      fail(t);
    }
  }

  private void conclude(WaitTermination end) {
    if (options.schedule() instanceof LearnedSchedule learned) {
      end.teach(learned);
    }
    ListenerNotifier.record(() -> WaitEvent.record(end));
  }

  /**
   * Ends at once, on the caller's thread, because the grace is over: by a response that waits for
   * the executor, if there is one. Runs no user code.
   */
  void giveUp() {
    Response taken = take();
    WaitTermination end;
    try {
      end = taken == null ? lastKnown() : last(taken);
    } catch (Throwable t) {
      end = stopped(t);
    }
    boolean notifies = taken != null;
    if (stream().leave(this, end)) {
      notifies |= phase != Phase.PROCESSING; // else the callback under way notifies
      try {
        conclude(end);
      } finally {
        completeWith(end);
      }
    } else {
      end = termination;
      if (end == null) {
        return; // the caller completed the future
      }
      completeWith(end);
    }
    if (notifies && !options.listeners().isEmpty()) {
      engine().executeSoon(new Ending(this, end, true)); // the executor may block this thread
    }
    if (taken != null) {
      returned();
    }
  }

  /** Returns how it ends by a response for which the executor had no thread. */
  private WaitTermination last(Response taken) {
    PollResult result = taken.result();
    long at = at(taken);
    Instant now = now();
    WaitPlan plan = plan(now);
    String heldUp = heldUp("the executor ran nothing of this wait", taken);
    return result == null
        ? WaitTermination.timedOut(plan, state, at, heldUp)
        : WaitStep.last(plan, state, result, at, now, elapsed(), heldUp);
  }

  /** Returns how it ends while a callback or its poll is under way. */
  private WaitTermination lastKnown() {
    Response processing;
    synchronized (stream()) {
      if (termination != null) {
        return termination;
      }
      processing = phase == Phase.PROCESSING ? response : null;
    }
    String why =
        processing == null ? "" : heldUp("a callback of this wait has not returned", processing);
    return WaitTermination.timedOut(plan(now()), state, elapsed(), why);
  }

  private String heldUp(String how, Response since) {
    return String.format(Locale.ROOT, "%s for %.1f s", how, (elapsed() - at(since)) / 1e9);
  }

  /** It cannot go on; without a failure, because the engine is closed. */
  void fail(@Nullable Throwable failure) {
    end(problem(), failure, false);
  }

  /**
   * Ends the wait from outside. Its future is completed on the executor.
   *
   * @param soon on the timer's thread, because the executor may block this one
   * @return the callbacks of this wait that have not returned; none if it had ended
   */
  List<CountDownLatch> end(String problem, @Nullable Throwable cause, boolean soon) {
    WaitPlan plan = plan(now());
    WaitTermination end;
    synchronized (stream()) {
      end = WaitTermination.stopped(plan, state, elapsed(), nextPollAt - startedAt, problem, cause);
    }
    if (!stream().leave(this, end)) {
      return List.of();
    }
    ListenerNotifier.record(() -> WaitEvent.record(end));
    CountDownLatch underWay = processed;
    Ending ending = new Ending(this, end, underWay == null);
    if (soon) {
      engine().executeSoon(ending);
    } else {
      engine().execute(ending);
    }
    return underWay == null ? List.of(ending.returned) : List.of(underWay, ending.returned);
  }

  /** Completes the future of a wait that was not ended by its own callback. */
  static final class Ending implements Engine.Callback {
    final CountDownLatch returned = new CountDownLatch(1);
    private final Wait<?> wait;
    private final WaitTermination end;
    private final boolean notifies;

    Ending(Wait<?> wait, WaitTermination end, boolean notifies) {
      this.wait = wait;
      this.end = end;
      this.notifies = notifies;
    }

    Object owner() {
      return wait.owner;
    }

    @Override
    public Engine engine() {
      return wait.engine();
    }

    @Override
    public void work(@Nullable Throwable refusal) {
      try {
        if (notifies && refusal == null) {
          wait.notifyEnd(end);
        }
        wait.completeWith(end);
      } finally {
        engine().forget(this);
        returned.countDown();
      }
    }
  }

  private WaitTermination stopped(Throwable cause) {
    return WaitTermination.stopped(plan(now()), state, elapsed(), 0, problem(), cause);
  }

  private String problem() {
    return engine().isClosed() ? Engine.CLOSED : "it could not go on";
  }

  /** Not kept, because of the memory of a hundred thousand waits, and because clocks are set. */
  private WaitPlan plan(Instant now) {
    return WaitPlan.of(ref, options, origin, now, elapsed());
  }

  private Instant now() {
    try {
      return engine().clock().instant();
    } catch (Throwable ofClock) { // the caller's clock; the wait must end all the same
      return Instant.now();
    }
  }

  private void notifyEnd(WaitTermination end) {
    ListenerNotifier notifier = ListenerNotifier.of(end.plan(), this);
    if (notifier != null) {
      notifier.notifyEnd(end);
    }
  }

  private void completeWith(WaitTermination end) {
    T value;
    try {
      value = toResult.apply(end);
    } catch (Throwable t) {
      failWith(t);
      return;
    }
    succeed(value);
  }

  /** Whether no listener has thrown before. */
  boolean isFirstListenerFailure() {
    boolean first = !listenerFailed;
    listenerFailed = true;
    return first;
  }

  /** When a blocked caller must return, by the timer. */
  long giveUpAt() {
    long now = engine().timer().nanoTime();
    long deadline = deadline();
    return (deadline - now > 0 ? deadline : now) + engine().grace();
  }

  private long elapsed() {
    return engine().timer().nanoTime() - startedAt;
  }

  /** When a response came; one from just before this wait began counts as its first. */
  private long at(Response received) {
    return Math.max(0, received.arrived() - startedAt);
  }

  @Override
  public Engine engine() {
    return stream().engine();
  }

  private PollStream stream() {
    return requireNonNull(stream, "the wait has not begun");
  }

  @Override
  protected void stop() {
    stream().leave(this, null);
  }
}
