package io.github.cloudjobs;

import static io.github.cloudjobs.http.Gateway.JOB;
import static io.github.cloudjobs.http.Gateway.PROJECT;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.http.Gateway;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobStatus;
import io.github.cloudjobs.wait.JobPollException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.SocketEffect;
import mockwebserver3.junit5.StartStop;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.EventListener;
import okhttp3.OkHttpClient;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ClosedClientTest {
  @StartStop private final MockWebServer server = new MockWebServer();

  private static List<ThrowingCallable> everyMethodOf(JobsClient client) {
    return List.of(
        () -> client.jobUrl(PROJECT, JOB),
        () -> client.signedRequest(PROJECT, JOB),
        () -> client.presignedUrl(PROJECT, JOB, Duration.ofMinutes(1)),
        () -> client.pollJob(PROJECT, JOB),
        () -> client.pollJobAsync(PROJECT, JOB),
        () -> client.waitForCompletion(PROJECT, JOB),
        () -> client.waitForCompletionAsync(PROJECT, JOB),
        () -> client.awaitOutcome(PROJECT, JOB),
        () -> client.with(JobsService.IMS, "https://ims.example.com"));
  }

  private static void assertRefusesEverything(JobsClient client) {
    for (ThrowingCallable method : everyMethodOf(client)) {
      assertThatIllegalStateException().isThrownBy(method).withMessage("this JobsClient is closed");
    }
  }

  @Test
  void refusesEveryMethodAndIsClosedTwiceForNothing() {
    JobsClient client = Gateway.client(server).build();
    client.close();
    client.close();
    assertRefusesEverything(client);
    assertThat(client).hasToString(client.toString());
    assertThat(server.getRequestCount()).isZero();
  }

  @Test
  void closesItsSiblingsToo() {
    JobsClient client = Gateway.client(server).build();
    JobsClient sibling = client.with(JobsService.IMS, Gateway.endpoint(server));
    client.close();
    assertRefusesEverything(sibling);
  }

  @Test
  void aSiblingClosesItselfAlone() {
    server.enqueue(Gateway.job("SUCCESS"));
    try (JobsClient client = Gateway.client(server).build()) {
      JobsClient sibling = client.with(JobsService.IMS, Gateway.endpoint(server));
      sibling.close();
      assertRefusesEverything(sibling);
      assertThat(client.pollJob(PROJECT, JOB).status()).isEqualTo(JobStatus.SUCCESS);
    }
  }

  @Test
  void endsWhatIsUnderWayAndWhatIsQueued() throws Exception {
    CountDownLatch arrived = new CountDownLatch(1);
    Gateway.answerBy(
        server,
        request -> {
          arrived.countDown();
          return new MockResponse.Builder().onResponseStart(SocketEffect.Stall.INSTANCE).build();
        });
    JobsClient client = Gateway.client(server).maxPollsInFlight(1).build();
    CompletableFuture<Job> underWay = client.pollJobAsync(PROJECT, JOB);
    CompletableFuture<Job> queued = client.pollJobAsync(PROJECT, JOB);
    CompletableFuture<Job> wait = client.waitForCompletionAsync(PROJECT, JOB);
    assertThat(arrived.await(Gateway.PATIENCE, SECONDS)).isTrue();
    client.close();
    assertThatThrownBy(() -> Gateway.join(underWay)).isInstanceOf(JobsTransportException.class);
    assertThatThrownBy(() -> Gateway.join(queued)).isInstanceOf(JobsTransportException.class);
    assertThatThrownBy(() -> Gateway.join(wait))
        .isInstanceOf(JobPollException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void aSiblingThatIsClosedWhileAWaitBeginsEndsThatToo() {
    Gateway.answerBy(server, request -> Gateway.job("RUNNING"));
    AtomicReference<JobsClient> closing = new AtomicReference<>();
    Clock clock =
        new Clock() {
          @Override
          public Instant instant() {
            JobsClient sibling = closing.getAndSet(null);
            if (sibling != null) {
              sibling.close();
            }
            return Instant.now();
          }

          @Override
          public ZoneId getZone() {
            return ZoneOffset.UTC;
          }

          @Override
          public Clock withZone(ZoneId zone) {
            return this;
          }
        };
    try (JobsClient client = Gateway.client(server).clock(clock).build();
        JobsClient sibling = client.with(JobsService.IMS, Gateway.endpoint(server))) {
      closing.set(sibling);
      CompletableFuture<Job> wait = sibling.waitForCompletionAsync(PROJECT, JOB);
      assertThatThrownBy(() -> Gateway.join(wait))
          .isInstanceOf(JobPollException.class)
          .hasMessageContaining("closed");
    }
  }

  @Test
  void endsWhatIsUnderWayEvenIfWhoIsToldOfItThrows() throws Exception {
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
                    throw new IllegalStateException("a listener that throws");
                  }
                })
            .build();
    JobsClient client = Gateway.client(server).httpClient(own).maxPollsInFlight(2).build();
    List<CompletableFuture<Job>> polls = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      polls.add(client.pollJobAsync(PROJECT, JOB));
    }
    polls.add(client.waitForCompletionAsync(PROJECT, JOB));
    Gateway.await(arrived);
    client.close();
    for (CompletableFuture<Job> poll : polls) {
      assertThat(poll).failsWithin(Gateway.PATIENCE, SECONDS);
    }
  }

  @Test
  void leavesAnOkHttpClientThatWasHandedInOpen() throws Exception {
    server.enqueue(Gateway.job("SUCCESS"));
    server.enqueue(Gateway.job("SUCCESS"));
    OkHttpClient own = new OkHttpClient.Builder().connectionPool(new ConnectionPool()).build();
    JobsClient client = Gateway.client(server).httpClient(own).build();
    client.pollJob(PROJECT, JOB);
    client.close();
    assertThat(own.connectionPool().connectionCount()).isEqualTo(1);
    assertThat(own.dispatcher().executorService().isShutdown()).isFalse();
    try (JobsClient next = Gateway.client(server).httpClient(own).build()) {
      next.pollJob(PROJECT, JOB);
    }
    server.takeRequest();
    assertThat(server.takeRequest().getConnectionIndex()).isZero();
    assertThat(server.takeRequest(0, SECONDS)).isNull();
    own.connectionPool().evictAll();
  }
}
