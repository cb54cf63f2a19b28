package io.github.cloudjobs.testing;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * Where a job's simulated life lies on the clock. Pure.
 *
 * @param begin when it began
 * @param scale how many simulated seconds pass in one of the clock's
 */
record Timeline(Instant begin, double scale) {
  /** How much of the life has passed; negative before {@link #begin}. */
  Duration elapsedAt(Instant now) {
    return times(Duration.between(begin, now), scale);
  }

  /** The clock's time at which that much of the life has passed. */
  Instant instantAt(Duration elapsed) {
    return begin.plus(times(elapsed, 1 / scale));
  }

  private static Duration times(Duration duration, double factor) {
    return factor == 1
        ? duration
        : Duration.ofNanos(Math.round(TimeUnit.NANOSECONDS.convert(duration) * factor));
  }
}
