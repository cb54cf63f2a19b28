package io.github.cloudjobs;

import static io.github.cloudjobs.http.Gateway.PATIENCE;
import static io.github.cloudjobs.http.Gateway.PROJECT;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.cloudjobs.http.Gateway;
import io.github.cloudjobs.wait.JobPollException;
import io.github.cloudjobs.wait.WaitListener;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitProgress;
import io.github.cloudjobs.wait.WaitResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import mockwebserver3.MockWebServer;
import mockwebserver3.junit5.StartStop;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What ends with a client is completed and reported before {@code close()} returns. */
@Timeout(60)
class ClosingWaitsTest {
  private static final int WAITS = 8;

  /** Less than the 5 s that a close may take, on a machine that does other things too. */
  private static final Duration AT_ONCE = Duration.ofSeconds(4);

  @StartStop private final MockWebServer server = new MockWebServer();
  private final CountDownLatch released = new CountDownLatch(1);
  private final List<String> logged = new ArrayList<>();
  private final Logger logger = Logger.getLogger("io.github.cloudjobs");
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord logRecord) {
          synchronized (logged) {
            logged.add(logRecord.getLevel() + " " + logRecord.getMessage());
          }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void listen() {
    logger.addHandler(handler);
    Gateway.answerBy(server, request -> Gateway.job("RUNNING"));
  }

  @AfterEach
  void release() {
    released.countDown();
    logger.removeHandler(handler);
  }

  private static String token(Throwable error) {
    Throwable cause = error instanceof CompletionException ? error.getCause() : error;
    return ((JobPollException) cause).token().text();
  }

  /** Takes 200 ms. */
  private void slowly() {
    try {
      assertThat(released.await(200, MILLISECONDS)).isFalse();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void slowHandlersKeepEveryToken(boolean sibling) {
    ExecutorService single = Executors.newSingleThreadExecutor();
    Set<String> kept = ConcurrentHashMap.newKeySet();
    try (JobsClient first = Gateway.client(server).executor(single).build()) {
      JobsClient client = sibling ? first.with(JobsService.ECS, Gateway.endpoint(server)) : first;
      for (int i = 0; i < WAITS; i++) {
        client
            .waitForCompletionAsync(PROJECT, "j-" + i)
            .exceptionally(
                error -> {
                  slowly();
                  kept.add(token(error));
                  return null;
                });
      }
      client.close();
      assertThat(kept).hasSize(WAITS);
    } finally {
      single.shutdown();
    }
    assertThat(logged).isEmpty();
  }

  @Test
  void listenersAreNotifiedAndPollsCompleted() throws Exception {
    CountDownLatch underWay = new CountDownLatch(2);
    Set<String> ended = ConcurrentHashMap.newKeySet();
    JobsClient client = Gateway.client(server).build();
    WaitListener listener =
        new WaitListener() {
          @Override
          public void onProgress(WaitProgress progress) {
            underWay.countDown();
            slowly(); // it is closed meanwhile
          }

          @Override
          public void onEnd(WaitResult result) {
            slowly();
            ended.add(result.ref().jobId());
          }
        };
    client.waitForCompletionAsync(
        PROJECT, "wait", WaitOptions.builder().addListener(listener).build());
    Gateway.answerBy(
        server,
        request -> {
          if (request.getTarget().endsWith("poll")) {
            underWay.countDown();
            Gateway.await(released);
          }
          return Gateway.job("RUNNING");
        });
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
  void handlersThatDoNotReturnAreLeftAfterFiveSecondsWithAWarning() {
    JobsClient client = Gateway.client(server).build();
    for (int i = 0; i < 3; i++) {
      client
          .waitForCompletionAsync(PROJECT, "j-" + i)
          .whenComplete((job, error) -> Gateway.await(released));
    }
    long begun = System.nanoTime();
    client.close();
    assertThat(Duration.ofNanos(System.nanoTime() - begun))
        .isBetween(Duration.ofSeconds(5), Duration.ofSeconds(15));
    assertThat(logged)
        .containsExactly(
            "WARNING a client was closed, and 3 completions or listeners have not returned yet");
  }

  @Test
  void anInterruptEndsTheWaitingAndIsKept() {
    JobsClient client = Gateway.client(server).build();
    client
        .waitForCompletionAsync(PROJECT, "j")
        .whenComplete((job, error) -> Gateway.await(released));
    Thread.currentThread().interrupt();
    long begun = System.nanoTime();
    client.close();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(AT_ONCE);
    assertThat(logged)
        .containsExactly(
            "WARNING a client was closed, and 1 completions or listeners have not returned yet");
  }

  @Test
  void aCallbackThatClosesItsClientDoesNotWaitForItself() {
    JobsClient client = Gateway.client(server).build();
    CompletableFuture<Duration> closing = new CompletableFuture<>();
    client.waitForCompletionAsync(
        PROJECT,
        "j",
        WaitOptions.builder()
            .addListener(
                progress -> {
                  long begun = System.nanoTime();
                  client.close();
                  closing.complete(Duration.ofNanos(System.nanoTime() - begun));
                })
            .build());
    assertThat(closing)
        .succeedsWithin(PATIENCE, SECONDS)
        .satisfies(time -> assertThat(time).isLessThan(AT_ONCE));
    assertThat(logged).isEmpty();
  }

  @Test
  void dependentsThatMovedToAnotherExecutorAreNotWaitedFor() {
    ExecutorService other = Executors.newSingleThreadExecutor();
    AtomicBoolean over = new AtomicBoolean();
    JobsClient client = Gateway.client(server).build();
    CompletableFuture<Void> handled =
        client
            .waitForCompletionAsync(PROJECT, "j")
            .handleAsync(
                (job, error) -> {
                  Gateway.await(released);
                  over.set(true);
                  return null;
                },
                other);
    client.close();
    assertThat(over).isFalse();
    released.countDown();
    Gateway.join(handled);
    other.shutdown();
    assertThat(logged).isEmpty();
  }

  @Test
  void aSiblingDoesNotWaitForCallbacksOfOthers() {
    CountDownLatch blocked = new CountDownLatch(1);
    try (JobsClient client = Gateway.client(server).build()) {
      client.waitForCompletionAsync(
          PROJECT,
          "j",
          WaitOptions.builder()
              .addListener(
                  progress -> {
                    blocked.countDown();
                    Gateway.await(released);
                  })
              .build());
      Gateway.await(blocked);
      long begun = System.nanoTime();
      client.with(JobsService.IMS, Gateway.endpoint(server)).close();
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(AT_ONCE);
      released.countDown();
    }
    assertThat(logged).isEmpty();
  }

  @Test
  void aBlockingWaitEndsWhenAnotherThreadCloses() {
    CountDownLatch polled = new CountDownLatch(1);
    JobsClient client = Gateway.client(server).build();
    CompletableFuture<Void> closed =
        CompletableFuture.runAsync(
            () -> {
              Gateway.await(polled);
              client.close();
            },
            task -> new Thread(task).start());
    assertThatExceptionOfType(JobPollException.class)
        .isThrownBy(
            () ->
                client.waitForCompletion(
                    PROJECT,
                    "j",
                    WaitOptions.builder().addListener(progress -> polled.countDown()).build()));
    Gateway.join(closed);
    assertThat(logged).isEmpty();
  }
}
