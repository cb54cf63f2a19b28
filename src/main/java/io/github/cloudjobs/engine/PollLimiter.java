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
 * throttled before go first. Guarded by the engine.
 */
final class PollLimiter extends WaitTimer.Task {
  private static final long LONGEST_RETRY_AFTER = MINUTES.toNanos(5);

  /** How much unused time counts, so that a late timer does not cost polls. */
  private static final long SLACK = MILLISECONDS.toNanos(100);

  /** The longest that urgent polls delay the others. */
  private static final long LONGEST_DEBT = SECONDS.toNanos(1);

  final Engine engine;
  final Object quota;
  final AdaptiveRate rate;
  private final ArrayDeque<Poll> throttled = new ArrayDeque<>();
  private final ArrayDeque<Poll> waiting = new ArrayDeque<>();
  private long next; // when the next poll may be sent
  private boolean delaying; // the rate is the bottleneck

  boolean isOpen; // in the list of those that may send now
  int users; // poll streams, and polls in flight

  PollLimiter(Engine engine, Object quota, PollLimits limits) {
    this.engine = engine;
    this.quota = quota;
    this.rate = new AdaptiveRate(limits, now());
    this.next = now() - SLACK;
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
    long most = later(next, now() + LONGEST_DEBT + rate.interval());
    charge(poll);
    next = next - most > 0 ? most : next;
  }

  private void charge(Poll poll) {
    poll.started = true;
    long now = now();
    delaying = delaying && isWanted();
    next = later(next, now - SLACK) + rate.interval();
    rate.sent(now);
  }

  /** A poll was throttled: reduces the rate, and pauses as long as the service asks. */
  void refused(@Nullable Duration retryAfter) {
    rate.refused(now());
    long pause = retryAfter == null ? rate.interval() : NANOSECONDS.convert(retryAfter);
    next = later(next, now() + Math.min(pause, LONGEST_RETRY_AFTER));
  }

  /** Whether it may go: a Retry-After of the service may still apply. */
  boolean isUnused() {
    return users == 0 && !rate.wasCutSince(now() - LONGEST_RETRY_AFTER);
  }

  private static long later(long one, long other) {
    return one - other > 0 ? one : other;
  }
}
