package io.github.cloudjobs.engine;

import io.github.cloudjobs.step.PollResult;
import io.github.cloudjobs.step.WaitPlan;
import io.github.cloudjobs.step.WaitState;
import io.github.cloudjobs.step.WaitStep;
import io.github.cloudjobs.step.WaitStep.Decision;
import io.github.cloudjobs.step.WaitTermination;
import io.github.cloudjobs.wait.LearnedSchedule;
import java.util.List;
import java.util.Locale;
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
  private final Function<WaitTermination, T> reading;
  private final Object owner;
  private final int mark;
  private final long began;
  private volatile WaitState state;
  private volatile @Nullable PollStream stream;
  private volatile @Nullable News news; // of its last poll, until the next is wanted
  private boolean complained; // confined like the state

  // The stream's, and guarded by it.
  int place = -1; // in its queue
  long wish; // when the next poll is wanted, by the timer
  boolean wishesAgain; // the service refused it, so it goes to the front
  boolean busy; // with an answer: then it wishes for nothing
  volatile boolean left; // it is in the list no more
  @Nullable WaitTermination known; // how it ends, once that is decided; null if its future says

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
      Function<WaitTermination, T> reading) {
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

  /** When a thread that waits for it must be back, by the timer. */
  long giveUpAt() {
    long now = engine().timer().nanoTime();
    long deadline = deadline();
    return (deadline - now > 0 ? deadline : now) + engine().grace();
  }

  /**
   * When its time is over, by the timer: after its next poll, so if it is resumed after its
   * deadline, when it was resumed.
   */
  long deadline() {
    long deadline = began + plan.deadline();
    return deadline - wish > 0 ? deadline : wish;
  }

  /**
   * An answer came, at that time by the timer, which may be just before it began to wait: digests
   * it where user code may run.
   */
  void hear(PollResult answer, long arrived) {
    hear(new News(answer, null, Math.max(0, arrived - began)));
  }

  /** Its time is over, at that time by the timer, and there was no place for its poll. */
  void hearOfNoPoll(long now) {
    hear(new News(null, null, now - began));
  }

  /** The poll could not even be sent. */
  void hearOfCrash(Throwable crash) {
    hear(new News(null, crash, elapsed()));
  }

  private void hear(News its) {
    news = its;
    its.submit();
  }

  /** The next poll cannot be made. */
  void endBecause(Throwable failure) {
    end(problem(), failure);
  }

  /**
   * What became of a poll, from when it is given to the executor until it has been processed: by
   * one of the executor's threads, or by the thread that waits for this wait and takes it away.
   */
  private final class News extends Callback {
    private final @Nullable PollResult answer; // null if there was no poll
    private final @Nullable Throwable crash; // why it was not sent
    private final long at;
    private boolean taken; // guarded by this

    News(@Nullable PollResult answer, @Nullable Throwable crash, long at) {
      super(engine());
      this.answer = answer;
      this.crash = crash;
      this.at = at;
    }

    /** Makes the calling thread the one that processes it; false if there is one already. */
    synchronized boolean take() {
      boolean first = !taken;
      taken = true;
      return first;
    }

    /** How the wait ends by it, if no poll can follow. */
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
        digest(this);
      }
    }

    /** Nobody runs user code any more: the wait ends right here, and the listener is not told. */
    @Override
    void refused(Throwable refusal) {
      WaitTermination end = stopped(problem(), refusal);
      if (stream().leave(Wait.this, end)) {
        record(end);
        Wait.this.complete(end);
      }
    }
  }

  private void digest(News its) {
    WaitTermination end = null;
    try {
      if (!left) {
        end = its.answer == null ? its.last("") : decide(its.answer, its.at);
      }
    } catch (Throwable t) {
      end = stopped(problem(), t);
    }
    news = null; // whoever keeps its future does not keep the last answer
    if (end != null) {
      finish(end);
    } else if (!stream().goOn(this)) {
      tellOfStop();
    }
  }

  /** Returns how the wait ends; null if it goes on. */
  private @Nullable WaitTermination decide(PollResult answer, long at) {
    WaitPlan today = today();
    WaitState before = state;
    Decision decision = WaitStep.next(today, before, answer, at, engine().clock().instant());
    WaitTermination end;
    synchronized (stream()) { // so that whoever ends it meanwhile sees both
      state = decision.state();
      if (decision instanceof Decision.PollAt poll) {
        wishFor(poll);
      }
      end = decision instanceof Decision.Ended ended ? ended.end() : null;
      if (!left) {
        known = end;
      }
    }
    Narrator narrator = Narrator.of(today, this);
    if (narrator != null) {
      narrator.tell(before, answer, at, decision);
    }
    return end;
  }

  private WaitTermination stopped(String problem, @Nullable Throwable cause) {
    return WaitTermination.stopped(today(), state, elapsed(), problem, cause);
  }

  /** The plan by the wall clock as it is now: it may have been set since the wait began. */
  private WaitPlan today() {
    try {
      return plan.today(engine().clock().instant(), elapsed());
    } catch (Throwable ofTheClock) { // it is the caller's, and the wait has to end
      return plan;
    }
  }

  private String problem() {
    return engine().isClosed() ? Engine.CLOSED : "it could not go on";
  }

  /** Ends by itself, unless it was stopped meanwhile. */
  private void finish(WaitTermination end) {
    if (!stream().leave(this, end)) {
      tellOfStop();
      return;
    }
    try {
      conclude(end);
      tellOf(end);
    } finally {
      complete(end);
      known = null; // nobody needs it any more
    }
  }

  private void conclude(WaitTermination end) {
    if (plan.options().schedule() instanceof LearnedSchedule learned) {
      end.teach(learned);
    }
    record(end);
  }

  /**
   * The thread that waits for it has waited long enough: ends here and now, whatever the executor
   * does, by the answer that waits for the executor if there is one. No user code runs here.
   */
  void giveUp() {
    News its = news;
    boolean taken = false;
    WaitTermination end;
    try {
      if (its != null && its.take()) {
        taken = true;
        end = its.last(heldUp("the executor ran nothing of this wait", its));
      } else {
        end = lastKnown(its);
      }
    } catch (Throwable t) {
      end = stopped(problem(), t);
    }
    if (!stream().leave(this, end)) {
      WaitTermination other = known;
      if (other != null) { // else its future is completed by someone who knows nothing of it
        complete(other);
      }
      return;
    }
    try {
      conclude(end);
    } finally {
      complete(end);
    }
    if (taken || !busy) { // else the listener is told by the callback that is under way
      tellSoon(end);
    }
  }

  /** How it ends while a callback is under way, or its poll. */
  private WaitTermination lastKnown(@Nullable News its) {
    WaitTermination decided;
    boolean running;
    synchronized (stream()) {
      decided = known;
      running = busy;
    }
    if (decided != null) {
      return decided;
    }
    String why =
        running && its != null ? heldUp("a callback of this wait has not returned", its) : "";
    return WaitTermination.timedOut(today(), state, elapsed(), why);
  }

  private String heldUp(String how, News its) {
    return String.format(Locale.ROOT, "%s for %.1f s", how, (elapsed() - its.at) / 1e9);
  }

  /** Notifies the listener by way of the timer's thread, as giving a task away may block too. */
  private void tellSoon(WaitTermination end) {
    Alarm now =
        new Alarm() {
          @Override
          protected void ring() {
            new Ending(end, true, false).submit();
          }
        };
    engine().timer().arm(now, engine().timer().nanoTime());
  }

  /** Reports an end: to the listener, to the future, or to both. */
  private final class Ending extends Callback {
    private final WaitTermination end;
    private final boolean tells;
    private final boolean completes;

    Ending(WaitTermination end, boolean tells, boolean completes) {
      super(engine());
      this.end = end;
      this.tells = tells;
      this.completes = completes;
    }

    @Override
    void work() {
      if (tells) {
        tellOf(end);
      }
      if (completes) {
        Wait.this.complete(end);
      }
    }

    @Override
    void refused(Throwable refusal) {
      if (completes) {
        Wait.this.complete(end);
      }
    }
  }

  /**
   * Ends from outside: stops at once, and completes where completions belong.
   *
   * @return the callbacks of this wait that have yet to run or to return; none if it had ended
   */
  List<Callback> end(String problem, @Nullable Throwable cause) {
    WaitPlan today = today();
    WaitTermination end;
    synchronized (stream()) {
      end = WaitTermination.cutShort(today, state, elapsed(), wish - began, problem, cause);
    }
    if (!stream().leave(this, end)) {
      return List.of();
    }
    record(end);
    boolean digesting = busy; // then the listener is told when it has returned
    News its = digesting ? news : null;
    Callback ending = new Ending(end, !digesting, true);
    ending.submit();
    return its == null ? List.of(ending) : List.of(its, ending);
  }

  private void tellOfStop() {
    WaitTermination end = known;
    if (end != null) { // else whoever stopped it knows
      tellOf(end);
    }
  }

  /** Without a flight recorder the event's class is not even loaded: that takes long. */
  private static void record(WaitTermination end) {
    try {
      if (FlightRecorder.isInitialized()) {
        WaitEvent.record(end);
      }
    } catch (Throwable t) {
      Narrator.complain("the end of a wait could not be recorded", t);
    }
  }

  private void tellOf(WaitTermination end) {
    Narrator narrator = Narrator.of(plan, this);
    if (narrator != null) {
      narrator.end(end);
    }
  }

  private void complete(WaitTermination end) {
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
  protected void stop() {
    stream().leave(this, null);
  }
}
