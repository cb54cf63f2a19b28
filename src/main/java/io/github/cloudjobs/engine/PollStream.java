package io.github.cloudjobs.engine;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.PollResult;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The polls of one job, shared by all its waits. It polls at the earliest time that any of them
 * needs, and delivers the response to every wait that is not still processing the previous one. As
 * a timer task it is scheduled at the next poll, or at the first deadline while a poll is queued or
 * in flight. Two streams are equal if they poll the same job of equal sources. Guarded by the
 * engine.
 */
final class PollStream extends WaitTimer.Task implements Poll.Receiver {
  /** The result of a poll; null if it was never sent. */
  record Response(@Nullable PollResult result, long arrived) {}

  /** How long a response counts as a poll made now: the shortest pause of the default schedule. */
  private static final long RECENT = SECONDS.toNanos(1);

  final Engine engine;
  final PollSource source;
  final JobRef job;
  final PollLimiter limiter;
  private @Nullable Wait<?> first; // of a ring in the order of joining
  private @Nullable Poll poll; // queued or in flight
  private @Nullable Response recent; // the last one, if it had the job and there are several waits
  private int generation = Integer.MIN_VALUE; // the highest of the waits

  PollStream(Engine engine, PollSource source, JobRef job, PollLimiter limiter) {
    this.engine = engine;
    this.source = source;
    this.job = job;
    this.limiter = limiter;
  }

  private long now() {
    return engine.timer.nanoTime();
  }

  /**
   * Adds a wait; true if it has a response. If several waits got the job within the last second, it
   * gets the same, because many that join in turn would cause many polls. A lone wait keeps none,
   * to save memory.
   */
  boolean add(Wait<?> wait) {
    generation = Math.max(generation, wait.generation);
    Wait<?> next = first;
    if (next == null) {
      first = wait;
    } else {
      wait.next = next;
      wait.previous = next.previous;
      next.previous.next = wait;
      next.previous = wait;
    }
    long now = now();
    boolean isDue = wait.nextPollAt - now <= 0;
    boolean isLast = wait.deadline() - now <= 0; // the last poll of a wait is always made
    if (poll != null || recent == null || now - recent.arrived() >= RECENT || !isDue || isLast) {
      return false;
    }
    wait.response = recent;
    return true;
  }

  /** Removes a wait, and ends with the last one. */
  void remove(Wait<?> wait) {
    wait.previous.next = wait.next;
    wait.next.previous = wait.previous;
    if (first == wait) {
      first = wait.next == wait ? null : wait.next;
    }
    wait.next = wait; // a future that is kept must not keep others
    wait.previous = wait;
    if (first == null) {
      engine.forget(this);
      if (poll != null) {
        poll.abandoned = true; // cancelAbandoned() must follow
      }
    }
  }

  /** Cancels the poll that the last wait left behind; without the lock. */
  void cancelAbandoned() {
    cancelIfAbandoned(poll);
  }

  private static void cancelIfAbandoned(@Nullable Poll poll) {
    if (poll != null && poll.abandoned) {
      poll.cancel();
    }
  }

  /** Schedules what a wait that is ready needs next; true if that is due. */
  boolean schedule(Wait<?> wait) {
    boolean due = isDue(wait, now());
    if (!due) {
      engine.timer.schedule(this, dueAt(wait));
    }
    return due;
  }

  /** Does what is due. If that fails, the waits fail. */
  @Override
  public void run() {
    List<Wait<?>> late = List.of();
    Poll before = null;
    try {
      synchronized (engine) {
        before = poll;
        late = update();
      }
    } catch (Throwable t) {
      waits().forEach(wait -> wait.fail(t));
    }
    cancelIfAbandoned(before);
    engine.limiters.sendPolls();
    late.forEach(engine::execute);
  }

  /** Does what is due. Returns the waits that get their last response by that. */
  private List<Wait<?>> update() {
    List<Wait<?>> late = List.of();
    long now = now();
    Wait<?> next = firstDue();
    Poll fresh = null;
    boolean wasThrottled = false;
    if (poll == null && isDue(next, now)) {
      fresh = new Poll(source, job, limiter, generation, this);
      poll = fresh;
      wasThrottled = next != null && next.throttled;
      next = firstDue();
    }
    if (poll != null && isQueued() && isDue(next, now)) {
      engine.limiters.enqueueUrgent(poll);
      waits().forEach(wait -> wait.startGrace(now));
      next = firstDue();
    } else if (fresh != null) {
      engine.limiters.enqueue(fresh, wasThrottled);
    }
    if (poll != null && !isQueued() && isDue(next, now)) {
      String problem = "no response by the deadline; the poll was cancelled";
      PollResult result =
          poll.started ? PollResult.failed(new JobsTransportException(problem, null)) : null;
      late = deliver(new Response(result, now), wait -> isDue(wait, now));
      next = firstDue();
      if (next == null) {
        poll.abandoned = true; // no wait needs it any more
        poll = null;
      }
    }
    if (next != null) {
      engine.timer.schedule(this, dueAt(next));
    }
    return late;
  }

  /** Whether its poll is queued behind others. */
  private boolean isQueued() {
    return poll != null && !poll.started && !poll.urgent;
  }

  /** When something must be done for a wait that is ready. */
  private long dueAt(Wait<?> wait) {
    if (poll == null) {
      return wait.nextPollAt;
    }
    return isQueued() ? wait.deadline() : wait.deadline() + engine.grace;
  }

  private boolean isDue(@Nullable Wait<?> wait, long now) {
    return wait != null && now - dueAt(wait) >= 0;
  }

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

  /** Gives a response to ready waits, and returns those: their callbacks must follow. */
  private List<Wait<?>> deliver(Response response, Predicate<Wait<?>> receivers) {
    List<Wait<?>> callbacks = new ArrayList<>(1);
    for (Wait<?> wait = first; wait != null; wait = after(wait)) {
      if (wait.isReady() && receivers.test(wait)) {
        wait.response = response;
        callbacks.add(wait);
      }
    }
    return callbacks;
  }

  private boolean shares() {
    return first != null && first.next != first;
  }

  @Override
  public List<Wait<?>> receive(PollResult result) {
    int polled = poll == null ? generation : poll.generation;
    poll = null;
    Response response = new Response(result, now());
    // A wait that joined after credentials were refused must not receive a refusal before.
    List<Wait<?>> receivers = deliver(response, wait -> wait.generation <= polled);
    recent = shares() && result.job() != null ? response : null;
    Wait<?> other = firstDue();
    if (other != null) {
      engine.timer.schedule(this, other.nextPollAt);
    }
    return receivers;
  }

  List<Wait<?>> waits() {
    List<Wait<?>> all = new ArrayList<>();
    synchronized (engine) {
      for (Wait<?> wait = first; wait != null; wait = after(wait)) {
        all.add(wait);
      }
    }
    return all;
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
