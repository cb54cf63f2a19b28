package io.github.cloudjobs.http;

import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.error.AuthenticationException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the clients of a family from trying a refused credential until the gateway locks it, which
 * it does after six bad signatures in a row. After a 401 no other poll uses the credential until
 * one probe has been answered; if the probe is refused too, or there is nothing to try differently,
 * every poll and every wait that began before fails without a request. One that begins afterwards
 * may try again, as a probe of its own: the user may have mended the key.
 *
 * <p>Thread-safe. Polls wait on the thread they run on, for no longer than a probe takes.
 */
final class CredentialBrake {
  /** How a poll may go on. */
  enum Pass {
    /** The credential is not in doubt. */
    FREE,
    /** The credential is in doubt, and this poll is the one that finds out: it must report. */
    PROBE
  }

  private enum State {
    /** A probe is under way. */
    PROBING,
    /** Refused, and the probe brought no answer: the next poll is the probe. */
    IN_DOUBT,
    /** Refused for good, for everyone who began before. */
    CONDEMNED
  }

  private static final class Doubt {
    State state = State.PROBING;
    long condemnedAt;
    @Nullable AuthenticationException refusal;
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<Credentials, Doubt> doubts = new HashMap<>();
  private final CopyOnWriteArrayList<Consumer<AuthenticationException>> mourners =
      new CopyOnWriteArrayList<>();
  private final AtomicLong condemnations = new AtomicLong();
  private volatile boolean quiet = true; // no doubts at all: the usual case, and free of the lock

  /** Registers who is told when a credential is condemned; called without the lock. */
  void onCondemned(Consumer<AuthenticationException> listener) {
    mourners.add(listener);
  }

  /** What a poll or a wait notes when it begins, to be told from those that begin later. */
  long now() {
    return condemnations.get();
  }

  /**
   * Lets a poll pass, after the probe under way if there is one.
   *
   * @param began what {@link #now()} said when the poll, or its wait, began
   * @throws AuthenticationException if the credential was condemned since
   */
  Pass enter(Credentials credentials, long began) throws InterruptedException {
    if (quiet) {
      return Pass.FREE;
    }
    lock.lockInterruptibly();
    try {
      while (true) {
        Doubt doubt = doubts.get(credentials);
        if (doubt == null) {
          return Pass.FREE;
        }
        if (doubt.state == State.PROBING) {
          changed.await();
          continue;
        }
        if (doubt.state == State.CONDEMNED && doubt.refusal != null && began < doubt.condemnedAt) {
          throw copy(doubt.refusal);
        }
        doubt.state = State.PROBING;
        return Pass.PROBE;
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Told by a poll that passed {@link Pass#FREE} and met a 401.
   *
   * @return true if it is the first, and so the one to find a remedy; false if another is at it or
   *     has been: then {@link #enter} tells how that went
   */
  boolean doubt(Credentials credentials) {
    lock.lock();
    try {
      if (doubts.containsKey(credentials)) {
        return false;
      }
      doubts.put(credentials, new Doubt());
      quiet = false;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Puts the credential that replaces a doubted one under the same probe. */
  void doubtToo(Credentials replacement) {
    lock.lock();
    try {
      doubts.computeIfAbsent(replacement, c -> new Doubt()).state = State.PROBING;
    } finally {
      lock.unlock();
    }
  }

  /** The probe was answered and not refused: everybody may go on. */
  void clear(Credentials credentials) {
    lock.lock();
    try {
      doubts.remove(credentials);
      quiet = doubts.isEmpty();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The probe brought nothing to decide by: the next poll is the probe. */
  void leaveInDoubt(Credentials credentials) {
    lock.lock();
    try {
      Doubt doubt = doubts.get(credentials);
      if (doubt != null) {
        doubt.state = State.IN_DOUBT;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The probe was refused, or there is nothing to probe with: ends everyone who began before. */
  void condemn(Credentials credentials, AuthenticationException refusal) {
    lock.lock();
    try {
      Doubt doubt = doubts.computeIfAbsent(credentials, c -> new Doubt());
      quiet = false;
      doubt.state = State.CONDEMNED;
      doubt.refusal = refusal;
      doubt.condemnedAt = condemnations.incrementAndGet();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    mourners.forEach(mourner -> mourner.accept(refusal));
  }

  /** An exception is thrown on one thread; whoever else it concerns gets their own. */
  private static AuthenticationException copy(AuthenticationException refusal) {
    AuthenticationException own =
        new AuthenticationException(
            String.valueOf(refusal.getMessage()),
            refusal.statusCode(),
            refusal.errorCode(),
            refusal.serviceMessage(),
            refusal.requestId());
    own.initCause(refusal);
    return own;
  }
}
