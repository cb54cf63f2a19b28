package io.github.cloudjobs.wait;

import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobStatus;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Grows in proportion to the job's age. Polls at ages that grow by a factor are what doubling a
 * pause at each poll gives too, without a count that a restart would lose.
 */
record ExponentialSchedule(Duration first, double factor, Duration max) implements PollSchedule {
  ExponentialSchedule {
    Durations.requirePositive("first", first);
    if (!(factor >= 1) || Double.isInfinite(factor)) {
      throw new IllegalArgumentException("factor must be 1 or more, and finite: " + factor);
    }
    Durations.requirePositive("max", max);
    if (max.compareTo(first) < 0) {
      throw new IllegalArgumentException("max must not be less than first: " + max + " < " + first);
    }
  }

  @Override
  public Duration nextDelay(Duration jobAge, @Nullable Job last) {
    if (last != null && last.status() == JobStatus.PENDING_PAYMENT) {
      return max;
    }
    double grown = Durations.nanos(first) + (factor - 1) * Durations.age(jobAge);
    return grown >= Durations.nanos(max) ? max : Duration.ofNanos((long) grown);
  }

  @Override
  public String toString() {
    return "exponential " + first + " " + factor + " " + max;
  }
}
