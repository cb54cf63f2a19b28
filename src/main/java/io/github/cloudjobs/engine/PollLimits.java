package io.github.cloudjobs.engine;

/**
 * How many polls a family of clients may make. Immutable.
 *
 * @param inFlight how many may be under way at once, of all of them
 * @param start how many per second of one project at one endpoint, before anything is learned
 * @param floor the fewest per second that throttling brings it down to
 * @param ceiling the most per second that it grows to
 */
public record PollLimits(int inFlight, double start, double floor, double ceiling) {
  // As simulated with a thousand waits on a quota nobody knows.
  private static final double START = 50;
  private static final double FLOOR = 0.5;
  private static final double CEILING = 1_000;

  /** A known quota is used up to here, for the clocks of both sides differ. */
  private static final double OF_A_QUOTA = 0.9;

  public static PollLimits defaults(int inFlight) {
    return new PollLimits(inFlight, START, FLOOR, CEILING);
  }

  /** For a quota that is known, in polls per second. */
  public static PollLimits quota(int inFlight, double quota) {
    double most = OF_A_QUOTA * quota;
    return new PollLimits(inFlight, most, Math.min(FLOOR, most), most);
  }
}
