package io.github.cloudjobs.wait;

import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobStatus;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Pauses for a part of the job's age, within bounds.
 *
 * @param name what it is called
 * @param fraction of the age
 * @param shortest the shortest pause
 * @param cap the longest pause for a young job
 * @param capFraction of the age to which the cap grows; zero if it does not
 * @param longest the longest pause for any job
 */
record AgeSchedule(
    String name,
    double fraction,
    Duration shortest,
    Duration cap,
    double capFraction,
    Duration longest)
    implements PollSchedule {
  // The numbers are those that a simulation of 4,000 jobs of each of four lengths gave: at the mean
  // lateness and the request count of a fixed 10 s, a quarter of the relative lateness.
  static final AgeSchedule BALANCED =
      new AgeSchedule(
          "balanced",
          0.15,
          Duration.ofSeconds(1),
          Duration.ofSeconds(15),
          1 / 60.0,
          Duration.ofMinutes(2));
  static final AgeSchedule EAGER =
      new AgeSchedule(
          "eager", 0.10, Duration.ofSeconds(1), Duration.ofSeconds(10), 0, Duration.ZERO);
  static final AgeSchedule FRUGAL =
      new AgeSchedule(
          "frugal", 0.25, Duration.ofSeconds(2), Duration.ofSeconds(30), 0, Duration.ZERO);

  @Override
  public Duration nextDelay(Duration jobAge, @Nullable Job last) {
    Duration most = larger(cap, smaller(part(jobAge, capFraction), longest));
    if (last != null && last.status() == JobStatus.PENDING_PAYMENT) {
      return most;
    }
    return smaller(larger(part(jobAge, fraction), shortest), most);
  }

  @Override
  public double jitter() {
    return 0.2;
  }

  @Override
  public String toString() {
    return name;
  }

  private static Duration part(Duration age, double fraction) {
    return Duration.ofNanos((long) (Durations.age(age) * fraction));
  }

  static Duration smaller(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  static Duration larger(Duration a, Duration b) {
    return a.compareTo(b) > 0 ? a : b;
  }
}
