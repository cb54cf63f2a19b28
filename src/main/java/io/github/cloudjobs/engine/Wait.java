package io.github.cloudjobs.engine;

import static java.util.Objects.requireNonNull;

import io.github.cloudjobs.step.PollResult;
import io.github.cloudjobs.step.WaitPlan;
import io.github.cloudjobs.step.WaitState;
import io.github.cloudjobs.step.WaitStep;
import io.github.cloudjobs.step.WaitStep.Decision;
import io.github.cloudjobs.step.WaitTermination;
import io.github.cloudjobs.wait.LearnedSchedule;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Function;
import jdk.jfr.FlightRecorder;
import org.jspecify.annotations.Nullable;

/**
 * One wait, which is the caller's future. It takes part in the {@link PollStream} of its job, which
 * passes it the responses. Each response is processed in a callback on the executor, one at a time,
 * and sets the time of the next poll; so the state needs no lock. Any exception completes the
 * future.
 */
final class Wait<T> extends StoppableFuture<T> {
  private final WaitPlan plan;
  private final Function<WaitTermination, T> toResult;
  private final Object owner;
  private final int generation;
  private final long startedAt;
  private volatile WaitState state;
  private volatile @Nullable PollStream stream;
  private volatile @Nullable PollCallback current; // for its last poll, until it is processed
  private boolean listenerFailed; // confined to callbacks

  // Fields of the stream, guarded by it.
  int index = -1; // in its queue
  long nextPollAt; // by the timer
  boolean throttled; // the service refused the last poll, so the next goes to the front
  boolean processing; // a response
  volatile boolean left; // it has ended
  @Nullable WaitTermination termination; // once decided; null if the caller completed the future

  /**
   * Creates a wait.
   *
   * @param elapsed how long it has lasted already, if it is resumed
   */
  Wait(
      Engine engine,
      Object owner,
      int generation,
      WaitPlan plan,
      Decision.PollAt first,
      long elapsed,
      Function<WaitTermination, T> toResult) {
    this.owner = owner;
    this.generation = generation;
    this.plan = plan;
    this.toResult = toResult;
    long now = engine.timer().nanoTime();
    this.startedAt = now - elapsed;
    this.state = first.state();
    setNextPoll(first);
    if (now - nextPollAt > 0) {
      nextPollAt = now; // the deadline passed before it was resumed
    }
  }

  void setNextPoll(Decision.PollAt poll) {
    nextPollAt = startedAt + poll.at();
    throttled = poll.throttled();
  }

  void joined(PollStream joined) {
    stream = joined;
  }

  Object owner() {
    return owner;
  }

  int generation() {
    return generation;
  }

  /** When a blocked caller must return, by the timer. */
  long giveUpAt() {
    long now = engine().timer().nanoTime();
    long deadline = deadline();
    return (deadline - now > 0 ? deadline : now) + engine().grace();
  }

  /**
   * The deadline by the timer; not before the next poll, so a wait that is resumed after its
   * deadline polls once.
   */
  long deadline() {
    long deadline = startedAt + plan.deadline();
    return deadline - nextPollAt > 0 ? deadline : nextPollAt;
  }

  /**
   * A poll returned at this time, which may be just before this wait began. Called, like the next
   * two, under the stream's lock: a wait that is processing has its callback from the start.
   *
   * @return to be submitted without the lock
   */
  Callback onResponse(PollResult answer, long arrived) {
    return receive(new PollCallback(answer, null, Math.max(0, arrived - startedAt)));
  }

  /** The grace of the last poll is over, and it was never sent. */
  Callback onNoPoll(long now) {
    return receive(new PollCallback(null, null, now - startedAt));
  }

  /** The poll could not be sent. */
  Callback onCrash(Throwable crash) {
    return receive(new PollCallback(null, crash, elapsed()));
  }

  private Callback receive(PollCallback callback) {
    current = callback;
    return callback;
  }

  /** Lets the response be collected. Called when it has been processed, and by whoever ended it. */
  void forgetResponse() {
    current = null;
  }

  /** The next poll cannot be scheduled. */
  void fail(Throwable failure) {
    end(problem(), failure);
  }

