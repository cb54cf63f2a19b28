package io.github.cloudjobs.samples;

import static io.github.cloudjobs.http.Gateway.JOB;
import static io.github.cloudjobs.http.Gateway.PROJECT;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.auth.CredentialsProvider;
import io.github.cloudjobs.connection.Authority;
import io.github.cloudjobs.http.Gateway;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.junit5.StartStop;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples do what the guide says they do. */
class HttpExamplesTest {
  private static final CredentialsProvider KEYS = CredentialsProvider.of(Gateway.KEY);

  @StartStop private final MockWebServer server = new MockWebServer();

  private void assertPolls(JobsClient client) {
    server.enqueue(Gateway.job("RUNNING"));
    try (client) {
      assertThat(client.pollJob(PROJECT, JOB).jobId()).isEqualTo(JOB);
    }
  }

  @Test
  void pollsUseTheCompanysProxyAndAuthority(@TempDir Path folder) throws Exception {
    Authority company = new Authority();
    server.useHttps(company.server("jobs.invalid"));
    server.enqueue(new MockResponse.Builder().inTunnel().build());
    char[] password = "password".toCharArray();
    assertPolls(
        HttpExamples.inACompany(
            "https://jobs.invalid", KEYS, server.getPort(), password, company.file(folder)));
    assertThat(password).containsOnly('\0');
    assertThat(server.takeRequest().getHeaders().names()).contains("Proxy-Authorization");
    RecordedRequest poll = server.takeRequest();
    assertThat(poll.getHeaders().get("X-Request-Source")).isEqualTo("orders");
    assertThat(poll.getHeaders().get("User-Agent")).endsWith(" order-service/2.1");
  }

  @Test
  void aSubProjectIsSentAsHeader() throws Exception {
    assertPolls(HttpExamples.subProject(Gateway.endpoint(server), KEYS, PROJECT));
    assertThat(server.takeRequest().getHeaders().get("X-Project-Id")).isEqualTo(PROJECT);
  }

  @Test
  void pollsUseTheDnsOfTheCallersClient() throws Exception {
    String endpoint = "http://localhost:" + server.getPort();
    List<InetAddress> here = List.of(InetAddress.getByName("127.0.0.1"));
    assertPolls(HttpExamples.ownClient(endpoint, KEYS, new OkHttpClient(), name -> here));
    assertThat(server.takeRequest().getHeaders().get("Host")).startsWith("localhost");
  }
}
