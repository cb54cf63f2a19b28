package io.github.cloudjobs.samples;

import static io.github.cloudjobs.http.Gateway.JOB;
import static io.github.cloudjobs.http.Gateway.PROJECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.auth.CredentialsProvider;
import io.github.cloudjobs.auth.IamService;
import io.github.cloudjobs.auth.MetadataService;
import io.github.cloudjobs.connection.Authority;
import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.http.Gateway;
import io.github.cloudjobs.model.JobRef;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.junit5.StartStop;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the examples that need neither a cloud nor this machine's environment. */
class ClientExamplesTest {
  private static final CredentialsProvider KEYS = CredentialsProvider.of(Gateway.KEY);

  @StartStop private final MockWebServer server = new MockWebServer();

  private void assertPolls(JobsClient client) {
    server.enqueue(Gateway.job("RUNNING"));
    try (client) {
      assertThat(client.pollJob(PROJECT, JOB).jobId()).isEqualTo(JOB);
    }
  }

  @Test
  void anotherServiceIsFoundInTheSameRegion() {
    try (JobsClient ims = ClientExamples.region("ak", "sk")) {
      assertThat(ims.jobUrl("p", "j").host()).isEqualTo("ims.eu-de.otc.t-systems.com");
    }
  }

  // HTTP

  @Test
  void pollsUseTheCompanysProxyAndAuthority(@TempDir Path folder) throws Exception {
    Authority company = new Authority();
    server.useHttps(company.server("jobs.invalid"));
    server.enqueue(new MockResponse.Builder().inTunnel().build());
    char[] password = "password".toCharArray();
    assertPolls(
        ClientExamples.inACompany(
            "https://jobs.invalid", KEYS, server.getPort(), password, company.file(folder)));
    assertThat(password).containsOnly('\0');
    assertThat(server.takeRequest().getHeaders().names()).contains("Proxy-Authorization");
    RecordedRequest poll = server.takeRequest();
    assertThat(poll.getHeaders().get("X-Request-Source")).isEqualTo("orders");
    assertThat(poll.getHeaders().get("User-Agent")).endsWith(" order-service/2.1");
  }

  @Test
  void aSubProjectIsSentAsHeader() throws Exception {
    assertPolls(ClientExamples.subProject(Gateway.endpoint(server), KEYS, PROJECT));
    assertThat(server.takeRequest().getHeaders().get("X-Project-Id")).isEqualTo(PROJECT);
  }

  @Test
  void pollsUseTheDnsOfTheCallersClient() throws Exception {
    String endpoint = "http://localhost:" + server.getPort();
    List<InetAddress> here = List.of(InetAddress.getByName("127.0.0.1"));
    assertPolls(ClientExamples.ownClient(endpoint, KEYS, new OkHttpClient(), name -> here));
    assertThat(server.takeRequest().getHeaders().get("Host")).startsWith("localhost");
  }

  @Test
  void aSubmissionIsSignedAndItsResponseIsRead() throws Exception {
    ServerActions actions =
        new ServerActions(new OkHttpClient(), server.url("/"), PROJECT, Gateway.KEY);
    server.enqueue(Gateway.answer(200, "{\"job_id\":\"j-1\"}").build());
    JobRef job = actions.stop("s-1");
    assertThat(job.jobId()).isEqualTo("j-1");
    assertThat(job.submittedAt()).isNotNull();
    RecordedRequest sent = server.takeRequest();
    assertThat(sent.getTarget()).isEqualTo("/v1/" + PROJECT + "/cloudservers/action");
    assertThat(sent.getHeaders().get("Authorization")).startsWith("SDK-HMAC-SHA256 Access=");
    server.enqueue(Gateway.answer(404, "{\"error\":{\"code\":\"Ecs.0201\"}}").build());
    assertThatThrownBy(() -> actions.stop("s-1"))
        .isInstanceOf(JobsServiceException.class)
        .hasMessageContaining("Ecs.0201");
  }

  // Credentials

  @Test
  void aFileIsRead(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("credentials"), "[basic]\nak = AK\nsk = SK\n");
    assertThat(ClientExamples.fileAt(folder.toString()).get())
        .isEqualTo(Credentials.accessKey("AK", "SK"));
  }

  @Test
  void theMetadataServiceMayBeAnEmulator() {
    MetadataService service = MetadataService.on(server);
    assertThat(ClientExamples.emulator(server.getPort()).get()).isEqualTo(service.key());
  }

  @Test
  void arraysOfTheCallerAreOverwrittenAndTheirSecretsAreKept() {
    IamService.on(server);
    char[] password = "password".toCharArray();
    CredentialsProvider tokens = ClientExamples.iam(IamService.endpoint(server), password);
    assertThat(password).containsOnly('\0');
    assertThat(tokens.get()).isEqualTo(IamService.token(1));
    char[] secret = "secret".toCharArray();
    assertThat(ClientExamples.withArray("AK", secret))
        .isEqualTo(Credentials.accessKey("AK", "secret"));
    assertThat(secret).containsOnly('\0');
  }

  @Test
  void refreshReadsTheVaultWithoutItsCacheAndAChainUsesItsFirstSource() {
    CredentialsProvider own = new ClientExamples.VaultTokens(cached -> cached ? "old" : "new");
    assertThat(own.get()).isEqualTo(Credentials.token("old"));
    assertThat(own.refresh(own.get())).isEqualTo(Credentials.token("new"));
    CredentialsProvider away =
        new ClientExamples.VaultTokens(
            cached -> {
              throw new IOException("away");
            });
    assertThatThrownBy(away::get).isInstanceOf(JobsTransportException.class);
    assertThat(ClientExamples.chain(cached -> "token").get()).isEqualTo(Credentials.token("token"));
  }
}
