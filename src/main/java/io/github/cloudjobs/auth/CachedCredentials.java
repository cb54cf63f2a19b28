package io.github.cloudjobs.auth;

import static java.util.Objects.requireNonNull;

import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.error.ThrottledException;
import io.github.cloudjobs.text.Throwables;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Caches the credentials of a source and renews them in the background before they expire. There is
 * one fetch at a time, however many threads ask. Callers wait for it only if there are no live
 * credentials; if a renewal fails, the current credentials stay in use until they expire.
 * Thread-safe; the lock is never held while a source is asked.
 */
final class CachedCredentials implements CredentialsProvider {
  /** A source of credentials that expire. */
  @FunctionalInterface
  interface Source {
    /**
     * Fetches credentials by I/O of bounded duration; never called by two threads at once.
     *
     * @param now wall clock time
     */
    ExpiringCredentials fetch(Instant now);
  }

  /**
   * Credentials and their remaining life.
   *
   * @param life null if the source does not say; a duration, so that a wrong clock of this machine
   *     makes no difference
   */
  record ExpiringCredentials(Credentials credentials, @Nullable Duration life) {}

  /** Shortest time between two renewals, and shortest life of fetched credentials. */
  static final Duration RETRY_INTERVAL = Duration.ofSeconds(30);

  private static final Duration DEFAULT_RENEWAL = Duration.ofMinutes(5);
  private static final Duration LONGEST_LIFE = Duration.ofDays(365); // no date overflows

  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration PAUSE_IF_REFUSED = Duration.ofSeconds(30);
  private static final Duration LONGEST_RETRY_AFTER = Duration.ofMinutes(5);

  /** An account usually locks a user after five wrong passwords in fifteen minutes. */
  private static final Duration PAUSE_IF_UNAUTHENTICATED = Duration.ofMinutes(15);

  private record Cached(Credentials credentials, Instant renewAt, Instant expiresAt) {}

  private record Failure(JobsException exception, Instant retryAt) {}

  private final String name;
  private final Source source;
  private final Duration margin;
  private final InstantSource wallClock;
  private final InstantSource clock; // monotonic: the wall clock may be set
  private final Executor background;

  private final Object lock = new Object();
  private volatile @Nullable Cached cached; // written under the lock, as the others
  private @Nullable Failure failure;
  private @Nullable CompletableFuture<Credentials> fetch; // in progress

  /** The last credentials that a service refused, until the source returns others. */
  private @Nullable Credentials refused;

  /** Until then the source is not asked to replace {@link #refused}: it returned them again. */
  private @Nullable Instant refusedUntil;

  /**
   * @param name of the source, for messages
   * @param margin time before expiry at which credentials are renewed
   */
  CachedCredentials(String name, Source source, Duration margin, SystemEnvironment environment) {
    this.name = name;
    this.source = source;
    this.margin = margin;
    this.wallClock = environment.clock();
    this.clock = environment.monotonicClock();
    this.background = environment.background();
  }

  @Override
  public Credentials get() {
    Cached current = cached;
    if (current != null && clock.instant().isBefore(current.renewAt())) {
      return current.credentials();
    }
    CompletableFuture<Credentials> started = null;
    CompletableFuture<Credentials> pending;
    synchronized (lock) {
      Instant now = clock.instant();
      current = cached;
      boolean live = current != null && now.isBefore(current.expiresAt());
      boolean due = current == null || !now.isBefore(current.renewAt());
      boolean failed = failure != null && now.isBefore(failure.retryAt());
      if (due && fetch == null && !failed) {
        started = new CompletableFuture<>();
        fetch = started;
      }
      pending = live ? null : fetch;
      if (!live && pending == null) {
        Failure last = requireNonNull(failure);
        throw copy(
            last.exception(),
            " (not asked again before " + last.retryAt().truncatedTo(ChronoUnit.SECONDS) + ")");
      }
    }
    if (started != null) {
      start(started);
    }
    return pending == null ? requireNonNull(current).credentials() : await(pending);
  }

  @Override
  public Credentials refresh(Credentials refused) {
    synchronized (lock) {
      Cached current = cached;
      if (current != null && current.credentials().equals(refused)) {
        boolean confirmed = refusedUntil != null && clock.instant().isBefore(refusedUntil);
        if (!confirmed) {
          this.refused = refused;
          cached = null;
        }
      }
    }
    return get();
  }

