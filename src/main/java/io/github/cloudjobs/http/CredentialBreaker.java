package io.github.cloudjobs.http;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElseGet;

import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.model.JobRef;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import okhttp3.Call;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * A circuit breaker for each of a provider's credentials. The gateway locks a key after six bad
 * signatures in a row, wherever they were sent, so a refused key must not be sent by every poll.
 *
 * <p>After a 401 the credentials are <em>suspect</em>: one poll at a time may use them, the
 * <em>probe</em>, until a response shows that they are good. While a refused probe gets a
 * replacement, credentials that were never accepted are not sent: they may be the replacement.
 *
 * <p>If the probe is refused too, or there is nothing to change, the credentials are
 * <em>rejected</em>: the polls and waits that started earlier fail without a request. The rejection
 * holds at that endpoint (of a token: for that project), or everywhere if no endpoint ever accepted
 * the credentials or one more bad signature locks the key. A poll that starts later may try again,
 * as a probe, because the user may have repaired the key. The generation counts rejections, so a
 * poll that started earlier has a lower one.
 *
 * <p>Thread-safe. A poll waits for a probe on its own thread, no longer than the probe's call
 * takes.
 */
public final class CredentialBreaker {
  /** A provider may return other credentials each time. */
  private static final int MAX_REMEMBERED = 100;

  /** The gateway locks a key at the sixth. */
  private static final int MAX_BAD_SIGNATURES = 5;

  private static final long CANCELLATION_CHECK_MILLIS = 100;

  /** A rejection of credentials. Polls and waits that started in an earlier generation end. */
  public record Rejection(
      AuthenticationException error, // of the poll that was refused
      int generation,
      @Nullable HttpUrl endpoint, // null for all endpoints
      @Nullable String projectId, // null for all projects
      Set<Credentials> refused) {
    boolean holdsFor(HttpUrl otherEndpoint, JobRef job) {
      return (endpoint == null || endpoint.equals(otherEndpoint))
          && (projectId == null || projectId.equals(job.projectId()));
    }

    boolean holdsFor(Credentials used, HttpPoll poll) {
      return refused.contains(used) && holdsFor(poll.source.endpoint, poll.job);
    }
  }

  /** The state of credentials. */
  private static final class Known {
    boolean accepted;
    boolean suspect; // refused since last accepted, or a replacement that was never accepted
    int badSignatures; // since last accepted, without those where a rejection held
    @Nullable AuthenticationException lastBadSignature;
    @Nullable Pass probe; // in flight
  }

  private static final Known NOTHING = new Known();

  private final Supplier<Credentials> provider;
  final AtomicInteger generation = new AtomicInteger();
  private volatile @Nullable Credentials lastAccepted;
  volatile Consumer<Rejection> listener = rejection -> {}; // called without the lock

  // Guarded by this.
  private final List<Rejection> rejections = new ArrayList<>(); // the latest of each place
  private final Map<Credentials, Known> known = new LinkedHashMap<>();

  CredentialBreaker(Supplier<Credentials> provider) {
    this.provider = provider;
  }

  /**
   * Returns permission to send the provider's credentials; waits while they are probed.
   *
   * @throws AuthenticationException if they were rejected after the poll started
   * @throws IOException if the call was cancelled
   */
  Pass enter(HttpPoll poll, Call call) throws InterruptedException, IOException {
    while (true) {
      Credentials credentials = provider.get();
      synchronized (this) {
        if (!mustWait(credentials, poll)) {
          return pass(credentials, poll);
        }
        do {
          wait(CANCELLATION_CHECK_MILLIS);
          if (call.isCanceled()) {
            throw new IOException("Canceled"); // OkHttp's own message
          }
        } while (mustWait(credentials, poll));
      }
    }
  }

  private boolean mustWait(Credentials credentials, HttpPoll poll) {
    Known of = known.getOrDefault(credentials, NOTHING);
    if (needsProbe(credentials, poll)) {
      return of.probe != null;
    }
    if (!of.accepted) { // it may be the replacement that a probe is getting
      for (Known each : known.values()) {
        if (each.probe != null && each.probe.seeksReplacement) {
          return true;
        }
      }
    }
    return false;
  }

  private Pass pass(Credentials credentials, HttpPoll poll) {
    Rejection rejection = rejection(credentials, poll);
    if (rejection != null && poll.generation < rejection.generation) {
      throw ServiceErrors.refusedBefore(rejection.error, poll.url());
    }
    Pass pass = new Pass(credentials, poll);
    if (needsProbe(credentials, poll)) {
      pass.probe();
    }
    return pass;
  }

  private boolean needsProbe(Credentials credentials, HttpPoll poll) {
    return known.getOrDefault(credentials, NOTHING).suspect || rejection(credentials, poll) != null;
  }

  /** Returns the latest rejection of the credentials that holds for a poll; null for none. */
  private @Nullable Rejection rejection(Credentials credentials, HttpPoll poll) {
    for (int i = rejections.size() - 1; i >= 0; i--) {
      if (rejections.get(i).holdsFor(credentials, poll)) {
        return rejections.get(i);
      }
    }
    return null;
  }

  /** Returns the state of credentials, to modify it. The latest modified ones are remembered. */
  private Known change(Credentials credentials) {
    Known of = requireNonNullElseGet(known.remove(credentials), Known::new);
    Iterator<Known> eldest = known.values().iterator();
    while (known.size() >= MAX_REMEMBERED && eldest.hasNext()) {
      if (eldest.next().probe == null) {
        eldest.remove();
      }
    }
    known.put(credentials, of);
    return of;
  }

