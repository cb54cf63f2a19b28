package io.github.cloudjobs.wait;

import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
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

  // Fewer jobs, or a smaller part of all, say nothing about those that take longer.
  private static final int FEWEST = 3;
  private static final double SMALLEST_PART = 0.02;

  private final double price;

  /** The seconds that the latest jobs of each type took, by their ids. Guarded by this object. */
  private final Map<String, Map<Object, Double>> latest = new HashMap<>();

  /** The same in ascending order; arrays are replaced, not changed. */
  private final Map<String, double[]> sorted = new ConcurrentHashMap<>();

  /**
   * Creates a schedule that has learned nothing and for which a poll is worth 0.6 s of lateness:
   * with less than half the polls of balanced it notices ends about as late.
   */
  public LearnedSchedule() {
    price = 0.6;
  }

  /**
   * Creates a schedule that has learned nothing.
   *
   * @param price of a poll, as the average lateness that is accepted to save one
   * @throws IllegalArgumentException unless it is more than zero
   */
  public LearnedSchedule(Duration price) {
    this.price = seconds(WaitOptions.checked("price", price, false));
  }

  @Override
  public Duration nextDelay(Duration jobAge, @Nullable Job last) {
    String type =
        last == null || last.status() == JobStatus.PENDING_PAYMENT ? null : last.jobType();
    double[] known = type == null ? null : sorted.get(type);
    double pause = known == null ? 0 : pause(known, Math.max(0, seconds(jobAge)));
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
  public synchronized void learn(Job ended, Duration age) {
    String type = ended.jobType();
    if (type == null || (latest.size() >= MOST_TYPES && !latest.containsKey(type))) {
      return;
    }
    Instant begin = ended.beginTime();
    Instant end = ended.endTime();
    boolean known = begin != null && end != null && !end.isBefore(begin);
    double seconds = seconds(known ? Duration.between(begin, end) : age);
    String id = ended.jobId();
    Map<Object, Double> jobs = latest.getOrDefault(type, new LinkedHashMap<>());
    if (jobs.putIfAbsent(id == null ? new Object() : id, seconds) != null) {
      return; // several waits for one job report its end
    }
    if (jobs.size() > MOST_JOBS) {
      jobs.remove(jobs.keySet().iterator().next());
    }
    double[] all = new double[jobs.size()];
    int count = 0;
    for (double each : jobs.values()) {
      all[count++] = each;
    }
    Arrays.sort(all);
    latest.put(type, jobs);
    sorted.put(type, all);
  }

  private static double seconds(Duration duration) {
    return duration.getSeconds() + duration.getNano() / 1e9;
  }

  /** Returns how many ended jobs of a type it remembers, from 0 to {@value #MOST_JOBS}. */
  public int seen(String jobType) {
    double[] known = sorted.get(jobType);
    return known == null ? 0 : known.length;
  }

  @Override
  public String toString() {
    return "LearnedSchedule[" + sorted.size() + " job types]";
  }

  /**
   * Returns the pause, of 1 second or more, after which the average lateness of a poll reaches the
   * price; zero if too few jobs are known.
   */
  private double pause(double[] all, double age) {
    int first = 0;
    while (first < all.length && all[first] <= age) {
      first++;
    }
    int left = all.length - first;
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
