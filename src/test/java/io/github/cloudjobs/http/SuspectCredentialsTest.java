package io.github.cloudjobs.http;

import static io.github.cloudjobs.http.Gateway.JOB;
import static io.github.cloudjobs.http.Gateway.PROJECT;
import static io.github.cloudjobs.http.Gateway.SECRET;
import static io.github.cloudjobs.http.Gateway.TOKEN;
import static java.util.Objects.requireNonNullElse;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.model.Job;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
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

  private static final String BODY = "{\"job_id\":\"j\"}";

  @StartStop private final MockWebServer server = new MockWebServer();
  private final ConnectionPool pool = new ConnectionPool(100, 1, TimeUnit.MINUTES);
  private final OkHttpClient http = new OkHttpClient.Builder().connectionPool(pool).build();

  /** Refuses the first request for its date, holds the answer to the second, and is fine then. */
  private static final class HeldProbe {
    private final AtomicInteger received = new AtomicInteger();
    private final CountDownLatch arrived = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    HeldProbe(MockWebServer server, MockResponse answer) {
      Gateway.answerBy(
          server,
          request -> {
            switch (received.incrementAndGet()) {
              case 1:
                return Gateway.clockOff();
              case 2:
                arrived.countDown();
                Gateway.await(released);
                return answer;
              default:
                return Gateway.job("RUNNING");
            }
          });
    }

    void awaitIt() {
      Gateway.await(arrived);
    }

    void answer() {
      released.countDown();
    }

    /** How many requests came in all. */
    int received() {
      return received.get();
    }
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
    HeldProbe probe =
        new HeldProbe(server, Gateway.answer(status == 0 ? 401 : status, BODY).build());
    OkHttpClient crashing =
        http.newBuilder()
            .addNetworkInterceptor(
                chain -> {
                  Response response = chain.proceed(chain.request());
                  return response.code() == 401 && probe.received() == 2
                      ? withCrashingBody(response)
                      : response;
                })
            .build();
    try (JobsClient client = client().httpClient(crashing).build()) {
      CompletableFuture<Job> prober = client.pollJobAsync(PROJECT, JOB);
      probe.awaitIt();
      List<CompletableFuture<Job>> others = Gateway.poll(client, 10);
      Gateway.awaitSuspended(10);
      probe.answer();
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
    HeldProbe probe = new HeldProbe(server, Gateway.job("RUNNING"));
    try (JobsClient client = client().build()) {
      CompletableFuture<Job> prober = client.pollJobAsync(PROJECT, JOB);
      probe.awaitIt();
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
      probe.answer();
      assertThat(Gateway.join(prober).jobId()).isEqualTo(JOB);
    }
    assertThat(probe.received()).isEqualTo(2);
  }

  @Test
  void aPollThatWaitsForAProbeCanBeCancelled() {
    HeldProbe probe = new HeldProbe(server, Gateway.job("RUNNING"));
    CountDownLatch failed = new CountDownLatch(1);
    OkHttpClient observed =
        http.newBuilder()
            .eventListener(
                new EventListener() {
                  @Override
                  public void callFailed(Call call, IOException e) {
                    failed.countDown();
                  }
                })
            .build();
    try (JobsClient client = client().httpClient(observed).build()) {
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
    List<CompletableFuture<Job>> polls = Gateway.poll(client, 1);
    probe.awaitIt();
    polls.addAll(Gateway.poll(client, 5));
    Gateway.awaitSuspended(5);
    client.close();
    for (CompletableFuture<Job> poll : polls) {
      assertThat(poll).failsWithin(Gateway.PATIENCE, SECONDS);
    }
    probe.answer();
    assertThat(probe.received()).isEqualTo(2);
  }

  private static void assertAllRefused(List<CompletableFuture<Job>> polls) {
    for (CompletableFuture<Job> poll : polls) {
      assertThatThrownBy(() -> Gateway.join(poll)).isInstanceOf(AuthenticationException.class);
    }
  }

  @Test
  void fiftyPollsSendNoRequestAfterOneRefusedProbe() {
    HeldProbe probe = new HeldProbe(server, Gateway.clockOff());
    try (JobsClient client = client().build()) {
      List<CompletableFuture<Job>> polls = Gateway.poll(client, 1);
      probe.awaitIt();
      polls.addAll(Gateway.poll(client, 49));
      Gateway.awaitSuspended(49);
      probe.answer();
      assertAllRefused(polls);
    }
    assertThat(probe.received()).isEqualTo(2);
  }

  @Test
  void aWaitRestartedAfterARejectionUsesTheRepairedKey() {
    Credentials repaired = Credentials.accessKey("AKREPAIRED", Gateway.SECRET);
    AtomicReference<Credentials> current = new AtomicReference<>(Gateway.KEY);
    CountDownLatch started = new CountDownLatch(1);
    Gateway.answerBy(
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

  /** The second poll is refused while the first one probes; its source lags behind. */
  @Test
  void aPollThatReceivesTheOldCredentialsOnceMoreDoesNotRejectThem() {
    Queue<Credentials> provided = new ConcurrentLinkedQueue<>(List.of(OLD, OLD, NEW, OLD));
    AtomicInteger withOld = new AtomicInteger(); // requests
    AtomicInteger withNew = new AtomicInteger();
    CountDownLatch bothSent = new CountDownLatch(2);
    CountDownLatch probing = new CountDownLatch(1);
    CountDownLatch probeMayBeAnswered = new CountDownLatch(1);
    Gateway.answerBy(
        server,
        request -> {
          if (Gateway.accepts(OLD, request)) {
            boolean first = withOld.incrementAndGet() == 1;
            bothSent.countDown();
            Gateway.await(first ? bothSent : probing);
            return Gateway.unknownKey();
          }
          withNew.incrementAndGet();
          probing.countDown();
          Gateway.await(probeMayBeAnswered);
          return Gateway.job("RUNNING");
        });
    JobsClient.Builder lagging =
        client().credentials(() -> requireNonNullElse(provided.poll(), NEW));
    try (JobsClient client = lagging.build()) {
      List<CompletableFuture<Job>> both = Gateway.poll(client, 2);
      Gateway.awaitSuspended(1);
      probeMayBeAnswered.countDown();
      both.forEach(poll -> assertThat(Gateway.join(poll).jobId()).isEqualTo(JOB));
    }
    assertThat(withOld).hasValue(3);
    assertThat(withNew).hasValue(2);
  }

  @Test
  void aProviderThatAlternatesBlocksNoPoll() {
    AtomicInteger calls = new AtomicInteger();
    Gateway.answerBy(server, request -> Gateway.unknownKey());
    try (JobsClient client =
        client().credentials(() -> calls.getAndIncrement() % 2 == 0 ? OLD : NEW).build()) {
      assertAllRefused(Gateway.poll(client, 40));
    }
  }
}
