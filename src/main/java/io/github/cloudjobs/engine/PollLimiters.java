package io.github.cloudjobs.engine;

import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.error.ThrottledException;
import io.github.cloudjobs.step.PollResult;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jdk.jfr.FlightRecorder;
import org.jspecify.annotations.Nullable;

/**
 * Starts queued polls: at most a fixed number in flight, and of each quota as many per second as
 * its {@link PollLimiter} allows. No poll is dropped. Thread-safe; polls are started without the
 * lock.
 */
final class PollLimiters {
  /** How many unused limiters are kept, for the rates they have learned. */
  private static final int MOST_IDLE = 1_000;

  /** Callbacks on the same thread, which may wait for another poll, need some. */
  private static final int MOST_NESTED = 16;

  private final Engine engine;
  private final WaitTimer timer;
  private final PollLimits limits;
  private final ThreadLocal<Integer> nesting = ThreadLocal.withInitial(() -> 0);

  // Guarded by this.
  private final Map<Object, PollLimiter> limiters = new HashMap<>();
  private final Set<PollLimiter> idle = new LinkedHashSet<>(); // the longest idle first
  private final ArrayDeque<Urgent> urgent = new ArrayDeque<>();
  private final PollLimiter direct; // its rate limits nothing
  private final ArrayDeque<PollLimiter> open = new ArrayDeque<>(); // may send now
  private int free;

  /** A poll that waits for a place in flight. */
  interface QueuedPoll {
    /** Whether it is still to be started. */
    boolean isWanted();

    /**
     * Sends the poll. Does not throw, and does not block.
     *
     * @param delayed whether the rate delayed it
     * @return false if it was no longer wanted; otherwise {@link #onCompleted} must follow
     */
    boolean start(boolean delayed);
  }

  /** A poll that waits only for a place, and counts in the rate of its limiter. */
  private record Urgent(QueuedPoll poll, PollLimiter limiter) {}

  /** A poll that has a place. */
  private record Turn(QueuedPoll poll, PollLimiter limiter, boolean delayed) {}

  PollLimiters(Engine engine, WaitTimer timer, PollLimits limits) {
    this.engine = engine;
    this.timer = timer;
    this.limits = limits;
    this.free = limits.inFlight();
    long now = timer.nanoTime();
    AdaptiveRate unlimited = new AdaptiveRate(PollLimits.unlimited(limits.inFlight()), now);
    direct = new PollLimiter(engine, "direct polls", unlimited, now);
    direct.users = 1; // never idle
  }

  /** Returns the limiter of a quota, for a user that will {@link #release} it. */
  synchronized PollLimiter acquire(Object quota) {
    PollLimiter limiter =
        limiters.computeIfAbsent(
            quota,
            absent -> {
              long now = timer.nanoTime();
              return new PollLimiter(engine, quota, new AdaptiveRate(limits, now), now);
            });
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
    if (--limiter.users == 0) {
      idle.add(limiter);
      removeIdle();
    }
  }

  /** Checks only two, which still shrinks the rest if many were refused recently. */
  private void removeIdle() {
    long now = timer.nanoTime();
    for (int checked = 0; checked < 2 && idle.size() > MOST_IDLE; checked++) {
      PollLimiter eldest = idle.iterator().next();
      idle.remove(eldest);
      if (eldest.wasRefusedRecently(now)) {
        idle.add(eldest);
      } else {
        limiters.remove(eldest.quota());
      }
    }
  }

  /** Queues a poll: behind the others, or in front of them if it was throttled before. */
  void enqueue(PollLimiter limiter, QueuedPoll poll, boolean wasThrottled) {
    synchronized (this) {
      limiter.add(poll, wasThrottled);
      openOrSchedule(limiter);
    }
    startPolls();
  }

  /** Queues a poll ahead of all others, whatever the rate. */
  void enqueueUrgent(PollLimiter limiter, QueuedPoll poll) {
    synchronized (this) {
      urgent.add(new Urgent(poll, limiter));
    }
    startPolls();
  }

  /** Queues a poll that belongs to no wait; it waits only for a place. */
  void enqueueDirect(DirectPoll<?> poll) {
    enqueue(direct, poll, false);
  }

  /** The rate of a limiter allows its next poll. */
  void onTime(PollLimiter limiter) {
    synchronized (this) {
      openOrSchedule(limiter);
    }
    startPolls();
  }

  /** A direct poll has ended. Its result does not change a rate. */
  void onDirectCompleted() {
    onCompleted(direct, null, false);
  }

