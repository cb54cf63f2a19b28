package io.github.cloudjobs.engine;

import io.github.cloudjobs.engine.PollSource.Handle;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.PollAnswer;
import io.github.cloudjobs.step.WaitEnd;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The polls of one job, for everyone who waits for it. It polls when the first of its waits wishes,
 * and gives the answer to all that are not busy with the one before. While it pauses its alarm
 * stands at the next wish; while a poll waits for its turn or is under way, at the first deadline.
 * It ends when the last wait has left. Equal if it polls the same job of an equal source.
 */
final class PollStream extends Alarm implements Launch {
  private enum Phase {
    /** Until the next wish. */
    PAUSED,
    /** The poll waits for its turn. */
    QUEUED,
    /** It waits ahead of all others, for a deadline has come. */
    HURRIED,
    /** The poll is under way. */
    FLYING,
    /** The last wait has left. */
    ENDED
  }

  private final PollSource source;
  private final JobRef job;
  private final Lane lane;

  // Guarded by this.
  private volatile Phase phase = Phase.PAUSED;
  private @Nullable Wait<?> first; // of those that wait
  private @Nullable Flight flight; // the poll under way
  private long since; // when the poll was queued, or hurried

  PollStream(PollSource source, JobRef job, Lane lane) {
    this.source = source;
    this.job = job;
    this.lane = lane;
  }

  /** Takes a wait in; false if this has ended. */
  synchronized boolean join(Wait<?> wait) {
    if (phase == Phase.ENDED) {
      return false;
    }
    wait.joined(this);
    wait.next = first;
    first = wait;
    return true;
  }

  /**
   * Lets a wait go, and ends with the last.
   *
   * @param end how it ends; null if its future says
   * @return false if it had left before
   */
  boolean leave(Wait<?> wait, @Nullable WaitEnd end) {
    Flight vain = null;
    synchronized (this) {
      if (wait.left) {
        return false;
      }
      wait.known = end; // before it is said that there is an end
      wait.left = true;
      unlink(wait);
      if (first != null) {
        return true;
      }
      phase = Phase.ENDED;
      vain = flight;
      flight = null;
    }
    engine().forget(this);
    engine().timer().disarm(this);
    engine().gate().leave(lane);
    if (vain != null) {
      vain.abandon();
    }
    return true;
  }

  private void unlink(Wait<?> wait) {
    if (first == wait) {
      first = wait.next;
    } else {
      for (Wait<?> each = first; each != null; each = each.next) {
        if (each.next == wait) {
          each.next = wait.next;
        }
      }
    }
    wait.next = null; // whoever keeps its future keeps no others
  }

  /** A wait has digested its answer, and wishes for another; false if it has left meanwhile. */
  boolean goOn(Wait<?> wait) {
    synchronized (this) {
      if (wait.left) {
        return false;
      }
      wait.busy = false;
    }
    proceed();
    return true;
  }

  @Override
  protected void ring() {
    proceed();
  }

  /** Does what is due; if that fails, so do the waits. */
  void proceed() {
    engine().timer().hold();
    try {
      doWhatIsDue();
    } catch (Throwable t) {
      waits().forEach(wait -> wait.endBecause(t));
    } finally {
      engine().timer().release();
    }
  }

  private void doWhatIsDue() {
    boolean submits = false;
    boolean hurries = false;
    boolean again = false;
    List<Wait<?>> late = List.of();
    boolean unsent;
    Flight vain = null;
    long now = engine().timer().nanoTime();
    synchronized (this) {
      if (phase == Phase.PAUSED) {
        Wait<?> eager = mostEager();
        if (eager == null) {
          return; // all are busy
        }
        if (eager.wish - now > 0) {
          engine().timer().arm(this, eager.wish);
          return;
        }
        phase = Phase.QUEUED;
        since = now;
        again = eager.wishesAgain;
        submits = true;
      }
      if (phase == Phase.QUEUED && anyReady(wait -> now - wait.deadline() >= 0)) {
        phase = Phase.HURRIED;
        since = now; // a timer that is late leaves the last poll its grace
        hurries = true;
      }
      unsent = isWanted();
      if (phase != Phase.ENDED) {
        late = takeReady(wait -> now - patience(wait) >= 0);
        if (!anyReady(wait -> true)) {
          phase = Phase.PAUSED;
          vain = flight;
          flight = null;
        } else {
          armGuard();
        }
      }
    }
    if (hurries) {
      engine().gate().submitUrgent(lane, this);
    } else if (submits) {
      engine().gate().submit(lane, this, again);
    }
    if (vain != null) {
      vain.abandon();
    }
    for (Wait<?> wait : late) {
      if (unsent) {
        wait.hearOfNoPoll(now);
      } else {
        wait.hear(noAnswer(), now);
      }
    }
  }

