package io.github.cloudjobs.http;

import static io.github.cloudjobs.http.Gateway.JOB;
import static io.github.cloudjobs.http.Gateway.PROJECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.JobsService;
import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.wait.JobPollException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import mockwebserver3.MockWebServer;
import mockwebserver3.junit5.StartStop;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManyRefusedPollsTest {
  @StartStop private final MockWebServer server = new MockWebServer();
  private final ConnectionPool pool = new ConnectionPool(100, 1, TimeUnit.MINUTES);
  private final OkHttpClient http = new OkHttpClient.Builder().connectionPool(pool).build();
  private final ConcurrentCallers callers = new ConcurrentCallers();

  private JobsClient.Builder client() {
    return Gateway.client(server).httpClient(http);
  }

  @AfterEach
  void noConnectionIsLeftInUse() {
    Gateway.awaitIdle(pool);
    pool.evictAll();
  }

  private static void assertAllRefused(List<CompletableFuture<Job>> polls) {
    for (CompletableFuture<Job> poll : polls) {
      assertThatThrownBy(() -> Gateway.join(poll)).isInstanceOf(AuthenticationException.class);
    }
  }

  @Test
  void fiftyPollsSendNoRequestAfterOneRefusedProbe() {
    HeldProbe probe = new HeldProbe(server, HeldProbe.CLOCK_OFF);
    try (JobsClient client = client().build()) {
      List<CompletableFuture<Job>> polls = callers.poll(client, 1);
      probe.awaitIt();
      polls.addAll(callers.poll(client, 49));
      ConcurrentCallers.awaitWaiting(49);
      probe.answer();
      assertAllRefused(polls);
    }
    assertThat(probe.received()).isEqualTo(2);
  }

  @Test
  void fiftyAsynchronousPollsWithARevokedKeySendOnlyThoseInFlight() {
    AtomicInteger received = new AtomicInteger();
    CountDownLatch inFlight = new CountDownLatch(8);
    Gateway.answerBy(
        server,
        request -> {
          received.incrementAndGet();
          inFlight.countDown();
          Gateway.await(inFlight);
          return Gateway.unknownKey();
        });
    List<CompletableFuture<Job>> polls = new ArrayList<>();
    try (JobsClient client = client().maxPollsInFlight(8).build()) {
      for (int i = 0; i < 50; i++) {
        polls.add(client.pollJobAsync(PROJECT, JOB));
      }
      assertAllRefused(polls);
    }
    assertThat(received).hasValueBetween(8, 8 + 2);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aHundredWaitsWithARevokedKeyEndAtOnce(boolean clockOff) {
    AtomicInteger received = new AtomicInteger();
    CountDownLatch started = new CountDownLatch(1);
    Gateway.answerBy(
        server,
        request -> {
          received.incrementAndGet();
          Gateway.await(started);
          return clockOff ? HeldProbe.CLOCK_OFF : Gateway.unknownKey();
        });
    List<CompletableFuture<Job>> waits = new ArrayList<>();
    try (JobsClient client = client().maxPollsInFlight(4).build();
        JobsClient sibling = client.with(JobsService.IMS, Gateway.endpoint(server))) {
      for (int i = 0; i < 50; i++) {
        waits.add(client.waitForCompletionAsync(PROJECT, JOB));
        waits.add(sibling.waitForCompletionAsync(PROJECT, JOB + i));
      }
      started.countDown();
      for (CompletableFuture<Job> wait : waits) {
        assertThatThrownBy(() -> Gateway.join(wait))
            .isInstanceOf(JobPollException.class)
            .hasCauseInstanceOf(AuthenticationException.class);
      }
    }
    assertThat(received).hasValueBetween(1, 4 + 2);
  }

  @Test
  void aWaitRestartedAfterARejectionUsesTheRepairedKey() {
    Credentials mended = Credentials.accessKey("AKMENDED", Gateway.SECRET);
    AtomicReference<Credentials> current = new AtomicReference<>(Gateway.KEY);
    CountDownLatch started = new CountDownLatch(1);
    Gateway.answerBy(
        server,
        request -> {
          Gateway.await(started);
          return Gateway.accepts(mended, request) ? Gateway.job("SUCCESS") : Gateway.unknownKey();
        });
    try (JobsClient client =
        client().credentials(current::get).executor(Runnable::run).maxPollsInFlight(1).build()) {
      List<CompletableFuture<Job>> waits = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        waits.add(
            client
                .waitForCompletionAsync(PROJECT, JOB)
                .exceptionallyCompose(
                    refused -> {
                      current.set(mended);
                      return client.waitForCompletionAsync(PROJECT, JOB);
                    }));
      }
      started.countDown();
      waits.forEach(wait -> assertThat(Gateway.join(wait).jobId()).isEqualTo(JOB));
    }
  }

  @Test
  void siblingsShareTheBreaker() {
    HeldProbe probe = new HeldProbe(server, Gateway.unknownKey());
    try (JobsClient client = client().build();
        JobsClient sibling = client.with(JobsService.IMS, Gateway.endpoint(server))) {
      List<CompletableFuture<Job>> polls = callers.poll(client, 1);
      probe.awaitIt();
      polls.addAll(callers.poll(sibling, 5));
      ConcurrentCallers.awaitWaiting(5);
      probe.answer();
      assertAllRefused(polls);
    }
    assertThat(probe.received()).isEqualTo(2);
  }

  @Test
  void siblingsShareTheLearnedClock() throws Exception {
    server.enqueue(HeldProbe.CLOCK_OFF);
    server.enqueue(Gateway.job("RUNNING"));
    server.enqueue(Gateway.job("RUNNING"));
    try (JobsClient client = client().build();
        JobsClient sibling = client.with(JobsService.IMS, Gateway.endpoint(server))) {
      client.pollJob(PROJECT, JOB);
      sibling.pollJob(PROJECT, JOB);
    }
    Gateway.received(server);
    for (int i = 0; i < 2; i++) {
      assertThat(Gateway.received(server).getHeaders().get("X-Sdk-Date")).startsWith("20200528T12");
    }
  }
}
