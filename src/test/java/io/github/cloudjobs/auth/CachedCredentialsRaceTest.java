package io.github.cloudjobs.auth;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.auth.CachedCredentials.ExpiringCredentials;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.http.Gateway;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two hundred threads share one provider through fifty rotations. */
class CachedCredentialsRaceTest {
  private static final int THREADS = 200;
  private static final int ROTATIONS = 50;
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration MARGIN = Duration.ofMinutes(10);

  private final ExecutorService background = Executors.newSingleThreadExecutor();
  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
  private final CyclicBarrier together = new CyclicBarrier(THREADS);
  private final FakeEnvironment environment = new FakeEnvironment().background(background);
  private final AtomicInteger fetches = new AtomicInteger();
  private final AtomicInteger fetching = new AtomicInteger();
  private volatile CountDownLatch held = new CountDownLatch(0);
  private volatile boolean failing;

  private final CachedCredentials cached =
      new CachedCredentials("the source", now -> fetch(), MARGIN, environment.system());

  private ExpiringCredentials fetch() {
    assertThat(fetching.incrementAndGet()).as("fetches at once").isEqualTo(1);
    int number = fetches.incrementAndGet();
    Gateway.await(held);
    fetching.decrementAndGet();
    if (failing) {
      throw new JobsTransportException("lost", null);
    }
    return new ExpiringCredentials(token(number), HOUR);
  }

  private static Credentials token(int number) {
    return Credentials.token("token-" + number);
  }

  /** Runs the same call on all threads at once; returns results and exceptions. */
  private List<Object> atOnce(Callable<Object> call) throws Exception {
    List<Future<Object>> all = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      all.add(
          threads.submit(
              () -> {
                together.await(20, SECONDS);
                try {
                  return call.call();
                } catch (JobsTransportException failure) {
                  return failure;
                }
              }));
    }
    List<Object> results = new ArrayList<>();
    for (Future<Object> each : all) {
      results.add(each.get(20, SECONDS));
    }
    return results;
  }

  private void awaitBackground() throws Exception {
    background.submit(() -> {}).get(20, SECONDS);
  }

  @AfterEach
  void stop() {
    threads.shutdownNow();
    background.shutdownNow();
  }

  @Test
  void eachRenewalIsOneFetchAndNoThreadWaitsForIt() throws Exception {
    cached.get();
    for (int rotation = 1; rotation <= ROTATIONS; rotation++) {
      environment.advance(HOUR.minus(MARGIN));
      held = new CountDownLatch(1);
      assertThat(atOnce(cached::get)).containsOnly(token(rotation)); // while the fetch is held
      held.countDown();
      awaitBackground();
      assertThat(atOnce(cached::get)).containsOnly(token(rotation + 1));
      assertThat(fetches).hasValue(rotation + 1);
    }
  }

  @Test
  void eachThreadGetsAnExceptionOfItsOwn() throws Exception {
    failing = true;
    for (int rotation = 1; rotation <= ROTATIONS; rotation++) {
      assertThat(atOnce(cached::get))
          .doesNotHaveDuplicates()
          .allSatisfy(each -> assertThat((Throwable) each).hasMessageStartingWith("lost"));
      assertThat(fetches).hasValue(rotation);
      environment.advance(Duration.ofSeconds(1));
    }
  }

  @Test
  void aRenewalAndARefusalAtOnceAreOneFetch() throws Exception {
    cached.get();
    for (int rotation = 1; rotation <= ROTATIONS; rotation++) {
      environment.advance(HOUR.minus(MARGIN));
      Credentials refused = token(rotation);
      AtomicInteger thread = new AtomicInteger();
      atOnce(() -> thread.incrementAndGet() % 2 == 0 ? cached.refresh(refused) : cached.get());
      awaitBackground();
      assertThat(cached.get()).isEqualTo(token(rotation + 1));
      assertThat(fetches).hasValue(rotation + 1);
    }
  }
}