  /**
   * Permission of one poll to send credentials. Must be closed; if a probe is closed without a
   * decision, the next poll becomes the probe.
   */
  final class Pass {
    private final HttpPoll poll;
    Credentials credentials;
    private Set<Credentials> refused = Set.of();
    private boolean isProbe;
    private boolean seeksReplacement;
    private boolean signed;
    private @Nullable AuthenticationException error;

    /** The offset of the gateway's clock after a refusal that another one explains. */
    @Nullable Duration clockOffset;

    Pass(Credentials credentials, HttpPoll poll) {
      this.credentials = credentials;
      this.poll = poll;
    }

    /** The last refusal. */
    AuthenticationException error() {
      return requireNonNull(error);
    }

    /** True after a refusal to the probe; false after another one, and without. */
    boolean isRefusedProbe() {
      return seeksReplacement;
    }

    /**
     * True if one more bad signature would lock the key, so that it must not be sent. The poll then
     * is a probe that was refused with the last error.
     */
    boolean isLocking() {
      if (!isProbe) {
        return false; // the usual case
      }
      synchronized (CredentialBreaker.this) {
        AuthenticationException last = known.getOrDefault(credentials, NOTHING).lastBadSignature;
        // Where it is rejected, the user may have repaired it.
        if (last == null || mayRetry(credentials) || rejection(credentials, poll) != null) {
          return false;
        }
        refuse(ServiceErrors.refusedBefore(last, poll.url()), true);
        return true;
      }
    }

    /**
     * Called after a 401. Makes this poll the probe, unless another one is or was: then the poll
     * calls {@link #enter} again.
     *
     * @param isSigned true if a signature was refused, false for a token
     */
    void refused(AuthenticationException refusal, boolean isSigned) {
      synchronized (CredentialBreaker.this) {
        boolean isNew = rejection(credentials, poll) == null;
        Known of = change(credentials);
        boolean decided = of.suspect || !isNew || of.probe != null;
        of.suspect |= isNew;
        error = refusal;
        if (decided && of.probe != this) {
          return;
        }
        probe();
        refuse(refusal, isSigned);
        if (isNew && isSigned) {
          of.badSignatures++;
          of.lastBadSignature = refusal;
        }
      }
    }

    private void refuse(AuthenticationException refusal, boolean isSigned) {
      Set<Credentials> all = new HashSet<>(refused);
      all.add(credentials);
      refused = all;
      error = refusal;
      signed = isSigned;
      seeksReplacement = true;
    }

    private void probe() {
      change(credentials).probe = this;
      isProbe = true;
    }

    /** True if one more bad signature does not lock the key. */
    boolean mayRetry(Credentials again) {
      synchronized (CredentialBreaker.this) {
        return known.getOrDefault(again, NOTHING).badSignatures < MAX_BAD_SIGNATURES;
      }
    }

    /**
     * Called before the probe sends a replacement, which may be the same. Returns false if another
     * probe has it in flight.
     */
    boolean extendTo(Credentials replacement) {
      synchronized (CredentialBreaker.this) {
        seeksReplacement = false;
        Known of = change(replacement);
        of.suspect |= !of.accepted;
        credentials = replacement;
        if (!needsProbe(replacement, poll)) {
          return true;
        }
        of.probe = of.probe == null ? this : of.probe;
        return of.probe == this;
      }
    }

    /**
     * Called when a response shows that the credentials are good: after a probe they are no longer
     * suspect, and here no longer rejected.
     */
    void accept() {
      if (credentials == lastAccepted && !isProbe) {
        return; // the usual case
      }
      synchronized (CredentialBreaker.this) {
        Known of = change(credentials);
        of.accepted = true;
        lastAccepted = credentials;
        if (of.probe == this) {
          of.suspect = false;
          of.badSignatures = 0;
          of.lastBadSignature = null;
          rejections.removeIf(each -> each.holdsFor(credentials, poll));
        }
      }
    }

    /** Rejects what was refused, and ends earlier polls and waits. Returns the error, to throw. */
    AuthenticationException reject(AuthenticationException refusal) {
      error = refusal;
      Rejection rejection;
      synchronized (CredentialBreaker.this) {
        boolean accepted = false;
        boolean locking = false;
        for (Credentials each : refused) {
          accepted |= change(each).accepted;
          locking |= !mayRetry(each);
        }
        for (Credentials each : refused) {
          change(each).accepted = accepted; // a replacement is as good as what it replaces
          rejections.removeIf(old -> old.holdsFor(each, poll));
        }
        if (rejections.size() == MAX_REMEMBERED) {
          rejections.remove(0);
        }
        boolean onlyHere = accepted && !locking;
        HttpUrl endpoint = onlyHere ? poll.source.endpoint : null;
        String project = onlyHere && !signed ? poll.job.projectId() : null;
        rejection =
            new Rejection(refusal, generation.incrementAndGet(), endpoint, project, refused);
        rejections.add(rejection);
        close();
      }
      listener.accept(rejection);
      return refusal;
    }

    void close() {
      if (isProbe) {
        synchronized (CredentialBreaker.this) {
          for (Known each : known.values()) {
            each.probe = each.probe == this ? null : each.probe;
          }
          CredentialBreaker.this.notifyAll();
        }
      }
    }
  }
}
