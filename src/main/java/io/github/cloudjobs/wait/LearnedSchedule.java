package io.github.cloudjobs.wait;

import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Learns from the jobs that end how long those of each service and type take, and polls when it is
 * worth it: hardly at all before the first of them ever ended, often around the time when most do.
 * Until {@value #ENOUGH} jobs of a type were seen it is {@link PollSchedule#balanced()}. Keep one
 * object and hand it to the waits as it is; they feed it. Called by a schedule of your own it is
 * balanced, and learns nothing by itself. Thread-safe.
 *
 * <p>It remembers a histogram for each type, not the jobs: about 6 kB for each, for at most {@value
 * #MOST_TYPES} types; jobs of further types are polled as balanced does. What it learned ends with
 * the object.
 */
public final class LearnedSchedule implements PollSchedule {
  static final int ENOUGH = 20;
  static final int MOST_TYPES = 1_000;

  private final double price;
  private final Map<Kind, DurationSketch> sketches = new ConcurrentHashMap<>();

  private record Kind(String service, String jobType) {}

  /**
   * Creates one that knows nothing, for which a poll is worth 0.6 s of lateness: at less than half
   * the polls that balanced makes, it notices ends about as late (jobs of minutes a little sooner,
   * jobs of seconds or of a quarter of an hour a little later).
   */
  public LearnedSchedule() {
    this(Duration.ofMillis(600));
  }

  /**
   * Creates one that knows nothing.
   *
   * @param price what a poll costs, as the lateness one would rather bear on average: more of it
   *     makes fewer polls. More than zero
   */
  public LearnedSchedule(Duration price) {
    this.price = Durations.nanos(Durations.requirePositive("price", price)) / 1e9;
  }

  /** Balanced: without a service nothing is known. The waits ask {@link #forService}. */
  @Override
  public Duration nextDelay(Duration jobAge, @Nullable Job last) {
    return PollSchedule.balanced().nextDelay(jobAge, last);
  }

  /** Half of what balanced has: enough to spread polls, and they are to be where they count. */
  @Override
  public double jitter() {
    return 0.1;
  }

  /**
   * Returns the schedule for the jobs of one service, by what is known whenever it is asked.
   *
   * @param service the service's name, such as {@code ECS}
   */
  public PollSchedule forService(String service) {
    return new OfService(service);
  }

  /**
   * Learns from a job that has ended. The waits call it, for jobs that succeeded and for those that
   * failed; call it to teach what is known from elsewhere. A job that comes several times in a row,
   * because several waits saw it end, counts once.
   *
   * @param service the service's name
   * @param ended its {@code begin_time} and {@code end_time} tell how long it took
   * @param age what it took at the most, for a job that does not say; zero or more
   */
  public void learn(String service, Job ended, Duration age) {
    String type = ended.jobType();
    if (type == null) {
      return;
    }
    Kind kind = new Kind(service, type);
    if (sketches.size() < MOST_TYPES || sketches.containsKey(kind)) {
      sketches
          .computeIfAbsent(kind, absent -> new DurationSketch())
          .add(duration(ended, age), ended.jobId());
    }
  }

  private static double duration(Job ended, Duration age) {
    Instant begin = ended.beginTime();
    Instant end = ended.endTime();
    boolean told = begin != null && end != null && !end.isBefore(begin);
    return Durations.nanos(told ? Duration.between(begin, end) : age) / 1e9;
  }

  /**
   * How many ended jobs of a type it has learned from; those of long ago count for less.
   *
   * @param service the service's name
   */
  public int seen(String service, String jobType) {
    DurationSketch sketch = sketches.get(new Kind(service, jobType));
    return sketch == null ? 0 : sketch.count();
  }

  /** Tells of how many types it knows something. */
  @Override
  public String toString() {
    return "LearnedSchedule[" + sketches.size() + " job types]";
  }

  private @Nullable LearnedTimes times(String service, @Nullable Job last) {
    String type = last == null ? null : last.jobType();
    DurationSketch sketch = type == null ? null : sketches.get(new Kind(service, type));
    return sketch == null ? null : sketch.times(ENOUGH);
  }

  private final class OfService implements PollSchedule {
    private final String service;

    OfService(String service) {
      this.service = service;
    }

    @Override
    public Duration nextDelay(Duration jobAge, @Nullable Job last) {
      Duration balanced = LearnedSchedule.this.nextDelay(jobAge, last);
      boolean unpaid = last != null && last.status() == JobStatus.PENDING_PAYMENT;
      LearnedTimes times = unpaid ? null : times(service, last);
      if (times == null) {
        return balanced;
      }
      double delay = times.delay(Durations.age(jobAge) / 1e9, price);
      return delay < 0 ? balanced : Duration.ofNanos((long) (delay * 1e9));
    }

    @Override
    public double jitter() {
      return LearnedSchedule.this.jitter();
    }
  }
}
