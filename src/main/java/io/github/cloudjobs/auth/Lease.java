package io.github.cloudjobs.auth;

import io.github.cloudjobs.auth.Issuer.Issued;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Credentials and how long they are good for. Immutable and pure: the time comes from outside.
 *
 * @param dueAt from then on they are to be renewed, although they are still good
 * @param endsAt from then on they are not used any more
 * @param confirmedUntil if the source said once more that these are the ones, after somebody
 *     refused them: until when that need not be asked again; null otherwise
 */
record Lease(
    Credentials credentials, Instant dueAt, Instant endsAt, @Nullable Instant confirmedUntil) {
  /** Renewals are tried no more often than this while there is something to use. */
  static final Duration GAP = Duration.ofSeconds(30);

  /** Of credentials that do not say how long they live, others are asked for after this time. */
  private static final Duration UNSAID = Duration.ofMinutes(5);

  /** Further away a date may be anything; and it would overflow somewhere. */
  private static final Duration LONGEST = Duration.ofDays(365);

  /**
   * Begins a lease. What was just handed out is used in any case, if only for {@link #GAP}: if it
   * is too old, the service says so.
   *
   * @param margin how long before their end credentials are to be renewed
   */
  static Lease of(Issued issued, Instant now, Duration margin) {
    Duration life = issued.life() == null ? margin.plus(UNSAID) : issued.life();
    if (life.compareTo(GAP) < 0) {
      life = GAP;
    } else if (life.compareTo(LONGEST) > 0) {
      life = LONGEST;
    }
    Duration pause = life.minus(margin);
    return new Lease(
        issued.credentials(),
        now.plus(pause.compareTo(GAP) < 0 ? GAP : pause),
        now.plus(life),
        null);
  }

  boolean isAlive(Instant now) {
    return now.isBefore(endsAt);
  }

  boolean isDue(Instant now) {
    return !now.isBefore(dueAt);
  }

  /** The same, to be renewed a little later: it did not work just now. */
  Lease postponed(Instant now) {
    return new Lease(credentials, now.plus(GAP), endsAt, confirmedUntil);
  }

  /** The same, as the source has said that there are no others. */
  Lease confirmed(Instant now) {
    return new Lease(credentials, dueAt, endsAt, now.plus(GAP));
  }

  /** Whether others are worth asking for, now that these were refused. */
  boolean isReplaceable(Instant now) {
    return confirmedUntil == null || !now.isBefore(confirmedUntil);
  }
}
