package io.github.cloudjobs.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.auth.CredentialsProvider;
import io.github.cloudjobs.auth.IamService;
import io.github.cloudjobs.auth.MetadataService;
import io.github.cloudjobs.error.JobsTransportException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import mockwebserver3.MockWebServer;
import mockwebserver3.junit5.StartStop;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the examples that do not read this machine's environment. */
class CredentialsExamplesTest {
  @StartStop private final MockWebServer server = new MockWebServer();

  @Test
  void aFileIsRead(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("credentials"), "[basic]\nak = AK\nsk = SK\n");
    assertThat(CredentialsExamples.fileAt(folder.toString()).get())
        .isEqualTo(Credentials.accessKey("AK", "SK"));
  }

  @Test
  void theMetadataServiceMayBeAnEmulator() {
    MetadataService service = MetadataService.on(server);
    assertThat(CredentialsExamples.emulator(server.getPort()).get()).isEqualTo(service.key());
  }

  @Test
  void theCallersPasswordIsOverwrittenAndTheLoginSucceeds() {
    IamService.on(server);
    char[] password = "password".toCharArray();
    CredentialsProvider tokens = CredentialsExamples.iam(IamService.endpoint(server), password);
    assertThat(password).containsOnly('\0');
    assertThat(tokens.get()).isEqualTo(IamService.token(1));
  }

  @Test
  void theCallersSecretIsOverwrittenAndTheKeyStaysComplete() {
    char[] secret = "secret".toCharArray();
    assertThat(CredentialsExamples.withArray("AK", secret))
        .isEqualTo(Credentials.accessKey("AK", "secret"));
    assertThat(secret).containsOnly('\0');
  }

  @Test
  void refreshReadsTheVaultWithoutItsCache() {
    CredentialsProvider own = new CredentialsExamples.VaultTokens(cached -> cached ? "old" : "new");
    assertThat(own.get()).isEqualTo(Credentials.token("old"));
    assertThat(own.refresh(own.get())).isEqualTo(Credentials.token("new"));
    CredentialsProvider away =
        new CredentialsExamples.VaultTokens(
            cached -> {
              throw new IOException("away");
            });
    assertThatThrownBy(away::get).isInstanceOf(JobsTransportException.class);
  }

  @Test
  void aChainUsesItsFirstSource() {
    assertThat(CredentialsExamples.chain(cached -> "token").get())
        .isEqualTo(Credentials.token("token"));
  }
}
