package io.github.cloudjobs.engine;

import io.github.cloudjobs.step.Decision;
import io.github.cloudjobs.step.PollAnswer;
import io.github.cloudjobs.step.PollReport;
import io.github.cloudjobs.step.WaitEnd;
import io.github.cloudjobs.step.WaitPlan;
import io.github.cloudjobs.step.WaitState;
import io.github.cloudjobs.step.WaitStep;
import io.github.cloudjobs.wait.LearnedSchedule;
import java.util.function.Function;
import jdk.jfr.FlightRecorder;
import org.jspecify.annotations.Nullable;

/**
 * One wait of one caller, who holds it as a future. It takes part in the {@link PollStream} of its
 * job: it wishes for a poll, hears the answer, digests it, and wishes for the next. At any moment
 * just one of these is going on, each begun by the one before, so what it knows needs no lock; only
 * stopping comes from outside. Whatever any of them throws completes the future.
 */
final class Wait<T> extends StoppableFuture<T> {
  private final WaitPlan plan;
  private final Function<WaitEnd, T> reading;
  private final Object owner;
  private final int mark;
  private final long began;
  private volatile WaitState state;
  private volatile @Nullable PollStream stream;
  private boolean complained; // confined like the state

  // The stream's, and guarded by it.
  @Nullable Wait<?> next; // in its list
  long wish; // when the next poll is wanted, by the timer
  boolean wishesAgain; // the service refused it, so it goes to the front
  boolean busy; // with an answer: then it wishes for nothing
  volatile boolean left; // it is in the list no more
  @Nullable WaitEnd stopped; // how, if it was made to leave

  /**
   * Creates a wait.
   *
   * @param elapsed how long it has lasted already, if it goes on where another left off
   */
  Wait(
      Engine engine,
      Object owner,
      int mark,
      WaitPlan plan,
      Decision.PollAt first,
      long elapsed,
      Function<WaitEnd, T> reading) {
    this.owner = owner;
    this.mark = mark;
    this.plan = plan;
    this.reading = reading;
    long now = engine.timer().nanoTime();
    this.began = now - elapsed;
    this.state = first.state();
    wishFor(first);
    if (now - wish > 0) {
      wish = now; // its deadline passed while nobody waited
    }
  }

  void wishFor(Decision.PollAt poll) {
    wish = began + poll.at();
    wishesAgain = poll.throttled();
  }

  void joined(PollStream its) {
    stream = its;
  }

  Object owner() {
    return owner;
  }

  int mark() {
    return mark;
  }

  /** When its time is over, by the timer. */
  long deadline() {
    return began + plan.deadline();
  }

  /**
   * An answer came, at that time by the timer, which may be just before it began to wait: digests
   * it where user code may run.
   */
  void hear(PollAnswer answer, long arrived) {
    engine().execute(() -> digest(answer, Math.max(0, arrived - began)), this::refuse);
  }

  /** Its time is over, at that time by the timer, and there was no place for its poll. */
  void hearOfNoPoll(long now) {
    engine().execute(() -> timeOut(now - began), this::refuse);
  }

  private void timeOut(long at) {
    WaitEnd end;
    try {
      end = WaitEnd.timedOut(today(), state, at);
    } catch (Throwable t) {
      fail(t);
      return;
    }
    finish(end);
  }

  /** The poll could not even be sent. */
  void hearOfCrash(Throwable crash) {
    engine().execute(() -> fail(crash), this::refuse);
  }

  /** The next poll cannot be made. */
  void endBecause(Throwable failure) {
    end(problem(), failure);
  }

  private void digest(PollAnswer answer, long at) {
    Decision decision;
    try {
      if (left) {
        tellOfStop();
        return;
      }
      decision = decide(answer, at);
    } catch (Throwable t) {
      fail(t);
      return;
    }
    if (decision instanceof Decision.Ended ended) {
      finish(ended.end());
    } else if (!stream().goOn(this)) {
      tellOfStop();
    }
  }

