package io.github.cloudjobs.http;

import static io.github.cloudjobs.http.Gateway.JOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.connection.ConnectionSettings;
import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.error.JobsTransportException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.SocketEffect;
import mockwebserver3.junit5.StartStop;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TransportFailuresTest {
  private static final SocketEffect STALL = SocketEffect.Stall.INSTANCE;

  @StartStop private final MockWebServer server = new MockWebServer();

  private JobsTransportException lost(JobsClient.Builder builder, boolean async) {
    return catchThrowableOfType(
        JobsTransportException.class, () -> Gateway.pollOnce(builder, async));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRefusedConnectionIsATransportException(boolean async) throws IOException {
    int port;
    try (ServerSocket once = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = once.getLocalPort();
    }
    String endpoint = "http://127.0.0.1:" + port;
    assertThat(lost(Gateway.client(server).endpoint(endpoint), async))
        .hasMessageStartingWith("no response from GET " + endpoint + "/v1/0a1b2c/jobs/ff80808: ")
        .hasCauseInstanceOf(ConnectException.class);
  }

  @ParameterizedTest
  @CsvSource({"false, false", "true, true"})
  void aClosedConnectionIsATransportExceptionAndThePollIsNotSentAgain(
      boolean withinTheBody, boolean async) {
    MockResponse.Builder response =
        Gateway.answer(200, "{\"job_id\":\"" + "x".repeat(100_000) + "\"}");
    SocketEffect close = new SocketEffect.CloseSocket();
    server.enqueue(
        (withinTheBody ? response.onResponseBody(close) : response.onResponseStart(close)).build());
    assertThat(lost(Gateway.client(server), async)).hasCauseInstanceOf(IOException.class);
    assertThat(server.getRequestCount()).isEqualTo(1);
  }

  @Test
  void anErrorBodyThatEndsEarlyIsReadAsFarAsReceived() {
    server.enqueue(
        new MockResponse.Builder()
            .code(500)
            .body("{\"error_code\":\"Ecs.0001\",\"error_msg\":\"half")
            .setHeader("Content-Length", 1_000)
            .onResponseEnd(new SocketEffect.CloseSocket())
            .build());
    assertThat(Gateway.failure(Gateway.client(server)))
        .isInstanceOf(JobsServiceException.class)
        .hasMessageStartingWith("HTTP 500")
        .hasMessageContaining("Ecs.0001");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aTimeoutIsATransportExceptionAndNoInterrupt(boolean async) {
    server.enqueue(new MockResponse.Builder().onResponseStart(STALL).build());
    assertThat(lost(Gateway.client(server).callTimeout(Duration.ofMillis(200)), async))
        .hasCauseInstanceOf(InterruptedIOException.class)
        .hasMessageEndingWith("InterruptedIOException, timeout");
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"500, 250", "2000, 500", "180000, 10000"})
  void theCallTimeoutSetsReadTimeoutAndPings(int call, int ping) {
    OkHttpClient client = ConnectionSettings.DEFAULTS.derive(null, Duration.ofMillis(call)).build();
    assertThat(client.callTimeoutMillis()).isEqualTo(call);
    assertThat(client.pingIntervalMillis()).isEqualTo(ping);
    assertThat(client.readTimeoutMillis()).isEqualTo(call + 1_000);
    assertThat(client.writeTimeoutMillis()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aStaleConnectionInThePoolIsReplaced(boolean async) throws Exception {
    server.enqueue(
        Gateway.answer(200, "{\"job_id\":\"1\"}")
            .onResponseEnd(SocketEffect.ShutdownConnection.INSTANCE)
            .build());
    server.enqueue(Gateway.job("SUCCESS"));
    try (JobsClient client = Gateway.client(server).build()) {
      assertThat(Gateway.poll(client, async).jobId()).isEqualTo("1");
      assertThat(Gateway.poll(client, async).jobId()).isEqualTo(JOB);
    }
    assertThat(Gateway.received(server).getConnectionIndex()).isZero();
    assertThat(Gateway.received(server).getConnectionIndex()).isEqualTo(1);
  }
}
