package io.github.cloudjobs.engine;

import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.error.ThrottledException;
import io.github.cloudjobs.step.PollResult;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides which queued poll starts next: at most a fixed number are in flight, and of each quota as
 * many per second as its {@link PollLimiter} allows. No poll is dropped. Guarded by the engine.
 */
final class PollLimiters {
  /** How many limiters are kept, for the rates they have learned, although some are unused. */
  private static final int MOST_KEPT = 1_000;

  private final Engine engine;
  private final PollLimits limits;
  private final PollLimiter direct;
  private final Map<Object, PollLimiter> limiters =
      new LinkedHashMap<>(16, 0.75f, true); // the one used last is the last
  private final ArrayDeque<Poll> urgent = new ArrayDeque<>();
  private final ArrayDeque<PollLimiter> open = new ArrayDeque<>(); // may send now
  private final ArrayDeque<Poll> abandoned = new ArrayDeque<>(); // whose calls must be cancelled
  private int free;

  PollLimiters(Engine engine, PollLimits limits) {
    this.engine = engine;
    this.limits = limits;
    this.free = limits.inFlight();
    this.direct = new PollLimiter(engine, engine, PollLimits.unlimited(limits.inFlight()));
  }

  /** The limiter of polls outside waits: its rate limits nothing. */
  PollLimiter direct() {
    return direct;
  }

  /** Returns the limiter of a quota, for a user that will {@link #release(PollLimiter)} it. */
  PollLimiter acquire(Object quota) {
    PollLimiter limiter =
        limiters.computeIfAbsent(quota, absent -> new PollLimiter(engine, quota, limits));
    limiter.users++;
    return limiter;
  }

  /** A poll stream that used the limiter, or a poll in flight, has ended. */
  void release(PollLimiter limiter) {
    if (--limiter.users > 0) {
      return;
    }
    limiters.get(limiter.quota); // it was used last
    // Checks only two, which still shrinks the rest if many cannot be removed.
    for (int checked = 0; checked < 2 && limiters.size() > MOST_KEPT; checked++) {
      PollLimiter eldest = limiters.values().iterator().next();
      if (eldest.isUnused()) {
        limiters.remove(eldest.quota);
      } else {
        limiters.get(eldest.quota);
      }
    }
  }

  /** Queues a poll: behind the others, or in front of them if it was throttled before. */
  void enqueue(Poll poll, boolean wasThrottled) {
    poll.limiter.add(poll, wasThrottled);
    openOrSchedule(poll.limiter);
  }

  /** Queues a poll ahead of all others, whatever the rate. */
  void enqueueUrgent(Poll poll) {
    poll.urgent = true;
    urgent.add(poll);
  }

  /** The result of a poll is not needed; its call will be cancelled. */
  void abandon(Poll poll) {
    if (poll.abandon()) {
      abandoned.add(poll);
    }
  }

  /** Frees the place of a poll that has ended, and adapts the rate. */
  void release(Poll poll, PollResult result) {
    free++;
    PollLimiter limiter = poll.limiter;
    JobsException error = result.error();
    release(limiter);
    if (error instanceof ThrottledException && limiter != direct) {
      limiter.refused(result.retryAfter());
      openOrSchedule(limiter);
    } else if (poll.delayed && !(error instanceof JobsTransportException)) {
      limiter.passed();
    }
  }

  /** Opens a limiter with queued polls, or schedules it for when its rate allows the next one. */
  void openOrSchedule(PollLimiter limiter) {
    if (limiter.isOpen || !limiter.isWanted()) {
      return;
    }
    if (limiter.mayPoll()) {
      limiter.isOpen = true;
      open.add(limiter);
    } else {
      engine.timer().schedule(limiter, limiter.delayUntil());
    }
  }

  // Called without the lock.

  /** Starts the polls whose turn it is. */
  void run() {
    run(this::start, Poll::send);
  }

  /** Cancels the calls of abandoned polls. */
  void cancelAbandoned() {
    run(abandoned::poll, Poll::cancelCall);
  }

  private void run(Supplier<@Nullable Poll> polls, Consumer<Poll> action) {
    while (true) {
      Poll poll;
      synchronized (engine) {
        poll = polls.get();
      }
      if (poll == null) {
        return;
      }
      action.accept(poll);
    }
  }

  private @Nullable Poll start() {
    if (free == 0) {
      return null;
    }
    Poll next = startUrgent();
    if (next == null) {
      next = startInTurn();
    }
    if (next != null) {
      free--;
      next.limiter.users++;
    }
    return next;
  }

  private @Nullable Poll startUrgent() {
    for (Poll first = urgent.poll(); first != null; first = urgent.poll()) {
      if (first.isQueued()) {
        first.limiter.startUrgent(first);
        return first;
      }
    }
    return null;
  }

  /** One poll from each open limiter in turn; the direct polls are one of them. */
  private @Nullable Poll startInTurn() {
    for (PollLimiter limiter = open.poll(); limiter != null; limiter = open.poll()) {
      limiter.isOpen = false;
      Poll next = limiter.start();
      openOrSchedule(limiter);
      if (next != null) {
        return next;
      }
    }
    return null;
  }

  /** How many limiters there are. */
  int limiters() {
    return limiters.size();
  }

  /** How many polls are queued, including those that are no longer wanted. */
  int queued() {
    int inTurn = limiters.values().stream().mapToInt(PollLimiter::size).sum();
    return urgent.size() + direct.size() + inTurn;
  }
}
