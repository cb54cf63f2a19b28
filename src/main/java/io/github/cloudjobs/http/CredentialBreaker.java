package io.github.cloudjobs.http;

import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.model.JobRef;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
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
 * A circuit breaker for each credential. The gateway locks a key after six bad signatures in a row,
 * wherever they were sent, so a key that was refused must not be sent by every poll of every wait.
 *
 * <p>After a 401 the credentials are <em>suspect</em>: one poll at a time may use them, the
 * <em>probe</em>, until a response shows that they are good. If the probe is refused too, or there
 * is nothing to change, the credentials are <em>rejected</em>: the polls and waits that started
 * earlier fail without a request. The rejection holds at that endpoint (of a token: for that
 * project), or everywhere if no endpoint ever accepted the credentials. A poll that starts later
 * may try again, as a probe, because the user may have repaired the key. The generation counts
 * rejections, so a poll that started earlier has a lower one.
 *
 * <p>Thread-safe. A poll waits for a probe on its own thread, no longer than the probe's call
 * takes; nothing else is done under the lock.
 */
public final class CredentialBreaker {
  /** Of suspects, and of rejections of one: a provider may return other credentials each time. */
  private static final int MAX_REMEMBERED = 100;

  /** Few good credentials are in use at a time. */
  private static final int MAX_ACCEPTED = 10;

  /** The gateway locks a key at the sixth. */
  private static final int MAX_BAD_SIGNATURES = 5;

  private static final long CANCELLATION_CHECK_MILLIS = 100;

  /**
   * The poll that a call belongs to.
   *
   * @param endpoint address of the service
   * @param generation {@link #generation()} when the poll, or its wait, started
   */
  record PollContext(HttpUrl url, HttpUrl endpoint, JobRef job, int generation) {}

  /**
   * The rejection of credentials.
   *
   * @param error the error of the poll that was refused
   * @param url of that poll
   * @param generation ends polls and waits that started in an earlier generation
   * @param endpoint where the rejection holds; null for everywhere
   * @param projectId the project that it holds for; null for every project
   */
  public record Rejection(
      AuthenticationException error,
      HttpUrl url,
      int generation,
      @Nullable HttpUrl endpoint,
      @Nullable String projectId) {

    boolean holdsFor(HttpUrl otherEndpoint, JobRef job) {
      return (endpoint == null || endpoint.equals(otherEndpoint))
          && (projectId == null || projectId.equals(job.projectId()));
    }

    /** Returns the error with the URL of another poll. */
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

  /** What is known about credentials that were refused at least once. */
  private static final class Suspect {
    final List<Rejection> rejections = new ArrayList<>(); // the latest of each place
    @Nullable Pass probe; // in flight
    boolean refusedAnew; // since last accepted, and not only where a rejection holds
    int badSignatures; // since last accepted, without those where a rejection holds

    boolean needsProbe(PollContext poll) {
      return refusedAnew || isRejectedFor(poll);
    }

    boolean isRejectedFor(PollContext poll) {
      return rejections.stream().anyMatch(each -> each.holdsFor(poll.endpoint(), poll.job()));
    }

    void removeRejections(PollContext poll) {
      rejections.removeIf(each -> each.holdsFor(poll.endpoint(), poll.job()));
    }

    /** Returns the rejection that ends a poll; null if it may be sent. */
    @Nullable Rejection rejectionOf(PollContext poll) {
      boolean everywhere = badSignatures >= MAX_BAD_SIGNATURES;
      return rejections.stream()
          .filter(each -> poll.generation() < each.generation())
          .filter(each -> everywhere || each.holdsFor(poll.endpoint(), poll.job()))
          .findFirst()
          .orElse(null);
    }
  }

  private final Map<Credentials, Suspect> suspects = bounded(MAX_REMEMBERED);
  private final Set<Credentials> accepted = Collections.newSetFromMap(bounded(MAX_ACCEPTED));
  private final AtomicInteger generation = new AtomicInteger();
  private int probesSeekingReplacement;
  private volatile @Nullable Credentials lastAccepted;
  private volatile Consumer<Rejection> listener = rejection -> {};

  private static <K, V> Map<K, V> bounded(int size) {
    return new LinkedHashMap<>() {
      @Override
      protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > size;
      }
    };
  }

  /** Sets the listener of rejections; it is called without the lock. */
  void onRejected(Consumer<Rejection> listener) {
    this.listener = listener;
  }

  /** The number of rejections so far. */
  int generation() {
    return generation.get();
  }

  /**
   * Returns the credentials to send. Waits while a probe with them is in flight, and while a probe
   * looks for a replacement, since these may be that. After a wait it calls the provider again.
   *
   * @param cancelled returns true once the poll is no longer wanted
   * @throws AuthenticationException if the credentials were rejected after the poll started
   * @throws IOException if the poll was cancelled
   */
  Pass enter(Supplier<Credentials> provider, PollContext poll, BooleanSupplier cancelled)
      throws InterruptedException, IOException {
    while (true) {
      requireNotCancelled(cancelled);
      Credentials credentials = provider.get();
      synchronized (this) {
        if (!mustWait(credentials, poll)) {
          return pass(credentials, poll);
        }
        while (mustWait(credentials, poll)) {
          wait(CANCELLATION_CHECK_MILLIS);
          requireNotCancelled(cancelled);
        }
      }
    }
  }

  private static void requireNotCancelled(BooleanSupplier cancelled) throws IOException {
    if (cancelled.getAsBoolean()) {
      throw new IOException("Canceled"); // OkHttp's own message
    }
  }

  private boolean mustWait(Credentials credentials, PollContext poll) {
    Suspect suspect = suspects.get(credentials);
    return suspect == null
        ? probesSeekingReplacement > 0
        : suspect.probe != null && suspect.needsProbe(poll);
  }

