package io.github.cloudjobs.engine;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.MINUTES;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import java.time.Duration;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The polls that count against one quota, in the order in which they came; those that were refused
 * before the others. Guarded by its gate.
 */
final class Lane extends Alarm {
  /** However long a service asks to be left alone. */
  private static final long LONGEST_RETRY_AFTER = MINUTES.toNanos(5);

  /** So much may be made up for: a timer that is late must not cost polls. */
  private static final long SLACK = MILLISECONDS.toNanos(100);

  /** So long the others make room for urgent polls, however many those are. */
  private static final long LONGEST_DEBT = SECONDS.toNanos(1);

  private final Engine engine;
  private final Object quota;
  private final AdaptiveRate rate;
  private final ArrayDeque<Launch> refused = new ArrayDeque<>();
  private final ArrayDeque<Launch> waiting = new ArrayDeque<>();
  private long next; // when the next poll may be sent
  private boolean held; // by the rate: it is the bottleneck

  /** Whether the gate has it among its open ones. */
  boolean isOpen;

  /** How many streams of polls, and polls in flight, use it. */
  int users;

  Lane(Engine engine, Object quota, AdaptiveRate rate, long now) {
    this.engine = engine;
    this.quota = quota;
    this.rate = rate;
    this.next = now - SLACK;
  }

  @Override
  protected void ring() {
    engine.gate().ring(this);
  }

  Object quota() {
    return quota;
  }

  /** Whose polls these are. */
  Engine engine() {
    return engine;
  }

  void add(Launch poll, boolean again) {
    (again ? refused : waiting).add(poll);
  }

  /** How many polls wait here, those included that nobody wants any more. */
  int size() {
    return refused.size() + waiting.size();
  }

  /** Whether any poll still waits here. */
  boolean isWanted() {
    return isWanted(refused) || isWanted(waiting);
  }

  private static boolean isWanted(ArrayDeque<Launch> queue) {
    while (!queue.isEmpty() && !queue.element().isWanted()) {
      queue.remove();
    }
    return !queue.isEmpty();
  }

  /** Whether the rate lets the next poll through. */
  boolean mayPoll(long now) {
    return now - next >= 0;
  }

  /** When the rate will let the next poll through; that one is held up then. */
  long hold() {
    held = true;
    return next;
  }

  /** The poll whose turn it is; null if none waits. */
  @Nullable Launch take() {
    return isWanted() ? (refused.isEmpty() ? waiting : refused).remove() : null;
  }

  /**
   * A poll is sent.
   *
   * @return whether the rate held it up
   */
  boolean charge(long now) {
    boolean wasHeld = held;
    held = held && isWanted();
    next = later(next, now - SLACK) + rate.interval();
    rate.sent(now);
    return wasHeld;
  }

  /** A poll is sent ahead of its turn: the others wait that much longer, within bounds. */
  void chargeUrgent(long now) {
    long most = later(next, now + LONGEST_DEBT + rate.interval());
    charge(now);
    if (next - most > 0) {
      next = most;
    }
  }

  /** A poll that was held up by the rate has been answered. */
  void passed() {
    rate.passed();
  }

  /** A poll was refused: there will be fewer, and none at all for as long as the service asks. */
  void refused(@Nullable Duration retryAfter, long now) {
    rate.refused(now);
    long pause = retryAfter == null ? rate.interval() : nanos(retryAfter);
    next = later(next, now + pause);
  }

  /** Whether forgetting the lane would lose what its service asked for. */
  boolean wasRefusedRecently(long now) {
    return rate.wasCutSince(now - LONGEST_RETRY_AFTER);
  }

  double perSecond() {
    return rate.perSecond();
  }

  private static long nanos(Duration retryAfter) {
    return Math.max(0, Math.min(NANOSECONDS.convert(retryAfter), LONGEST_RETRY_AFTER));
  }

  private static long later(long one, long other) {
    return one - other > 0 ? one : other;
  }
}
