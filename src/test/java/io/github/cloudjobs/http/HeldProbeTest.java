package io.github.cloudjobs.http;

import static io.github.cloudjobs.http.Gateway.JOB;
import static io.github.cloudjobs.http.Gateway.PROJECT;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.model.Job;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.SocketEffect;
import mockwebserver3.junit5.StartStop;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.EventListener;
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

class HeldProbeTest {
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

  @ParameterizedTest
  @ValueSource(ints = {200, 502, 0})
  void afterAnyEndOfTheProbeTheOtherPollsContinue(int status) {
    HeldProbe probe =
        new HeldProbe(
            server,
            status == 0
                ? new MockResponse.Builder().onResponseStart(SocketEffect.Stall.INSTANCE).build()
                : Gateway.answer(status, "{\"job_id\":\"j\"}").build());
    // Where the probe stalls its call times out; the others come so late that theirs do not.
    try (JobsClient client =
        client().callTimeout(status == 0 ? Duration.ofSeconds(2) : Duration.ofMinutes(1)).build()) {
      CompletableFuture<Job> prober = callers.poll(client);
      probe.awaitIt();
      List<CompletableFuture<Job>> others = callers.poll(client, 10);
      ConcurrentCallers.awaitWaiting(10);
      if (status == 0) {
        others.forEach(f -> assertThat(f).isNotDone());
      }
      probe.answer();
      if (status == 200) {
        assertThat(Gateway.join(prober).jobId()).isEqualTo("j");
      } else {
        assertThatThrownBy(() -> Gateway.join(prober))
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
  void aPollThatWaitsForAProbeCanBeInterrupted() {
    HeldProbe probe = new HeldProbe(server, Gateway.job("RUNNING"));
    try (JobsClient client = client().build()) {
      CompletableFuture<Job> prober = callers.poll(client);
      probe.awaitIt();
      ConcurrentCallers waiting = new ConcurrentCallers();
      CompletableFuture<Boolean> interrupted =
          waiting.start(
              () -> {
                assertThatThrownBy(() -> client.pollJob(PROJECT, JOB))
                    .isInstanceOf(JobsTransportException.class)
                    .hasMessageEndingWith("interrupted");
                return Thread.currentThread().isInterrupted();
              });
      ConcurrentCallers.awaitWaiting(1);
      waiting.interrupt();
      assertThat(Gateway.join(interrupted)).isTrue();
      probe.answer();
      assertThat(Gateway.join(prober).jobId()).isEqualTo(JOB);
    }
    assertThat(probe.received()).isEqualTo(2);
  }

  @Test
  void aPollThatWaitsForAProbeCanBeCancelled() {
    HeldProbe probe = new HeldProbe(server, Gateway.job("RUNNING"));
    CountDownLatch failed = new CountDownLatch(1);
    OkHttpClient told =
        http.newBuilder()
            .eventListener(
                new EventListener() {
                  @Override
                  public void callFailed(Call call, IOException e) {
                    failed.countDown();
                  }
                })
            .build();
    try (JobsClient client = Gateway.client(server).httpClient(told).build()) {
      CompletableFuture<Job> prober = client.pollJobAsync(PROJECT, JOB);
      probe.awaitIt();
      client.pollJobAsync(PROJECT, JOB).cancel(true);
      Gateway.await(failed);
      probe.answer();
      assertThat(Gateway.join(prober).jobId()).isEqualTo(JOB);
    }
    assertThat(probe.received()).isEqualTo(2);
  }

  @Test
  void closingTheClientEndsPollsThatWaitForAProbe() throws Exception {
    HeldProbe probe = new HeldProbe(server, Gateway.job("RUNNING"));
    JobsClient client = client().build();
    List<CompletableFuture<Job>> polls = callers.poll(client, 1);
    probe.awaitIt();
    polls.addAll(callers.poll(client, 5));
    ConcurrentCallers.awaitWaiting(5);
    client.close();
    for (CompletableFuture<Job> poll : polls) {
      assertThat(poll).failsWithin(Gateway.PATIENCE, SECONDS);
    }
    probe.answer();
    assertThat(probe.received()).isEqualTo(2);
  }

  @Test
  void aProbeThatCrashesLetsTheOtherPollsContinue() {
    HeldProbe probe = new HeldProbe(server, Gateway.unknownKey());
    OkHttpClient breaking =
        http.newBuilder()
            .addNetworkInterceptor(
                chain -> {
                  Response response = chain.proceed(chain.request());
                  return probe.received() == 2 ? withCrashingBody(response) : response;
                })
            .build();
    try (JobsClient client = Gateway.client(server).httpClient(breaking).build()) {
      CompletableFuture<Job> prober = callers.poll(client);
      probe.awaitIt();
      List<CompletableFuture<Job>> others = callers.poll(client, 3);
      ConcurrentCallers.awaitWaiting(3);
      probe.answer();
      assertThatThrownBy(() -> Gateway.join(prober))
          .isExactlyInstanceOf(JobsException.class)
          .hasRootCauseMessage("boom");
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