  /**
   * Processes the result of a poll: on a thread of the executor, or on the caller's own at the end
   * of the grace.
   */
  private final class PollCallback extends Callback {
    private final @Nullable PollResult answer; // null if there was no poll
    private final @Nullable Throwable crash; // why it could not be sent
    private final long at;
    private boolean taken; // guarded by this

    PollCallback(@Nullable PollResult answer, @Nullable Throwable crash, long at) {
      super(engine());
      this.answer = answer;
      this.crash = crash;
      this.at = at;
    }

    /** Claims the processing for the calling thread; false if another thread has it. */
    synchronized boolean take() {
      boolean first = !taken;
      taken = true;
      return first;
    }

    /** Returns how the wait ends if no poll can follow. */
    WaitTermination last(String heldUp) {
      if (crash != null) {
        return stopped(problem(), crash);
      }
      WaitPlan today = today();
      if (answer == null) {
        return WaitTermination.timedOut(today, state, at, heldUp);
      }
      return WaitStep.last(today, state, answer, at, engine().clock().instant(), elapsed(), heldUp);
    }

    @Override
    void work() {
      if (take()) {
        process(this);
      }
    }

    /** Ends the wait here, without notifying listeners: there is no thread for user code. */
    @Override
    void refused(Throwable refusal) {
      WaitTermination end = stopped(problem(), refusal);
      if (stream().leave(Wait.this, end)) {
        forgetResponse();
        record(end);
        Wait.this.completeWith(end);
      }
    }
  }

  private void process(PollCallback callback) {
    WaitTermination end = null;
    try {
      if (!left) {
        end = callback.answer == null ? callback.last("") : decide(callback.answer, callback.at);
      }
    } catch (Throwable t) {
      end = stopped(problem(), t);
    }
    if (end != null) {
      terminate(end);
    } else if (!stream().processed(this)) {
      notifyStopped();
    }
  }

  /** Returns how the wait ends; null if it goes on. */
  private @Nullable WaitTermination decide(PollResult answer, long at) {
    WaitPlan today = today();
    WaitState before = state;
    Decision decision = WaitStep.next(today, before, answer, at, engine().clock().instant());
    WaitTermination end;
    synchronized (stream()) { // end() reads state and time together
      state = decision.state();
      if (decision instanceof Decision.PollAt poll) {
        setNextPoll(poll);
      }
      end = decision instanceof Decision.Ended ended ? ended.end() : null;
      if (!left) {
        termination = end;
      }
    }
    ListenerNotifier notifier = ListenerNotifier.of(today, this);
    if (notifier != null) {
      notifier.notifyPoll(before, answer, at, decision);
    }
    return end;
  }

  private WaitTermination stopped(String problem, @Nullable Throwable cause) {
    return WaitTermination.stopped(today(), state, elapsed(), problem, cause);
  }

  /** The plan by the current wall clock, which may have been set since the wait began. */
  private WaitPlan today() {
    try {
      return plan.today(engine().clock().instant(), elapsed());
    } catch (Throwable ofClock) { // the caller's clock; the wait must end all the same
      return plan;
    }
  }

  private String problem() {
    return engine().isClosed() ? Engine.CLOSED : "it could not go on";
  }

  /** Ends in a callback, unless it was ended from outside meanwhile. */
  private void terminate(WaitTermination end) {
    if (!stream().leave(this, end)) {
      notifyStopped();
      return;
    }
    forgetResponse();
    try {
      conclude(end);
      notifyEnd(end);
    } finally {
      completeWith(end);
      termination = null; // lets it be collected
    }
  }

  private void conclude(WaitTermination end) {
    if (plan.options().schedule() instanceof LearnedSchedule learned) {
      end.teach(learned);
    }
    record(end);
  }

  /**
   * Ends at once, on the caller's thread, because the grace is over: by a response that waits for
   * the executor, if there is one. Runs no user code.
   */
  void giveUp() {
    PollCallback callback = current;
    boolean taken = false;
    WaitTermination end;
    try {
      if (callback != null && callback.take()) {
        taken = true;
        end = callback.last(heldUp("the executor ran nothing of this wait", callback));
      } else {
        end = lastKnown(callback);
      }
    } catch (Throwable t) {
      end = stopped(problem(), t);
    }
    if (!stream().leave(this, end)) {
      WaitTermination other = termination;
      if (other != null) { // else the caller completed the future
        completeWith(other);
        if (taken) { // whoever ended it left the listeners to the callback
          notifyEndSoon(other);
        }
      }
      return;
    }
    forgetResponse();
    try {
      conclude(end);
    } finally {
      completeWith(end);
    }
    if (taken || !processing) { // else the callback under way notifies the listeners
      notifyEndSoon(end);
    }
  }