  Engine engine() {
    return lane.engine();
  }

  Lane lane() {
    return lane;
  }

  /** Starts a poll of the job; see {@link PollSource#poll}. */
  Handle poll(int mark, Consumer<PollAnswer> sink) {
    return source.poll(job, mark, sink);
  }

  /** Returns why its waits end, by {@link Engine#endBefore}; null if they go on. */
  @Nullable Throwable causeOf(BiFunction<PollSource, JobRef, @Nullable Throwable> causes) {
    return causes.apply(source, job);
  }

  private static PollAnswer noAnswer() {
    JobsTransportException lost =
        new JobsTransportException("no answer by the deadline; the poll was cancelled", null);
    return new PollAnswer(null, lost, null, null);
  }

  /** Until when a wait waits for the poll that is queued or under way. */
  private long patience(Wait<?> wait) {
    return later(later(wait.deadline(), since), wait.wish) + engine().grace();
  }

  private static long later(long one, long other) {
    return one - other > 0 ? one : other;
  }

  private @Nullable Wait<?> mostEager() {
    Wait<?> eager = null;
    for (Wait<?> wait = first; wait != null; wait = wait.next) {
      if (!wait.busy && (eager == null || wait.wish - eager.wish < 0)) {
        eager = wait;
      }
    }
    return eager;
  }

  private boolean anyReady(Predicate<Wait<?>> which) {
    for (Wait<?> wait = first; wait != null; wait = wait.next) {
      if (!wait.busy && which.test(wait)) {
        return true;
      }
    }
    return false;
  }

  /** Those that are ready to hear an answer, and will now. */
  private List<Wait<?>> takeReady(Predicate<Wait<?>> which) {
    List<Wait<?>> taken = new ArrayList<>(1);
    for (Wait<?> wait = first; wait != null; wait = wait.next) {
      if (!wait.busy && which.test(wait)) {
        wait.busy = true;
        taken.add(wait);
      }
    }
    return taken;
  }

  /** Rings at the first deadline, to hurry the poll on; if that has passed, when the grace has. */
  private void armGuard() {
    boolean hurrying = phase == Phase.QUEUED;
    boolean found = false;
    long guard = 0;
    for (Wait<?> wait = first; wait != null; wait = wait.next) {
      if (!wait.busy) {
        long time = hurrying ? wait.deadline() : patience(wait);
        guard = found && guard - time < 0 ? guard : time;
        found = true;
      }
    }
    if (found) {
      engine().timer().arm(this, guard);
    }
  }

  @Override
  public boolean isWanted() {
    Phase now = phase;
    return now == Phase.QUEUED || now == Phase.HURRIED;
  }

  @Override
  public boolean launch(boolean delayed) {
    Flight launched;
    synchronized (this) {
      if (!isWanted()) {
        return false;
      }
      if (!anyReady(wait -> true)) {
        phase = Phase.PAUSED;
        return false;
      }
      int mark = Integer.MIN_VALUE;
      for (Wait<?> wait = first; wait != null; wait = wait.next) {
        mark = Math.max(mark, wait.mark());
      }
      phase = Phase.FLYING;
      launched = new Flight(this, mark, delayed);
      flight = launched;
    }
    launched.start();
    return true;
  }

  /** A poll is over: gives the news to all that wait for it. */
  void land(Flight landed, Consumer<Wait<?>> news) {
    List<Wait<?>> aboard;
    boolean others;
    synchronized (this) {
      if (flight != landed) {
        return; // nobody wants it any more
      }
      flight = null;
      phase = Phase.PAUSED;
      // A wait that joined after credentials were refused must not hear of a refusal before.
      aboard = takeReady(wait -> wait.mark() <= landed.mark());
      others = anyReady(wait -> true);
    }
    aboard.forEach(news);
    if (others) {
      proceed();
    }
  }

  /** The waits, as they are now. */
  synchronized List<Wait<?>> waits() {
    List<Wait<?>> all = new ArrayList<>(1);
    for (Wait<?> wait = first; wait != null; wait = wait.next) {
      all.add(wait);
    }
    return all;
  }

  boolean hasEnded() {
    return phase == Phase.ENDED;
  }

  /** Whether its alarm stands at its next poll. */
  boolean isPausing() {
    return phase == Phase.PAUSED;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PollStream that
        && job.jobId().equals(that.job.jobId())
        && job.projectId().equals(that.job.projectId())
        && source.equals(that.source);
  }

  @Override
  public int hashCode() {
    return job.jobId().hashCode() * 31 + job.projectId().hashCode();
  }
}
