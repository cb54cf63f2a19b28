package io.github.cloudjobs.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.github.cloudjobs.model.JobRef;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The HTTP server under a simulation. */
@Timeout(60)
class LoopbackServerTest {
  private final SimulatedJobs cloud = SimulatedJobs.start();
  private final HttpUrl url = HttpUrl.get(cloud.endpoint());
  private final Poller poller = new Poller(cloud, Clock.systemUTC());
  private final JobRef job = cloud.submit(SimulatedJob.createServer(1));
  private final String request = "GET " + Poller.path(job) + " HTTP/1.1\r\n";
  private final List<Socket> sockets = new ArrayList<>();

  @AfterEach
  void close() throws IOException {
    cloud.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  @Test
  void aSlowResponseDoesNotDelayOthersAndIsCutOffByClose() throws IOException {
    cloud.inject(4, Fault.slow(Duration.ofHours(1)));
    for (int polls = 1; polls <= 4; polls++) {
      send(request + "\r\n");
    }
    while (cloud.polls(job) < 4) {
      Thread.onSpinWait();
    }

    assertThat(poller.poll(job).status()).isEqualTo(200);

    cloud.close();
    for (Socket slow : sockets) {
      assertThat(read(slow)).isEmpty();
    }
    try (ServerSocket next = new ServerSocket()) {
      next.bind(new InetSocketAddress(url.host(), url.port()));
      assertThat(next.isBound()).as("the port is free").isTrue();
    }
  }

  @Test
  void idleConnectionsDoNotDelayOthers() throws IOException {
    for (int n = 0; n <= 256; n++) { // more than it has threads
      send("");
    }

    assertThat(poller.poll(job).status()).isEqualTo(200);
  }

  @Test
  void runsOnDaemonThreadsWithoutNaglesAlgorithm() {
    poller.poll(job);
    assertThat(System.getProperty("sun.net.httpserver.nodelay")).isEqualTo("true");

    assertThat(Thread.getAllStackTraces().keySet())
        .filteredOn(thread -> thread.getName().matches("simulated-jobs|HTTP-Dispatcher"))
        .extracting(Thread::getName, Thread::isDaemon)
        .contains(tuple("simulated-jobs", true), tuple("HTTP-Dispatcher", true))
        .doesNotContain(tuple("simulated-jobs", false), tuple("HTTP-Dispatcher", false));
  }

  @Test
  void refusesASignatureWithoutAHost() throws IOException {
    Headers signed =
        poller.signed(Poller.path(job), cloud.credentials()).removeHeader("Host").build().headers();
    String headers = "Connection: close\r\n" + signed.toString().replace("\n", "\r\n") + "\r\n";

    assertThat(read(send(request + headers)))
        .startsWith("HTTP/1.1 401 ")
        .contains("Incorrect IAM authentication information: Unauthorized");
  }

  private Socket send(String text) throws IOException {
    Socket socket = new Socket(url.host(), url.port());
    sockets.add(socket);
    socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    return socket;
  }

  /** Reads until the connection is closed. */
  private static String read(Socket socket) throws IOException {
    try {
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    } catch (SocketException reset) {
      return "";
    }
  }
}
