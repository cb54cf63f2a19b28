package io.github.cloudjobs;

import static io.github.cloudjobs.http.Gateway.JOB;
import static io.github.cloudjobs.http.Gateway.PATIENCE;
import static io.github.cloudjobs.http.Gateway.PROJECT;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.cloudjobs.engine.TestClock;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.http.Gateway;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.model.JobStatus;
import io.github.cloudjobs.wait.JobPollException;
import io.github.cloudjobs.wait.WaitListener;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitOutcome;
import io.github.cloudjobs.wait.WaitProgress;
import io.github.cloudjobs.wait.WaitResult;
import io.github.cloudjobs.wait.WaitToken;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.logging.Logger;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.SocketEffect;
import mockwebserver3.junit5.StartStop;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.EventListener;
import okhttp3.OkHttpClient;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a closed client refuses, and what ends with it before {@code close()} returns. */
@Timeout(60)
class ClosedClientTest {
  private static final JobRef REF = new JobRef(PROJECT, JOB);

  /** Less than the 5 s that a close may take, on a machine that does other things too. */
  private static final Duration AT_ONCE = Duration.ofSeconds(4);

  @StartStop private final MockWebServer server = new MockWebServer();
  private final CountDownLatch released = new CountDownLatch(1);
  private final List<String> logged = Collections.synchronizedList(new ArrayList<>());
  private final Logger logger = Logger.getLogger("io.github.cloudjobs");

  @BeforeEach
  void prepare() {
    logger.setFilter(line -> !logged.add(line.getLevel() + " " + line.getMessage()));
    Gateway.answerBy(server, request -> Gateway.job("RUNNING"));
  }

  @AfterEach
  void release() {
    released.countDown();
    logger.setFilter(null);
  }

  private static WaitOptions listening(WaitListener listener) {
    return WaitOptions.builder().addListener(listener).build();
  }

  // What it refuses

  /** Closes one client, and expects another to refuse every method then. */
  private static void assertRefusesEverything(JobsClient closing, JobsClient client) {
    WaitOptions options = WaitOptions.defaults();
    WaitToken token = client.newToken(REF, options);
    closing.close();
    closing.close();
    List<ThrowingCallable> methods =
        List.of(
            () -> client.jobUrl(REF),
            () -> client.signedRequest(REF),
            () -> client.presignedUrl(REF, Duration.ofMinutes(1)),
            () -> client.pollJob(REF),
            () -> client.pollJobAsync(REF),
            () -> client.pollOnce(token),
            () -> client.waitForCompletion(REF),
            () -> client.waitForCompletionAsync(REF),
            () -> client.awaitOutcome(REF),
            () -> client.waitForAll(List.of(REF), options),
            () -> client.waitForAllAsync(List.of(REF), options),
            () -> client.newToken(REF, options),
            () -> client.resume(token),
            () -> client.resumeAsync(token),
            () -> client.with(JobsService.IMS, "https://ims.example.com"));
    for (ThrowingCallable method : methods) {
      assertThatIllegalStateException().isThrownBy(method).withMessage("this JobsClient is closed");
    }
    assertThat(client.toString()).startsWith("JobsClient[");
  }

  @Test
  void aClosedClientAndItsSiblingsRefuseEveryMethod() {
    JobsClient client = Gateway.client(server).build();
    assertRefusesEverything(client, client);
    JobsClient another = Gateway.client(server).build();
    assertRefusesEverything(another, another.with(JobsService.IMS, Gateway.endpoint(server)));
    assertThat(server.getRequestCount()).isZero();
  }

  @Test
  void aSiblingClosesItselfAlone() {
    try (JobsClient client = Gateway.client(server).build()) {
      JobsClient sibling = client.with(JobsService.IMS, Gateway.endpoint(server));
      assertRefusesEverything(sibling, sibling);
      assertThat(client.pollJob(REF).status()).isEqualTo(JobStatus.RUNNING);
    }
  }

  @Test
  void anOkHttpClientThatWasHandedInStaysOpen() throws Exception {
    OkHttpClient own = new OkHttpClient.Builder().connectionPool(new ConnectionPool()).build();
    for (int i = 0; i < 2; i++) {
      try (JobsClient client = Gateway.client(server).httpClient(own).build()) {
        client.pollJob(REF);
      }
      assertThat(own.connectionPool().connectionCount()).isEqualTo(1);
      assertThat(server.takeRequest().getExchangeIndex()).isEqualTo(i);
    }
    assertThat(own.dispatcher().executorService().isShutdown()).isFalse();
    own.connectionPool().evictAll();
  }

