package io.github.cloudjobs.wait;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Checks, formats and converts durations. */
final class Durations {
  private Durations() {}

  static Duration requirePositive(String name, Duration value) {
    if (requireNotNegative(name, value).isZero()) {
      throw new IllegalArgumentException(name + " must be more than zero");
    }
    return value;
  }

  static Duration requireNotNegative(String name, Duration value) {
    if (value == null || value.isNegative()) {
      throw new IllegalArgumentException(name + " must not be null or negative: " + value);
    }
    return value;
  }

  /** {@code 00:42}, or {@code 1:00:42} from an hour on. */
  static String clock(Duration time) {
    String minutes =
        String.format(Locale.ROOT, "%02d:%02d", time.toMinutesPart(), time.toSecondsPart());
    return time.toHours() == 0 ? minutes : time.toHours() + ":" + minutes;
  }

  /** Returns the nanoseconds of a duration; of more than 292 years the largest number. */
  static long nanos(Duration value) {
    return TimeUnit.NANOSECONDS.convert(value);
  }
}
