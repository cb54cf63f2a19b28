package io.github.cloudjobs.http;

import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.model.JobRef;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
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
 * takes; nothing else is done under the lock.
 */
public final class CredentialBreaker {
  /** A provider may return other credentials each time. */
  private static final int MAX_REMEMBERED = 100;

  /** The gateway locks a key at the sixth. */
  private static final int MAX_BAD_SIGNATURES = 5;

  private static final long CANCELLATION_CHECK_MILLIS = 100;

  /** The poll of a call, with the {@link #generation()} when it, or its wait, started. */
  record PollContext(HttpUrl url, HttpUrl endpoint, JobRef job, int generation) {}

  /**
   * The rejection of credentials.
   *
   * @param error the error of the poll that was refused, at {@code url}
   * @param generation ends polls and waits that started in an earlier generation
   * @param endpoint where the rejection holds; null for everywhere
   * @param projectId the project that it holds for; null for every project
   */
  public record Rejection(
      AuthenticationException error,
      HttpUrl url,
      int generation,
      @Nullable HttpUrl endpoint,
      @Nullable String projectId,
      Set<Credentials> refused) {

    boolean holdsFor(HttpUrl otherEndpoint, JobRef job) {
      return (endpoint == null || endpoint.equals(otherEndpoint))
          && (projectId == null || projectId.equals(job.projectId()));
    }

    boolean holdsFor(Credentials used, PollContext poll) {
      return refused.contains(used) && holdsFor(poll.endpoint(), poll.job());
    }

    AuthenticationException errorFor(HttpUrl otherUrl) {
      String text = String.valueOf(error.getMessage()).replace(" from GET " + url, "");
      AuthenticationException copy =
          new AuthenticationException(
              "the credentials for GET " + otherUrl + " were refused: " + text,
              error.statusCode(),
              error.errorCode(),
              error.serviceMessage(),
              error.requestId(),
              error.advice());
      copy.initCause(error);
      return copy;
    }
  }

  /**
   * Credentials that were refused since last accepted, and not only where a rejection holds; or
   * their replacement until it is accepted.
   *
   * @param last the last bad signature; null for none
   */
  private record Suspect(int badSignatures, @Nullable Rejection last) {
    static final Suspect NEW = new Suspect(0, null);
  }

  private final AtomicInteger generation = new AtomicInteger();
  private volatile @Nullable Credentials lastAccepted;
  private volatile Consumer<Rejection> listener = rejection -> {};

  // Guarded by this.
  private final List<Rejection> rejections = new ArrayList<>(); // the latest of each place
  private final Map<Credentials, Suspect> suspects = bounded();
  private final Map<Credentials, Pass> probes = new HashMap<>(); // in flight
  private final Set<Credentials> accepted = Collections.newSetFromMap(bounded());

  private static <V> Map<Credentials, V> bounded() {
    return new LinkedHashMap<>() {
      @Override
      protected boolean removeEldestEntry(Map.Entry<Credentials, V> eldest) {
        return size() > MAX_REMEMBERED;
      }
    };
  }

  /** Sets the listener of rejections; it is called without the lock. */
  void onRejected(Consumer<Rejection> listener) {
    this.listener = listener;
  }

  int generation() {
    return generation.get();
  }

  /**
   * Returns permission to send credentials. If it has waited for a probe, it calls the provider
   * again.
   *
   * @param cancelled returns true once the poll is no longer wanted
   * @throws AuthenticationException if the credentials were rejected after the poll started
   * @throws IOException if the poll was cancelled
   */
  Pass enter(Supplier<Credentials> provider, PollContext poll, BooleanSupplier cancelled)
      throws InterruptedException, IOException {
    while (true) {
      Credentials credentials = provider.get();
      synchronized (this) {
        if (!mustWait(credentials, poll)) {
          return pass(credentials, poll);
        }
        do {
          wait(CANCELLATION_CHECK_MILLIS);
          if (cancelled.getAsBoolean()) {
            throw new IOException("Canceled"); // OkHttp's own message
          }
        } while (mustWait(credentials, poll));
      }
    }
  }

  private boolean mustWait(Credentials credentials, PollContext poll) {
    if (needsProbe(credentials, poll)) {
      return probes.containsKey(credentials);
    }
    // Credentials that were never accepted may be the replacement that a probe is getting.
    return !probes.isEmpty()
        && !accepted.contains(credentials)
        && probes.values().stream().anyMatch(probe -> probe.seeksReplacement);
  }

  private Pass pass(Credentials credentials, PollContext poll) {
    for (Rejection rejection : rejections) {
      if (poll.generation() < rejection.generation() && rejection.holdsFor(credentials, poll)) {
        throw rejection.errorFor(poll.url());
      }
    }
    Pass pass = new Pass(credentials, poll);
    if (needsProbe(credentials, poll)) {
      pass.probe(credentials);
    }
    return pass;
  }

  private boolean needsProbe(Credentials credentials, PollContext poll) {
    return suspects.containsKey(credentials) || isRejected(credentials, poll);
  }