  // What ends with it

  /** Also if OkHttp's listener throws when a call is cancelled. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void pollsInFlightAndQueuedOnesAndWaitsEnd(boolean throwing) {
    CountDownLatch arrived = new CountDownLatch(2);
    Gateway.answerBy(
        server,
        request -> {
          arrived.countDown();
          return new MockResponse.Builder().onResponseStart(SocketEffect.Stall.INSTANCE).build();
        });
    OkHttpClient own =
        new OkHttpClient.Builder()
            .eventListener(
                new EventListener() {
                  @Override
                  public void canceled(Call call) {
                    if (throwing) {
                      throw new IllegalStateException("a listener that throws");
                    }
                  }
                })
            .build();
    JobsClient client = Gateway.client(server).httpClient(own).maxPollsInFlight(2).build();
    List<CompletableFuture<Job>> polls = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      polls.add(client.pollJobAsync(REF));
    }
    CompletableFuture<Job> wait = client.waitForCompletionAsync(REF);
    Gateway.await(arrived);
    client.close();
    for (CompletableFuture<Job> poll : polls) {
      assertThatExceptionOfType(JobsTransportException.class).isThrownBy(() -> Gateway.join(poll));
    }
    assertEndsAsClosed(wait);
  }

  private static void assertEndsAsClosed(CompletableFuture<Job> wait) {
    assertThatExceptionOfType(JobPollException.class)
        .isThrownBy(() -> Gateway.join(wait))
        .withMessageContaining("closed");
  }

  @Test
  void aWaitThatBeginsWhileItsSiblingIsClosedEndsToo() {
    TestClock clock = new TestClock(() -> Duration.ZERO, Instant.now());
    try (JobsClient client = Gateway.client(server).clock(clock).build()) {
      JobsClient sibling = client.with(JobsService.IMS, Gateway.endpoint(server));
      clock.whenRead(
          () -> {
            clock.whenRead(() -> {});
            sibling.close();
          });
      assertEndsAsClosed(sibling.waitForCompletionAsync(REF));
    }
  }

  @Test
  void aBlockingWaitEndsWhenAnotherThreadCloses() {
    JobsClient client = Gateway.client(server).build();
    WaitOptions closing = listening(progress -> new Thread(client::close).start());
    assertThatExceptionOfType(JobPollException.class)
        .isThrownBy(() -> client.waitForCompletion(REF, closing));
    assertThat(logged).isEmpty();
  }

  // What it waits for

  /** Takes 200 ms. */
  private void slowly() {
    try {
      assertThat(released.await(200, MILLISECONDS)).isFalse();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static Duration close(JobsClient client) {
    long begun = System.nanoTime();
    client.close();
    return Duration.ofNanos(System.nanoTime() - begun);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void slowHandlersKeepEveryToken(boolean sibling) {
    ExecutorService single = Executors.newSingleThreadExecutor();
    Set<String> kept = ConcurrentHashMap.newKeySet();
    try (JobsClient first = Gateway.client(server).executor(single).build()) {
      JobsClient client = sibling ? first.with(JobsService.ECS, Gateway.endpoint(server)) : first;
      for (int i = 0; i < 8; i++) {
        client
            .waitForCompletionAsync(PROJECT, "j-" + i)
            .whenComplete(
                (job, error) -> {
                  slowly();
                  kept.add(((JobPollException) error).token().text());
                });
      }
      client.close();
      assertThat(kept).hasSize(8);
    } finally {
      single.shutdown();
    }
    assertThat(logged).isEmpty();
  }

  @Test
  void listenersAreNotifiedAndPollsCompleted() {
    CountDownLatch underWay = new CountDownLatch(2);
    Set<String> ended = ConcurrentHashMap.newKeySet();
    JobsClient client = Gateway.client(server).build();
    WaitListener listener =
        new WaitListener() {
          @Override
          public void onProgress(WaitProgress progress) {
            underWay.countDown();
            slowly(); // the client is closed meanwhile
          }

          @Override
          public void onEnd(WaitResult result) {
            slowly();
            ended.add(result.ref().jobId());
          }
        };
    Gateway.answerBy(
        server,
        request -> {
          if (request.getTarget().endsWith("poll")) {
            underWay.countDown();
            Gateway.await(released);
          }
          return Gateway.job("RUNNING");
        });
    client.waitForCompletionAsync(PROJECT, "wait", listening(listener));
    client
        .pollJobAsync(PROJECT, "poll")
        .whenComplete(
            (job, error) -> {
              slowly();
              ended.add("poll");
            });
    Gateway.await(underWay);
    client.close();
    assertThat(ended).containsExactlyInAnyOrder("wait", "poll");
  }

  @Test
  void theListenerOfAWaitThatItsCallerGaveUpIsNotifiedFirst() throws Exception {
    ExecutorService single = Executors.newSingleThreadExecutor();
    List<String> ended = new CopyOnWriteArrayList<>();
    WaitListener listener =
        new WaitListener() {
          @Override
          public void onProgress(WaitProgress progress) {}

          @Override
          public void onEnd(WaitResult result) {
            ended.add(result.ending());
          }
        };
    try {
      Duration moment = Duration.ofMillis(200);
      JobsClient client = Gateway.client(server).executor(single).callTimeout(moment).build();
      single.execute(() -> Gateway.await(released));
      WaitOptions options = WaitOptions.builder().timeout(moment).addListener(listener).build();
      assertThat(client.awaitOutcome(REF, options)).isInstanceOf(WaitOutcome.TimedOut.class);
      slowly(); // the timer's thread passes the end to the executor
      CompletableFuture.delayedExecutor(200, MILLISECONDS).execute(released::countDown);
      client.close();
      assertThat(ended).containsExactly("TimedOut");
    } finally {
      single.shutdown();
    }
  }

  /** A client whose waits have dependents that do not return. */
  private JobsClient blocked(int waits) {
    JobsClient client = Gateway.client(server).build();
    for (int i = 0; i < waits; i++) {
      client
          .waitForCompletionAsync(PROJECT, "j-" + i)
          .whenComplete((job, error) -> Gateway.await(released));
    }
    return client;
  }

  @Test
  void handlersThatDoNotReturnAreLeftAfterFiveSecondsWithAWarning() {
    assertThat(close(blocked(3))).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(15));
    assertThat(logged)
        .containsExactly(
            "WARNING a client was closed, and 3 completions or listeners have not returned yet");
  }

  @Test
  void anInterruptEndsTheWaitingAndIsKept() {
    JobsClient client = blocked(1);
    Thread.currentThread().interrupt();
    Duration time = close(client);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(time).isLessThan(AT_ONCE);
    assertThat(logged)
        .containsExactly(
            "WARNING a client was closed, and 1 completions or listeners have not returned yet");
  }

  // What it does not wait for

  @Test
  void aCallbackThatClosesItsClientDoesNotWaitForItself() {
    JobsClient client = Gateway.client(server).build();
    CompletableFuture<Duration> closing = new CompletableFuture<>();
    client.waitForCompletionAsync(REF, listening(progress -> closing.complete(close(client))));
    assertThat(Gateway.join(closing)).isLessThan(AT_ONCE);
    assertThat(logged).isEmpty();
  }

  @Test
  void dependentsThatMovedToAnotherExecutorAreNotWaitedFor() {
    ExecutorService other = Executors.newSingleThreadExecutor();
    JobsClient client = Gateway.client(server).build();
    CompletableFuture<Void> handled =
        client
            .waitForCompletionAsync(REF)
            .handleAsync(
                (job, error) -> {
                  Gateway.await(released);
                  return null;
                },
                other);
    client.close();
    assertThat(handled).isNotDone();
    released.countDown();
    assertThat(handled).succeedsWithin(PATIENCE, SECONDS);
    other.shutdown();
    assertThat(logged).isEmpty();
  }

  @Test
  void aSiblingDoesNotWaitForCallbacksOfOthers() {
    CountDownLatch blocked = new CountDownLatch(1);
    try (JobsClient client = Gateway.client(server).build()) {
      client.waitForCompletionAsync(
          REF,
          listening(
              progress -> {
                blocked.countDown();
                Gateway.await(released);
              }));
      Gateway.await(blocked);
      assertThat(close(client.with(JobsService.IMS, Gateway.endpoint(server)))).isLessThan(AT_ONCE);
      released.countDown();
    }
    assertThat(logged).isEmpty();
  }
}
