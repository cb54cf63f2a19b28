package io.github.cloudjobs.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.model.JobStatus;
import java.io.IOException;
import java.net.Socket;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
  void startsWithTheSystemsClock() {
    assertThat(poller.job(job).status()).isEqualTo(JobStatus.INIT);
  }

  @Test
  void aSlowAnswerHoldsUpNobodyElse() {
    cloud.trouble(4, Trouble.slow(Duration.ofHours(1)));
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
  void closesConnectionsAfterTheirAnswerWhenManyAreOpen() throws IOException {
    List<Socket> idle = new ArrayList<>();
    try {
      for (int n = 0; n < LoopbackServer.MOST_CONNECTIONS - 1; n++) {
        idle.add(connect());
      }

      assertThat(poller.poll(job).headers().get("Connection")).isEqualTo("close");
      assertThat(poller.poll(job).status()).isEqualTo(200);
    } finally {
      for (Socket socket : idle) {
        socket.close();
      }
    }
  }

  @Test
  void runsInDaemonThreads() {
    poller.poll(job);

    assertThat(Thread.getAllStackTraces().keySet())
        .filteredOn(thread -> thread.getName().equals("simulated-jobs"))
        .isNotEmpty()
        .allMatch(Thread::isDaemon);
  }

  @Test
  void aClosedOneAnswersNothing() {
    poller.poll(job);

    cloud.close();
    cloud.close();

    assertThatThrownBy(() -> poller.call(request()).execute()).isInstanceOf(IOException.class);
  }

  @Test
  void closesTheConnectionWhenAsked() {
    Request request = request().newBuilder().header("Connection", "close").build();

    assertThat(poller.send(request).headers().get("Connection")).isEqualTo("close");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hello\r\n\r\n",
        "GET / HTTP/2\r\n\r\n",
        "GET / HTTP/1.1\r\nno colon\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x"
      })
  void hangsUpOnWhatIsNoHttp(String text) throws IOException {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(text.getBytes(ISO_8859_1));
      socket.shutdownOutput();

      assertThat(socket.getInputStream().readAllBytes()).isEmpty();
    }
    assertThat(poller.poll(job).status()).isEqualTo(200);
  }

  @Test
  void hangsUpOnAnEndlessHead() throws IOException {
    try (Socket socket = connect()) {
      // One byte more than is read of a head; unread ones would turn the end into a reset.
      socket.getOutputStream().write(("GET /" + "x".repeat(65_532)).getBytes(ISO_8859_1));

      assertThat(socket.getInputStream().read()).isNegative();
    }
  }

  @Test
  void wantsAHostFromWhoeverSigns() throws IOException {
    try (Socket socket = connect()) {
      String head = "GET /v1/p/jobs/j HTTP/1.1\r\nX-Auth-Token: t\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(ISO_8859_1));

      assertThat(new String(socket.getInputStream().readAllBytes(), ISO_8859_1))
          .startsWith("HTTP/1.1 401 ")
          .contains("Unauthorized");
    }
  }

  private Socket connect() throws IOException {
    HttpUrl url = HttpUrl.get(cloud.endpoint());
    return new Socket(url.host(), url.port());
  }

  private Request request() {
    String path = "/v1/" + job.projectId() + "/jobs/" + job.jobId();
    return poller.signed(path, cloud.credentials()).build();
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
