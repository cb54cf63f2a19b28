package io.github.cloudjobs.step;

import java.time.Duration;

/**
 * Durations as nanoseconds in a long, which reach 292 years; what is longer is cut to half of that.
 */
final class Nanos {
  /** So long that nothing reaches it, and so short that two of them still add up. */
  static final long ENDLESS = Long.MAX_VALUE / 2;

  private Nanos() {}

  static long of(Duration duration) {
    try {
      return Math.max(-ENDLESS, Math.min(ENDLESS, duration.toNanos()));
    } catch (ArithmeticException tooLong) {
      return duration.isNegative() ? -ENDLESS : ENDLESS;
    }
  }
}
