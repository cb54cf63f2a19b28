package io.github.cloudjobs.http;

import static io.github.cloudjobs.http.Gateway.JOB;
import static io.github.cloudjobs.http.Gateway.PROJECT;
import static io.github.cloudjobs.http.Gateway.SECRET;
import static io.github.cloudjobs.http.Gateway.TOKEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.model.Job;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.junit5.StartStop;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.ForwardingSource;
import okio.Okio;
import okio.Source;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Polls at the same time whose credentials are suspect: one of them is the probe. */
class SuspectCredentialsTest {

  private static final Credentials OLD =
      Credentials.temporaryAccessKey("AKOLD", SECRET, "old." + TOKEN);
  private static final Credentials NEW =
      Credentials.temporaryAccessKey("AKNEW", SECRET, "new." + TOKEN);

  @StartStop private final MockWebServer server = Gateway.server();
  private final ConnectionPool pool = new ConnectionPool(100, 1, TimeUnit.MINUTES);
  private final OkHttpClient http = new OkHttpClient.Builder().connectionPool(pool).build();

  private final AtomicInteger received = new AtomicInteger();
  private final CountDownLatch probing = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);

  /**
   * Refuses the first request for its date, holds this response to the second, and is fine then.
   */
  private CompletableFuture<Job> probe(JobsClient client, MockResponse held) {
    Gateway.respondBy(
        server,
        request -> {
          switch (received.incrementAndGet()) {
            case 1:
              return Gateway.clockOff();
            case 2:
              probing.countDown();
              Gateway.await(released);
              return held;
            default:
              return Gateway.job("RUNNING");
          }
        });
    CompletableFuture<Job> prober = client.pollJobAsync(PROJECT, JOB);
    Gateway.await(probing);
    return prober;
  }

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
    MockResponse held = Gateway.response(status == 0 ? 401 : status, "{\"job_id\":\"j\"}").build();
    OkHttpClient crashing =
        http.newBuilder()
            .addNetworkInterceptor(
                chain -> {
                  Response response = chain.proceed(chain.request());
                  return response.code() == 401 && received.get() == 2
                      ? withCrashingBody(response)
                      : response;
                })
            .build();
    try (JobsClient client = client().httpClient(crashing).build()) {
      CompletableFuture<Job> prober = probe(client, held);
      List<CompletableFuture<Job>> others = Gateway.poll(client, 10);
      Gateway.awaitSuspended(10);
      released.countDown();
      switch (status) {
        case 200 -> assertThat(Gateway.join(prober).jobId()).isEqualTo("j");
        case 502 ->
            assertThatThrownBy(() -> Gateway.join(prober)).isInstanceOf(JobsServiceException.class);
        default -> assertThatThrownBy(() -> Gateway.join(prober)).hasRootCauseMessage("boom");
      }
      others.forEach(other -> assertThat(Gateway.join(other).jobId()).isEqualTo(JOB));
    }
  }

  private static Response withCrashingBody(Response response) {
    Source crashing =
        new ForwardingSource(response.body().source()) {
          @Override
          public long read(Buffer sink, long byteCount) {
            throw new IllegalStateException("boom");
          }
        };
    return response
        .newBuilder()
        .body(ResponseBody.create(Okio.buffer(crashing), response.body().contentType(), -1))
        .build();
  }

  @Test
  void aPollThatWaitsForAProbeCanBeInterrupted() {
    try (JobsClient client = client().build()) {
      CompletableFuture<Job> prober = probe(client, Gateway.job("RUNNING"));
      CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
      Thread waiting =
          new Thread(
              () -> {
                Throwable thrown = catchThrowable(() -> client.pollJob(PROJECT, JOB));
                interrupted.complete(
                    thrown instanceof JobsTransportException
                        && thrown.getMessage().endsWith("interrupted")
                        && Thread.currentThread().isInterrupted());
              });
      waiting.start();
      Gateway.awaitSuspended(1);
      waiting.interrupt();
      assertThat(Gateway.join(interrupted)).isTrue();
      released.countDown();
      assertThat(Gateway.join(prober).jobId()).isEqualTo(JOB);
    }
    assertThat(received).hasValue(2);
  }

  @Test
  void aPollThatWaitsForAProbeCanBeCancelled() {
    try (JobsClient client = client().build()) {
      CompletableFuture<Job> prober = probe(client, Gateway.job("RUNNING"));
      CompletableFuture<Job> waiting = client.pollJobAsync(PROJECT, JOB);
      Gateway.awaitSuspended(1);
      waiting.cancel(true);
      Gateway.awaitSuspended(0);
      released.countDown();
      assertThat(Gateway.join(prober).jobId()).isEqualTo(JOB);
    }
    assertThat(received).hasValue(2);
  }

  @Test
  void fiftyPollsSendNoRequestAfterOneRefusedProbe() {
    try (JobsClient client = client().build()) {
      List<CompletableFuture<Job>> polls = new ArrayList<>();
      polls.add(probe(client, Gateway.clockOff()));
      polls.addAll(Gateway.poll(client, 49));
      Gateway.awaitSuspended(49);
      released.countDown();
      for (CompletableFuture<Job> poll : polls) {
        assertThatThrownBy(() -> Gateway.join(poll)).isInstanceOf(AuthenticationException.class);
      }
    }
    assertThat(received).hasValue(2);
  }

  @Test
  void otherCredentialsNeitherWaitForTheProbeNorClearTheSuspicion() {
    AtomicReference<Credentials> current = new AtomicReference<>(OLD);
    AtomicInteger old = new AtomicInteger();
    CountDownLatch allStarted = new CountDownLatch(1); // a poll that starts later may try again
    Gateway.respondBy(
        server,
        request -> {
          if (Gateway.accepts(NEW, request)) {
            return Gateway.job("RUNNING");
          }
          if (old.incrementAndGet() == 1) {
            return Gateway.clockOff();
          }
          probing.countDown();
          Gateway.await(released);
          if (old.get() == 2) {
            return Gateway.response(502, "{}").build();
          }
          Gateway.await(allStarted);
          return Gateway.unknownKey();
        });
    try (JobsClient client = client().credentials(current::get).build()) {
      CompletableFuture<Job> prober = client.pollJobAsync(PROJECT, JOB);
      Gateway.await(probing);
      current.set(NEW);
      assertThat(Gateway.poll(client, true).jobId()).isEqualTo(JOB);
      released.countDown();
      assertThatThrownBy(() -> Gateway.join(prober)).isInstanceOf(JobsServiceException.class);
      assertThat(Gateway.poll(client, true).jobId()).isEqualTo(JOB);
      current.set(OLD);
      List<CompletableFuture<Job>> polls = Gateway.poll(client, 20);
      allStarted.countDown();
      for (CompletableFuture<Job> poll : polls) {
        assertThatThrownBy(() -> Gateway.join(poll)).isInstanceOf(AuthenticationException.class);
      }
    }
    assertThat(old).hasValue(3);
  }

  @Test
  void aWaitRestartedAfterARejectionUsesTheRepairedKey() {
    Credentials repaired = Credentials.accessKey("AKREPAIRED", Gateway.SECRET);
    AtomicReference<Credentials> current = new AtomicReference<>(Gateway.KEY);
    CountDownLatch started = new CountDownLatch(1);
    Gateway.respondBy(
        server,
        request -> {
          Gateway.await(started);
          return Gateway.accepts(repaired, request) ? Gateway.job("SUCCESS") : Gateway.unknownKey();
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
                      current.set(repaired);
                      return client.waitForCompletionAsync(PROJECT, JOB);
                    }));
      }
      started.countDown();
      waits.forEach(wait -> assertThat(Gateway.join(wait).jobId()).isEqualTo(JOB));
    }
  }
}
