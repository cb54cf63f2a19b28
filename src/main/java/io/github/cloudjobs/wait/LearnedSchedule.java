package io.github.cloudjobs.wait;

import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A schedule that learns, from the jobs that end, how long jobs of each type take: it polls rarely
 * before the first of them ever ended and often around the time when most do. Until {@value
 * #ENOUGH} jobs of a type have ended it pauses as {@link PollSchedule#balanced()} does. Use one
 * object as the schedule of all waits, which feed it; a schedule that delegates to it has to call
 * {@link #learn} itself. Thread-safe.
 *
 * <p>It keeps a histogram of about 6 kB for each job type, for at most {@value #MOST_TYPES} types;
 * further types are polled as balanced does. Nothing is kept beyond the life of the object.
 */
public final class LearnedSchedule implements PollSchedule {
  static final int ENOUGH = 20;
  static final int MOST_TYPES = 1_000;

  private final double price;
  private final Map<String, DurationHistogram> histograms = new ConcurrentHashMap<>();

  /**
   * Creates a schedule that has learned nothing and for which a poll is worth 0.6 s of lateness:
   * with less than half the polls of balanced it notices ends about as late.
   */
  public LearnedSchedule() {
    this(Duration.ofMillis(600));
  }

  /**
   * Creates a schedule that has learned nothing.
   *
   * @param price of a poll, as the average lateness that is accepted to save one; a higher price
   *     makes fewer polls. More than zero
   * @throws IllegalArgumentException if it is null, zero or negative
   */
  public LearnedSchedule(Duration price) {
    this.price = seconds(Durations.requirePositive("price", price));
  }

  @Override
  public Duration nextDelay(Duration jobAge, @Nullable Job last) {
    String type =
        last == null || last.status() == JobStatus.PENDING_PAYMENT ? null : last.jobType();
    DurationHistogram histogram = type == null ? null : histograms.get(type);
    double pause =
        histogram == null ? -1 : histogram.pause(Math.max(0, seconds(jobAge)), price, ENOUGH);
    return pause < 0
        ? PollSchedule.balanced().nextDelay(jobAge, last)
        : Duration.ofNanos((long) (pause * 1e9));
  }

  /** Half of balanced's: more would move polls away from where they count. */
  @Override
  public double jitter() {
    return 0.1;
  }

  /**
   * Adds a job that has ended. The waits call this for jobs that succeeded and jobs that failed;
   * call it to add what is known from elsewhere. A job that is added several times in a row counts
   * once, a job without a type not at all.
   *
   * @param ended {@code begin_time} and {@code end_time} say how long it took
   * @param age an upper bound of that, used if the job lacks either time; zero or more
   */
  public void learn(Job ended, Duration age) {
    String type = ended.jobType();
    if (type != null && (histograms.size() < MOST_TYPES || histograms.containsKey(type))) {
      histograms
          .computeIfAbsent(type, absent -> new DurationHistogram())
          .add(seconds(duration(ended, age)), ended.jobId());
    }
  }

  private static Duration duration(Job ended, Duration age) {
    Instant begin = ended.beginTime();
    Instant end = ended.endTime();
    boolean known = begin != null && end != null && !end.isBefore(begin);
    return known ? Duration.between(begin, end) : age;
  }

  private static double seconds(Duration duration) {
    return Durations.nanos(duration) / 1e9;
  }

  /** Returns how many ended jobs of a type it has learned from; old ones count for less. */
  public int seen(String jobType) {
    DurationHistogram histogram = histograms.get(jobType);
    return histogram == null ? 0 : histogram.count();
  }

  @Override
  public String toString() {
    return "LearnedSchedule[" + histograms.size() + " job types]";
  }
}
