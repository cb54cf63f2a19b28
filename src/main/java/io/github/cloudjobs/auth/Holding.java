package io.github.cloudjobs.auth;

import io.github.cloudjobs.error.JobsException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a source: the credentials at hand, a fetch under way, a failure not long ago.
 * Immutable and pure: it decides what a caller does now, and what becomes of it then.
 *
 * @param lease null before the first ones, and once they were refused
 * @param refused those that were refused, until others have come; null if none were
 * @param setback the last failure; null if there was none since the last success
 * @param fetch under way; null if none is
 */
record Holding(
    @Nullable Lease lease,
    @Nullable Credentials refused,
    @Nullable Setback setback,
    @Nullable CompletableFuture<Credentials> fetch) {
  static final Holding NOTHING = new Holding(null, null, null, null);

  /** What a caller does that needs credentials. */
  enum Move {
    /** Uses what is at hand. */
    USE,
    /** Has others fetched in the background, and uses what is at hand. */
    RENEW,
    /** Has some fetched, and waits for them. */
    FETCH,
    /** Waits for the fetch under way. */
    JOIN,
    /** Is told the failure of a moment ago. */
    FAIL
  }

  Move move(Instant now) {
    boolean barred = fetch != null || (setback != null && setback.isInForce(now));
    if (lease != null && lease.isAlive(now)) {
      return lease.isDue(now) && !barred ? Move.RENEW : Move.USE;
    }
    if (!barred) {
      return Move.FETCH;
    }
    return fetch != null ? Move.JOIN : Move.FAIL;
  }

  /** Whether it holds what was refused, and asking for others makes sense. */
  boolean isToDrop(Credentials credentials, Instant now) {
    return lease != null && lease.credentials().equals(credentials) && lease.isReplaceable(now);
  }

  /** What is left once the credentials at hand were refused. */
  Holding dropped() {
    return new Holding(null, lease == null ? refused : lease.credentials(), setback, fetch);
  }

  Holding fetching(CompletableFuture<Credentials> begun) {
    return new Holding(lease, refused, setback, begun);
  }

  Holding arrived(Issuer.Issued issued, Instant now, Duration margin) {
    Lease next = Lease.of(issued, now, margin);
    boolean same = next.credentials().equals(refused);
    return new Holding(same ? next.confirmed(now) : next, null, null, null);
  }

  Holding failed(JobsException failure, Instant now) {
    return new Holding(
        lease == null ? null : lease.postponed(now), refused, Setback.of(failure, now), null);
  }

  /** Never the credentials. */
  @Override
  public String toString() {
    return "Holding[" + (lease == null ? "nothing" : "until " + lease.endsAt()) + "]";
  }
}
