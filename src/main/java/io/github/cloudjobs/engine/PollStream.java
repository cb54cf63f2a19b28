package io.github.cloudjobs.engine;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.github.cloudjobs.engine.PollSource.Handle;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.PollResult;
import io.github.cloudjobs.step.WaitTermination;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The polls of one job, for everyone who waits for it. It polls when the first of its waits wishes,
 * and gives the answer to all that are not busy with the one before. While it pauses its alarm
 * stands at the next wish; while a poll waits for its turn or is under way, at the first deadline.
 * With n waits, to join, to leave and to take a response cost O(log n) each. It ends when the last
 * wait has left. Equal if it polls the same job of an equal source.
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

  /** How long a response counts as a poll made now: the shortest pause of the default schedule. */
  private static final long RECENT = SECONDS.toNanos(1);

  private final PollSource source;
  private final JobRef job;
  private final Lane lane;

  // Guarded by this.
  private volatile Phase phase = Phase.PAUSED;
  private final WaitQueue waits = new WaitQueue(); // by wish while paused, then by deadline
  private @Nullable Flight flight; // the poll under way
  private @Nullable Response recent; // the last one, if it brought the job and there are several
  private long since; // when the poll was queued, or hurried
  private int mark = Integer.MIN_VALUE; // the highest of its waits

  private record Response(PollResult answer, long arrived) {}

  PollStream(PollSource source, JobRef job, Lane lane) {
    this.source = source;
    this.job = job;
    this.lane = lane;
  }

  /**
   * Takes a wait in. If several waits got the job within the last second, it gets the same response
   * at once: many waits that join in turn would cause many polls. A lone wait keeps no response for
   * that, which would cost memory.
   *
   * @return false if this has ended
   */
  boolean join(Wait<?> wait) {
    long now = engine().timer().nanoTime();
    Response response;
    synchronized (this) {
      if (phase == Phase.ENDED) {
        return false;
      }
      wait.joined(this);
      waits.add(wait);
      mark = Math.max(mark, wait.mark());
      response = shared(wait, now);
      if (response != null) {
        waits.makeBusy(wait);
      }
    }
    if (response != null) {
      wait.hear(response.answer(), response.arrived());
    }
    return true;
  }

  private @Nullable Response shared(Wait<?> wait, long now) {
    boolean isRecent = recent != null && now - recent.arrived() < RECENT;
    boolean isDue = wait.wish - now <= 0;
    boolean isLast = wait.deadline() - now <= 0; // the last poll of a wait is always made
    return phase == Phase.PAUSED && isRecent && isDue && !isLast ? recent : null;
  }

  /**
   * Lets a wait go, and ends with the last.
   *
   * @param end how it ends; null if its future says
   * @return false if it had left before
   */
  boolean leave(Wait<?> wait, @Nullable WaitTermination end) {
    Flight vain = null;
    synchronized (this) {
      if (wait.left) {
        return false;
      }
      wait.known = end; // before it is said that there is an end
      wait.left = true;
      waits.remove(wait);
      if (waits.size() > 0) {
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

  /** A wait has digested its answer, and wishes for another; false if it has left meanwhile. */
  boolean goOn(Wait<?> wait) {
    synchronized (this) {
      if (wait.left) {
        return false;
      }
      waits.makeReady(wait);
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
        Wait<?> eager = waits.firstReady();
        if (eager == null) {
          return; // all are busy
        }
        if (eager.wish - now > 0) {
          engine().timer().arm(this, eager.wish);
          return;
        }
        phase = Phase.QUEUED;
        waits.order(true);
        since = now;
        again = eager.wishesAgain;
        submits = true;
      }
      Wait<?> first = waits.firstReady();
      if (phase == Phase.QUEUED && first != null && now - first.deadline() >= 0) {
        phase = Phase.HURRIED;
        since = now; // a timer that is late leaves the last poll its grace
        hurries = true;
      }
      unsent = isWanted();
      if (phase != Phase.ENDED) {
        late = takeLate(now);
        first = waits.firstReady();
        if (first == null) {
          pause();
          vain = flight;
          flight = null;
        } else { // to hurry the poll on; if it is, to give it up
          engine().timer().arm(this, phase == Phase.QUEUED ? first.deadline() : patience(first));
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
  Handle poll(int mark, Consumer<PollResult> sink) {
    return source.poll(job, mark, sink);
  }

  /** Returns why its waits end, by {@link Engine#endBefore}; null if they go on. */
  @Nullable Throwable causeOf(BiFunction<PollSource, JobRef, @Nullable Throwable> causes) {
    return causes.apply(source, job);
  }

  private static PollResult noAnswer() {
    JobsTransportException lost =
        new JobsTransportException("no answer by the deadline; the poll was cancelled", null);
    return new PollResult(null, lost, null, null);
  }

  /** Until when a wait waits for the poll that is queued or under way. */
  private long patience(Wait<?> wait) {
    return later(wait.deadline(), since) + engine().grace();
  }

  private static long later(long one, long other) {
    return one - other > 0 ? one : other;
  }

  /** The ready waits that wait no longer for this poll. */
  private List<Wait<?>> takeLate(long now) {
    List<Wait<?>> late = new ArrayList<>(1);
    Wait<?> first = waits.firstReady();
    while (first != null && now - patience(first) >= 0) {
      waits.makeBusy(first);
      late.add(first);
      first = waits.firstReady();
    }
    return late;
  }

  private void pause() {
    phase = Phase.PAUSED;
    waits.order(false);
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
      if (waits.firstReady() == null) {
        pause();
        return false;
      }
      phase = Phase.FLYING;
      launched = new Flight(this, mark, delayed);
      flight = launched;
    }
    launched.start();
    return true;
  }

  /**
   * A poll is over: gives the news to all that wait for it.
   *
   * @param answer null if it could not even be sent
   */
  void land(Flight landed, @Nullable PollResult answer, long arrived, Consumer<Wait<?>> news) {
    List<Wait<?>> aboard;
    boolean others;
    synchronized (this) {
      if (flight != landed) {
        return; // nobody wants it any more
      }
      flight = null;
      // A wait that joined after credentials were refused must not hear of a refusal before.
      aboard = waits.ready();
      aboard.removeIf(wait -> wait.mark() > landed.mark());
      aboard.forEach(waits::makeBusy);
      others = waits.firstReady() != null;
      pause();
      recent =
          answer != null && answer.job() != null && waits.size() > 1
              ? new Response(answer, arrived)
              : null;
    }
    aboard.forEach(news);
    if (others) {
      proceed();
    }
  }

  /** The waits, as they are now. */
  synchronized List<Wait<?>> waits() {
    return waits.all();
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