  private Pass pass(Credentials credentials, PollContext poll) {
    Pass pass = new Pass(credentials, poll);
    Suspect suspect = suspects.get(credentials);
    if (suspect != null && suspect.needsProbe(poll)) {
      Rejection rejection = suspect.rejectionOf(poll);
      if (rejection != null) {
        throw rejection.errorFor(poll.url());
      }
      pass.test(credentials, suspect);
    }
    return pass;
  }

  private Suspect suspectOf(Credentials credentials) {
    return suspects.computeIfAbsent(credentials, c -> new Suspect());
  }

  /**
   * Permission to send credentials, by an ordinary poll or by the probe: the one poll that may use
   * suspect credentials. Must be closed; if a probe is closed without a decision, the next poll
   * becomes the probe.
   */
  final class Pass implements AutoCloseable {
    private final Credentials credentials;
    private final PollContext poll;
    private Set<Credentials> tested = Set.of(); // by a probe, until its decision
    private boolean seeksReplacement;

    Pass(Credentials credentials, PollContext poll) {
      this.credentials = credentials;
      this.poll = poll;
    }

    Credentials credentials() {
      return credentials;
    }

    boolean isProbe() {
      return !tested.isEmpty();
    }

    private void test(Credentials tried, Suspect suspect) {
      suspect.probe = this;
      tested = new LinkedHashSet<>(tested);
      tested.add(tried);
    }

    /**
     * Called after a 401. The poll becomes the probe, if there is none; until the replacement of
     * the credentials is known, unknown credentials wait.
     *
     * @param signed true if a signature was refused, false for a token
     * @return false if another poll is or was the probe, and {@link #enter} returns what to do
     */
    boolean refused(Credentials sent, boolean signed) {
      synchronized (CredentialBreaker.this) {
        Suspect suspect = suspectOf(sent);
        if (!isProbe()) {
          boolean decided = suspect.needsProbe(poll);
          suspect.refusedAnew |= !decided;
          if (decided || suspect.probe != null) {
            return false;
          }
          test(sent, suspect);
        }
        if (!suspect.isRejectedFor(poll)) {
          suspect.refusedAnew = true;
          suspect.badSignatures += signed ? 1 : 0;
        }
        if (!seeksReplacement) {
          seeksReplacement = true;
          probesSeekingReplacement++;
        }
        return true;
      }
    }

    /** True if one more bad signature does not lock the key. */
    boolean mayRetry(Credentials again) {
      synchronized (CredentialBreaker.this) {
        return suspectOf(again).badSignatures < MAX_BAD_SIGNATURES;
      }
    }

    /**
     * Extends the probe to the replacement of refused credentials, which may be the same.
     *
     * @return false if it must not be sent: another probe has it in flight, or it was rejected
     *     after the poll started
     */
    boolean extendTo(Credentials replacement) {
      synchronized (CredentialBreaker.this) {
        stopSeeking();
        Suspect suspect = suspectOf(replacement);
        if (suspect.probe != null || suspect.rejectionOf(poll) != null) {
          return suspect.probe == this;
        }
        suspect.refusedAnew = true; // until it is accepted
        test(replacement, suspect);
        return true;
      }
    }

    /**
     * Called when a response shows that the credentials are good: those of a probe are no longer
     * suspect here, and where no rejection holds.
     */
    void accept() {
      if (credentials == lastAccepted && !isProbe()) {
        return; // the usual case
      }
      synchronized (CredentialBreaker.this) {
        if (!isProbe()) {
          accepted.add(credentials);
          lastAccepted = credentials;
          return;
        }
        for (Credentials each : tested) {
          Suspect suspect = suspects.get(each);
          if (suspect != null && suspect.probe == this) {
            accepted.add(each);
            suspect.refusedAnew = false;
            suspect.badSignatures = 0;
            suspect.removeRejections(poll);
            if (suspect.rejections.isEmpty()) {
              suspects.remove(each);
            }
          }
        }
        end();
      }
    }

    /**
     * Rejects the credentials, and ends the polls and waits that started earlier.
     *
     * @param signed true if a signature was refused, false for a token
     * @return the error, to be thrown
     */
    AuthenticationException reject(AuthenticationException error, boolean signed) {
      Rejection rejection;
      synchronized (CredentialBreaker.this) {
        boolean acceptedElsewhere = !Collections.disjoint(tested, accepted);
        if (acceptedElsewhere) {
          accepted.addAll(tested); // a replacement is as good as the credentials it replaces
        }
        rejection =
            new Rejection(
                error,
                poll.url(),
                generation.incrementAndGet(),
                acceptedElsewhere ? poll.endpoint() : null,
                acceptedElsewhere && !signed ? poll.job().projectId() : null);
        for (Credentials each : tested) {
          Suspect suspect = suspectOf(each);
          suspect.refusedAnew |= !acceptedElsewhere;
          suspect.removeRejections(poll);
          if (suspect.rejections.size() == MAX_REMEMBERED) {
            suspect.rejections.remove(0);
          }
          suspect.rejections.add(rejection);
        }
        end();
      }
      listener.accept(rejection);
      return error;
    }

    @Override
    public void close() {
      synchronized (CredentialBreaker.this) {
        if (isProbe()) {
          end();
        }
      }
    }

    private void end() {
      for (Credentials each : tested) {
        Suspect suspect = suspects.get(each);
        if (suspect != null && suspect.probe == this) {
          suspect.probe = null;
        }
      }
      tested = Set.of();
      stopSeeking();
    }

    private void stopSeeking() {
      if (seeksReplacement) {
        seeksReplacement = false;
        probesSeekingReplacement--;
      }
      CredentialBreaker.this.notifyAll();
    }
  }
}
