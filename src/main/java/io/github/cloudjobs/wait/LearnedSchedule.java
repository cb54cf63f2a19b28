package io.github.cloudjobs.wait;

import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A schedule that learns, from the jobs that end, how long jobs of each type take: it polls rarely
 * at first and often around the time when most jobs end. Until {@value #ENOUGH} jobs of a type have
 * ended, and for one that outlives nearly all of them, it pauses as {@link PollSchedule#balanced()}
 * does. Use one object as the schedule of all waits, which feed it; a schedule that delegates to it
 * has to call {@link #learn} itself. Thread-safe.
 *
 * <p>It keeps the durations of the latest {@value #MOST_JOBS} jobs of each type, about 30 kB, for
 * at most {@value #MOST_TYPES} types; further types are polled as balanced does.
 */
public final class LearnedSchedule implements PollSchedule {
  static final int ENOUGH = 20;
  static final int MOST_JOBS = 300;
  static final int MOST_TYPES = 1_000;

  private final double price;
  private final Map<String, EndedJobs> types = new ConcurrentHashMap<>();

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
   * @param price of a poll, as the average lateness that is accepted to save one
   * @throws IllegalArgumentException unless it is more than zero
   */
  public LearnedSchedule(Duration price) {
    this.price = seconds(Durations.requirePositive("price", price));
  }

  @Override
  public Duration nextDelay(Duration jobAge, @Nullable Job last) {
    String type =
        last == null || last.status() == JobStatus.PENDING_PAYMENT ? null : last.jobType();
    EndedJobs known = type == null ? null : types.get(type);
    double pause = known == null ? 0 : known.pause(Math.max(0, seconds(jobAge)), price);
    return pause == 0
        ? PollSchedule.balanced().nextDelay(jobAge, last)
        : Duration.ofNanos((long) (pause * 1e9));
  }

  @Override
  public double jitter() {
    return 0.1;
  }

  /**
   * Adds a job that has ended, which waits do by themselves, whether it succeeded or failed. A job
   * counts once, a job without a type not at all.
   *
   * @param ended the job; its duration is the time from {@code begin_time} to {@code end_time}
   * @param age zero or more; used as the duration if the job lacks either time
   */
  public void learn(Job ended, Duration age) {
    String type = ended.jobType();
    if (type != null && (types.size() < MOST_TYPES || types.containsKey(type))) {
      Instant begin = ended.beginTime();
      Instant end = ended.endTime();
      boolean known = begin != null && end != null && !end.isBefore(begin);
      double seconds = seconds(known ? Duration.between(begin, end) : age);
      types.computeIfAbsent(type, absent -> new EndedJobs()).add(ended.jobId(), seconds);
    }
  }

  private static double seconds(Duration duration) {
    return Durations.nanos(duration) / 1e9;
  }

  /** Returns how many ended jobs of a type it remembers, from 0 to {@value #MOST_JOBS}. */
  public int seen(String jobType) {
    EndedJobs known = types.get(jobType);
    return known == null ? 0 : known.sorted().length;
  }

  @Override
  public String toString() {
    return "LearnedSchedule[" + types.size() + " job types]";
  }

  /** How many seconds the latest jobs of one type took. */
  private static final class EndedJobs {
    // Fewer jobs, or a smaller part of all, say nothing about those that take longer.
    private static final int FEWEST = 3;
    private static final double SMALLEST_PART = 0.02;

    private record Ended(@Nullable String jobId, double seconds) {}

    private final Deque<Ended> latest = new ArrayDeque<>();
    private double @Nullable [] sorted = {}; // null if it has to be sorted again

    synchronized void add(@Nullable String jobId, double seconds) {
      if (jobId != null && latest.stream().anyMatch(job -> jobId.equals(job.jobId()))) {
        return; // several waits for one job report its end
      }
      if (latest.size() == MOST_JOBS) {
        latest.remove();
      }
      latest.add(new Ended(jobId, seconds));
      sorted = null;
    }

    synchronized double[] sorted() {
      if (sorted == null) {
        sorted = latest.stream().mapToDouble(Ended::seconds).sorted().toArray();
      }
      return sorted;
    }

    /**
     * Returns the pause, of 1 second or more, after which the average lateness of a poll reaches
     * {@code price}; zero if too few jobs are known.
     */
    double pause(double age, double price) {
      double[] all = sorted();
      int left = (int) Arrays.stream(all).filter(seconds -> seconds > age).count();
      int first = all.length - left;
      if (all.length < ENOUGH || left < Math.max(FEWEST, SMALLEST_PART * all.length)) {
        return 0;
      }
      // One job ends between each duration and the next: the number of those that have ended grows
      // evenly from one duration to the next. Its integral over time is the sum of their lateness.
      double late = price * left;
      double time = age;
      for (int ended = 0; ended < left; ended++) {
        double width = all[first + ended] - time;
        double more = (ended + 0.5) * width;
        if (more >= late) {
          double part = Math.sqrt((double) ended * ended + 2 * late / width) - ended;
          return Math.max(1, time + part * width - age);
        }
        late -= more;
        time = all[first + ended];
      }
      return Math.max(1, time + late / left - age);
    }
  }
}