  /**
   * A poll has ended.
   *
   * @param result null if it could not be sent
   * @param delayed as it was passed to {@link QueuedPoll#start}
   */
  void onCompleted(PollLimiter limiter, @Nullable PollResult result, boolean delayed) {
    JobsException error = result == null ? null : result.error();
    double perSecond;
    synchronized (this) {
      free++;
      if (result != null && error instanceof ThrottledException) {
        limiter.refused(result.retryAfter(), timer.nanoTime());
        openOrSchedule(limiter);
      } else if (result != null && delayed && !(error instanceof JobsTransportException)) {
        limiter.passed();
      }
      perSecond = limiter.perSecond();
      release(limiter);
    }
    if (result != null && error instanceof ThrottledException refusal) {
      record(limiter, refusal, result.retryAfter(), perSecond);
    }
    startPolls();
  }

  /**
   * Not called under a lock: loading the event's class takes a tenth of a second, and locks of the
   * JVM. Without a flight recorder it is not loaded.
   */
  private static void record(
      PollLimiter limiter,
      ThrottledException refusal,
      @Nullable Duration retryAfter,
      double perSecond) {
    try {
      if (FlightRecorder.isInitialized()) {
        ThrottleEvent.record(limiter.quota(), refusal, retryAfter, perSecond);
      }
    } catch (Throwable t) {
      ListenerNotifier.logWarning("a refused poll could not be recorded", t);
    }
  }

  /** Opens a limiter with queued polls, or schedules it for when its rate allows the next one. */
  private void openOrSchedule(PollLimiter limiter) {
    if (limiter.isOpen || !limiter.isWanted()) {
      return;
    }
    if (limiter.mayPoll(timer.nanoTime())) {
      limiter.isOpen = true;
      open.add(limiter);
    } else {
      timer.schedule(limiter, limiter.delayUntil());
    }
  }

  /**
   * Starts the polls whose turn it is. One that fails at once gets here again from within: not any
   * deeper than the limit, as the loop around it goes on anyway.
   */
  private void startPolls() {
    int outer = nesting.get();
    if (outer == MOST_NESTED) {
      return;
    }
    nesting.set(outer + 1);
    try {
      startEach();
    } finally {
      if (outer == 0) {
        nesting.remove();
      } else {
        nesting.set(outer);
      }
    }
  }

  private void startEach() {
    for (Turn turn = take(); turn != null; turn = take()) {
      if (!turn.poll().start(turn.delayed())) {
        synchronized (this) {
          free++;
          release(turn.limiter());
        }
      }
    }
  }

  private synchronized @Nullable Turn take() {
    if (free == 0) {
      return null;
    }
    Turn turn = takeUrgent();
    if (turn == null) {
      turn = takeInTurn();
    }
    if (turn != null) {
      free--;
      use(turn.limiter());
    }
    return turn;
  }

  private @Nullable Turn takeUrgent() {
    for (Urgent first = urgent.poll(); first != null; first = urgent.poll()) {
      if (first.poll().isWanted()) {
        first.limiter().chargeUrgent(timer.nanoTime());
        return new Turn(first.poll(), first.limiter(), false);
      }
    }
    return null;
  }

  /** One poll from each open limiter in turn; the direct polls are one of them. */
  private @Nullable Turn takeInTurn() {
    for (PollLimiter limiter = open.poll(); limiter != null; limiter = open.poll()) {
      limiter.isOpen = false;
      long now = timer.nanoTime();
      QueuedPoll next = limiter.mayPoll(now) ? limiter.take() : null;
      boolean delayed = next != null && limiter.charge(now);
      openOrSchedule(limiter);
      if (next != null) {
        return new Turn(next, limiter, delayed);
      }
    }
    return null;
  }

  /** How many limiters there are. */
  synchronized int limiters() {
    return limiters.size();
  }

  /** How many polls may be sent before one in flight has ended. */
  synchronized int free() {
    return free;
  }

  /** How many polls are queued, including those that are no longer wanted. */
  synchronized int queued() {
    int inTurn = limiters.values().stream().mapToInt(PollLimiter::size).sum();
    return urgent.size() + direct.size() + inTurn;
  }

  /** Cancels the queued direct polls; those of waits end with their waits. */
  void close() {
    List<QueuedPoll> queued = new ArrayList<>();
    synchronized (this) {
      for (QueuedPoll poll = direct.take(); poll != null; poll = direct.take()) {
        queued.add(poll);
      }
    }
    queued.forEach(poll -> ((DirectPoll<?>) poll).close());
  }
}
