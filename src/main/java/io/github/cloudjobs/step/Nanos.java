package io.github.cloudjobs.step;

import java.time.Duration;
import java.time.Instant;
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

  /** A time of day, as the nanoseconds since 1970; 146 years before and after are told apart. */
  static long of(Instant time) {
    return of(Duration.between(Instant.EPOCH, time));
  }

  /** The time of day that is so many nanoseconds after 1970. */
  static Instant instant(long sinceEpoch) {
    return Instant.EPOCH.plusNanos(sinceEpoch);
  }
}
