package io.github.cloudjobs.http;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.error.AuthenticationException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.ObjIntConsumer;
import java.util.function.Supplier;
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
  /** So many refused credentials are remembered: a source may make new ones without end. */
  private static final int MOST_DOUBTS = 100;

  /** So often, in milliseconds, a poll that waits looks whether it is still wanted. */
  private static final long GLANCE = 100;

  /** How a poll may go on: with which credential, and as the probe if that is in doubt. */
  record Pass(Credentials credentials, @Nullable Probe probe) {}

  private static final class Doubt {
    @Nullable Probe probe; // under way; if there is none, the next poll is the probe
    @Nullable AuthenticationException refusal; // the final one; null while that is open
    int condemnedAt;

    boolean isCondemnedFor(int began) {
      return refusal != null && began < condemnedAt;
    }
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<Credentials, Doubt> doubts = new LinkedHashMap<>();
  private final AtomicInteger condemnations = new AtomicInteger();
  private volatile ObjIntConsumer<AuthenticationException> listener = (refusal, at) -> {};
  private int seekers; // probes that look for a replacement
  private volatile boolean quiet = true; // no doubts at all: the usual case, and free of the lock

  /**
   * Says who is told when a credential is condemned, and what {@link #now()} says from then on: who
   * noted less began before. Called without the lock.
   */
  void onCondemned(ObjIntConsumer<AuthenticationException> listener) {
    this.listener = listener;
  }

  /** What a poll or a wait notes when it begins, to be told from those that begin later. */
  int now() {
    return condemnations.get();
  }

  /**
   * Lets a poll pass, after the probe under way if there is one, and not while a replacement is
   * looked for: what the source says now may be that. It is asked again after every wait.
   *
   * @param began what {@link #now()} said when the poll, or its wait, began
   * @param cancelled whether the poll was, or its time is over; looked at now and then
   * @throws AuthenticationException if the credential was condemned since
   * @throws IOException if the poll was cancelled
   */
  Pass enter(Supplier<Credentials> source, int began, BooleanSupplier cancelled)
      throws InterruptedException, IOException {
    while (true) {
      requireWanted(cancelled);
      Credentials credentials = source.get();
      if (quiet) {
        return new Pass(credentials, null);
      }
      lock.lockInterruptibly();
      try {
        Doubt doubt = doubts.get(credentials);
        if (doubt == null && seekers == 0) {
          return new Pass(credentials, null);
        }
        if (doubt != null && doubt.probe == null) {
          if (doubt.refusal != null && doubt.isCondemnedFor(began)) {
            throw new AuthenticationException(doubt.refusal);
          }
          return new Pass(credentials, new Probe(credentials, doubt));
        }
        while (!changed.await(GLANCE, MILLISECONDS) && isHeldUp(credentials)) {
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

  private boolean isHeldUp(Credentials credentials) {
    Doubt doubt = doubts.get(credentials);
    return doubt == null ? seekers > 0 : doubt.probe != null;
  }

  /**
   * Told by a poll that passed without being a probe, and met a 401.
   *
   * @return the probe that it now is, to find a remedy; null if another is at it or has been: then
   *     {@link #enter} tells how that went
   */
  @Nullable Probe doubt(Credentials credentials) {
    lock.lock();
    try {
      if (doubts.containsKey(credentials)) {
        return null;
      }
      Probe probe = new Probe(credentials, doubtOf(credentials));
      probe.seek();
      return probe;
    } finally {
      lock.unlock();
    }
  }

  private Doubt doubtOf(Credentials credentials) {
    if (doubts.size() >= MOST_DOUBTS && !doubts.containsKey(credentials)) {
      doubts.remove(doubts.keySet().iterator().next());
      changed.signalAll();
    }
    quiet = false;
    return doubts.computeIfAbsent(credentials, c -> new Doubt());
  }

  /**
   * One poll's turn to find out whether credentials are good. Whatever becomes of the poll, it has
   * to be closed; closed undecided, it leaves the matter to the next poll.
   */
  final class Probe implements AutoCloseable {
    private final Set<Credentials> covered = new LinkedHashSet<>(); // empty once it is decided

    private boolean seeking;

    private Probe(Credentials credentials, Doubt doubt) {
      cover(credentials, doubt);
    }

    private void cover(Credentials credentials, Doubt doubt) {
      doubt.probe = this;
      covered.add(credentials);
    }

    /** It was refused: until the replacement is known, nobody passes with what may be that. */
    void seek() {
      lock.lock();
      try {
        if (!seeking && !covered.isEmpty()) {
          seeking = true;
          seekers++;
        }
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
     * Takes the replacement of a refused credential under the same probe; it may be the same.
     *
     * @return false if it may not be tried: another probe is at it, or it was condemned since
     *     {@code began}
     */
    boolean takeAlong(Credentials replacement, int began) {
      lock.lock();
      try {
        stopSeeking();
        Doubt doubt = doubtOf(replacement);
        if (doubt.probe != null || doubt.isCondemnedFor(began)) {
          return doubt.probe == this;
        }
        cover(replacement, doubt);
        return true;
      } finally {
        lock.unlock();
      }
    }

    /** It was answered and not refused: everybody may go on. */
    void clear() {
      lock.lock();
      try {
        for (Credentials credentials : covered) {
          if (isMine(doubts.get(credentials))) {
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
     * It was refused, or there is nothing to probe with: ends everyone who began before.
     *
     * @return the refusal, to be thrown
     */
    AuthenticationException condemn(AuthenticationException refusal) {
      int at;
      lock.lock();
      try {
        at = condemnations.incrementAndGet();
        for (Credentials credentials : covered) {
          Doubt doubt = doubtOf(credentials);
          doubt.probe = null;
          doubt.refusal = refusal;
          doubt.condemnedAt = at;
        }
        end();
      } finally {
        lock.unlock();
      }
      listener.accept(refusal, at);
      return refusal;
    }

    @Override
    public void close() {
      lock.lock();
      try {
        if (covered.isEmpty()) {
          return;
        }
        for (Credentials credentials : covered) {
          Doubt doubt = doubts.get(credentials);
          if (doubt != null && isMine(doubt)) {
            doubt.probe = null;
          }
        }
        end();
      } finally {
        lock.unlock();
      }
    }

    private boolean isMine(@Nullable Doubt doubt) {
      return doubt != null && doubt.probe == this;
    }

    private void end() {
      covered.clear();
      stopSeeking();
    }
  }
}
