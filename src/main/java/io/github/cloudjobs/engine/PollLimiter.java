package io.github.cloudjobs.engine;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.MINUTES;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.github.cloudjobs.engine.PollInFlight.QueuedPoll;
import java.time.Duration;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The rate limiter of one quota, with its queue: first come first served, but polls that were
 * throttled before go first. Guarded by its {@link PollLimiters}.
 */
final class PollLimiter extends WaitTimer.Task {
  /** The longest Retry-After that is obeyed. */
  private static final long LONGEST_RETRY_AFTER = MINUTES.toNanos(5);

  /** How much unused time counts, so that a late timer does not cost polls. */
  private static final long SLACK = MILLISECONDS.toNanos(100);

  /** The longest that urgent polls delay the others. */
  private static final long LONGEST_DEBT = SECONDS.toNanos(1);

  private final Engine engine;
  private final Object quota;
  private final AdaptiveRate rate;
  private final ArrayDeque<QueuedPoll> throttled = new ArrayDeque<>();
  private final ArrayDeque<QueuedPoll> waiting = new ArrayDeque<>();
  private long next; // when the next poll may be sent
  private boolean delaying; // the rate is the bottleneck

  /** Whether it is in the list of those that may send now. */
  boolean isOpen;

  /** How many poll streams and polls in flight use it. */
  int users;

  PollLimiter(Engine engine, Object quota, PollLimits limits) {
    this.engine = engine;
    this.quota = quota;
    this.rate = new AdaptiveRate(limits, now());
    this.next = now() - SLACK;
  }

  private long now() {
    return engine.timer().nanoTime();
  }

  @Override
  public void run() {
    engine.limiters().onTime(this);
  }

  Object quota() {
    return quota;
  }

  Engine engine() {
    return engine;
  }

  void add(QueuedPoll poll, boolean wasThrottled) {
    (wasThrottled ? throttled : waiting).add(poll);
  }

  /** How many polls are queued, including those that are no longer wanted. */
  int size() {
    return throttled.size() + waiting.size();
  }

  /** Whether a wanted poll is queued. */
  boolean isWanted() {
    return isWanted(throttled) || isWanted(waiting);
  }

  private static boolean isWanted(ArrayDeque<QueuedPoll> queue) {
    while (!queue.isEmpty() && !queue.element().isWanted()) {
      queue.remove();
    }
    return !queue.isEmpty();
  }

  /** Whether the rate allows the next poll. */
  boolean mayPoll() {
    return now() - next >= 0;
  }

  /** Returns when the rate allows the next poll, which is delayed until then. */
  long delayUntil() {
    delaying = true;
    return next;
  }

  /** Removes and returns the next poll; null if none is queued. */
  @Nullable QueuedPoll take() {
    return isWanted() ? (throttled.isEmpty() ? waiting : throttled).remove() : null;
  }

  /**
   * A poll is sent.
   *
   * @return whether the rate delayed it
   */
  boolean charge() {
    long now = now();
    boolean delayed = delaying;
    delaying = delaying && isWanted();
    next = later(next, now - SLACK) + rate.interval();
    rate.sent(now);
    return delayed;
  }

  /** An urgent poll is sent: the others are delayed, within bounds. */
  void chargeUrgent() {
    long most = later(next, now() + LONGEST_DEBT + rate.interval());
    charge();
    if (next - most > 0) {
      next = most;
    }
  }

  /** A poll that the rate had delayed was answered. */
  void passed() {
    rate.passed();
  }

  /** A poll was throttled: reduces the rate, and pauses as long as the service asks. */
  void refused(@Nullable Duration retryAfter) {
    rate.refused(now());
    long pause =
        retryAfter == null
            ? rate.interval()
            : Math.max(0, Math.min(NANOSECONDS.convert(retryAfter), LONGEST_RETRY_AFTER));
    next = later(next, now() + pause);
  }

  /** Whether a Retry-After of the service may still apply. */
  boolean wasRefusedRecently() {
    return rate.wasCutSince(now() - LONGEST_RETRY_AFTER);
  }

  double perSecond() {
    return rate.perSecond();
  }

  private static long later(long one, long other) {
    return one - other > 0 ? one : other;
  }
}
