package io.github.cloudjobs.http;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.error.AuthenticationException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the clients of a family from sending refused credentials until the gateway locks them,
 * which it does after six bad signatures in a row, wherever they were sent.
 *
 * <p>After a 401 the credentials are suspect: only one poll at a time is sent with them, the probe,
 * until a response shows that they are good. If the probe is refused too, or there is nothing to
 * try differently, the polls and waits that began before fail without a request: those at that
 * endpoint (with a token: for that project), or all if no endpoint ever accepted the credentials.
 * One that begins afterwards may try again, as a probe: the user may have mended the key.
 *
 * <p>Thread-safe. Polls wait on the thread they run on, for no longer than a probe takes.
 */
final class CredentialBrake {
  /** Bounds what is remembered: a source may make new credentials without end. */
  private static final int MOST_DOUBTS = 100;

  /** Of credentials that are good, few are in use at a time. */
  private static final int MOST_ACCEPTED = 10;

  /** A gateway locks a key at the sixth bad signature in a row. */
  private static final int MOST_BAD_SIGNATURES = 5;

  /** So often, in milliseconds, a poll that waits looks whether it is still wanted. */
  private static final long GLANCE = 100;

  /** How a poll may go on: with which credentials, and as the probe if those are in doubt. */
  record Pass(Credentials credentials, @Nullable Probe probe) {}

  /** Credentials that were refused somewhere. */
  private static final class Doubt {
    final List<CredentialsRefused> refusals = new ArrayList<>(); // the latest for each place
    @Nullable Probe probe; // in flight
    boolean suspect; // refused since they were last accepted, and not only where that was known
    int badSignatures; // since then, but for those where a refusal was known

    boolean isRefusedFor(PollTag poll) {
      return refusals.stream().anyMatch(refusal -> refusal.holdsAt(poll.endpoint(), poll.job()));
    }

    boolean needsProbe(PollTag poll) {
      return suspect || isRefusedFor(poll);
    }

    /** Returns the refusal because of which a poll fails without a request; null if none. */
    @Nullable CredentialsRefused refusalOf(PollTag poll) {
      boolean last = badSignatures >= MOST_BAD_SIGNATURES;
      for (CredentialsRefused refusal : refusals) {
        if (poll.began() < refusal.generation()
            && (last || refusal.holdsAt(poll.endpoint(), poll.job()))) {
          return refusal;
        }
      }
      return null;
    }
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<Credentials, Doubt> doubts = bounded(MOST_DOUBTS);
  private final Set<Credentials> accepted = Collections.newSetFromMap(bounded(MOST_ACCEPTED));
  private final AtomicInteger generation = new AtomicInteger();
  private volatile Consumer<CredentialsRefused> listener = refusal -> {};
  private volatile @Nullable Credentials lastAccepted;
  private int seekers; // probes that look for a replacement
  private volatile boolean quiet = true; // no doubts at all: the usual case, and free of the lock

  private static <K, V> Map<K, V> bounded(int most) {
    return new LinkedHashMap<>() {
      @Override
      protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > most;
      }
    };
  }

  /** Sets who is called, without the lock, when credentials were refused for good. */
  void onRefused(Consumer<CredentialsRefused> listener) {
    this.listener = listener;
  }

  /** What a poll or a wait notes when it begins, to be told from those that begin later. */
  int now() {
    return generation.get();
  }

  /**
   * Lets a poll pass, after the probe under way if there is one, and not while a replacement is
   * looked for: what the source returns now may be that. It is asked again after every wait.
   *
   * @param cancelled whether the poll was, or its time is over; looked at now and then
   * @throws AuthenticationException if the credentials were refused since the poll began
   * @throws IOException if the poll was cancelled
   */
  Pass enter(Supplier<Credentials> source, PollTag poll, BooleanSupplier cancelled)
      throws InterruptedException, IOException {
    while (true) {
      requireWanted(cancelled);
      Credentials credentials = source.get();
      if (quiet) {
        return new Pass(credentials, null);
      }
      lock.lockInterruptibly();
      try {
        if (!isHeldUp(credentials, poll)) {
          return pass(credentials, poll);
        }
        while (!changed.await(GLANCE, MILLISECONDS) && isHeldUp(credentials, poll)) {
          requireWanted(cancelled);
        }
      } finally {
        lock.unlock();
      }
    }
  }

  private static void requireWanted(BooleanSupplier cancelled) throws IOException {
    if (cancelled.getAsBoolean()) {
      throw new IOException("Canceled"); // as OkHttp says it
    }
  }

  private boolean isHeldUp(Credentials credentials, PollTag poll) {
    Doubt doubt = doubts.get(credentials);
    return doubt == null ? seekers > 0 : doubt.probe != null && doubt.needsProbe(poll);
  }

  private Pass pass(Credentials credentials, PollTag poll) {
    Doubt doubt = doubts.get(credentials);
    if (doubt == null || !doubt.needsProbe(poll)) {
      return new Pass(credentials, null);
    }
    CredentialsRefused refusal = doubt.refusalOf(poll);
    if (refusal != null) {
      throw refusal.of(poll.url());
    }
    return new Pass(credentials, new Probe(poll, credentials, doubt));
  }

  /** Called by a poll that was no probe when it was answered, and not refused. */
  void accept(Credentials credentials) {
    Credentials last = lastAccepted;
    if (credentials != last && !credentials.equals(last)) {
      lock.lock();
      try {
        accepted.add(credentials);
        lastAccepted = credentials;
      } finally {
        lock.unlock();
      }
    }
  }

