package io.github.cloudjobs.http;

import static io.github.cloudjobs.http.Gateway.JOB;
import static io.github.cloudjobs.http.Gateway.PROJECT;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.JobsService;
import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.model.Job;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.SocketEffect;
import mockwebserver3.junit5.StartStop;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.ForwardingSource;
import okio.Okio;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManyRefusedPollsTest {
  private static final MockResponse OFF =
      Gateway.refusal("0301", "verify aksk signature fail")
          .addHeader("Date", "Thu, 28 May 2020 12:10:00 GMT")
          .build();

  @StartStop private final MockWebServer server = new MockWebServer();
  private final ConnectionPool pool = new ConnectionPool(100, 1, TimeUnit.MINUTES);
  private final OkHttpClient http = new OkHttpClient.Builder().connectionPool(pool).build();
  private final Crowd crowd = new Crowd();
  private final CountDownLatch probeArrived = new CountDownLatch(1);
  private final CountDownLatch probeMayBeAnswered = new CountDownLatch(1);
  private final AtomicInteger received = new AtomicInteger();

  private JobsClient.Builder client() {
    return Gateway.client(server).httpClient(http);
  }

  /** Refuses the first request for its date, and holds what comes next until it is let go. */
  private void refuseThenHold(MockResponse probe) {
    Gateway.answerBy(
        server,
        request -> {
          switch (received.incrementAndGet()) {
            case 1:
              return OFF;
            case 2:
              probeArrived.countDown();
              Gateway.await(probeMayBeAnswered);
              return probe;
            default:
              return Gateway.job("RUNNING");
          }
        });
  }

  @AfterEach
  void noConnectionIsLeftInUse() {
    assertThat(pool.idleConnectionCount()).isEqualTo(pool.connectionCount());
    pool.evictAll();
  }

  private static void assertAllRefused(List<CompletableFuture<Job>> polls) {
    for (CompletableFuture<Job> poll : polls) {
      assertThatThrownBy(() -> Gateway.join(poll)).isInstanceOf(AuthenticationException.class);
    }
  }

  @Test
  void fiftyPollsSendNothingMoreOnceOneProbeWasRefused() {
    refuseThenHold(OFF);
    try (JobsClient client = client().build()) {
      List<CompletableFuture<Job>> polls = crowd.poll(client, 1);
      Gateway.await(probeArrived);
      polls.addAll(crowd.poll(client, 49));
      crowd.awaitParked(49);
      probeMayBeAnswered.countDown();
      assertAllRefused(polls);
    }
    assertThat(received).hasValue(2);
  }

  @Test
  void fiftyAsynchronousPollsOnARevokedKeySendWhatWasInFlight() {
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
  void aHundredWaitsOnARevokedKeyEndAtOnce(boolean clockOff) {
    CountDownLatch started = new CountDownLatch(1);
    Gateway.answerBy(
        server,
        request -> {
          received.incrementAndGet();
          Gateway.await(started);
          return clockOff ? OFF : Gateway.unknownKey();
        });
    List<CompletableFuture<Job>> waits = new ArrayList<>();
    try (JobsClient client = client().maxPollsInFlight(4).build();
        JobsClient sibling = client.with(JobsService.IMS, Gateway.endpoint(server))) {
      for (int i = 0; i < 50; i++) {
        waits.add(client.waitForCompletionAsync(PROJECT, JOB));
        waits.add(sibling.waitForCompletionAsync(PROJECT, JOB + i));
      }
      started.countDown();
      assertAllRefused(waits);
    }
    assertThat(received).hasValueBetween(1, 4 + 2);
  }

  @Test
  void siblingsShareTheBrake() {
    refuseThenHold(Gateway.unknownKey());
    try (JobsClient client = client().build();
        JobsClient sibling = client.with(JobsService.IMS, Gateway.endpoint(server))) {
      List<CompletableFuture<Job>> polls = crowd.poll(client, 1);
      Gateway.await(probeArrived);
      polls.addAll(crowd.poll(sibling, 5));
      crowd.awaitParked(5);
      probeMayBeAnswered.countDown();
      assertAllRefused(polls);
    }
    assertThat(received).hasValue(2);
  }

  @Test
  void siblingsShareTheLearnedClock() throws Exception {
    server.enqueue(OFF);
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

  @ParameterizedTest
  @ValueSource(ints = {200, 502, 0})
  void whateverBecomesOfTheProbeTheOthersGoOn(int status) {
    refuseThenHold(
        status == 0
            ? new MockResponse.Builder().onResponseStart(SocketEffect.Stall.INSTANCE).build()
            : Gateway.answer(status, "{\"job_id\":\"j\"}").build());
    // Where the probe stalls its call times out; the others come so late that theirs do not.
    try (JobsClient client =
        client().callTimeout(status == 0 ? Duration.ofSeconds(2) : Duration.ofMinutes(1)).build()) {
      CompletableFuture<Job> probe = crowd.poll(client);
      Gateway.await(probeArrived);
      List<CompletableFuture<Job>> others = crowd.poll(client, 10);
      crowd.awaitParked(10);
      if (status == 0) {
        others.forEach(f -> assertThat(f).isNotDone());
      }
      probeMayBeAnswered.countDown();
      if (status == 200) {
        assertThat(Gateway.join(probe).jobId()).isEqualTo("j");
      } else {
        assertThatThrownBy(() -> Gateway.join(probe))
            .isInstanceOf(
                status == 502 ? JobsServiceException.class : JobsTransportException.class);
      }
      for (CompletableFuture<Job> other : others) {
        if (status == 0) {
          other.exceptionally(late -> null).join();
        } else {
          assertThat(Gateway.join(other).jobId()).isEqualTo(JOB);
        }
      }
      assertThat(client.pollJob(PROJECT, JOB).jobId()).isEqualTo(JOB);
    }
  }

  @Test
  void whoeverWaitsForAProbeCanBeInterrupted() {
    refuseThenHold(Gateway.job("RUNNING"));
    try (JobsClient client = client().build()) {
      CompletableFuture<Job> probe = crowd.poll(client);
      Gateway.await(probeArrived);
      Crowd waiting = new Crowd();
      CompletableFuture<Boolean> interrupted =
          waiting.start(
              () -> {
                assertThatThrownBy(() -> client.pollJob(PROJECT, JOB))
                    .isInstanceOf(JobsTransportException.class)
                    .hasMessageEndingWith("interrupted");
                return Thread.currentThread().isInterrupted();
              });
      waiting.awaitParked(1);
      waiting.interrupt();
      assertThat(Gateway.join(interrupted)).isTrue();
      probeMayBeAnswered.countDown();
      assertThat(Gateway.join(probe).jobId()).isEqualTo(JOB);
    }
    assertThat(received).hasValue(2);
  }

  @Test
  void closingTheClientFreesThoseWhoWaitForAProbe() throws Exception {
    refuseThenHold(Gateway.job("RUNNING"));
    JobsClient client = client().build();
    List<CompletableFuture<Job>> polls = crowd.poll(client, 1);
    Gateway.await(probeArrived);
    polls.addAll(crowd.poll(client, 5));
    crowd.awaitParked(5);
    client.close();
    for (CompletableFuture<Job> poll : polls) {
      assertThat(poll).failsWithin(Gateway.PATIENCE, SECONDS);
    }
    probeMayBeAnswered.countDown();
    assertThat(received).hasValue(2);
  }

  @Test
  void aProberThatDiesOverTheAnswerFreesTheOthers() {
    OkHttpClient breaking =
        http.newBuilder()
            .addNetworkInterceptor(
                chain -> {
                  Response response = chain.proceed(chain.request());
                  return received.get() == 2 ? withCrashingBody(response) : response;
                })
            .build();
    refuseThenHold(Gateway.unknownKey());
    try (JobsClient client = Gateway.client(server).httpClient(breaking).build()) {
      CompletableFuture<Job> probe = crowd.poll(client);
      Gateway.await(probeArrived);
      List<CompletableFuture<Job>> others = crowd.poll(client, 3);
      crowd.awaitParked(3);
      probeMayBeAnswered.countDown();
      assertThatThrownBy(() -> Gateway.join(probe))
          .isExactlyInstanceOf(JobsException.class)
          .hasMessageContaining("boom");
      others.forEach(other -> assertThat(Gateway.join(other).jobId()).isEqualTo(JOB));
    }
  }

  private static Response withCrashingBody(Response response) {
    ResponseBody body = response.body();
    return response
        .newBuilder()
        .body(
            ResponseBody.create(
                Okio.buffer(
                    new ForwardingSource(body.source()) {
                      @Override
                      public long read(Buffer sink, long byteCount) throws IOException {
                        throw new IllegalStateException("boom");
                      }
                    }),
                body.contentType(),
                body.contentLength()))
        .build();
  }
}
