package io.github.cloudjobs.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.JobsService;
import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.model.Job;
import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;

/** A proxy that refuses the password: its directory may lock the user after a few more. */
class WrongProxyPasswordTest {
  private final AtomicInteger sent = new AtomicInteger();

  private JobsClient.Builder through(String host, int port) {
    return JobsClient.builder()
        .service(JobsService.ECS)
        .endpoint("https://jobs.invalid")
        .credentials(Credentials.token("invented"))
        .proxy(host, port, "me", "wrong".toCharArray());
  }

  @Test
  void aRefusedPasswordIsNotSentToTheProxysNextAddress() throws Exception {
    InetAddress one = InetAddress.getByName("127.0.0.1");
    InetAddress two = InetAddress.getByName("127.0.0.2");
    assumeTrue(isHere(two), "this machine has a second loopback address");
    try (ServerSocket first = refusing(0, one);
        ServerSocket second = refusing(first.getLocalPort(), two);
        JobsClient client =
            through("proxy.invalid", second.getLocalPort())
                .httpClient(new OkHttpClient.Builder().dns(name -> List.of(one, two)).build())
                .build()) {
      assertThatExceptionOfType(JobsServiceException.class)
          .isThrownBy(() -> client.pollJob("p", "j"))
          .satisfies(e -> assertThat(e.statusCode()).isEqualTo(407));
    }
    assertThat(sent).hasValue(1);
  }

  @Test
  void eachOfAHundredWaitsSendsItOnceAndEnds() throws Exception {
    try (ServerSocket proxy = refusing(0, InetAddress.getByName("127.0.0.1"));
        JobsClient client = through("127.0.0.1", proxy.getLocalPort()).build()) {
      List<CompletableFuture<Job>> waits = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        waits.add(client.waitForCompletionAsync("p", "j" + i));
      }
      for (CompletableFuture<Job> wait : waits) {
        assertThat(wait)
            .failsWithin(20, TimeUnit.SECONDS)
            .withThrowableThat()
            .withMessageContaining("it refuses the user and the password");
      }
    }
    assertThat(sent).hasValue(100);
  }

  private static boolean isHere(InetAddress address) throws IOException {
    try (ServerSocket probe = new ServerSocket(0, 1, address)) {
      return probe.isBound();
    } catch (BindException elsewhere) {
      return false;
    }
  }

  private ServerSocket refusing(int port, InetAddress address) throws IOException {
    ServerSocket proxy = new ServerSocket(port, 100, address);
    Thread thread = new Thread(() -> refuse(proxy));
    thread.setDaemon(true);
    thread.start();
    return proxy;
  }

  private void refuse(ServerSocket proxy) {
    while (!proxy.isClosed()) {
      try (Socket connection = proxy.accept()) {
        if (head(connection.getInputStream()).contains("Proxy-Authorization")) {
          sent.incrementAndGet();
        }
        String answer =
            "HTTP/1.1 407 Proxy Authentication Required\r\n"
                + "Proxy-Authenticate: Basic realm=\"x\"\r\n"
                + "Content-Length: 0\r\n\r\n";
        connection.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        break;
      }
      head.append((char) next);
    }
    return head.toString();
  }
}
