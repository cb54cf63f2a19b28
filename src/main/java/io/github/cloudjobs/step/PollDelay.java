package io.github.cloudjobs.step;

import io.github.cloudjobs.wait.PollSchedule;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Computes the pause before the next poll from the schedule and its limits. */
final class PollDelay {
  /** The shortest pause between two polls of a wait. */
  static final long SHORTEST = Nanos.SECOND / 100;

  private static final long CONFIRMING = Nanos.SECOND;
  private static final long LONGEST_RETRY_AFTER = 300 * Nanos.SECOND;

  private PollDelay() {}

  /** Returns the pause after a poll; {@code errors} are failed or throttled polls in a row. */
  static long after(
      WaitPlan plan, WaitState state, long at, @Nullable Duration retryAfter, int errors) {
    long delay = scheduled(plan, state, state.age(at));
    if (state.successes() > 0) {
      delay = Math.min(delay, CONFIRMING);
    }
    long requested = retryAfter == null ? 0 : Math.min(Nanos.of(retryAfter), LONGEST_RETRY_AFTER);
    return Math.max(Math.max(delay, SHORTEST), Math.max(backoff(errors), requested));
  }

  /** The least pause after some errors in a row: 2 s, 4 s, 8 s ... */
  private static long backoff(int errors) {
    return errors == 0 ? 0 : Math.min(1L << Math.min(errors, 5), 30) * Nanos.SECOND;
  }

  private static long scheduled(WaitPlan plan, WaitState state, long age) {
    PollSchedule schedule = plan.options().schedule();
    @Nullable Duration delay = schedule.nextDelay(Duration.ofNanos(age), state.job());
    double jitter = schedule.jitter();
    if (delay == null || delay.isNegative() || !(jitter >= 0 && jitter < 1)) {
      throw new IllegalStateException(
          "a schedule must return zero or more, and a jitter from 0 to below 1: "
              + delay
              + " with jitter "
              + jitter);
    }
    double jittered = Nanos.of(delay) * (1 + jitter * spread(plan.ref().jobId(), age));
    return Math.min((long) jittered, Nanos.ENDLESS);
  }

  /** A number from -1 to 1 that looks random, and is the same for the same job at the same age. */
  private static double spread(String jobId, long age) {
    long hash = jobId.hashCode() * 0x9E3779B97F4A7C15L + age / 1_000_000;
    hash = (hash ^ (hash >>> 30)) * 0xBF58476D1CE4E5B9L; // SplitMix64's finisher
    hash = (hash ^ (hash >>> 27)) * 0x94D049BB133111EBL;
    hash ^= hash >>> 31;
    return (hash >> 11) * 0x1p-52;
  }
}
