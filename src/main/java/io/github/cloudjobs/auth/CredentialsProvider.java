package io.github.cloudjobs.auth;

import static java.util.Objects.requireNonNull;

/**
 * Where credentials come from, for those that change while a client lives.
 *
 * <p>It is asked anew for every attempt at a request, and often by several threads at once: by a
 * background I/O thread for waits and {@code pollJobAsync}, by the caller's for {@code pollJob},
 * {@code signedRequest} and {@code presignedUrl}. An implementation has to be thread-safe, and
 * quick while the value it holds is live. It may block to fetch another when that one is about to
 * expire.
 */
@FunctionalInterface
public interface CredentialsProvider {
  /**
   * Returns the credentials to use for the next attempt, never null; null ends a wait as any
   * exception does.
   *
   * @throws io.github.cloudjobs.error.JobsTransportException if the source cannot be reached just
   *     now: it counts as a lost answer, which a wait bears for a while. Any other exception ends
   *     the wait.
   */
  Credentials get();

  /** Returns a provider that always answers with {@code credentials}. */
  static CredentialsProvider of(Credentials credentials) {
    requireNonNull(credentials, "credentials");
    return () -> credentials;
  }
}
