package io.github.cloudjobs.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.model.JobStatus;
import io.github.cloudjobs.testing.Poller.Reply;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The HTTP server under a simulation. */
@Timeout(60)
class LoopbackServerTest {
  private final Clock clock = Clock.systemUTC();
  private final SimulatedJobs cloud = SimulatedJobs.start();
  private final Poller poller = new Poller(cloud, clock);
  private final JobRef job = cloud.submit(SimulatedJob.createServer(1));

  @AfterEach
  void close() {
    cloud.close();
  }

  @Test
  void usesTheSystemClockByDefault() {
    assertThat(poller.job(job).status()).isEqualTo(JobStatus.INIT);
  }

  @Test
  void aSlowResponseDoesNotDelayOthers() {
    cloud.inject(4, Fault.slow(Duration.ofHours(1)));
    List<CompletableFuture<Integer>> slow = new ArrayList<>();
    for (int n = 0; n < 4; n++) {
      slow.add(enqueue());
    }
    awaitPolls(4);

    assertThat(poller.poll(job).status()).isEqualTo(200);

    assertThat(slow).noneMatch(CompletableFuture::isDone);
    cloud.close();
    assertThat(slow)
        .allSatisfy(call -> assertThatThrownBy(call::join).isInstanceOf(CompletionException.class));
  }

  @Test
  void idleConnectionsDoNotDelayOthers() throws IOException {
    List<Socket> idle = new ArrayList<>();
    try {
      for (int n = 0; n <= 256; n++) {
        idle.add(connect());
      }

      assertThat(poller.poll(job).status()).isEqualTo(200);
    } finally {
      for (Socket socket : idle) {
        socket.close();
      }
    }
  }

  @Test
  void runsOnDaemonThreads() {
    poller.poll(job);

    assertThat(Thread.getAllStackTraces().keySet())
        .filteredOn(thread -> thread.getName().matches("simulated-jobs|HTTP-Dispatcher"))
        .extracting(Thread::getName, Thread::isDaemon)
        .contains(tuple("simulated-jobs", true), tuple("HTTP-Dispatcher", true))
        .doesNotContain(tuple("simulated-jobs", false), tuple("HTTP-Dispatcher", false));
  }

  @Test
  void switchesNaglesAlgorithmOff() {
    assertThat(System.getProperty("sun.net.httpserver.nodelay")).isEqualTo("true");
  }

  @Test
  void aClosedSimulationRefusesConnections() {
    poller.poll(job);

    cloud.close();
    cloud.close();

    assertThatThrownBy(() -> poller.call(request()).execute()).isInstanceOf(IOException.class);
  }

  @Test
  void closingFreesThePortWhileAResponseIsPending() throws IOException {
    cloud.inject(1, Fault.slow(Duration.ofHours(1)));
    CompletableFuture<Integer> slow = enqueue();
    awaitPolls(1);

    cloud.close();

    HttpUrl url = HttpUrl.get(cloud.endpoint());
    try (ServerSocket next = new ServerSocket()) {
      next.bind(new InetSocketAddress(url.host(), url.port()));
      assertThat(next.isBound()).isTrue();
    }
    assertThatThrownBy(slow::join).isInstanceOf(CompletionException.class);
  }

  @Test
  void anErrorOfTheSimulationItselfIsA500() {
    AtomicBoolean broken = new AtomicBoolean();
    Clock clock =
        new Clock() {
          @Override
          public Instant instant() {
            if (broken.get()) {
              throw new StackOverflowError("broken");
            }
            return Instant.EPOCH;
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
    try (SimulatedJobs other = SimulatedJobs.builder().clock(clock).start()) {
      broken.set(true);

      Reply reply = new Poller(other, Clock.systemUTC()).get("/");

      assertThat(reply.status()).isEqualTo(500);
      assertThat(reply.body())
          .contains("The simulation itself failed: java.lang.StackOverflowError: broken");
    }
  }

  @Test
  void closesTheConnectionOnRequest() throws IOException {
    try (Socket socket = connect()) {
      String head = "GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(ISO_8859_1));

      assertThat(new String(socket.getInputStream().readAllBytes(), ISO_8859_1)) // to its end
          .startsWith("HTTP/1.1 404 ");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"hello\r\n\r\n", "GET /%zz HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHos"})
  void malformedRequestsDoNoHarm(String text) throws IOException {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(text.getBytes(ISO_8859_1));
      socket.shutdownOutput();

      assertThat(new String(socket.getInputStream().readAllBytes(), ISO_8859_1))
          .matches(received -> received.isEmpty() || received.matches("(?s)HTTP/1.1 40\\d .*"));
    }
    assertThat(poller.poll(job).status()).isEqualTo(200);
  }

  @Test
  void refusesASignatureWithoutAHost() throws IOException {
    try (Socket socket = connect()) {
      Headers signed = request().headers();
      String head =
          "GET " + Poller.path(job) + " HTTP/1.1\r\n" + signed + "Connection: close\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(ISO_8859_1));

      assertThat(new String(socket.getInputStream().readAllBytes(), ISO_8859_1))
          .startsWith("HTTP/1.1 401 ")
          .contains("Incorrect IAM authentication information: Unauthorized");
    }
  }

  private Socket connect() throws IOException {
    HttpUrl url = HttpUrl.get(cloud.endpoint());
    return new Socket(url.host(), url.port());
  }

  private Request request() {
    return poller.signed(Poller.path(job), cloud.credentials()).build();
  }

  private void awaitPolls(int polls) {
    while (cloud.polls(job) < polls) {
      Thread.onSpinWait();
    }
  }

  private CompletableFuture<Integer> enqueue() {
    CompletableFuture<Integer> status = new CompletableFuture<>();
    poller
        .call(request())
        .enqueue(
            new Callback() {
              @Override
              public void onFailure(Call call, IOException e) {
                status.completeExceptionally(e);
              }

              @Override
              public void onResponse(Call call, Response response) {
                response.close();
                status.complete(response.code());
              }
            });
    return status;
  }
}
