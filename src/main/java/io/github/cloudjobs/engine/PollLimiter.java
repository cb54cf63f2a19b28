package io.github.cloudjobs.engine;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.MINUTES;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import java.time.Duration;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The rate limiter of one quota, with its queue: first come first served, but polls that were
 * throttled before go first. Estimates the polls per second that the service allows: additive
 * increase, multiplicative decrease. Guarded by the engine.
 */
final class PollLimiter extends WaitTimer.Task {
  private static final long SECOND = SECONDS.toNanos(1);
  private static final long LONGEST_RETRY_AFTER = MINUTES.toNanos(5);

  /** The factor after a refusal; that of TCP CUBIC. */
  private static final double DECREASE = 0.7;

  /** How much unused time counts, so that a late timer does not cost polls. */
  private static final long SLACK = MILLISECONDS.toNanos(100);

  /** The longest that urgent polls delay the others. */
  private static final long LONGEST_DEBT = SECOND;

  final Engine engine;
  final Object quota;
  private final PollLimits limits;
  private final ArrayDeque<Poll> throttled = new ArrayDeque<>();
  private final ArrayDeque<Poll> waiting = new ArrayDeque<>();
  private long next; // when the next poll may be sent
  private boolean delaying; // the rate is the bottleneck
  double perSecond;
  private long lastCut; // when the rate was last reduced

  // Polls sent in this second and in the one before.
  private long second;
  private int sent;
  private int sentBefore;

  boolean isOpen; // in the list of those that may send now
  int users; // poll streams, and polls in flight

  PollLimiter(Engine engine, Object quota, PollLimits limits) {
    this.engine = engine;
    this.quota = quota;
    this.limits = limits;
    this.perSecond = limits.start;
    this.second = now();
    this.next = second - SLACK;
    this.lastCut = second - LONGEST_RETRY_AFTER - SECOND; // long enough ago
  }

  private long now() {
    return engine.timer.nanoTime();
  }

  @Override
  public void run() {
    synchronized (engine) {
      engine.limiters.openOrSchedule(this);
    }
    engine.limiters.sendPolls();
  }

  void add(Poll poll, boolean wasThrottled) {
    (wasThrottled ? throttled : waiting).add(poll);
  }

  /** The queue of the next poll; null if none is queued. */
  private @Nullable ArrayDeque<Poll> queue() {
    dropUnwanted(throttled);
    dropUnwanted(waiting);
    if (!throttled.isEmpty()) {
      return throttled;
    }
    return waiting.isEmpty() ? null : waiting;
  }

  private static void dropUnwanted(ArrayDeque<Poll> queue) {
    while (!queue.isEmpty() && !queue.element().isQueued()) {
      queue.remove();
    }
  }

  boolean isWanted() {
    return queue() != null;
  }

  boolean mayPoll() {
    return now() - next >= 0;
  }

  /** Returns when the rate allows the next poll, which is delayed until then. */
  long delayUntil() {
    delaying = true;
    return next;
  }

  /** Starts the next poll, and returns it; null if none is queued or the rate delays it. */
  @Nullable Poll start() {
    ArrayDeque<Poll> queue = mayPoll() ? queue() : null;
    if (queue == null) {
      return null;
    }
    Poll poll = queue.remove();
    poll.delayed = delaying;
    charge(poll);
    return poll;
  }

  /** Starts an urgent poll: the others are delayed, within bounds. */
  void startUrgent(Poll poll) {
    long most = later(next, now() + LONGEST_DEBT + interval());
    charge(poll);
    next = next - most > 0 ? most : next;
  }

  private void charge(Poll poll) {
    poll.started = true;
    long now = now();
    delaying = delaying && isWanted();
    next = later(next, now - SLACK) + interval();
    roll(now);
    sent++;
  }

  private long interval() {
    return (long) (SECOND / perSecond);
  }

  private void roll(long now) {
    long passed = (now - second) / SECOND;
    if (passed > 0) {
      sentBefore = passed == 1 ? sent : 0;
      sent = 0;
      second += passed * SECOND;
    }
  }

  /** A poll that the rate had delayed was answered: adds one a second, or one each if rarer. */
  void passed() {
    perSecond = Math.min(limits.ceiling, perSecond + Math.min(1, 1 / perSecond));
  }

  /**
   * A poll was throttled: reduces the rate, at most once a second, to a part of what was sent, and
   * pauses as long as the service asks.
   */
  void refused(@Nullable Duration retryAfter) {
    long now = now();
    if (now - lastCut >= SECOND) {
      lastCut = now;
      roll(now);
      double measured = sent + sentBefore * (1 - (double) (now - second) / SECOND); // pro rata
      perSecond = Math.max(limits.floor, DECREASE * Math.min(perSecond, measured + 1));
    }
    long pause = retryAfter == null ? interval() : NANOSECONDS.convert(retryAfter);
    next = later(next, now + Math.min(pause, LONGEST_RETRY_AFTER));
  }

  /** Whether it may go: a Retry-After of the service may still apply. */
  boolean isUnused() {
    return users == 0 && now() - lastCut > LONGEST_RETRY_AFTER;
  }

  private static long later(long one, long other) {
    return one - other > 0 ? one : other;
  }
}