  private Decision decide(PollAnswer answer, long at) {
    WaitPlan today = today();
    PollReport report = answer.report(at, engine().clock().instant());
    WaitState before = state;
    Decision decision = WaitStep.next(today, before, report);
    synchronized (stream()) { // so that whoever ends it meanwhile sees both
      state = decision.state();
      if (decision instanceof Decision.PollAt poll) {
        wishFor(poll);
      }
    }
    Narrator narrator = Narrator.of(today, this);
    if (narrator != null) {
      narrator.tell(before, report, decision);
    }
    return decision;
  }

  private void fail(Throwable t) {
    finish(stopped(problem(), t));
  }

  /** Nobody runs user code any more: ends right here, and the listener is not told. */
  private void refuse(Throwable refused) {
    WaitEnd end = stopped(problem(), refused);
    if (stream().leave(this, null)) {
      record(end);
      complete(end);
    }
  }

  private WaitEnd stopped(String problem, @Nullable Throwable cause) {
    return WaitEnd.stopped(today(), state, elapsed(), problem, cause);
  }

  /** The plan by the wall clock as it is now: it may have been set since the wait began. */
  private WaitPlan today() {
    try {
      return plan.today(engine().clock().instant(), elapsed(), engine().timer().scale());
    } catch (Throwable ofTheClock) { // it is the caller's, and the wait has to end
      return plan;
    }
  }

  private String problem() {
    return engine().isClosed() ? Engine.CLOSED : "it could not go on";
  }

  /** Ends by itself, unless it was stopped meanwhile. */
  private void finish(WaitEnd end) {
    if (!stream().leave(this, null)) {
      tellOfStop();
      return;
    }
    try {
      if (plan.options().schedule() instanceof LearnedSchedule learned) {
        end.teach(learned);
      }
      record(end);
      tellOf(end);
    } finally {
      complete(end);
    }
  }

  /** Ends from outside: stops at once, and completes where completions belong. */
  void end(String problem, @Nullable Throwable cause) {
    WaitPlan today = today();
    WaitEnd end;
    synchronized (stream()) {
      end = WaitEnd.cutShort(today, state, elapsed(), wish - began, problem, cause);
    }
    if (!stream().leave(this, end)) {
      return;
    }
    record(end);
    boolean digesting = busy; // then the listener is told when it has returned
    engine()
        .execute(
            () -> {
              if (!digesting) {
                tellOf(end);
              }
              complete(end);
            },
            refused -> complete(end));
  }

  private void tellOfStop() {
    if (stopped != null) { // else whoever stopped it knows
      tellOf(stopped);
    }
  }

  /** Without a flight recorder the event's class is not even loaded: that takes long. */
  private static void record(WaitEnd end) {
    try {
      if (FlightRecorder.isInitialized()) {
        WaitEvent.record(end);
      }
    } catch (Throwable t) {
      Narrator.complain("the end of a wait could not be recorded", t);
    }
  }

  private void tellOf(WaitEnd end) {
    Narrator narrator = Narrator.of(plan, this);
    if (narrator != null) {
      narrator.end(end);
    }
  }

  private void complete(WaitEnd end) {
    T value;
    try {
      value = reading.apply(end);
    } catch (Throwable t) {
      finishExceptionally(t);
      return;
    }
    finish(value);
  }

  /** Whether this is the first time that its listener throws. */
  boolean isFirstComplaint() {
    boolean first = !complained;
    complained = true;
    return first;
  }

  private long elapsed() {
    return engine().timer().nanoTime() - began;
  }

  private Engine engine() {
    return stream().engine();
  }

  private PollStream stream() {
    PollStream its = stream;
    if (its == null) {
      throw new IllegalStateException("it has not begun");
    }
    return its;
  }

  @Override
  void stop() {
    stream().leave(this, null);
  }
}
