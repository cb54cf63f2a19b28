package io.github.cloudjobs.testing;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * How many polls of each project are let through: a bucket for each, which refills all the time.
 * Thread-safe.
 */
final class Quotas {
  private final double perSecond;
  private final Map<String, Bucket> buckets = new HashMap<>();

  private static final class Bucket {
    private double left;
    private Instant filled;

    Bucket(double left, Instant filled) {
      this.left = left;
      this.filled = filled;
    }
  }

  /**
   * @param perSecond how many places come back each second, and how many there are at most
   */
  Quotas(double perSecond) {
    this.perSecond = perSecond;
  }

  /** Takes a place; false if there is none. */
  synchronized boolean take(String projectId, Instant now) {
    double most = Math.max(1, perSecond);
    Bucket bucket = buckets.computeIfAbsent(projectId, absent -> new Bucket(most, now));
    double seconds = Math.max(0, Duration.between(bucket.filled, now).toNanos() / 1e9);
    bucket.left = Math.min(most, bucket.left + seconds * perSecond);
    bucket.filled = now;
    if (bucket.left < 1) {
      return false;
    }
    bucket.left--;
    return true;
  }
}
