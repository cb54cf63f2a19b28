package io.github.cloudjobs.auth;

import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.error.ThrottledException;
import io.github.cloudjobs.text.Throwables;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Caches the credentials of a source and renews them in the background before they expire. There is
 * one fetch at a time. Callers wait for it only if there are no live credentials; if it fails, all
 * get its exception until the next fetch is allowed. Thread-safe.
 */
abstract class CachedCredentials implements CredentialsProvider {
  /** Shortest time between two renewals, and shortest life of fetched credentials. */
  private static final Duration RETRY_INTERVAL = Duration.ofSeconds(30);

  private static final Duration DEFAULT_RENEWAL = Duration.ofMinutes(5);
  private static final Duration LONGEST_LIFE = Duration.ofDays(365); // no date overflows

  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration PAUSE_IF_REFUSED = Duration.ofSeconds(30);
  private static final Duration LONGEST_RETRY_AFTER = Duration.ofMinutes(5);

  /** An account usually locks a user after five wrong passwords in fifteen minutes. */
  private static final Duration PAUSE_IF_UNAUTHENTICATED = Duration.ofMinutes(15);

  final String name; // of the source, for messages
  private final Duration margin;
  private final SystemEnvironment environment;
  private final InstantSource clock; // monotonic: the wall clock may be set

  // All guarded by the lock, which is not held during a fetch:
  private final Object lock = new Object();
  private @Nullable Credentials credentials; // the last ones, perhaps expired or refused
  private Instant expiresAt = Instant.MIN;
  private Instant keptUntil = Instant.MIN; // the source returned them again: it has no others
  private Instant nextFetchAt = Instant.MIN;
  private boolean failed; // the last fetch that has ended
  private @Nullable CompletableFuture<Credentials> lastFetch;

  /** Renews credentials by the margin before they expire. */
  CachedCredentials(String name, Duration margin, SystemEnvironment environment) {
    this.name = name;
    this.margin = margin;
    this.environment = environment;
    this.clock = environment.monotonicClock();
  }

  /**
   * Fetches credentials by I/O of bounded duration and returns them {@link #stored}. Never called
   * by two threads at once.
   */
  abstract Credentials fetch(Instant wallClockTime);

  @Override
  public Credentials get() {
    Future<Credentials> fetch;
    synchronized (lock) {
      Instant now = clock.instant();
      CompletableFuture<Credentials> last = lastFetch;
      if (last == null || (last.isDone() && !now.isBefore(nextFetchAt))) {
        last = startFetch();
        lastFetch = last;
      }
      if (credentials != null && now.isBefore(expiresAt)) {
        return credentials;
      }
      fetch = last;
    }
    try {
      return fetch.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JobsTransportException(name + ": interrupted while fetching credentials", e);
    } catch (ExecutionException e) {
      throw (JobsException) e.getCause();
    }
  }

  @Override
  public Credentials refresh(Credentials refused) {
    synchronized (lock) {
      Instant now = clock.instant();
      if (refused.equals(credentials) && !now.isBefore(keptUntil)) {
        expiresAt = now;
        if (!failed) {
          nextFetchAt = now;
        }
      }
    }
    return get();
  }

  private CompletableFuture<Credentials> startFetch() {
    try {
      return CompletableFuture.supplyAsync(this::fetch, environment.background());
    } catch (Throwable notStarted) { // no more threads, for example
      return CompletableFuture.failedFuture(failure(notStarted));
    }
  }

  private Credentials fetch() {
    try {
      return fetch(environment.clock().instant());
    } catch (Throwable t) { // even after an Error there must be a next fetch
      throw failure(t);
    }
  }

  private JobsException failure(Throwable t) {
    JobsException failure =
        t instanceof JobsException ours
            ? ours
            : new JobsException(name + " failed: " + Throwables.describe(t), t);
    synchronized (lock) {
      Instant now = clock.instant();
      Duration shortest = clamp(Duration.between(now, expiresAt), PAUSE, RETRY_INTERVAL);
      nextFetchAt = now.plus(clamp(pause(failure), shortest, PAUSE_IF_UNAUTHENTICATED));
      failed = true;
    }
    return failure;
  }

  /** Caches credentials for their life by the source's clock; null if it is unknown. */
  Credentials stored(Credentials fetched, @Nullable Duration given) {
    Duration life = given == null ? margin.plus(DEFAULT_RENEWAL) : given;
    life = clamp(life, RETRY_INTERVAL, LONGEST_LIFE);
    synchronized (lock) {
      Instant now = clock.instant();
      if (fetched.equals(credentials)) {
        keptUntil = now.plus(RETRY_INTERVAL);
      }
      credentials = fetched;
      failed = false;
      expiresAt = now.plus(life);
      nextFetchAt = now.plus(clamp(life.minus(margin), RETRY_INTERVAL, LONGEST_LIFE));
    }
    return fetched;
  }

  private static Duration pause(JobsException failure) {
    if (failure instanceof AuthenticationException) {
      return PAUSE_IF_UNAUTHENTICATED;
    }
    if (failure instanceof ThrottledException throttled) {
      Duration requested = throttled.retryAfter();
      return requested == null ? PAUSE : clamp(requested, PAUSE, LONGEST_RETRY_AFTER);
    }
    boolean refused =
        failure instanceof JobsServiceException error
            && error.statusCode() >= 300
            && error.statusCode() < 500;
    return refused ? PAUSE_IF_REFUSED : PAUSE;
  }

  private static Duration clamp(Duration value, Duration min, Duration max) {
    Duration atLeast = value.compareTo(min) < 0 ? min : value;
    return atLeast.compareTo(max) > 0 ? max : atLeast;
  }

  @Override
  public String toString() {
    return name;
  }
}
