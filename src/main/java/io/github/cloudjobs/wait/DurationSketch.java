package io.github.cloudjobs.wait;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How long jobs of one type took, as a histogram of a fixed size in which old jobs fade.
 * Thread-safe.
 */
final class DurationSketch {
  /** From here on all counts are halved, so that what has become slower is noticed. */
  private static final int MOST = 2_000;

  /** As many waits as may see the same job end at about the same time. */
  private static final int REMEMBERED = 8;

  private final float[] counts = new float[LogScale.BINS];
  private final String[] latest = new String[REMEMBERED];
  private int at;
  private double total;
  private @Nullable LearnedTimes times;
  private double timesOf; // the total that times was made of

  /**
   * Adds a job.
   *
   * @param jobId by which it is known again; null if it has none
   */
  synchronized void add(double seconds, @Nullable String jobId) {
    if (jobId != null) {
      if (Arrays.asList(latest).contains(jobId)) {
        return;
      }
      latest[at] = jobId;
      at = (at + 1) % REMEMBERED;
    }
    if (total >= MOST) {
      for (int i = 0; i < counts.length; i++) {
        counts[i] /= 2;
      }
      total /= 2;
      timesOf = 0;
    }
    counts[LogScale.bin(seconds)]++;
    total++;
  }

  synchronized int count() {
    return (int) total;
  }

  /** When jobs end, as far as is known; null if fewer than {@code enough} were seen. */
  synchronized @Nullable LearnedTimes times(int enough) {
    if (total < enough) {
      return null;
    }
    if (times == null || total > 1.1 * timesOf) { // a tenth more: made anew some tens of times
      times = LearnedTimes.of(counts, total);
      timesOf = total;
    }
    return times;
  }
}
