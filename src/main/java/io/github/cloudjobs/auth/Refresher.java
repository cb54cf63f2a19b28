package io.github.cloudjobs.auth;

import static java.util.Objects.requireNonNull;

import io.github.cloudjobs.auth.Issuer.Issued;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.text.Throwables;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Keeps the credentials of an {@link Issuer} fresh. While they live nobody waits: they are renewed
 * in the background before they end, by one fetch however many ask, and stay in use if that fails.
 * Whoever comes when there are none waits for the one fetch under way, and is told its failure.
 *
 * <p>Thread-safe, and without a lock: {@link Holding} decides, and a compare-and-set takes the
 * decision or learns that another has.
 */
final class Refresher implements CredentialsProvider {
  private final String name;
  private final Issuer issuer;
  private final Duration margin;
  private final InstantSource wallClock;
  private final InstantSource clock; // how long things last, also where somebody sets the other
  private final Executor background;
  private final AtomicReference<Holding> holding = new AtomicReference<>(Holding.NOTHING);

  /**
   * @param name of the source, for people
   * @param margin how long before their end credentials are renewed
   */
  Refresher(String name, Issuer issuer, Duration margin, Surroundings surroundings) {
    this.name = name;
    this.issuer = issuer;
    this.margin = margin;
    this.wallClock = surroundings.clock();
    this.clock = surroundings.steadyClock();
    this.background = surroundings.background();
  }

  @Override
  public Credentials get() {
    while (true) {
      Holding now = holding.get();
      switch (now.move(clock.instant())) {
        case USE -> {
          return requireNonNull(now.lease()).credentials();
        }
        case FAIL -> throw requireNonNull(now.setback()).retold();
        case JOIN -> {
          return outcome(requireNonNull(now.fetch()));
        }
        case RENEW -> begin(now, new CompletableFuture<>());
        case FETCH -> {
          CompletableFuture<Credentials> fetch = new CompletableFuture<>();
          if (begin(now, fetch)) {
            return outcome(fetch);
          }
        }
      }
    }
  }

  @Override
  public Credentials refresh(Credentials refused) {
    while (true) {
      Holding now = holding.get();
      if (!now.isToDrop(refused, clock.instant()) || holding.compareAndSet(now, now.dropped())) {
        return get();
      }
    }
  }

  /** Begins a fetch; false if meanwhile something happened, which may have been another one. */
  private boolean begin(Holding before, CompletableFuture<Credentials> fetch) {
    if (!holding.compareAndSet(before, before.fetching(fetch))) {
      return false;
    }
    try {
      background.execute(() -> run(fetch));
    } catch (Throwable notStarted) { // no thread to be had, say; somebody may wait for it already
      fail(fetch, notStarted);
    }
    return true;
  }

  private void run(CompletableFuture<Credentials> fetch) {
    try {
      Issued issued = issuer.issue(wallClock.instant());
      Instant arrived = clock.instant();
      holding.updateAndGet(known -> known.arrived(issued, arrived, margin));
      fetch.complete(issued.credentials());
    } catch (Throwable t) { // anything at all: whoever waits has to be told
      fail(fetch, t);
    }
  }

  private void fail(CompletableFuture<Credentials> fetch, Throwable t) {
    JobsException failure =
        t instanceof JobsException ours
            ? ours
            : new JobsException(name + " failed: " + Throwables.describe(t), t);
    Instant now = clock.instant();
    holding.updateAndGet(known -> known.failed(failure, now));
    fetch.completeExceptionally(failure);
  }

  private Credentials outcome(CompletableFuture<Credentials> fetch) {
    try {
      return fetch.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JobsTransportException(name + ": interrupted while it was asked", e);
    } catch (ExecutionException e) {
      throw Retold.of((JobsException) requireNonNull(e.getCause()));
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
