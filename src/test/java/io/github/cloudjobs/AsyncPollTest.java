package io.github.cloudjobs;

import static io.github.cloudjobs.http.Gateway.JOB;
import static io.github.cloudjobs.http.Gateway.PROJECT;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.http.Gateway;
import io.github.cloudjobs.model.Job;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import mockwebserver3.MockWebServer;
import mockwebserver3.junit5.StartStop;
import okhttp3.Call;
import okhttp3.EventListener;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Polls that belong to no wait: they need a place in flight, and nothing else. */
@Timeout(60)
class AsyncPollTest {
  @StartStop private final MockWebServer server = new MockWebServer();

  private final CountDownLatch arrived = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);

  private void holdJob(String held) {
    Gateway.answerBy(
        server,
        request -> {
          if (request.getTarget().endsWith(held)) {
            arrived.countDown();
            Gateway.await(released);
          }
          return Gateway.job("SUCCESS");
        });
  }

  @Test
  void theQuotaDoesNotHoldThemUp() {
    holdJob("none");
    try (JobsClient client = Gateway.client(server).quota(0.01).build()) {
      List<CompletableFuture<Job>> polls = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        polls.add(client.pollJobAsync(PROJECT, JOB));
      }
      assertThat(polls).allMatch(poll -> Gateway.join(poll).status().isFinished());
    }
  }

  @Test
  void aQueuedPollThatIsCancelledIsNeverSentAndTheOthersGoOn() {
    holdJob("held");
    try (JobsClient client = Gateway.client(server).maxPollsInFlight(1).build()) {
      CompletableFuture<Job> held = client.pollJobAsync(PROJECT, "held");
      Gateway.await(arrived);
      CompletableFuture<Job> queued = client.pollJobAsync(PROJECT, "queued");
      CompletableFuture<Job> wait = client.waitForCompletionAsync(PROJECT, "waited-for");
      CompletableFuture<Job> last = client.pollJobAsync(PROJECT, "last");
      queued.cancel(true);
      released.countDown();
      assertThat(List.of(held, wait, last)).allMatch(each -> Gateway.join(each) != null);
    }
    assertThat(server.getRequestCount()).isEqualTo(3);
  }

  @Test
  void aPollThatIsCancelledInFlightIsCancelledOnTheWire() {
    holdJob(JOB);
    CountDownLatch cancelled = new CountDownLatch(1);
    OkHttpClient http =
        new OkHttpClient.Builder()
            .eventListener(
                new EventListener() {
                  @Override
                  public void callFailed(Call call, IOException e) {
                    cancelled.countDown();
                  }
                })
            .build();
    try (JobsClient client = Gateway.client(server).httpClient(http).build()) {
      CompletableFuture<Job> poll = client.pollJobAsync(PROJECT, JOB);
      Gateway.await(arrived);
      poll.cancel(true);
      assertThat(poll).isCancelled();
      Gateway.await(cancelled);
      released.countDown();
    }
    http.connectionPool().evictAll();
  }

  @Test
  void pollsWithoutEndLeaveWaitsTheirTurns() {
    holdJob("none");
    AtomicBoolean over = new AtomicBoolean();
    try (JobsClient client = Gateway.client(server).maxPollsInFlight(1).build()) {
      for (int i = 0; i < 2; i++) {
        pollUntil(over, client);
      }
      assertThat(Gateway.join(client.waitForCompletionAsync(PROJECT, "waited-for"))).isNotNull();
      over.set(true);
    }
  }

  private static void pollUntil(AtomicBoolean over, JobsClient client) {
    client
        .pollJobAsync(PROJECT, JOB)
        .thenRun(
            () -> {
              if (!over.get()) {
                pollUntil(over, client);
              }
            });
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anExecutorThatRefusesDoesNotKeepThePollFromCompleting(boolean checked) {
    holdJob("none");
    try (JobsClient client =
        Gateway.client(server)
            .executor(
                task -> {
                  throw AsyncPollTest.<RuntimeException>sneaky(
                      checked ? new Exception("full") : new RejectedExecutionException("full"));
                })
            .build()) {
      assertThat(Gateway.join(client.pollJobAsync(PROJECT, JOB))).isNotNull();
    }
  }

  /** Throws as other languages of the JVM do. */
  @SuppressWarnings("unchecked")
  private static <T extends Throwable> T sneaky(Throwable t) throws T {
    throw (T) t;
  }
}
