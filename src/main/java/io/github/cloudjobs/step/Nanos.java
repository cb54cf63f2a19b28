package io.github.cloudjobs.step;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** Durations and times as nanoseconds in a long, limited to 146 years so that two can be added. */
final class Nanos {
  static final long SECOND = 1_000_000_000;
  static final long ENDLESS = Long.MAX_VALUE / 2;

  /** A second less, so that a part of one may be added. */
  private static final long SECONDS = ENDLESS / SECOND - 1;

  private Nanos() {}

  static long of(Duration duration) {
    return Math.max(-ENDLESS, Math.min(ENDLESS, TimeUnit.NANOSECONDS.convert(duration)));
  }

  /** Nanoseconds since 1970. */
  static long of(Instant time) {
    long seconds = Math.max(-SECONDS, Math.min(SECONDS, time.getEpochSecond()));
    return seconds * SECOND + time.getNano(); // no Duration for each poll
  }

  /** The time from one time since 1970 to another; negative if that is earlier. */
  static long between(long from, long to) {
    return from < to - ENDLESS ? ENDLESS : to - from;
  }

  static Instant instant(long sinceEpoch) {
    return Instant.EPOCH.plusNanos(sinceEpoch);
  }
}