  /**
   * Called by a poll that was no probe when it met a 401.
   *
   * @param signed whether a signature was refused, not a token
   * @return the probe that it now is, to find a remedy; null if another is at it or has been: then
   *     {@link #enter} tells how that went
   */
  @Nullable Probe doubt(Credentials credentials, PollTag poll, boolean signed) {
    lock.lock();
    try {
      Doubt doubt = doubtOf(credentials);
      if (doubt.needsProbe(poll)) {
        return null;
      }
      doubt.suspect = true;
      if (doubt.probe != null) {
        return null;
      }
      Probe probe = new Probe(poll, credentials, doubt);
      probe.refused(credentials, signed);
      return probe;
    } finally {
      lock.unlock();
    }
  }

  private Doubt doubtOf(Credentials credentials) {
    quiet = false;
    return doubts.computeIfAbsent(credentials, c -> new Doubt());
  }

  /**
   * One poll's turn to find out whether credentials are good. Whatever becomes of the poll, it has
   * to be closed; closed undecided, it leaves the matter to the next poll.
   */
  final class Probe implements AutoCloseable {
    private final PollTag poll;
    private final Set<Credentials> covered = new LinkedHashSet<>(); // empty once it is decided
    private boolean signed;
    private boolean seeking;

    private Probe(PollTag poll, Credentials credentials, Doubt doubt) {
      this.poll = poll;
      cover(credentials, doubt);
    }

    private void cover(Credentials credentials, Doubt doubt) {
      doubt.probe = this;
      covered.add(credentials);
    }

    /**
     * It was refused: until the replacement is known, nobody passes with what may be that.
     *
     * @param isSigned whether a signature was refused, not a token
     */
    void refused(Credentials credentials, boolean isSigned) {
      lock.lock();
      try {
        signed = isSigned;
        Doubt doubt = doubtOf(credentials);
        if (!doubt.isRefusedFor(poll)) {
          doubt.suspect = true;
          doubt.badSignatures += isSigned ? 1 : 0;
        }
        if (!seeking && !covered.isEmpty()) {
          seeking = true;
          seekers++;
        }
      } finally {
        lock.unlock();
      }
    }

    /** Whether one more signature that may be bad can be sent without a risk that it locks. */
    boolean mayRetry(Credentials credentials) {
      lock.lock();
      try {
        return doubtOf(credentials).badSignatures < MOST_BAD_SIGNATURES;
      } finally {
        lock.unlock();
      }
    }

    private void stopSeeking() {
      if (seeking) {
        seeking = false;
        seekers--;
      }
      changed.signalAll();
    }

    /**
     * Takes the replacement of refused credentials under the same probe; it may be the same.
     *
     * @return false if it may not be tried: another probe is at it, or it was refused since the
     *     poll began
     */
    boolean takeAlong(Credentials replacement) {
      lock.lock();
      try {
        stopSeeking();
        Doubt doubt = doubtOf(replacement);
        if (doubt.probe != null || doubt.refusalOf(poll) != null) {
          return doubt.probe == this;
        }
        doubt.suspect = true; // until it is accepted
        cover(replacement, doubt);
        return true;
      } finally {
        lock.unlock();
      }
    }

    /** It was answered and not refused: everybody may go on, but where others were refused. */
    void clear() {
      lock.lock();
      try {
        for (Credentials credentials : covered) {
          Doubt doubt = doubts.get(credentials);
          if (doubt == null || doubt.probe != this) {
            continue;
          }
          accepted.add(credentials);
          doubt.probe = null;
          doubt.suspect = false;
          doubt.badSignatures = 0;
          doubt.refusals.removeIf(refusal -> refusal.holdsAt(poll.endpoint(), poll.job()));
          if (doubt.refusals.isEmpty()) {
            doubts.remove(credentials);
          }
        }
        quiet = doubts.isEmpty();
        end();
      } finally {
        lock.unlock();
      }
    }

    /**
     * It was refused, or there is nothing to probe with: ends everyone there who began before.
     *
     * @return the refusal, to be thrown
     */
    AuthenticationException condemn(AuthenticationException error) {
      CredentialsRefused refusal;
      lock.lock();
      try {
        boolean here = !Collections.disjoint(covered, accepted);
        if (here) {
          accepted.addAll(covered); // a replacement is as good as what it replaces
        }
        refusal =
            new CredentialsRefused(
                error,
                poll.url(),
                generation.incrementAndGet(),
                here ? poll.endpoint() : null,
                here && !signed ? poll.job().projectId() : null);
        for (Credentials credentials : covered) {
          Doubt doubt = doubtOf(credentials);
          doubt.probe = null;
          doubt.suspect |= !here;
          doubt.refusals.removeIf(old -> old.holdsAt(poll.endpoint(), poll.job()));
          if (doubt.refusals.size() == MOST_DOUBTS) {
            doubt.refusals.remove(0);
          }
          doubt.refusals.add(refusal);
        }
        end();
      } finally {
        lock.unlock();
      }
      listener.accept(refusal);
      return error;
    }

    @Override
    public void close() {
      lock.lock();
      try {
        for (Credentials credentials : covered) {
          Doubt doubt = doubts.get(credentials);
          if (doubt != null && doubt.probe == this) {
            doubt.probe = null;
          }
        }
        if (!covered.isEmpty()) {
          end();
        }
      } finally {
        lock.unlock();
      }
    }

    private void end() {
      covered.clear();
      stopSeeking();
    }
  }
}
