package io.github.cloudjobs.engine;

import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.error.ThrottledException;
import io.github.cloudjobs.step.PollResult;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
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
  final PollLimiter direct; // of polls outside waits: its rate limits nothing
  final Map<Object, PollLimiter> byQuota =
      new LinkedHashMap<>(16, 0.75f, true); // the one used last is the last
  final ArrayDeque<Poll> urgent = new ArrayDeque<>();
  private final ArrayDeque<PollLimiter> open = new ArrayDeque<>(); // may send now
  private int free;

  PollLimiters(Engine engine, PollLimits limits) {
    this.engine = engine;
    this.limits = limits;
    this.free = limits.inFlight;
    this.direct = new PollLimiter(engine, engine, new PollLimits(free, 1e9, 1e9, 1e9));
  }

  /** Returns the limiter of a quota; {@link #release(PollLimiter)} must follow. */
  PollLimiter acquire(Object quota) {
    PollLimiter limiter = byQuota.get(quota);
    if (limiter == null) {
      limiter = new PollLimiter(engine, quota, limits);
      byQuota.put(quota, limiter);
    }
    limiter.users++;
    return limiter;
  }

  /** A poll stream that used the limiter, or a poll in flight, has ended. */
  void release(PollLimiter limiter) {
    limiter.users--;
    if (limiter.users > 0) {
      return;
    }
    byQuota.get(limiter.quota); // it was used last
    // Checks only two, which still shrinks the rest if many cannot be removed.
    for (int checked = 0; checked < 2 && byQuota.size() > MOST_KEPT; checked++) {
      PollLimiter eldest = byQuota.values().iterator().next();
      if (eldest.isUnused()) {
        byQuota.remove(eldest.quota);
      } else {
        byQuota.get(eldest.quota);
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
      engine.timer.schedule(limiter, limiter.delayUntil());
    }
  }

  /** Sends the polls whose turn it is. Called without the lock. */
  void sendPolls() {
    for (Poll next = start(); next != null; next = start()) {
      next.send();
    }
  }

  /** Starts an urgent poll, else one from each open limiter in turn; null without a place. */
  private @Nullable Poll start() {
    synchronized (engine) {
      Poll next = null;
      while (free > 0 && next == null && !urgent.isEmpty()) {
        Poll first = urgent.remove();
        if (first.isQueued()) {
          first.limiter.startUrgent(first);
          next = first;
        }
      }
      while (free > 0 && next == null && !open.isEmpty()) {
        PollLimiter limiter = open.remove();
        limiter.isOpen = false;
        next = limiter.start();
        openOrSchedule(limiter);
      }
      if (next != null) {
        free--;
        next.limiter.users++;
      }
      return next;
    }
  }
}
