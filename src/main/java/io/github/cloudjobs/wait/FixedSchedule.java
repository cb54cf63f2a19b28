package io.github.cloudjobs.wait;

import io.github.cloudjobs.model.Job;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The same pause always. */
record FixedSchedule(Duration delay) implements PollSchedule {
  FixedSchedule {
    Durations.requirePositive("delay", delay);
  }

  @Override
  public Duration nextDelay(Duration jobAge, @Nullable Job last) {
    return delay;
  }

  @Override
  public String toString() {
    return "fixed " + delay;
  }
}
