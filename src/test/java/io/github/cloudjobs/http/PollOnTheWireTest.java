package io.github.cloudjobs.http;

import static io.github.cloudjobs.http.Gateway.JOB;
import static io.github.cloudjobs.http.Gateway.KEY;
import static io.github.cloudjobs.http.Gateway.PROJECT;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.auth.RequestSigner;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobStatus;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import mockwebserver3.junit5.StartStop;
import okhttp3.Headers;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PollOnTheWireTest {

  @StartStop private final MockWebServer server = new MockWebServer();

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aPollIsOneSignedGet(boolean async) throws Exception {
    server.enqueue(Gateway.job("RUNNING"));
    assertThat(Gateway.pollOnce(Gateway.client(server), async).status())
        .isEqualTo(JobStatus.RUNNING);
    RecordedRequest request = Gateway.received(server);
    assertThat(request.getRequestLine()).isEqualTo("GET /v1/0a1b2c/jobs/ff80808 HTTP/1.1");
    assertThat(request.getBodySize()).isZero();
    assertThat(Gateway.accepts(KEY, request)).isTrue();
    Headers headers = request.getHeaders();
    assertThat(headers.names())
        .isEqualTo(
            Set.of(
                "Accept",
                "Accept-Encoding",
                "Authorization",
                "Connection",
                "Host",
                "User-Agent",
                "X-Sdk-Date"));
    assertThat(headers.get("User-Agent")).matches("jobs-client/\\d+\\.\\d+\\.\\d+(-SNAPSHOT)?");
    assertThat(headers.get("Accept")).isEqualTo("application/json");
    assertThat(headers.get("Accept-Encoding")).isEqualTo("gzip");
    assertThat(headers.get("Authorization"))
        .matches(
            "SDK-HMAC-SHA256 Access=AKOFTHETESTS00000001, "
                + "SignedHeaders=host;x-sdk-date, Signature=[0-9a-f]{64}");
    assertThat(server.getRequestCount()).isEqualTo(1);
  }

  @Test
  void aScopedSignatureContainsDayRegionAndService() throws Exception {
    server.enqueue(Gateway.job("RUNNING"));
    Gateway.pollOnce(Gateway.client(server).scopedSignature("eu-de", "ecs"));
    RecordedRequest request = Gateway.received(server);
    assertThat(request.getHeaders().get("Authorization"))
        .matches(
            "SDK-HMAC-SHA256 Credential=AKOFTHETESTS00000001/\\d{8}/eu-de/ecs/sdk_request, .*");
    assertThat(Gateway.accepts(RequestSigner.scoped("eu-de", "ecs"), KEY, request)).isTrue();
  }

  static Stream<Named<Consumer<CompletableFuture<Job>>>> endings() {
    Job mine = Job.fromJson("{\"job_id\":\"j\",\"status\":\"FAIL\"}");
    return Stream.of(
        Named.of("cancel", poll -> poll.cancel(true)),
        Named.of("complete", poll -> poll.complete(mine)),
        Named.of("completeExceptionally", poll -> poll.completeExceptionally(new IOException())),
        Named.of("orTimeout", poll -> poll.orTimeout(1, MILLISECONDS)),
        Named.of("completeOnTimeout", poll -> poll.completeOnTimeout(mine, 1, MILLISECONDS)));
  }

  @ParameterizedTest
  @MethodSource("endings")
  void completingAFutureCancelsItsRequest(Consumer<CompletableFuture<Job>> end) {
    CountDownLatch arrived = new CountDownLatch(1);
    Gateway.answerBy(
        server,
        request -> {
          arrived.countDown();
          return new MockResponse.Builder().onResponseStart(SocketEffect.Stall.INSTANCE).build();
        });
    try (JobsClient client = Gateway.client(server).maxPollsInFlight(1).build()) {
      CompletableFuture<Job> stalled = client.pollJobAsync(PROJECT, JOB);
      CompletableFuture<Job> queued = client.pollJobAsync(PROJECT, JOB);
      Gateway.await(arrived);
      Gateway.answerBy(server, request -> Gateway.job("SUCCESS"));
      end.accept(queued);
      end.accept(stalled);
      // One poll at a time may be in flight: this one passes because the others are gone.
      assertThat(Gateway.poll(client, true).status()).isEqualTo(JobStatus.SUCCESS);
      assertThat(stalled).isDone();
      assertThat(queued).isDone();
      assertThat(server.getRequestCount()).as("the queued poll is never sent").isEqualTo(2);
    }
  }
}
