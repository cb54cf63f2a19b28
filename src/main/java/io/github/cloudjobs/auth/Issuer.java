package io.github.cloudjobs.auth;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Hands out credentials that live for a while, at the price of I/O. */
@FunctionalInterface
interface Issuer {
  /**
   * What was handed out.
   *
   * @param life for how long it is good from now on; null if that was not said. It is a length, not
   *     a date, so that a clock of this machine that is wrong does not matter
   */
  record Issued(Credentials credentials, @Nullable Duration life) {}

  /**
   * Asks for credentials. Blocks, for a bounded time; never called by two threads at once.
   *
   * @param now this machine's time
   * @throws io.github.cloudjobs.error.JobsException that names the source, and no secret
   */
  Issued issue(Instant now);
}
