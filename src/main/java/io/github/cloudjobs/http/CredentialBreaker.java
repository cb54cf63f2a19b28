package io.github.cloudjobs.http;

import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.model.JobRef;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * A circuit breaker for the credentials of one provider. The gateway locks a key after six bad
 * signatures in a row, wherever they were sent, so a refused key must not be sent by every poll.
 *
 * <p>After a 401 the credentials are <em>suspect</em>: one poll at a time may use them, the
 * <em>probe</em>, until a response shows that they are good. If the probe is refused too, or there
 * is nothing to change, they are <em>rejected</em>: the polls and waits that started earlier fail
 * without a request. The rejection holds at that endpoint (of a token: for that project), or
 * everywhere if no endpoint ever accepted the credentials or one more bad signature locks the key.
 * A poll that starts later may try again, as a probe, because the user may have repaired the key.
 * The generation counts rejections, so a poll that started earlier has a lower one.
 *
 * <p>Thread-safe. A poll waits for a probe on its own thread, no longer than the probe's call
 * takes; nothing else is done under the lock.
 */
public final class CredentialBreaker {
  /** Rejections, and accepted credentials: a provider may return others each time. */
  private static final int MAX_REMEMBERED = 100;

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
      @Nullable String projectId) {

    boolean holdsFor(HttpUrl otherEndpoint, JobRef job) {
      return (endpoint == null || endpoint.equals(otherEndpoint))
          && (projectId == null || projectId.equals(job.projectId()));
    }

    boolean holdsFor(PollContext poll) {
      return holdsFor(poll.endpoint(), poll.job());
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

  private final AtomicInteger generation = new AtomicInteger();
  private volatile @Nullable Credentials lastAccepted;
  private volatile Consumer<Rejection> listener = rejection -> {};

  // Guarded by this.
  private final List<Rejection> rejections = new ArrayList<>(); // the latest of each place
  private final Set<Credentials> accepted = new HashSet<>();
  private boolean suspect; // refused since last accepted, and not only where a rejection holds
  private volatile @Nullable Pass probe; // in flight
  private @Nullable Credentials badlySigned; // the last one, and how often since last accepted
  private int badSignatures;

  /** Sets the listener of rejections; it is called without the lock. */
  void onRejected(Consumer<Rejection> listener) {
    this.listener = listener;
  }

  /** The number of rejections so far. */
  int generation() {
    return generation.get();
  }

  /**
   * Returns permission to send credentials, after the probe if one is in flight.
   *
   * @param cancelled returns true once the poll is no longer wanted
   * @throws AuthenticationException if the credentials were rejected after the poll started
   * @throws IOException if the poll was cancelled
   */
  synchronized Pass enter(PollContext poll, BooleanSupplier cancelled)
      throws InterruptedException, IOException {
    while (probe != null && needsProbe(poll)) {
      wait(CANCELLATION_CHECK_MILLIS);
      if (cancelled.getAsBoolean()) {
        throw new IOException("Canceled"); // OkHttp's own message
      }
    }
    for (Rejection rejection : rejections) {
      if (poll.generation() < rejection.generation() && rejection.holdsFor(poll)) {
        throw rejection.errorFor(poll.url());
      }
    }
    Pass pass = new Pass(poll);
    if (needsProbe(poll)) {
      probe = pass;
    }
    return pass;
  }

  private boolean needsProbe(PollContext poll) {
    return suspect || isRejectedFor(poll);
  }

  private boolean isRejectedFor(PollContext poll) {
    return !rejections.isEmpty() && rejections.stream().anyMatch(each -> each.holdsFor(poll));
  }

  /**
   * Permission of one poll to send credentials. Must be closed; if a probe is closed without a
   * decision, the next poll becomes the probe.
   */
  final class Pass implements AutoCloseable {
    private final PollContext poll;
    private List<Credentials> refused = List.of(); // by the probe

    Pass(PollContext poll) {
      this.poll = poll;
    }

    /**
     * Called after a 401. The poll becomes the probe, if there is none.
     *
     * @param signed true if a signature was refused, false for a token
     * @return false if another poll is or was the probe, and {@link #enter} returns what to do
     */
    boolean refused(Credentials sent, boolean signed) {
      synchronized (CredentialBreaker.this) {
        boolean anew = !isRejectedFor(poll);
        boolean decided = needsProbe(poll);
        suspect |= anew;
        if (probe != this && (decided || probe != null)) {
          return false;
        }
        probe = this;
        refused = new ArrayList<>(refused);
        refused.add(sent);
        if (anew && signed) {
          badSignatures = sent.equals(badlySigned) ? badSignatures + 1 : 1;
          badlySigned = sent;
        }
        return true;
      }
    }

    /** True if one more bad signature does not lock the key. */
    boolean mayRetry(Credentials again) {
      synchronized (CredentialBreaker.this) {
        return badSignatures < MAX_BAD_SIGNATURES || !again.equals(badlySigned);
      }
    }

    /**
     * Called when a response shows that the credentials are good: after a probe they are no longer
     * suspect, and here no longer rejected.
     */
    void accept(Credentials sent) {
      if (sent == lastAccepted && probe != this) {
        return; // the usual case
      }
      synchronized (CredentialBreaker.this) {
        if (accepted.size() >= MAX_REMEMBERED) {
          accepted.clear();
        }
        accepted.add(sent);
        lastAccepted = sent;
        if (probe == this) {
          suspect = false;
          badSignatures = 0;
          rejections.removeIf(each -> each.holdsFor(poll));
          end();
        }
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
        boolean acceptedElsewhere = !Collections.disjoint(refused, accepted);
        if (acceptedElsewhere) {
          accepted.addAll(refused); // a replacement is as good as the credentials it replaces
        }
        boolean onlyHere = acceptedElsewhere && badSignatures < MAX_BAD_SIGNATURES;
        rejection =
            new Rejection(
                error,
                poll.url(),
                generation.incrementAndGet(),
                onlyHere ? poll.endpoint() : null,
                onlyHere && !signed ? poll.job().projectId() : null);
        rejections.removeIf(each -> each.holdsFor(poll));
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
      synchronized (CredentialBreaker.this) {
        if (probe == this) {
          end();
        }
      }
    }

    private void end() {
      probe = null;
      CredentialBreaker.this.notifyAll();
    }
  }
}
