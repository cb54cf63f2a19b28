package io.github.cloudjobs.engine;

/** The limits on polls of a client and its siblings. */
public final class PollLimits {
  /**
   * As many polls in flight as OkHttp's default for calls; the rates are from a simulation of a
   * thousand waits with an unknown quota.
   */
  public static final PollLimits DEFAULTS = new PollLimits(64, 50, 0.5, 1_000);

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

  public PollLimits withInFlight(int polls) {
    if (polls < 1) {
      throw new IllegalArgumentException("maxPollsInFlight must be 1 or more: " + polls);
    }
    return new PollLimits(polls, start, floor, ceiling);
  }

  /** With a known quota in polls per second. */
  public PollLimits withQuota(double quota) {
    if (!(quota > 0) || Double.isInfinite(quota)) {
      throw new IllegalArgumentException(
          "quota must be more than 0 polls per second, and finite: " + quota);
    }
    double most = OF_A_QUOTA * quota;
    return new PollLimits(inFlight, most, Math.min(DEFAULTS.floor, most), most);
  }

  public int inFlight() {
    return inFlight;
  }
}
