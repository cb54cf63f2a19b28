package io.github.cloudjobs.wait;

/**
 * When jobs of one type end: a smooth distribution over {@link LogScale}, and what follows from it
 * for polling. Immutable.
 */
final class LearnedTimes {
  private static final double SHORTEST = 1;

  /** So few are left after this age that what was learned tells nothing of them. */
  private static final double LEFT_OVER = 0.005;

  private final double[] ended; // the part that has ended by each bin's lower edge
  private final double[] idle; // the integral of that, in seconds

  private LearnedTimes(double[] ended, double[] idle) {
    this.ended = ended;
    this.idle = idle;
  }

  /**
   * Smooths a histogram: each job stands for a bell around its own duration, as wide as so few or
   * so many jobs demand; and one job more, of any duration, for what was never seen.
   */
  static LearnedTimes of(float[] counts, double total) {
    double mean = 0;
    for (int i = 0; i < counts.length; i++) {
      mean += i * counts[i] / total;
    }
    double variance = 0;
    for (int i = 0; i < counts.length; i++) {
      variance += (i - mean) * (i - mean) * counts[i] / total;
    }
    // Silverman's rule, and no narrower than a bin.
    double width = Math.max(1, 1.06 * Math.sqrt(variance) * Math.pow(total, -0.2));
    double[] density = smoothed(counts, total, width);
    double[] ended = new double[counts.length + 1];
    double[] idle = new double[counts.length + 1];
    for (int i = 0; i < counts.length; i++) {
      ended[i + 1] = ended[i] + density[i];
      double length = LogScale.edge(i + 1) - LogScale.edge(i);
      idle[i + 1] = idle[i] + length * (ended[i] + ended[i + 1]) / 2;
    }
    return new LearnedTimes(ended, idle);
  }

  private static double[] smoothed(float[] counts, double total, double width) {
    int reach = (int) Math.ceil(3 * width);
    double[] bell = new double[2 * reach + 1];
    double sum = 0;
    for (int i = 0; i < bell.length; i++) {
      double z = (i - reach) / width;
      bell[i] = Math.exp(-z * z / 2);
      sum += bell[i];
    }
    double[] density = new double[counts.length];
    for (int i = 0; i < counts.length; i++) {
      for (int j = 0; counts[i] > 0 && j < bell.length; j++) {
        int to = Math.max(0, Math.min(counts.length - 1, i + j - reach));
        density[to] += counts[i] * bell[j] / sum / (total + 1);
      }
      density[i] += 1 / (total + 1) / counts.length;
    }
    return density;
  }

  /**
   * Returns the pause after which the job is expected to have been over, unnoticed, for {@code
   * price} seconds on average; negative if nothing is known of jobs that old.
   *
   * @param age of the job, in seconds; it has not ended yet
   */
  double delay(double age, double price) {
    double endedNow = at(ended, age);
    double left = 1 - endedNow;
    if (left < LEFT_OVER) {
      return -1;
    }
    double idleNow = at(idle, age);
    double shortest = SHORTEST;
    double longest = LogScale.edge(LogScale.BINS);
    while (longest - shortest > 0.01 * shortest) {
      double middle = Math.sqrt(shortest * longest);
      double lateness = (at(idle, age + middle) - idleNow - endedNow * middle) / left;
      if (lateness < price) {
        shortest = middle;
      } else {
        longest = middle;
      }
    }
    return shortest;
  }

  /** Between the edges of a bin, in proportion. */
  private static double at(double[] values, double seconds) {
    int bin = LogScale.bin(seconds);
    double lower = LogScale.edge(bin);
    double share = (seconds - lower) / (LogScale.edge(bin + 1) - lower);
    return values[bin] + Math.max(0, Math.min(1, share)) * (values[bin + 1] - values[bin]);
  }
}
