package io.github.cloudjobs.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.auth.CredentialsProvider;
import io.github.cloudjobs.auth.IamService;
import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.http.Gateway;
import io.github.cloudjobs.model.JobRef;
import java.io.IOException;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.junit5.StartStop;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;

/** Runs the examples that do more than to call the builder. */
class ClientExamplesTest {
  @StartStop private final MockWebServer server = new MockWebServer();

  @Test
  void aSubmissionIsSignedAndItsResponseIsRead() throws Exception {
    ServerActions actions =
        new ServerActions(new OkHttpClient(), server.url("/"), "p-1", Gateway.KEY);
    server.enqueue(Gateway.response(200, "{\"job_id\":\"j-1\"}").build());
    JobRef job = actions.stop("s-1");
    assertThat(job.jobId()).isEqualTo("j-1");
    assertThat(job.submittedAt()).isNotNull();
    RecordedRequest sent = server.takeRequest();
    assertThat(sent.getTarget()).isEqualTo("/v1/p-1/cloudservers/action");
    assertThat(sent.getHeaders().get("Authorization")).startsWith("SDK-HMAC-SHA256 Access=");
    server.enqueue(Gateway.response(404, "{\"error\":{\"code\":\"Ecs.0201\"}}").build());
    assertThatThrownBy(() -> actions.stop("s-1"))
        .isInstanceOf(JobsServiceException.class)
        .hasMessageContaining("Ecs.0201");
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