  private boolean isRejected(Credentials credentials, PollContext poll) {
    return !rejections.isEmpty()
        && rejections.stream().anyMatch(each -> each.holdsFor(credentials, poll));
  }

  /**
   * Permission of one poll to send credentials. Must be closed; if a probe is closed without a
   * decision, the next poll becomes the probe.
   */
  final class Pass implements AutoCloseable {
    final Credentials credentials;
    private final PollContext poll;
    private final Set<Credentials> refused = new HashSet<>(); // to the probe
    private boolean isProbe;
    private boolean seeksReplacement;

    Pass(Credentials credentials, PollContext poll) {
      this.credentials = credentials;
      this.poll = poll;
    }

    /**
     * Returns the last refusal of a key that must not be sent, since one more bad signature locks
     * it; null if it may be sent.
     */
    @Nullable AuthenticationException knownRefusal() {
      if (!isProbe) {
        return null; // the usual case
      }
      synchronized (CredentialBreaker.this) {
        Rejection last = suspects.getOrDefault(credentials, Suspect.NEW).last();
        // Where it is rejected, the user may have repaired it.
        if (last == null || mayRetry(credentials) || isRejected(credentials, poll)) {
          return null;
        }
        refused.add(credentials);
        seeksReplacement = true;
        return last.errorFor(poll.url());
      }
    }

    /**
     * Called after a 401. The poll becomes the probe, if there is none.
     *
     * @param signed true if a signature was refused, false for a token
     * @return false if another poll is or was the probe, and {@link #enter} returns what to do
     */
    boolean refused(Credentials sent, boolean signed, AuthenticationException error) {
      synchronized (CredentialBreaker.this) {
        boolean isNew = !isRejected(sent, poll);
        boolean decided = needsProbe(sent, poll) || probes.containsKey(sent);
        if (isNew) {
          suspects.putIfAbsent(sent, Suspect.NEW);
        }
        if (decided && probes.get(sent) != this) {
          return false;
        }
        probe(sent);
        refused.add(sent);
        seeksReplacement = true;
        if (isNew && signed) {
          int before = suspects.getOrDefault(sent, Suspect.NEW).badSignatures();
          Rejection last = new Rejection(error, poll.url(), 0, null, null, Set.of());
          suspects.put(sent, new Suspect(before + 1, last));
        }
        return true;
      }
    }

    private void probe(Credentials suspected) {
      probes.put(suspected, this);
      isProbe = true;
    }

    /** True if one more bad signature does not lock the key. */
    boolean mayRetry(Credentials again) {
      synchronized (CredentialBreaker.this) {
        return suspects.getOrDefault(again, Suspect.NEW).badSignatures() < MAX_BAD_SIGNATURES;
      }
    }

    /**
     * Called before the probe sends a replacement, which may be the same. Returns false if another
     * probe has it in flight.
     */
    boolean extendTo(Credentials replacement) {
      synchronized (CredentialBreaker.this) {
        seeksReplacement = false;
        if (!accepted.contains(replacement)) {
          suspects.putIfAbsent(replacement, Suspect.NEW);
        }
        return !needsProbe(replacement, poll)
            || probes.computeIfAbsent(replacement, absent -> this) == this;
      }
    }

    /**
     * Called when a response shows that the credentials are good: after a probe they are no longer
     * suspect, and here no longer rejected.
     */
    void accept(Credentials sent) {
      if (sent == lastAccepted && !isProbe) {
        return; // the usual case
      }
      synchronized (CredentialBreaker.this) {
        accepted.add(sent);
        lastAccepted = sent;
        if (probes.get(sent) == this) {
          suspects.remove(sent);
          rejections.removeIf(each -> each.holdsFor(sent, poll));
        }
      }
    }

    /** Rejects the credentials, and ends earlier polls and waits. Returns the error, to throw. */
    AuthenticationException reject(AuthenticationException error, boolean signed) {
      Rejection rejection;
      synchronized (CredentialBreaker.this) {
        boolean acceptedElsewhere = !Collections.disjoint(refused, accepted);
        if (acceptedElsewhere) {
          accepted.addAll(refused); // a replacement is as good as the credentials it replaces
        }
        boolean onlyHere = acceptedElsewhere && refused.stream().allMatch(this::mayRetry);
        rejection =
            new Rejection(
                error,
                poll.url(),
                generation.incrementAndGet(),
                onlyHere ? poll.endpoint() : null,
                onlyHere && !signed ? poll.job().projectId() : null,
                Set.copyOf(refused));
        refused.forEach(each -> rejections.removeIf(old -> old.holdsFor(each, poll)));
        if (rejections.size() == MAX_REMEMBERED) {
          rejections.remove(0);
        }
        rejections.add(rejection);
        end();
      }
      listener.accept(rejection);
      return error;
    }

    @Override
    public void close() {
      if (isProbe) {
        synchronized (CredentialBreaker.this) {
          end();
        }
      }
    }

    private void end() {
      probes.values().removeIf(probe -> probe == this);
      CredentialBreaker.this.notifyAll();
    }
  }
}
