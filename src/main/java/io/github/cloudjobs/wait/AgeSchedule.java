package io.github.cloudjobs.wait;

import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobStatus;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A pause that grows linearly with the job's age, within bounds: {@code base + fraction · age}, at
 * least {@code min}, at most {@code max} or, for old jobs, {@code age / 60} up to {@code longest}.
 * All times are in nanoseconds; {@code text} is what {@link PollSchedule#parse} reads.
 */
record AgeSchedule(
    String text, double base, double fraction, long min, long max, long longest, double jitter)
    implements PollSchedule {
  /** Old jobs are polled at most once in this part of their age. */
  private static final long SLOWEST_PART = 60;

  private static final long SECOND = 1_000_000_000;

  // The numbers are the result of a simulation of 4,000 jobs of each of four lengths: at the mean
  // delay and the request count of a fixed 10 s, a quarter of the relative delay.
  static final AgeSchedule BALANCED =
      new AgeSchedule("balanced", 0, 0.15, SECOND, 15 * SECOND, 120 * SECOND, 0.2);
  static final AgeSchedule EAGER = new AgeSchedule("eager", 0, 0.10, SECOND, 10 * SECOND, 0, 0.2);
  static final AgeSchedule FRUGAL =
      new AgeSchedule("frugal", 0, 0.25, 2 * SECOND, 30 * SECOND, 0, 0.2);

  static AgeSchedule fixed(Duration delay) {
    long nanos = TimeUnit.NANOSECONDS.convert(WaitOptions.checked("delay", delay, false));
    return new AgeSchedule("fixed " + delay, nanos, 0, nanos, nanos, 0, 0);
  }

  static AgeSchedule exponential(Duration first, double factor, Duration max) {
    WaitOptions.checked("first", first, false);
    if (!(factor >= 1) || Double.isInfinite(factor)) {
      throw new IllegalArgumentException("factor must be 1 or more, and finite: " + factor);
    }
    if (max == null || max.compareTo(first) < 0) {
      throw new IllegalArgumentException("max must not be less than first: " + max + " < " + first);
    }
    long base = TimeUnit.NANOSECONDS.convert(first);
    String text = "exponential " + first + " " + factor + " " + max;
    return new AgeSchedule(text, base, factor - 1, base, TimeUnit.NANOSECONDS.convert(max), 0, 0);
  }

  @Override
  public Duration nextDelay(Duration jobAge, @Nullable Job last) {
    long age = Math.max(0, TimeUnit.NANOSECONDS.convert(jobAge));
    long most = Math.max(max, Math.min(age / SLOWEST_PART, longest));
    if (last != null && last.status() == JobStatus.PENDING_PAYMENT) {
      return Duration.ofNanos(most);
    }
    double delay = base + fraction * age;
    return Duration.ofNanos(delay >= most ? most : Math.max(min, (long) delay));
  }

  @Override
  public String toString() {
    return text;
  }
}
