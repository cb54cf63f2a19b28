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

  /**
   * Returns other credentials than those a service has just refused with a 401, if there are any.
   * The client asks for them once for all its polls and waits, tries what it gets once, and ends
   * everything that holds the refused ones if that is refused too, or is the same again.
   *
   * <p>By default it asks {@link #get()}. A source that keeps what it got until it expires has to
   * ask for new ones here, and: callers on several threads with the same refused ones cause one
   * request, and if it holds others already, it returns those without any I/O. May block, as {@link
   * #get()} may.
   *
   * @param refused what {@link #get()} or this method returned before; never null
   * @return never null; equal to {@code refused} if there is nothing else
   * @throws io.github.cloudjobs.error.JobsTransportException as for {@link #get()}
   */
  default Credentials refresh(Credentials refused) {
    return get();
  }

  /** Returns a provider that always answers with {@code credentials}. */
  static CredentialsProvider of(Credentials credentials) {
    requireNonNull(credentials, "credentials");
    return () -> credentials;
  }
}
