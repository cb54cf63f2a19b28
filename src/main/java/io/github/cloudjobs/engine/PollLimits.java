package io.github.cloudjobs.engine;

/** The limits on polls of a client and its siblings. */
public final class PollLimits {
  // From a simulation of a thousand waits with an unknown quota.
  private static final double START = 50;
  private static final double FLOOR = 0.5;
  private static final double CEILING = 1_000;

  /** The part of a known quota that is used, since the clocks of both sides differ. */
  private static final double OF_A_QUOTA = 0.9;

  final int inFlight;
  final double start; // polls per second of one project at one endpoint, before anything is learned
  final double floor; // the lowest rate that throttling leads to
  final double ceiling;

  PollLimits(int inFlight, double start, double floor, double ceiling) {
    this.inFlight = inFlight;
    this.start = start;
    this.floor = floor;
    this.ceiling = ceiling;
  }

  public static PollLimits defaults(int inFlight) {
    return new PollLimits(inFlight, START, FLOOR, CEILING);
  }

  /** For a known quota in polls per second. */
  public static PollLimits quota(int inFlight, double quota) {
    double most = OF_A_QUOTA * quota;
    return new PollLimits(inFlight, most, Math.min(FLOOR, most), most);
  }
}
