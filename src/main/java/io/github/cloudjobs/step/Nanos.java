package io.github.cloudjobs.step;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Durations as nanoseconds in a long, which reach 292 years; what is longer is cut to half of that.
 */
final class Nanos {
  /** So long that nothing reaches it, and so short that two of them still add up. */
  static final long ENDLESS = Long.MAX_VALUE / 2;

  private Nanos() {}

  static long of(Duration duration) {
    return Math.max(-ENDLESS, Math.min(ENDLESS, TimeUnit.NANOSECONDS.convert(duration)));
  }
}
