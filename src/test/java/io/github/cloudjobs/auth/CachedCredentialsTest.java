package io.github.cloudjobs.auth;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.error.ThrottledException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CachedCredentialsTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration MARGIN = Duration.ofMinutes(10);
  private static final Duration UNTIL_RENEWAL = HOUR.minus(MARGIN);
  private static final Duration NANO = Duration.ofNanos(1);

  private final FakeEnvironment environment = new FakeEnvironment();
  private final List<RuntimeException> failures = new ArrayList<>();
  private Duration life = HOUR;
  private boolean renews = true; // or the source returns the first token again
  private volatile int fetches;

  private final CachedCredentials cached =
      new CachedCredentials("the source", MARGIN, environment.system()) {
        @Override
        Credentials fetch(Instant now) {
          assertThat(now).isEqualTo(environment.now());
          int number = fetches + 1;
          fetches = number; // one at a time
          if (!failures.isEmpty()) {
            throw failures.remove(0);
          }
          return stored(token(renews ? number : 1), life);
        }
      };

  private static Credentials token(int number) {
    return Credentials.token("token-" + number);
  }

  private static JobsException lost() {
    return new JobsTransportException("lost", null);
  }

  private void assertReturns(int number, int fetches) {
    assertThat(cached.get()).isEqualTo(token(number));
    assertThat(this.fetches).as("fetches").isEqualTo(fetches);
  }

  @ParameterizedTest
  @CsvSource({
    "PT1H, PT50M, PT1H",
    "PT10M30S, PT30S, PT10M30S",
    "PT5M, PT30S, PT5M",
    "PT30S, PT30S, PT30S",
    "PT-9999H, PT30S, PT30S",
    "P9999999D, P364DT23H50M, P365D",
    ", PT5M, PT15M"
  })
  void credentialsAreRenewedTenMinutesBeforeTheyExpire(
      Duration life, Duration renewal, Duration expiry) {
    this.life = life;
    assertReturns(1, 1);
    environment.advance(renewal.minus(NANO));
    assertReturns(1, 1);
    Queue<Runnable> background = new ArrayDeque<>();
    environment.background(background::add);
    environment.advance(NANO);
    if (renewal.compareTo(expiry) < 0) {
      assertReturns(1, 1); // no caller waits for the renewal
      assertReturns(1, 1);
      assertThat(background).hasSize(1);
      environment.advance(expiry.minus(renewal).minus(NANO));
      assertReturns(1, 1);
      background.remove().run();
    }
    environment.background(Runnable::run);
    assertReturns(2, 2);
  }

  @Test
  void ifRenewalsFailTheOldCredentialsAreUsedUntilTheyExpire() {
    cached.get();
    environment.advance(UNTIL_RENEWAL.minusSeconds(1));
    for (int i = 0; i < 20; i++) {
      environment.advance(Duration.ofSeconds(1));
      failures.add(lost());
      assertReturns(1, 2 + i);
      environment.advance(Duration.ofSeconds(29));
      assertReturns(1, 2 + i); // not repeated within half a minute
    }
    failures.add(lost());
    environment.advance(Duration.ofSeconds(1));
    assertThatThrownBy(cached::get).isInstanceOf(JobsTransportException.class);
    environment.advance(Duration.ofSeconds(1));
    assertReturns(23, 23);
    environment.advance(HOUR.minusSeconds(1)); // shortly before they expire
    failures.add(lost());
    assertReturns(23, 24);
    environment.advance(Duration.ofSeconds(1));
    assertReturns(25, 25);
  }

  @Test
  void aRefusedLoginIsNotRepeatedForFifteenMinutesNotEvenForARenewal() {
    cached.get();
    environment.advance(UNTIL_RENEWAL);
    failures.add(new AuthenticationException("no", 401, null, null, null, null));
    environment.advance(MARGIN.minus(NANO));
    assertReturns(1, 2);
    assertThatThrownBy(() -> cached.refresh(token(1))).hasMessage("no");
    environment.advance(Duration.ofMinutes(15).minus(NANO));
    assertThatThrownBy(cached::get).hasMessage("no");
    environment.advance(NANO);
    assertReturns(3, 3);
  }

  @Test
  void refusedCredentialsAreReplacedByOneFetchForAllCallers() {
    cached.get();
    for (int i = 0; i < 5; i++) {
      assertThat(cached.refresh(token(1))).isEqualTo(token(2));
    }
    assertThat(cached.refresh(token(99))).isEqualTo(token(2));
    assertThat(fetches).isEqualTo(2);
    assertThat(cached.refresh(token(2))).isEqualTo(token(3));
  }

  @Test
  void ifTheSourceReturnsRefusedCredentialsAgainTheNextFetchIsAfterHalfAMinute() {
    renews = false;
    cached.get();
    for (int i = 0; i < 5; i++) {
      assertThat(cached.refresh(token(1))).isEqualTo(token(1));
    }
    assertThat(fetches).isEqualTo(2);
    renews = true;
    environment.advance(Duration.ofSeconds(30).minus(NANO));
    assertThat(cached.refresh(token(1))).isEqualTo(token(1));
    environment.advance(NANO);
    assertThat(cached.refresh(token(1))).isEqualTo(token(3));
  }

  @Test
  void refusedCredentialsAreNotReturnedWhileTheSourceFails() {
    cached.get();
    failures.add(lost());
    assertThatThrownBy(() -> cached.refresh(token(1))).hasMessage("lost");
    assertThatThrownBy(cached::get).hasMessage("lost");
    environment.advance(Duration.ofSeconds(1));
    assertReturns(3, 3);
  }

  @ParameterizedTest
  @CsvSource({
    "401,, 900",
    "300,, 30",
    "499,, 30",
    "200,, 1",
    "500,, 1",
    "429,, 1",
    "429, PT0S, 1",
    "429, PT20S, 20",
    "429, PT20H, 300",
    ",, 1"
  })
  void aFailureIsThrownAgainUntilTheNextFetchIsAllowed(
      Integer status, Duration retryAfter, long seconds) {
    JobsException failure =
        status == null
            ? lost()
            : switch (status) {
              case 401 -> new AuthenticationException("no", 401, null, null, null, null);
              case 429 -> new ThrottledException("no", 429, null, null, null, retryAfter, null);
              default -> new JobsServiceException("no", status, null, null, null, null);
            };
    failures.add(failure);
    assertThatThrownBy(cached::get).isSameAs(failure);
    environment.advance(Duration.ofSeconds(seconds).minus(NANO));
    assertThatThrownBy(cached::get).isSameAs(failure);
    environment.advance(NANO);
    assertReturns(2, 2);
  }

  @Test
  void anExceptionOfAnotherLibraryIsTheCauseAndItsMessageIsNotRepeated() {
    failures.add(new IllegalStateException("hush"));
    assertThatThrownBy(cached::get)
        .isExactlyInstanceOf(JobsException.class)
        .hasMessage("the source failed: java.lang.IllegalStateException")
        .hasRootCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void ifNoThreadCanBeStartedTheFetchFailsAndLiveCredentialsStayInUse() {
    cached.get();
    environment.background(
        task -> {
          throw new RejectedExecutionException("no more threads");
        });
    environment.advance(UNTIL_RENEWAL);
    assertReturns(1, 1);
    environment.advance(MARGIN);
    assertThatThrownBy(cached::get)
        .isExactlyInstanceOf(JobsException.class)
        .hasMessage("the source failed: java.util.concurrent.RejectedExecutionException");
    environment.background(Runnable::run).advance(Duration.ofSeconds(1));
    assertReturns(2, 2);
  }

  @Test
  void anInterruptEndsTheWaitButNotTheFetch() {
    Queue<Runnable> background = new ArrayDeque<>();
    environment.background(background::add);
    try {
      Thread.currentThread().interrupt();
      assertThatThrownBy(cached::get)
          .isInstanceOf(JobsTransportException.class)
          .hasMessage("the source: interrupted while fetching credentials");
      assertThat(Thread.currentThread().isInterrupted()).isTrue();
    } finally {
      Thread.interrupted();
    }
    background.remove().run();
    assertReturns(1, 1);
  }

  @Test
  void settingTheWallClockBackChangesNothing() {
    failures.add(lost());
    assertThatThrownBy(cached::get).isInstanceOf(JobsTransportException.class);
    environment.setClock(Duration.ofHours(-8));
    environment.advance(Duration.ofSeconds(1));
    assertReturns(2, 2);
    environment.setClock(Duration.ofHours(-8));
    environment.advance(HOUR);
    assertReturns(3, 3);
  }

  /** Many threads share one provider through many rotations and refusals. */
  @Test
  void eachRotationIsOneFetchForAllThreads() throws Exception {
    int count = 50;
    ExecutorService background = Executors.newSingleThreadExecutor();
    ExecutorService threads = Executors.newFixedThreadPool(count);
    CyclicBarrier together = new CyclicBarrier(count);
    environment.background(background);
    try {
      for (int rotation = 1; rotation <= 50; rotation++) {
        Credentials old = token(rotation - 1);
        boolean refused = rotation % 2 == 0;
        List<Callable<Credentials>> calls = new ArrayList<>();
        for (int i = 0; i < count; i++) {
          boolean refreshes = refused && i % 2 == 0;
          calls.add(
              () -> {
                together.await(20, SECONDS);
                return refreshes ? cached.refresh(old) : cached.get();
              });
        }
        for (Future<Credentials> each : threads.invokeAll(calls)) {
          assertThat(each.get(20, SECONDS)).isIn(old, token(rotation));
        }
        background.submit(() -> {}).get(20, SECONDS);
        assertReturns(rotation, rotation);
        environment.advance(UNTIL_RENEWAL);
      }
    } finally {
      threads.shutdownNow();
      background.shutdownNow();
    }
  }
}
