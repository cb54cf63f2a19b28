package io.github.cloudjobs.http;

import static io.github.cloudjobs.http.Gateway.JOB;
import static io.github.cloudjobs.http.Gateway.PROJECT;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.connection.Authority;
import io.github.cloudjobs.error.JobsTransportException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeoutException;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.junit5.StartStop;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A connection that dies without being closed costs few polls and no wait. */
@Tag("slow")
class DeadConnectionsTest {

  private static final Authority AUTHORITY = new Authority();

  /** Long enough for a TLS handshake on a busy machine; a dead connection costs up to that. */
  private static final Duration CALL = Duration.ofSeconds(2);

  private static final Duration MAX_SECONDS = Duration.ofSeconds(Gateway.MAX_SECONDS);
  @StartStop private final MockWebServer server = Gateway.server();
  private FreezingRelay relay;

  @BeforeEach
  void relay() throws IOException {
    relay = new FreezingRelay(server.getSocketAddress());
    Gateway.respondBy(server, request -> Gateway.job("RUNNING"));
  }

  @AfterEach
  void closeRelay() throws IOException {
    relay.close();
  }

  private JobsClient.Builder http1() {
    return Gateway.client(server).endpoint("http://127.0.0.1:" + relay.port()).callTimeout(CALL);
  }

  private JobsClient.Builder http2(Path folder) throws IOException {
    server.useHttps(AUTHORITY.server("127.0.0.1"));
    return Gateway.client(server)
        .endpoint("https://127.0.0.1:" + relay.port())
        .callTimeout(CALL)
        .trustedCertificates(AUTHORITY.file(folder));
  }

  /** Makes this many polls in turn, and returns how many of the polls failed. */
  private static int failures(JobsClient client, int polls) {
    int failures = 0;
    for (int i = 0; i < polls; i++) {
      try {
        client.pollJob(PROJECT, JOB);
      } catch (JobsTransportException e) {
        failures++;
      }
    }
    return failures;
  }

  @Test
  void aSharedDeadHttp2ConnectionFailsAtMostTwoPollsOfEachCaller(@TempDir Path folder)
      throws Exception {
    try (JobsClient client = http2(folder).build()) {
      assertThat(failures(client, 3)).isZero();
      relay.freeze();
      List<CompletableFuture<Integer>> pollers = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        pollers.add(
            CompletableFuture.supplyAsync(
                () -> failures(client, 5), task -> new Thread(task).start()));
      }
      assertThat(pollers).allSatisfy(p -> assertThat(Gateway.join(p)).isLessThanOrEqualTo(2));
    }
  }

  @Test
  void twentyDeadIdleHttp1ConnectionsFailAtMostTwoPolls() {
    int idle = 20;
    CyclicBarrier all = new CyclicBarrier(idle);
    Gateway.respondBy(server, request -> together(all));
    try (JobsClient client = http1().build()) {
      Gateway.poll(client, idle).forEach(Gateway::join);
      assertThat(relay.connections()).isEqualTo(idle);
      Gateway.respondBy(server, request -> Gateway.job("RUNNING"));
      relay.freeze();
      assertThat(failures(client, 5)).isLessThanOrEqualTo(2);
      assertThat(relay.connections()).isEqualTo(idle + 1);
    }
  }

  @Test
  void anIdleHttp1ConnectionIsReused() {
    int atOnce = 70;
    CyclicBarrier all = new CyclicBarrier(atOnce);
    Gateway.respondBy(server, request -> together(all));
    try (JobsClient client = http1().callTimeout(MAX_SECONDS).maxPollsInFlight(atOnce).build()) {
      for (int round = 0; round < 3; round++) {
        Gateway.poll(client, atOnce).forEach(Gateway::join);
      }
    }
    assertThat(relay.connections()).isEqualTo(atOnce);
  }

  /** Responds once as many requests have arrived as the barrier has parties. */
  private static MockResponse together(CyclicBarrier all) {
    try {
      all.await(Gateway.MAX_SECONDS, SECONDS);
    } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
      throw new AssertionError("left waiting", e);
    }
    return Gateway.job("RUNNING");
  }
}
