package io.github.cloudjobs.auth;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.auth.Issuer.Issued;
import io.github.cloudjobs.error.JobsTransportException;
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

/** Two hundred threads share one provider through fifty rotations, in virtual time. */
class ManyReadersTest {
  private static final int READERS = 200;
  private static final int ROTATIONS = 50;
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration MARGIN = Duration.ofMinutes(10);

  private final ExecutorService background = Executors.newSingleThreadExecutor();
  private final ExecutorService readers = Executors.newFixedThreadPool(READERS);
  private final CyclicBarrier together = new CyclicBarrier(READERS);
  private final Stage stage = new Stage().background(background);
  private final AtomicInteger issued = new AtomicInteger();
  private final AtomicInteger issuing = new AtomicInteger();
  private volatile CountDownLatch held = new CountDownLatch(0);
  private volatile boolean failing;

  private final Refresher refresher =
      new Refresher("the source", now -> issue(), MARGIN, stage.surroundings());

  private Issued issue() {
    assertThat(issuing.incrementAndGet()).as("fetches at once").isEqualTo(1);
    int number = issued.incrementAndGet();
    await(held);
    issuing.decrementAndGet();
    if (failing) {
      throw new JobsTransportException("lost", null);
    }
    return new Issued(token(number), HOUR);
  }

  private static Credentials token(int number) {
    return Credentials.token("token-" + number);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, SECONDS)).as("released").isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Has all readers do the same at the same moment; what they throw is what they found. */
  private List<Object> atOnce(Callable<Object> reading) throws Exception {
    List<Future<Object>> all = new ArrayList<>();
    for (int i = 0; i < READERS; i++) {
      all.add(
          readers.submit(
              () -> {
                together.await(20, SECONDS);
                try {
                  return reading.call();
                } catch (JobsTransportException told) {
                  return told;
                }
              }));
    }
    List<Object> found = new ArrayList<>();
    for (Future<Object> each : all) {
      found.add(each.get(20, SECONDS));
    }
    return found;
  }

  private void awaitBackground() throws Exception {
    background.submit(() -> {}).get(20, SECONDS);
  }

  @AfterEach
  void stop() {
    readers.shutdownNow();
    background.shutdownNow();
  }

  @Test
  void eachRenewalHappensOnceAndNobodyWaitsForIt() throws Exception {
    refresher.get();
    for (int rotation = 1; rotation <= ROTATIONS; rotation++) {
      stage.advance(HOUR.minus(MARGIN));
      held = new CountDownLatch(1);
      assertThat(atOnce(refresher::get)).containsOnly(token(rotation)); // while the fetch is held
      held.countDown();
      awaitBackground();
      assertThat(atOnce(refresher::get)).containsOnly(token(rotation + 1));
      assertThat(issued).hasValue(rotation + 1);
    }
  }

  @Test
  void eachFetchOfExpiredOnesHappensOnceAndServesEverybody() throws Exception {
    for (int rotation = 1; rotation <= ROTATIONS; rotation++) {
      assertThat(atOnce(refresher::get)).containsOnly(token(rotation));
      assertThat(issued).hasValue(rotation);
      stage.advance(HOUR);
    }
  }

  @Test
  void eachRefusalCausesOneFetchHoweverManyBringIt() throws Exception {
    refresher.get();
    for (int rotation = 1; rotation <= ROTATIONS; rotation++) {
      Credentials refused = token(rotation);
      assertThat(atOnce(() -> refresher.refresh(refused))).containsOnly(token(rotation + 1));
      assertThat(issued).hasValue(rotation + 1);
    }
  }

  @Test
  void eachFailureIsToldToEverybodyByAnExceptionOfItsOwn() throws Exception {
    failing = true;
    for (int rotation = 1; rotation <= ROTATIONS; rotation++) {
      assertThat(atOnce(refresher::get))
          .doesNotHaveDuplicates()
          .allSatisfy(told -> assertThat((Throwable) told).hasMessageStartingWith("lost"));
      assertThat(issued).hasValue(rotation);
      stage.advance(Duration.ofSeconds(1));
    }
  }

  @Test
  void renewalsAndRefusalsAtOnceNeverFetchTwiceForOne() throws Exception {
    refresher.get();
    for (int rotation = 1; rotation <= ROTATIONS; rotation++) {
      stage.advance(HOUR.minus(MARGIN));
      Credentials refused = token(rotation);
      AtomicInteger reader = new AtomicInteger();
      atOnce(
          () -> reader.incrementAndGet() % 2 == 0 ? refresher.refresh(refused) : refresher.get());
      awaitBackground();
      assertThat(refresher.get()).isEqualTo(token(rotation + 1));
      assertThat(issued).hasValue(rotation + 1);
    }
  }
}