  private void start(CompletableFuture<Credentials> started) {
    try {
      background.execute(() -> run(started));
    } catch (Throwable notStarted) { // no more threads, for example
      fail(started, notStarted);
    }
  }

  private void run(CompletableFuture<Credentials> running) {
    try {
      ExpiringCredentials fetched = source.fetch(wallClock.instant());
      store(fetched);
      running.complete(fetched.credentials());
    } catch (Throwable t) { // threads may be waiting
      fail(running, t);
    }
  }

  private void store(ExpiringCredentials fetched) {
    Duration life = fetched.life() == null ? margin.plus(DEFAULT_RENEWAL) : fetched.life();
    life = clamp(life, RETRY_INTERVAL, LONGEST_LIFE);
    Duration untilRenewal = clamp(life.minus(margin), RETRY_INTERVAL, LONGEST_LIFE);
    synchronized (lock) {
      Instant now = clock.instant();
      boolean same = fetched.credentials().equals(refused);
      refusedUntil = same ? now.plus(RETRY_INTERVAL) : null;
      refused = null;
      failure = null;
      fetch = null;
      cached = new Cached(fetched.credentials(), now.plus(untilRenewal), now.plus(life));
    }
  }

  private void fail(CompletableFuture<Credentials> failing, Throwable t) {
    JobsException exception =
        t instanceof JobsException ours
            ? ours
            : new JobsException(name + " failed: " + Throwables.describe(t), t);
    synchronized (lock) {
      Instant now = clock.instant();
      Cached current = cached;
      if (current != null) {
        Instant retryAt = now.plus(RETRY_INTERVAL);
        Instant expiresAt = current.expiresAt();
        Instant renewAt = retryAt.isBefore(expiresAt) ? retryAt : expiresAt;
        cached = new Cached(current.credentials(), renewAt, expiresAt);
      }
      failure = new Failure(exception, now.plus(pause(exception)));
      fetch = null;
    }
    failing.completeExceptionally(exception);
  }

  /** How long the source is not asked again after a failure. */
  private static Duration pause(JobsException failure) {
    if (failure instanceof AuthenticationException) {
      return PAUSE_IF_UNAUTHENTICATED;
    }
    if (failure instanceof ThrottledException throttled) {
      Duration asked = throttled.retryAfter();
      return asked == null ? PAUSE : clamp(asked, PAUSE, LONGEST_RETRY_AFTER);
    }
    boolean refused =
        failure instanceof JobsServiceException error
            && error.statusCode() >= 300
            && error.statusCode() < 500;
    return refused ? PAUSE_IF_REFUSED : PAUSE;
  }

  private static Duration clamp(Duration value, Duration min, Duration max) {
    return value.compareTo(min) < 0 ? min : value.compareTo(max) > 0 ? max : value;
  }

  private Credentials await(CompletableFuture<Credentials> pending) {
    try {
      return pending.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JobsTransportException(name + ": interrupted while fetching credentials", e);
    } catch (ExecutionException e) {
      throw copy((JobsException) requireNonNull(e.getCause()), "");
    }
  }

  /**
   * Returns an exception of the same type for one more caller, made on its own thread. The type
   * decides whether a wait goes on.
   */
  private static JobsException copy(JobsException original, String remark) {
    String text = original.getMessage() + remark;
    if (original instanceof JobsTransportException) {
      return new JobsTransportException(text, original);
    }
    JobsException copy;
    if (original instanceof AuthenticationException e) {
      copy =
          new AuthenticationException(
              text, e.statusCode(), e.errorCode(), e.serviceMessage(), e.requestId(), e.advice());
    } else if (original instanceof ThrottledException e) {
      copy =
          new ThrottledException(
              text,
              e.statusCode(),
              e.errorCode(),
              e.serviceMessage(),
              e.requestId(),
              e.retryAfter(),
              e.advice());
    } else if (original instanceof JobsServiceException e) {
      copy =
          new JobsServiceException(
              text, e.statusCode(), e.errorCode(), e.serviceMessage(), e.requestId(), e.advice());
    } else {
      return new JobsException(text, original);
    }
    copy.initCause(original);
    return copy;
  }

  @Override
  public String toString() {
    return name;
  }
}
