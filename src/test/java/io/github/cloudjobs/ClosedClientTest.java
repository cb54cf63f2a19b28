package io.github.cloudjobs;

import static io.github.cloudjobs.http.Gateway.JOB;
import static io.github.cloudjobs.http.Gateway.MAX_SECONDS;
import static io.github.cloudjobs.http.Gateway.PROJECT;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.cloudjobs.engine.TestClock;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.http.Gateway;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.wait.JobPollException;
import io.github.cloudjobs.wait.WaitListener;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitOutcome;
import io.github.cloudjobs.wait.WaitProgress;
import io.github.cloudjobs.wait.WaitResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.SocketEffect;
import mockwebserver3.junit5.StartStop;
import okhttp3.Call;
import okhttp3.EventListener;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What ends with a client before {@code close()} returns, and what is not waited for. */
@Timeout(60)
class ClosedClientTest implements WaitListener {
  private static final JobRef REF = new JobRef(PROJECT, JOB);

  private static final Logger LOGGER = Logger.getLogger("io.github.cloudjobs");

  private static final String WARNING =
      "[WARNING a client was closed, and %d completions or listeners have not returned yet]";

  /** Less than the 5 s that a close may take, on a machine that does other things too. */
  private static final Duration AT_ONCE = Duration.ofSeconds(4);

  @StartStop private final MockWebServer server = new MockWebServer();
  private final ExecutorService single = Executors.newSingleThreadExecutor();
  private final CountDownLatch released = new CountDownLatch(1);
  private final List<String> logged = Collections.synchronizedList(new ArrayList<>());
  private final Set<String> ended = ConcurrentHashMap.newKeySet();
  private Runnable onProgress = () -> {};
  private Runnable onEnd = () -> {};
  private int left; // callbacks that a warning counts

  @BeforeEach
  void prepare() {
    LOGGER.setFilter(line -> !logged.add(line.getLevel() + " " + line.getMessage()));
    Gateway.respondBy(server, request -> Gateway.job("RUNNING"));
  }

  @AfterEach
  void release() {
    released.countDown();
    single.shutdown();
    LOGGER.setFilter(null);
    assertThat(logged.toString()).isEqualTo(left == 0 ? "[]" : WARNING.formatted(left));
  }

  @Override
  public void onProgress(WaitProgress progress) {
    onProgress.run();
  }

  @Override
  public void onEnd(WaitResult result) {
    onEnd.run();
    ended.add(result.ref().jobId());
  }

  private JobsClient client() {
    return Gateway.client(server).build();
  }

  private WaitOptions listening() {
    return WaitOptions.builder().addListener(this).build();
  }

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

  private static void assertEndsAsClosed(CompletableFuture<Job> wait) {
    assertThatExceptionOfType(JobPollException.class)
        .isThrownBy(() -> Gateway.join(wait))
        .withMessageContaining("closed");
  }

