package io.github.cloudjobs.engine;

import io.github.cloudjobs.engine.PollInFlight.QueuedPoll;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.error.ThrottledException;
import io.github.cloudjobs.step.PollResult;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Starts queued polls: at most a fixed number in flight, and of each quota as many per second as
 * its {@link PollLimiter} allows. No poll is dropped. Thread-safe; polls are started without the
 * lock.
 */
final class PollLimiters {
  /** How many unused limiters are kept, for the rates they have learned. */
  private static final int MOST_IDLE = 1_000;

  private final Engine engine;
  private final WaitTimer timer;
  private final PollLimits limits;
  private final PollLimiter direct; // of polls outside waits: its rate limits nothing

  // Guarded by this.
  private final Map<Object, PollLimiter> limiters = new HashMap<>();
  private final Set<PollLimiter> idle = new LinkedHashSet<>(); // the longest idle first
  private final ArrayDeque<QueuedPoll> urgent = new ArrayDeque<>();
  private final ArrayDeque<PollLimiter> open = new ArrayDeque<>(); // may send now
  private int free;

  PollLimiters(Engine engine, WaitTimer timer, PollLimits limits) {
    this.engine = engine;
    this.timer = timer;
    this.limits = limits;
    this.free = limits.inFlight();
    direct = new PollLimiter(engine, "direct polls", PollLimits.unlimited(limits.inFlight()));
    direct.users = 1; // never idle
  }

  PollLimiter direct() {
    return direct;
  }

  /** Returns the limiter of a quota, for a user that will {@link #release(PollLimiter)} it. */
  synchronized PollLimiter acquire(Object quota) {
    PollLimiter limiter =
        limiters.computeIfAbsent(quota, absent -> new PollLimiter(engine, quota, limits));
    use(limiter);
    return limiter;
  }

  private void use(PollLimiter limiter) {
    if (limiter.users++ == 0) {
      idle.remove(limiter);
    }
  }

  /** A poll stream that used the limiter, or a poll in flight, has ended. */
  synchronized void release(PollLimiter limiter) {
    if (--limiter.users > 0) {
      return;
    }
    idle.add(limiter);
    // Checks only two, which still shrinks the rest if many were refused recently.
    for (int checked = 0; checked < 2 && idle.size() > MOST_IDLE; checked++) {
      PollLimiter eldest = idle.iterator().next();
      idle.remove(eldest);
      if (eldest.wasRefusedRecently()) {
        idle.add(eldest);
      } else {
        limiters.remove(eldest.quota());
      }
    }
  }

  /** Queues a poll: behind the others, or in front of them if it was throttled before. */
  void enqueue(QueuedPoll poll, boolean wasThrottled) {
    synchronized (this) {
      poll.limiter().add(poll, wasThrottled);
      openOrSchedule(poll.limiter());
    }
    startPolls();
  }

  /** Queues a poll ahead of all others, whatever the rate. */
  void enqueueUrgent(QueuedPoll poll) {
    synchronized (this) {
      urgent.add(poll);
    }
    startPolls();
  }

  /** The rate of a limiter may allow its next poll. */
  void onTime(PollLimiter limiter) {
    synchronized (this) {
      openOrSchedule(limiter);
    }
    startPolls();
  }

  /** Frees the place of a poll that has ended, and adapts the rate; starts no other poll. */
  void release(PollInFlight poll, PollResult result) {
    PollLimiter limiter = poll.limiter();
    JobsException error = result.error();
    ThrottledException refusal =
        limiter != direct && error instanceof ThrottledException throttled ? throttled : null;
    double perSecond;
    synchronized (this) {
      free++;
      if (refusal != null) {
        limiter.refused(result.retryAfter());
        openOrSchedule(limiter);
      } else if (poll.wasDelayed() && !(error instanceof JobsTransportException)) {
        limiter.passed();
      }
      perSecond = limiter.perSecond();
      release(limiter);
    }
    if (refusal != null) {
      ListenerNotifier.record(
          () -> ThrottleEvent.record(limiter.quota(), refusal, result.retryAfter(), perSecond));
    }
  }

  /** Opens a limiter with queued polls, or schedules it for when its rate allows the next one. */
  private void openOrSchedule(PollLimiter limiter) {
    if (limiter.isOpen || !limiter.isWanted()) {
      return;
    }
    if (limiter.mayPoll()) {
      limiter.isOpen = true;
      open.add(limiter);
    } else {
      timer.schedule(limiter, limiter.delayUntil());
    }
  }

  /** Starts the polls whose turn it is. */
  void startPolls() {
    for (PollInFlight next = take(); next != null; next = take()) {
      if (!next.start()) {
        synchronized (this) {
          free++;
          release(next.limiter());
        }
      }
    }
  }

  private synchronized @Nullable PollInFlight take() {
    if (free == 0) {
      return null;
    }
    PollInFlight next = takeUrgent();
    if (next == null) {
      next = takeInTurn();
    }
    if (next != null) {
      free--;
      use(next.limiter());
    }
    return next;
  }

  private @Nullable PollInFlight takeUrgent() {
    for (QueuedPoll first = urgent.poll(); first != null; first = urgent.poll()) {
      if (first.isWanted()) {
        first.limiter().chargeUrgent();
        return new PollInFlight(this, first, false);
      }
    }
    return null;
  }

  /** One poll from each open limiter in turn; the direct polls are one of them. */
  private @Nullable PollInFlight takeInTurn() {
    for (PollLimiter limiter = open.poll(); limiter != null; limiter = open.poll()) {
      limiter.isOpen = false;
      QueuedPoll next = limiter.mayPoll() ? limiter.take() : null;
      boolean delayed = next != null && limiter.charge();
      openOrSchedule(limiter);
      if (next != null) {
        return new PollInFlight(this, next, delayed);
      }
    }
    return null;
  }

  /** How many limiters there are. */
  synchronized int limiters() {
    return limiters.size();
  }

  /** How many polls are queued, including those that are no longer wanted. */
  synchronized int queued() {
    int inTurn = limiters.values().stream().mapToInt(PollLimiter::size).sum();
    return urgent.size() + direct.size() + inTurn;
  }
}
