package io.github.cloudjobs.wait;

/** Durations on a scale of equal ratios, each bin 5 % longer than the one before. Pure. */
final class LogScale {
  /** From a twentieth of a second to three days and a half. */
  static final int BINS = 320;

  private static final double FIRST = 0.05;
  private static final double STEP = Math.log(1.05);

  private LogScale() {}

  /** The bin of a duration in seconds; what is shorter or longer than all is in the outermost. */
  static int bin(double seconds) {
    return (int) Math.max(0, Math.min(BINS - 1, Math.floor(place(seconds))));
  }

  /** Where a duration lies, in bins from the first's lower edge. */
  static double place(double seconds) {
    return Math.log(Math.max(seconds, Double.MIN_NORMAL) / FIRST) / STEP;
  }

  /** The lower edge of a bin, in seconds. */
  static double edge(int bin) {
    return FIRST * Math.exp(bin * STEP);
  }
}