  /** Returns how it ends while a callback or its poll is under way. */
  private WaitTermination lastKnown(@Nullable PollCallback callback) {
    WaitTermination decided;
    boolean running;
    synchronized (stream()) {
      decided = termination;
      running = processing;
    }
    if (decided != null) {
      return decided;
    }
    String why =
        running && callback != null
            ? heldUp("a callback of this wait has not returned", callback)
            : "";
    return WaitTermination.timedOut(today(), state, elapsed(), why);
  }

  private String heldUp(String how, PollCallback callback) {
    return String.format(Locale.ROOT, "%s for %.1f s", how, (elapsed() - callback.at) / 1e9);
  }

  /** Notifies the listeners by way of the timer's thread, since executors may block too. */
  private void notifyEndSoon(WaitTermination end) {
    if (plan.options().listeners().isEmpty()) {
      return;
    }
    engine().submitSoon(new Ending(end, true, false), owner);
  }

  /** Notifies the listeners of the end, completes the future, or both. */
  private final class Ending extends Callback {
    private final WaitTermination end;
    private final boolean notifies;
    private final boolean completes;

    Ending(WaitTermination end, boolean notifies, boolean completes) {
      super(engine());
      this.end = end;
      this.notifies = notifies;
      this.completes = completes;
    }

    @Override
    void work() {
      try {
        if (notifies) {
          notifyEnd(end);
        }
        if (completes) {
          Wait.this.completeWith(end);
        }
      } finally {
        engine().forgetPostponed(this);
      }
    }

    @Override
    void refused(Throwable refusal) {
      engine().forgetPostponed(this);
      if (completes) {
        Wait.this.completeWith(end);
      }
    }
  }

  /**
   * Ends the wait from outside. Its future is completed on the executor.
   *
   * @return the callbacks of this wait that are still to run or to return; none if it had ended
   */
  List<Callback> end(String problem, @Nullable Throwable cause) {
    return end(problem, cause, Callback::submit);
  }

  /** Ends the wait from outside, on a thread that the executor must not block. */
  void endSoon(String problem) {
    end(problem, null, ending -> engine().submitSoon(ending, owner));
  }

  private List<Callback> end(
      String problem, @Nullable Throwable cause, Consumer<Callback> submission) {
    WaitPlan today = today();
    WaitTermination end;
    synchronized (stream()) {
      end =
          WaitTermination.cutShort(today, state, elapsed(), nextPollAt - startedAt, problem, cause);
    }
    if (!stream().leave(this, end)) {
      return List.of();
    }
    record(end);
    boolean inCallback = processing; // then that callback notifies the listeners
    PollCallback callback = inCallback ? current : null;
    forgetResponse();
    Callback ending = new Ending(end, !inCallback, true);
    submission.accept(ending);
    return callback == null ? List.of(ending) : List.of(callback, ending);
  }

  private void notifyStopped() {
    WaitTermination end = termination;
    if (end != null) { // else the caller completed the future
      notifyEnd(end);
    }
  }

  /** Does not load the event's class without a flight recorder: loading it takes long. */
  private static void record(WaitTermination end) {
    try {
      if (FlightRecorder.isInitialized()) {
        WaitEvent.record(end);
      }
    } catch (Throwable t) {
      ListenerNotifier.logWarning("the end of a wait could not be recorded", t);
    }
  }

  private void notifyEnd(WaitTermination end) {
    ListenerNotifier notifier = ListenerNotifier.of(plan, this);
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

  private long elapsed() {
    return engine().timer().nanoTime() - startedAt;
  }

  private Engine engine() {
    return stream().engine();
  }

  private PollStream stream() {
    return requireNonNull(stream, "the wait has not begun");
  }

  @Override
  protected void stop() {
    if (stream().leave(this, null)) {
      forgetResponse();
    }
  }
}