  /** Although OkHttp's listener throws when a call is cancelled. */
  @Test
  void pollsInFlightAndQueuedOnesAndWaitsEnd() {
    CountDownLatch arrived = new CountDownLatch(2);
    Gateway.respondBy(
        server,
        request -> {
          arrived.countDown();
          return new MockResponse.Builder().onResponseStart(SocketEffect.Stall.INSTANCE).build();
        });
    EventListener throwing =
        new EventListener() {
          @Override
          public void canceled(Call call) {
            throw new IllegalStateException("a listener that throws");
          }
        };
    OkHttpClient own = new OkHttpClient.Builder().eventListener(throwing).build();
    JobsClient client = Gateway.client(server).httpClient(own).maxPollsInFlight(2).build();
    List<CompletableFuture<Job>> polls =
        Stream.generate(() -> client.pollJobAsync(REF)).limit(3).toList();
    CompletableFuture<Job> wait = client.waitForCompletionAsync(REF);
    Gateway.await(arrived);
    client.close();
    for (CompletableFuture<Job> poll : polls) {
      assertThatExceptionOfType(JobsTransportException.class).isThrownBy(() -> Gateway.join(poll));
    }
    assertEndsAsClosed(wait);
    logged.clear(); // of what the listener threw
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

  // What is waited for

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void slowHandlersKeepEveryToken(boolean sibling) {
    Set<String> kept = ConcurrentHashMap.newKeySet();
    try (JobsClient first = Gateway.client(server).executor(single).build()) {
      JobsClient client = sibling ? first.with(JobsService.ECS, Gateway.endpoint(server)) : first;
      for (int i = 0; i < 4; i++) {
        client
            .waitForCompletionAsync(PROJECT, "j-" + i)
            .whenComplete(
                (job, error) -> {
                  slowly();
                  kept.add(((JobPollException) error).token().text());
                });
      }
      client.close();
      assertThat(kept).hasSize(4);
    }
  }

  @Test
  void listenersAreNotifiedAndPollsCompleted() {
    CountDownLatch underWay = new CountDownLatch(2);
    onProgress =
        () -> {
          underWay.countDown();
          slowly(); // the client is closed meanwhile
        };
    onEnd = this::slowly;
    Gateway.respondBy(
        server,
        request -> {
          if (request.getTarget().endsWith("poll")) {
            underWay.countDown();
            Gateway.await(released);
          }
          return Gateway.job("RUNNING");
        });
    JobsClient client = client();
    client.waitForCompletionAsync(PROJECT, "wait", listening());
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
  void theListenerThatHasTheLastResponseIsWaitedFor() {
    CountDownLatch underWay = new CountDownLatch(1);
    onProgress =
        () -> {
          underWay.countDown();
          slowly(); // the client is closed meanwhile
        };
    Gateway.respondBy(server, request -> Gateway.job("SUCCESS"));
    JobsClient client = client();
    CompletableFuture<Job> wait = client.waitForCompletionAsync(REF, listening());
    Gateway.await(underWay);
    client.close();
    assertThat(ended).containsExactly(JOB);
    assertThat(wait).isCompleted();
  }

  @Test
  void theListenerOfAWaitThatItsCallerGaveUpIsNotifiedFirst() throws Exception {
    Duration moment = Duration.ofMillis(200);
    JobsClient client = Gateway.client(server).executor(single).callTimeout(moment).build();
    single.execute(() -> Gateway.await(released));
    WaitOptions options = listening().toBuilder().timeout(moment).build();
    assertThat(client.awaitOutcome(REF, options)).isInstanceOf(WaitOutcome.TimedOut.class);
    slowly(); // the timer's thread passes the end to the executor
    CompletableFuture.delayedExecutor(200, MILLISECONDS).execute(released::countDown);
    client.close();
    assertThat(ended).containsExactly(JOB);
  }

  /** A client whose waits have dependents that do not return. */
  private JobsClient blocked(int waits) {
    JobsClient client = client();
    IntStream.range(0, waits)
        .mapToObj(i -> client.waitForCompletionAsync(PROJECT, "j-" + i))
        .forEach(wait -> wait.whenComplete((job, error) -> Gateway.await(released)));
    left = waits;
    return client;
  }

  @Test
  @Tag("slow")
  void handlersThatDoNotReturnAreLeftAfterFiveSecondsWithAWarning() {
    assertThat(close(blocked(3))).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(15));
  }

  @Test
  void anInterruptEndsTheWaitingAndIsKept() {
    JobsClient client = blocked(1);
    Thread.currentThread().interrupt();
    Duration time = close(client);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(time).isLessThan(AT_ONCE);
  }

  // What is not waited for

  @Test
  void aCallbackThatClosesItsClientDoesNotWaitForItself() {
    JobsClient client = client();
    CompletableFuture<Duration> closing = new CompletableFuture<>();
    onProgress = () -> closing.complete(close(client));
    client.waitForCompletionAsync(REF, listening());
    assertThat(Gateway.join(closing)).isLessThan(AT_ONCE);
  }

  @Test
  void dependentsThatMovedToAnotherExecutorAreNotWaitedFor() {
    JobsClient client = client();
    CompletableFuture<Void> handled =
        client
            .waitForCompletionAsync(REF)
            .handle((job, error) -> null)
            .thenRunAsync(() -> Gateway.await(released), single);
    client.close();
    assertThat(handled).isNotDone();
    released.countDown();
    assertThat(handled).succeedsWithin(MAX_SECONDS, SECONDS);
  }

  @Test
  void aSiblingDoesNotWaitForCallbacksOfOthers() {
    CountDownLatch blocked = new CountDownLatch(1);
    onProgress =
        () -> {
          blocked.countDown();
          Gateway.await(released);
        };
    try (JobsClient client = client()) {
      client.waitForCompletionAsync(REF, listening());
      Gateway.await(blocked);
      assertThat(close(client.with(JobsService.IMS, Gateway.endpoint(server)))).isLessThan(AT_ONCE);
      released.countDown();
    }
  }
}
