package io.github.cloudjobs.engine;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.github.cloudjobs.engine.PollLimiters.QueuedPoll;
import io.github.cloudjobs.engine.PollSource.Handle;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.PollResult;
import io.github.cloudjobs.step.WaitTermination;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The polls of one job, shared by all its waits. It polls at the earliest time any of them asked
 * for, and delivers the response to every wait that is not still processing the previous one. As a
 * timer task it is scheduled at the next poll, or at the first deadline while a poll is queued or
 * in flight. Joining, leaving and receiving a response cost O(log n) for n waits. It ends with its
 * last wait. Two streams are equal if they poll the same job of equal sources.
 */
final class PollStream extends WaitTimer.Task implements QueuedPoll {
  private enum Phase {
    /** Until the next poll. */
    PAUSED,
    /** The poll is queued. */
    QUEUED,
    /** A deadline has come, so the poll is queued ahead of others. */
    URGENT,
    /** The poll is in flight. */
    IN_FLIGHT,
    /** The last wait has left. */
    ENDED
  }

  /** How long a response counts as a poll made now: the shortest pause of the default schedule. */
  private static final long RECENT = SECONDS.toNanos(1);

  private final PollSource source;
  private final JobRef job;
  private final PollLimiter limiter;

  // Guarded by this.
  private volatile Phase phase = Phase.PAUSED;
  private final WaitQueue waits = new WaitQueue(); // by next poll while paused, then by deadline
  private @Nullable PollInFlight inFlight;
  private @Nullable Response recent; // the last one, if it had the job and there are several waits
  private long since; // when the poll was queued, or became urgent
  private int generation = Integer.MIN_VALUE; // the highest of the waits

  private record Response(PollResult result, long arrived) {}

  PollStream(PollSource source, JobRef job, PollLimiter limiter) {
    this.source = source;
    this.job = job;
    this.limiter = limiter;
  }

  /**
   * Adds a wait. If several waits got the job within the last second, it gets the same response at
   * once, because many waits that join in turn would cause many polls. A lone wait keeps no
   * response, to save memory.
   *
   * @return false if this has ended
   */
  boolean join(Wait<?> wait) {
    long now = engine().timer().nanoTime();
    Callback callback = null;
    synchronized (this) {
      if (phase == Phase.ENDED) {
        return false;
      }
      wait.joined(this);
      waits.add(wait);
      generation = Math.max(generation, wait.generation());
      Response response = shared(wait, now);
      if (response != null) {
        waits.markProcessing(wait);
        callback = wait.onResponse(response.result(), response.arrived());
      }
    }
    if (callback != null) {
      callback.submit();
    }
    return true;
  }

  private @Nullable Response shared(Wait<?> wait, long now) {
    boolean isRecent = recent != null && now - recent.arrived() < RECENT;
    boolean isDue = wait.nextPollAt - now <= 0;
    boolean isLast = wait.deadline() - now <= 0; // the last poll of a wait is always made
    return phase == Phase.PAUSED && isRecent && isDue && !isLast ? recent : null;
  }

  /**
   * Removes a wait, and ends with the last one.
   *
   * @param end how the wait ends; null if the caller completed the future
   * @return false if it had been removed before
   */
  boolean leave(Wait<?> wait, @Nullable WaitTermination end) {
    PollInFlight abandoned;
    synchronized (this) {
      if (wait.left) {
        return false;
      }
      wait.termination = end; // before left, which others read without the lock
      wait.left = true;
      waits.remove(wait);
      if (waits.size() > 0) {
        return true;
      }
      phase = Phase.ENDED;
      abandoned = inFlight;
      inFlight = null;
    }
    engine().forget(this);
    engine().timer().cancel(this);
    engine().limiters().release(limiter);
    if (abandoned != null) {
      abandoned.abandon();
    }
    return true;
  }

  /** A wait has processed its response and is ready again; false if it has left meanwhile. */
  boolean processed(Wait<?> wait) {
    synchronized (this) {
      if (wait.left) {
        return false;
      }
      wait.forgetResponse();
      waits.markReady(wait);
    }
    update();
    return true;
  }

  @Override
  protected void run() {
    update();
  }

  /** Does what is due. If that fails, the waits fail. */
  void update() {
    engine().timer().hold();
    try {
      doWhatIsDue();
    } catch (Throwable t) {
      waits().forEach(wait -> wait.fail(t));
    } finally {
      engine().timer().release();
    }
  }

