package io.github.cloudjobs.auth;

import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.error.ThrottledException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * That a source failed, and until when it is left alone: meanwhile whoever needs credentials is
 * told the same. Pure.
 */
record Setback(JobsException failure, Instant until) {
  /** Callers come by the thousand; the source is asked once in this time. */
  private static final Duration PASSING = Duration.ofSeconds(1);

  /** A request that is wrong stays wrong until somebody changes something. */
  private static final Duration WRONG = Duration.ofSeconds(30);

  /** An account locks a user after so many wrong passwords, usually five in fifteen minutes. */
  private static final Duration REFUSED = Duration.ofMinutes(15);

  private static final Duration LONGEST_ASKED_FOR = Duration.ofMinutes(5);

  static Setback of(JobsException failure, Instant now) {
    return new Setback(failure, now.plus(pause(failure)));
  }

  private static Duration pause(JobsException failure) {
    if (failure instanceof AuthenticationException) {
      return REFUSED;
    }
    if (failure instanceof ThrottledException throttled) {
      Duration asked = throttled.retryAfter();
      return asked == null || asked.compareTo(PASSING) < 0
          ? PASSING
          : asked.compareTo(LONGEST_ASKED_FOR) > 0 ? LONGEST_ASKED_FOR : asked;
    }
    return failure instanceof JobsServiceException answer && isWrong(answer.statusCode())
        ? WRONG
        : PASSING;
  }

  private static boolean isWrong(int status) {
    return status >= 300 && status < 500;
  }

  boolean isInForce(Instant now) {
    return now.isBefore(until);
  }

  /** The failure, for one more caller. */
  JobsException retold() {
    return Retold.of(failure, "not asked again before " + until.truncatedTo(ChronoUnit.SECONDS));
  }
}
