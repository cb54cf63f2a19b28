package io.github.cloudjobs.engine;

import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.github.cloudjobs.model.JobRef;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The polls of one job, shared by all its waits. It polls at the earliest time that any of them
 * needs, and delivers the response to every wait that is not still processing the previous one. As
 * a timer task it is scheduled at the next poll, or at the first deadline while a poll is queued or
 * in flight. Guarded by the engine.
 */
final class PollStream extends WaitTimer.Task implements Function<Poll, List<Wait<?>>> {
  /** How long a response counts as a poll made now: the shortest pause of the default schedule. */
  private static final long RECENT = SECONDS.toNanos(1);

  final PollSource source;
  final PollLimiter limiter;
  @Nullable PollStream next; // in the engine's table
  private @Nullable Wait<?> first; // the others follow in the order of joining
  private Set<Wait<?>> others = Collections.emptySet();
  private @Nullable Poll poll; // may have ended: a wait that joins soon gets its job

  PollStream(PollSource source, PollLimiter limiter) {
    this.source = source;
    this.limiter = limiter;
  }

  Engine engine() {
    return limiter.engine;
  }

  private long now() {
    return engine().timer.nanoTime();
  }

  /** The job as its first wait names it; with the last one the stream has left the engine. */
  JobRef job() {
    return requireNonNull(first).ref;
  }

  boolean polls(PollSource from, JobRef job) {
    return job().jobId().equals(job.jobId())
        && job().projectId().equals(job.projectId())
        && source.equals(from);
  }

  private boolean isPolling() {
    return poll != null && poll.result == null;
  }

  /**
   * Adds a wait; true if it has a response. If several waits got the job within the last second, it
   * gets the same, because many that join in turn would cause many polls. A lone wait keeps none,
   * to save memory.
   */
  boolean add(Wait<?> wait) {
    if (first == null) {
      first = wait;
    } else {
      others = others.isEmpty() ? new LinkedHashSet<>() : others;
      others.add(wait);
    }
    long now = now();
    boolean isDue = wait.nextPollAt - now <= 0;
    boolean isLast = wait.deadline() - now <= 0; // the last poll of a wait is always made
    if (poll == null || isPolling() || now - poll.arrived >= RECENT || !isDue || isLast) {
      return false;
    }
    wait.response = poll;
    return true;
  }

  /** Removes a wait, and ends with the last one. */
  void remove(Wait<?> wait) {
    if (first != wait) {
      others.remove(wait);
    } else if (!others.isEmpty()) {
      first = others.iterator().next();
      others.remove(first);
    } else {
      engine().forget(this);
      first = null;
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
      engine().timer.schedule(this, dueAt(wait));
    }
    return due;
  }

  /** Does what is due. If that fails, the waits fail. */
  @Override
  public void run() {
    List<Wait<?>> late = List.of();
    Poll before = null;
    try {
      synchronized (engine()) {
        before = poll;
        late = update();
      }
    } catch (Throwable t) {
      for (Wait<?> wait : waits()) {
        wait.fail(t);
      }
    }
    cancelIfAbandoned(before);
    engine().limiters.sendPolls();
    engine().execute(late);
  }

  /** Does what is due. Returns the waits that get their last response by that. */
  private List<Wait<?>> update() {
    List<Wait<?>> late = List.of();
    long now = now();
    Wait<?> next = firstDue();
    Poll fresh = null;
    boolean wasThrottled = false;
    if (next != null && !isPolling() && isDue(next, now)) {
      Wait<?> newest = newest(next);
      fresh = new Poll(source, newest.ref, limiter, newest.generation, this);
      poll = fresh;
      wasThrottled = next.throttled;
      next = firstDue();
    }
    if (poll != null && isQueued() && isDue(next, now)) {
      engine().limiters.enqueueUrgent(poll);
      for (Wait<?> wait : waits()) {
        wait.startGrace(now);
      }
      next = firstDue();
    } else if (fresh != null) {
      engine().limiters.enqueue(fresh, wasThrottled);
    }
    if (poll != null && isPolling() && !isQueued() && isDue(next, now)) {
      late = deliver(poll.late(now), wait -> isDue(wait, now));
      next = firstDue();
      if (next == null) {
        poll.abandoned = true; // no wait needs it any more
        poll = null;
      }
    }
    if (next != null) {
      engine().timer.schedule(this, dueAt(next));
    }
    return late;
  }

  /** Whether its poll is queued behind others. */
  private boolean isQueued() {
    return poll != null && !poll.started && !poll.urgent;
  }

  /** When something must be done for a wait that is ready. */
  private long dueAt(Wait<?> wait) {
    if (!isPolling()) {
      return wait.nextPollAt;
    }
    return isQueued() ? wait.deadline() : wait.deadline() + engine().grace;
  }

  private boolean isDue(@Nullable Wait<?> wait, long now) {
    return wait != null && now - dueAt(wait) >= 0;
  }

  private @Nullable Wait<?> firstDue() {
    Wait<?> earliest = first == null || !first.isReady() ? null : first;
    for (Wait<?> wait : others) {
      if (wait.isReady() && (earliest == null || dueAt(wait) - dueAt(earliest) < 0)) {
        earliest = wait;
      }
    }
    return earliest;
  }

  /** Returns a wait with the highest generation; {@code any} is one of the waits. */
  private Wait<?> newest(Wait<?> any) {
    Wait<?> newest = first != null && first.generation > any.generation ? first : any;
    for (Wait<?> wait : others) {
      newest = wait.generation > newest.generation ? wait : newest;
    }
    return newest;
  }

  /** Gives a response to ready waits, and returns those: their callbacks must follow. */
  private List<Wait<?>> deliver(Poll response, Predicate<Wait<?>> receivers) {
    List<Wait<?>> callbacks = waits();
    callbacks.removeIf(wait -> !wait.isReady() || !receivers.test(wait));
    for (Wait<?> wait : callbacks) {
      wait.response = response;
    }
    return callbacks;
  }

  /** Gives a poll that has ended to the waits that are ready. */
  @Override
  public List<Wait<?>> apply(Poll ended) {
    // A wait that joined after credentials were refused must not receive a refusal before.
    List<Wait<?>> receivers = deliver(ended, wait -> wait.generation <= ended.generation);
    boolean isShared = !others.isEmpty() && ended.result != null && ended.result.job() != null;
    poll = isShared ? ended : null;
    Wait<?> other = firstDue();
    if (other != null) {
      engine().timer.schedule(this, other.nextPollAt);
    }
    return receivers;
  }

  List<Wait<?>> waits() {
    synchronized (engine()) {
      List<Wait<?>> all = new ArrayList<>(1 + others.size());
      if (first != null) {
        all.add(first);
        all.addAll(others);
      }
      return all;
    }
  }
}
