package io.github.cloudjobs.engine;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.github.cloudjobs.engine.PollInFlight.QueuedPoll;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.PollResult;
import io.github.cloudjobs.step.WaitTermination;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The polls of one job, shared by all its waits. It polls at the earliest time any of them asked
 * for, and delivers the response to every wait that is not still processing the previous one. As a
 * timer task it is scheduled at the next poll, or at the first deadline while a poll is queued or
 * in flight. Joining and leaving cost the same however many waits there are. It ends with its last
 * wait. Two streams are equal if they poll the same job of equal sources.
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

  /**
   * The result of a poll.
   *
   * @param result null if the poll was never sent
   */
  record Response(@Nullable PollResult result, long arrived) {}

  /** How long a response counts as a poll made now: the shortest pause of the default schedule. */
  private static final long RECENT = SECONDS.toNanos(1);

  private final PollSource source;
  private final JobRef job;
  private final PollLimiter limiter;

  // Guarded by this.
  private volatile Phase phase = Phase.PAUSED;
  private @Nullable Wait<?> first; // of a ring in the order of joining
  private @Nullable PollInFlight inFlight;
  private @Nullable Response recent; // the last one, if it had the job and there are several waits
  private int generation = Integer.MIN_VALUE; // the highest of the waits

  PollStream(PollSource source, JobRef job, PollLimiter limiter) {
    this.source = source;
    this.job = job;
    this.limiter = limiter;
  }

  Engine engine() {
    return limiter.engine();
  }

  @Override
  public PollLimiter limiter() {
    return limiter;
  }

  private long now() {
    return engine().timer().nanoTime();
  }

  /**
   * Adds a wait. If several waits got the job within the last second, it gets the same response at
   * once, because many waits that join in turn would cause many polls. A lone wait keeps no
   * response, to save memory.
   *
   * @return false if this has ended
   */
  boolean join(Wait<?> wait) {
    Response shared;
    synchronized (this) {
      if (phase == Phase.ENDED) {
        return false;
      }
      add(wait);
      generation = Math.max(generation, wait.generation());
      shared = shared(wait);
      if (shared != null) {
        wait.receive(shared);
      }
    }
    if (shared != null) {
      engine().execute(wait);
    }
    return true;
  }

  private void add(Wait<?> wait) {
    wait.stream = this;
    Wait<?> next = first;
    if (next == null) {
      first = wait;
    } else {
      wait.next = next;
      wait.previous = next.previous;
      next.previous.next = wait;
      next.previous = wait;
    }
  }

  private void remove(Wait<?> wait) {
    wait.previous.next = wait.next;
    wait.next.previous = wait.previous;
    if (first == wait) {
      first = wait.next == wait ? null : wait.next;
    }
  }

  private @Nullable Response shared(Wait<?> wait) {
    long now = now();
    boolean isRecent = recent != null && now - recent.arrived() < RECENT;
    boolean isDue = wait.nextPollAt() - now <= 0;
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
      if (!wait.leave(end)) {
        return false;
      }
      remove(wait);
      if (first != null) {
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
      abandoned.cancel();
    }
    return true;
  }

  /** A wait that has joined, or has processed its response, needs the next one. */
  void ready(Wait<?> wait) {
    boolean due;
    synchronized (this) {
      if (!wait.isReady()) {
        return;
      }
      long now = now();
      if (phase != Phase.PAUSED) {
        wait.lastPollIsLate(now); // its callback was busy beyond the deadline
      }
      long time = dueAt(wait);
      due = now - time >= 0;
      if (!due) {
        engine().timer().schedule(this, time);
      }
    }
    if (due) {
      update();
    }
  }

  @Override
  public void run() {
    update();
  }

  /** Does what is due. If that fails, the waits fail. */
  private void update() {
    try {
      doWhatIsDue();
    } catch (Throwable t) {
      waits().forEach(wait -> wait.fail(t));
    }
  }

  private void doWhatIsDue() {
    long now = now();
    boolean enqueue = false;
    boolean enqueueUrgent = false;
    boolean throttled = false;
    List<Wait<?>> late = List.of();
    PollInFlight abandoned = null;
    synchronized (this) {
      Wait<?> next = firstDue();
      if (phase == Phase.PAUSED && next != null && now - dueAt(next) >= 0) {
        phase = Phase.QUEUED;
        throttled = next.isThrottled();
        enqueue = true;
        next = firstDue();
      }
      if (phase == Phase.QUEUED && next != null && now - dueAt(next) >= 0) {
        phase = Phase.URGENT;
        enqueueUrgent = true;
        for (Wait<?> wait = first; wait != null; wait = after(wait)) {
          wait.lastPollIsLate(now);
        }
      }
      if (phase == Phase.URGENT || phase == Phase.IN_FLIGHT) {
        PollResult result = phase == Phase.URGENT ? null : noResponse();
        late = deliver(new Response(result, now), wait -> now - dueAt(wait) >= 0);
        next = firstDue();
        if (next == null) { // no wait needs this poll any more
          phase = Phase.PAUSED;
          abandoned = inFlight;
          inFlight = null;
        }
      }
      if (next != null) {
        engine().timer().schedule(this, dueAt(next));
      }
    }
    if (enqueueUrgent) {
      engine().limiters().enqueueUrgent(this);
    } else if (enqueue) {
      engine().limiters().enqueue(this, throttled);
    }
    if (abandoned != null) {
      abandoned.cancel();
    }
    execute(late);
  }

  /** When something must be done for a wait that is ready. */
  private long dueAt(Wait<?> wait) {
    return switch (phase) {
      case PAUSED -> wait.nextPollAt();
      case QUEUED -> wait.deadline();
      default -> wait.deadline() + engine().grace(); // it waits no longer
    };
  }

  /** Returns the ready wait that is due first; null if none is ready. */
  private @Nullable Wait<?> firstDue() {
    Wait<?> earliest = null;
    for (Wait<?> wait = first; wait != null; wait = after(wait)) {
      if (wait.isReady() && (earliest == null || dueAt(wait) - dueAt(earliest) < 0)) {
        earliest = wait;
      }
    }
    return earliest;
  }

  private @Nullable Wait<?> after(Wait<?> wait) {
    return wait.next == first ? null : wait.next;
  }

  private static PollResult noResponse() {
    return PollResult.failed(
        new JobsTransportException("no response by the deadline; the poll was cancelled", null));
  }

  /** Gives a response to ready waits, and returns these; {@link #execute} must follow. */
  private List<Wait<?>> deliver(Response response, Predicate<Wait<?>> receivers) {
    List<Wait<?>> delivered = shares() ? new ArrayList<>() : List.of();
    for (Wait<?> wait = first; wait != null; wait = after(wait)) {
      if (wait.isReady() && receivers.test(wait)) {
        wait.receive(response);
        if (!shares()) {
          return List.of(wait);
        }
        delivered.add(wait);
      }
    }
    return delivered;
  }

  private boolean shares() {
    return first != null && first.next != first;
  }

  private void execute(List<Wait<?>> receivers) {
    for (int i = 0; i < receivers.size(); i++) { // without an iterator for each poll
      engine().execute(receivers.get(i));
    }
  }

  @Override
  public boolean isWanted() {
    Phase now = phase;
    return now == Phase.QUEUED || now == Phase.URGENT;
  }

  @Override
  public boolean start(PollInFlight place) {
    int newest;
    synchronized (this) {
      if (!isWanted()) {
        return false;
      }
      if (firstDue() == null) {
        phase = Phase.PAUSED;
        return false;
      }
      phase = Phase.IN_FLIGHT;
      inFlight = place;
      newest = generation;
    }
    place.send(source, job, newest);
    return true;
  }

  @Override
  public void complete(PollInFlight place, PollResult result) {
    List<Wait<?>> receivers;
    boolean others;
    synchronized (this) {
      if (inFlight != place) {
        return; // abandoned
      }
      inFlight = null;
      phase = Phase.PAUSED;
      Response response = new Response(result, now());
      // A wait that joined after credentials were refused must not receive a refusal before.
      receivers = deliver(response, wait -> wait.generation() <= place.generation());
      others = firstDue() != null;
      recent = shares() && result.job() != null ? response : null;
    }
    execute(receivers);
    if (others) {
      update();
    }
  }

  /** Returns why its waits end, by {@link Engine#endBefore}; null if they go on. */
  @Nullable Throwable causeOf(BiFunction<PollSource, JobRef, @Nullable Throwable> causes) {
    return causes.apply(source, job);
  }

  /** A copy of the waits. */
  synchronized List<Wait<?>> waits() {
    List<Wait<?>> all = new ArrayList<>();
    for (Wait<?> wait = first; wait != null; wait = after(wait)) {
      all.add(wait);
    }
    return all;
  }

  boolean hasEnded() {
    return phase == Phase.ENDED;
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
