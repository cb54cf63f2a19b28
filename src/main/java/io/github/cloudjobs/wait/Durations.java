package io.github.cloudjobs.wait;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Checks on the durations that callers hand in, and how one reads on a clock. */
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
    String minutes = twoDigits(time.toMinutesPart()) + ":" + twoDigits(time.toSecondsPart());
    return time.toHours() == 0 ? minutes : time.toHours() + ":" + minutes;
  }

  private static String twoDigits(int number) {
    return number < 10 ? "0" + number : Integer.toString(number);
  }

  /** As a number of nanoseconds; what does not fit, after 292 years, is the largest number. */
  static long nanos(Duration value) {
    return TimeUnit.NANOSECONDS.convert(value);
  }
}
