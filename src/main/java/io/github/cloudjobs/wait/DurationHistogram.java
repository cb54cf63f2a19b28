package io.github.cloudjobs.wait;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * How long jobs of one type took: a histogram of fixed size with fading old entries, and the pause
 * that it suggests. The bins form a logarithmic scale, each 5 % wider than the one before.
 * Thread-safe. All times are in seconds.
 */
final class DurationHistogram {
  /** From a twentieth of a second to three and a half days. */
  private static final int BINS = 320;

  private static final double FIRST_EDGE = 0.05;
  private static final double STEP = Math.log(1.05);

  /** At this total all counts are halved, so that a type that becomes slower is noticed. */
  private static final int MAX_TOTAL = 2_000;

  /** Several waits may report the end of one job at about the same time. */
  private static final int REMEMBERED_IDS = 8;

  private static final double SHORTEST_PAUSE = 1;

  /** Beyond the age at which no more than this part of the jobs still runs, nothing is known. */
  private static final double NEGLIGIBLE = 0.005;

  private final float[] counts = new float[BINS];
  private final Deque<String> latestIds = new ArrayDeque<>();
  private double total;
  private @Nullable Distribution distribution;

  /**
   * The part of the jobs that has ended by each bin's lower edge, and its integral over time.
   *
   * @param total the total count that it was computed from
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared, nor changed
  private record Distribution(double[] ended, double[] unnoticed, double total) {}

  /**
   * Adds a job.
   *
   * @param jobId identifies a job that is reported twice; null if it has no id
   */
  synchronized void add(double seconds, @Nullable String jobId) {
    if (jobId != null) {
      if (latestIds.contains(jobId)) {
        return;
      }
      if (latestIds.size() == REMEMBERED_IDS) {
        latestIds.remove();
      }
      latestIds.add(jobId);
    }
    if (total >= MAX_TOTAL) {
      for (int i = 0; i < BINS; i++) {
        counts[i] /= 2;
      }
      total /= 2;
      distribution = null;
    }
    counts[bin(seconds)]++;
    total++;
  }

  synchronized int count() {
    return (int) total;
  }

  /**
   * Returns the pause after which the job is expected to have been over, unnoticed, for {@code
   * price} seconds on average; negative if fewer than {@code enough} jobs were added, or none of
   * them took that long.
   *
   * @param age of the job, which has not ended yet
   */
  double pause(double age, double price, int enough) {
    Distribution known = distribution(enough);
    double endedNow = known == null ? 1 : at(known.ended, age);
    double left = 1 - endedNow;
    if (known == null || left < NEGLIGIBLE) {
      return -1;
    }
    double unnoticedNow = at(known.unnoticed, age);
    double shortest = SHORTEST_PAUSE;
    double longest = edge(BINS);
    while (longest - shortest > 0.01 * shortest) {
      double middle = Math.sqrt(shortest * longest);
      double lateness =
          (at(known.unnoticed, age + middle) - unnoticedNow - endedNow * middle) / left;
      if (lateness < price) {
        shortest = middle;
      } else {
        longest = middle;
      }
    }
    return shortest;
  }

  private synchronized @Nullable Distribution distribution(int enough) {
    if (total < enough) {
      return null;
    }
    if (distribution == null || total > 1.1 * distribution.total) { // a tenth more jobs
      distribution = smooth();
    }
    return distribution;
  }

  /**
   * Smooths the histogram: each job stands for a normal distribution around its own duration, and
   * one more job, of any duration, for what was never seen.
   */
  private Distribution smooth() {
    double[] density = density(bandwidth());
    double[] ended = new double[BINS + 1];
    double[] unnoticed = new double[BINS + 1];
    for (int i = 0; i < BINS; i++) {
      ended[i + 1] = ended[i] + density[i];
      unnoticed[i + 1] = unnoticed[i] + (edge(i + 1) - edge(i)) * (ended[i] + ended[i + 1]) / 2;
    }
    return new Distribution(ended, unnoticed, total);
  }

  /** Silverman's rule of thumb, in bins, and no narrower than one. */
  private double bandwidth() {
    double mean = 0;
    double meanOfSquares = 0;
    for (int i = 0; i < BINS; i++) {
      mean += i * counts[i] / total;
      meanOfSquares += (double) i * i * counts[i] / total;
    }
    double variance = Math.max(0, meanOfSquares - mean * mean);
    return Math.max(1, 1.06 * Math.sqrt(variance) * Math.pow(total, -0.2));
  }

  private double[] density(double bandwidth) {
    int reach = (int) Math.ceil(3 * bandwidth);
    double[] kernel = new double[2 * reach + 1];
    double sum = 0;
    for (int i = 0; i < kernel.length; i++) {
      double z = (i - reach) / bandwidth;
      kernel[i] = Math.exp(-z * z / 2);
      sum += kernel[i];
    }
    double[] density = new double[BINS];
    Arrays.fill(density, 1 / (total + 1) / BINS);
    for (int i = 0; i < BINS; i++) {
      for (int j = 0; counts[i] > 0 && j < kernel.length; j++) {
        int to = Math.max(0, Math.min(BINS - 1, i + j - reach));
        density[to] += counts[i] * kernel[j] / sum / (total + 1);
      }
    }
    return density;
  }

  /** Interpolates between the edges of a bin. */
  private static double at(double[] values, double seconds) {
    int bin = bin(seconds);
    double share = (seconds - edge(bin)) / (edge(bin + 1) - edge(bin));
    return values[bin] + Math.max(0, Math.min(1, share)) * (values[bin + 1] - values[bin]);
  }

  /** The bin of a duration; the outermost bins also hold what is shorter or longer than all. */
  private static int bin(double seconds) {
    double place = Math.log(Math.max(seconds, Double.MIN_NORMAL) / FIRST_EDGE) / STEP;
    return (int) Math.max(0, Math.min(BINS - 1, Math.floor(place)));
  }

  private static double edge(int bin) {
    return FIRST_EDGE * Math.exp(bin * STEP);
  }
}