  private void doWhatIsDue() {
    boolean enqueue = false;
    boolean enqueueUrgent = false;
    boolean throttled = false;
    List<Callback> late = List.of();
    PollInFlight abandoned = null;
    long now = engine().timer().nanoTime();
    synchronized (this) {
      if (phase == Phase.PAUSED) {
        Wait<?> earliest = waits.firstReady();
        if (earliest == null) {
          return;
        }
        if (earliest.nextPollAt - now > 0) {
          engine().timer().schedule(this, earliest.nextPollAt);
          return;
        }
        phase = Phase.QUEUED;
        waits.order(true);
        since = now;
        throttled = earliest.throttled;
        enqueue = true;
      }
      Wait<?> first = waits.firstReady();
      if (phase == Phase.QUEUED && first != null && now - first.deadline() >= 0) {
        phase = Phase.URGENT;
        since = now; // if the timer is late, the last poll still has its grace
        enqueueUrgent = true;
      }
      if (phase != Phase.ENDED) {
        late = takeLate(now);
        first = waits.firstReady();
        if (first == null) {
          pause();
          abandoned = inFlight;
          inFlight = null;
        } else {
          long next = phase == Phase.QUEUED ? first.deadline() : giveUpAt(first);
          engine().timer().schedule(this, next);
        }
      }
    }
    if (enqueueUrgent) {
      engine().limiters().enqueueUrgent(limiter, this);
    } else if (enqueue) {
      engine().limiters().enqueue(limiter, this, throttled);
    }
    if (abandoned != null) {
      abandoned.abandon();
    }
    late.forEach(Callback::submit);
  }

  Engine engine() {
    return limiter.engine();
  }

  PollLimiter limiter() {
    return limiter;
  }

  /** Starts a poll of the job; see {@link PollSource#poll}. */
  Handle poll(int highest, Consumer<PollResult> sink) {
    return source.poll(job, highest, sink);
  }

  /** Returns why its waits end, by {@link Engine#endBefore}; null if they go on. */
  @Nullable Throwable causeOf(BiFunction<PollSource, JobRef, @Nullable Throwable> causes) {
    return causes.apply(source, job);
  }

  private static PollResult noResponse() {
    return PollResult.failed(
        new JobsTransportException("no answer by the deadline; the poll was cancelled", null));
  }

  /** When a wait stops waiting for the poll that is queued or in flight. */
  private long giveUpAt(Wait<?> wait) {
    return later(wait.deadline(), since) + engine().grace();
  }

  private static long later(long one, long other) {
    return one - other > 0 ? one : other;
  }

  /** Returns the callbacks of the ready waits that wait no longer for this poll. */
  private List<Callback> takeLate(long now) {
    boolean unsent = isWanted();
    List<Callback> late = new ArrayList<>(1);
    Wait<?> first = waits.firstReady();
    while (first != null && now - giveUpAt(first) >= 0) {
      waits.markProcessing(first);
      late.add(unsent ? first.onNoPoll(now) : first.onResponse(noResponse(), now));
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
    return now == Phase.QUEUED || now == Phase.URGENT;
  }

  @Override
  public boolean start(boolean delayed) {
    PollInFlight started;
    synchronized (this) {
      if (!isWanted()) {
        return false;
      }
      if (waits.firstReady() == null) {
        pause();
        return false;
      }
      phase = Phase.IN_FLIGHT;
      started = new PollInFlight(this, generation, delayed);
      inFlight = started;
    }
    started.start();
    return true;
  }

  /**
   * A poll has ended: delivers the result to the waits that are ready.
   *
   * @param result null if the poll could not be sent
   * @param delivery makes the callback of one wait
   */
  void complete(
      PollInFlight poll,
      @Nullable PollResult result,
      long arrived,
      Function<Wait<?>, Callback> delivery) {
    List<Callback> callbacks = new ArrayList<>(1);
    boolean others;
    synchronized (this) {
      if (inFlight != poll) {
        return; // abandoned
      }
      inFlight = null;
      // A wait that joined after credentials were refused must not receive a refusal before.
      List<Wait<?>> receivers = waits.ready();
      receivers.removeIf(wait -> wait.generation() > poll.generation());
      for (Wait<?> wait : receivers) {
        waits.markProcessing(wait);
        callbacks.add(delivery.apply(wait));
      }
      others = waits.firstReady() != null;
      pause();
      recent = null;
      if (result != null && result.job() != null && waits.size() > 1) {
        recent = new Response(result, arrived);
      }
    }
    callbacks.forEach(Callback::submit);
    if (others) {
      update();
    }
  }

  /** A copy of the waits. */
  synchronized List<Wait<?>> waits() {
    return waits.all();
  }

  boolean hasEnded() {
    return phase == Phase.ENDED;
  }

  /** Whether it is scheduled for its next poll. */
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
