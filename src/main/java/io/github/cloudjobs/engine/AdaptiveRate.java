package io.github.cloudjobs.engine;

import static java.util.concurrent.TimeUnit.SECONDS;

/**
 * An estimate of the polls per second that a service allows: additive increase, multiplicative
 * decrease. All times are passed in, in nanoseconds. Not thread-safe.
 */
final class AdaptiveRate {
  private static final long SECOND = SECONDS.toNanos(1);

  /** The factor after a refusal; that of TCP CUBIC. */
  private static final double DECREASE = 0.7;

  private final PollLimits limits;
  private double perSecond;
  private boolean everCut;
  private long lastCut;

  // Polls sent in this second and in the one before.
  private long second;
  private int sent;
  private int sentBefore;

  AdaptiveRate(PollLimits limits, long now) {
    this.limits = limits;
    perSecond = limits.start;
    second = now;
  }

  double perSecond() {
    return perSecond;
  }

  long interval() {
    return (long) (SECOND / perSecond);
  }

  void sent(long now) {
    roll(now);
    sent++;
  }

  /** A poll that the rate had delayed was answered: adds one a second, or one each if rarer. */
  void passed() {
    perSecond = Math.min(limits.ceiling, perSecond + Math.min(1, 1 / perSecond));
  }

  /** A poll was refused: reduces the rate, at most once a second, to a part of what was sent. */
  void refused(long now) {
    if (everCut && now - lastCut < SECOND) {
      return;
    }
    everCut = true;
    lastCut = now;
    perSecond = Math.max(limits.floor, DECREASE * Math.min(perSecond, measured(now) + 1));
  }

  boolean wasCutSince(long time) {
    return everCut && lastCut - time >= 0;
  }

  /** Polls sent in the second before now, of the last full second pro rata. */
  private double measured(long now) {
    roll(now);
    return sent + sentBefore * (1 - (double) (now - second) / SECOND);
  }

  private void roll(long now) {
    long passed = (now - second) / SECOND;
    if (passed > 0) {
      sentBefore = passed == 1 ? sent : 0;
      sent = 0;
      second += passed * SECOND;
    }
  }
}
