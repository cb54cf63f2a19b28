package io.github.cloudjobs.samples;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.JobsService;
import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.auth.CredentialsProvider;
import io.github.cloudjobs.error.JobsTransportException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;

/** The examples of the pages on credentials, compiled; those that need no cloud are run. */
final class CredentialsExamples {
  private CredentialsExamples() {}

  static JobsClient byDefault(String endpoint) {
    // begin
    JobsClient ecs =
        JobsClient.builder()
            .service(JobsService.ECS)
            .endpoint(endpoint)
            .credentials(CredentialsProvider.defaultChain())
            .build();
    // end
    return ecs;
  }

  static CredentialsProvider environment() {
    // begin
    CredentialsProvider variables = CredentialsProvider.environment();
    // end
    return variables;
  }

  static CredentialsProvider file() {
    // begin
    CredentialsProvider keys = CredentialsProvider.credentialsFile();
    // end
    return keys;
  }

  static CredentialsProvider fileAt(String folder) {
    // begin
    CredentialsProvider keys = CredentialsProvider.credentialsFile(Path.of(folder, "credentials"));
    // end
    return keys;
  }

  static CredentialsProvider metadata() {
    // begin
    CredentialsProvider agency = CredentialsProvider.ecsMetadata();
    // end
    return agency;
  }

  static CredentialsProvider emulator(int port) {
    // begin
    CredentialsProvider agency =
        CredentialsProvider.ecsMetadata(URI.create("http://127.0.0.1:" + port));
    // end
    return agency;
  }

  static CredentialsProvider iam(String iamEndpoint, char[] password) {
    // begin
    CredentialsProvider tokens =
        CredentialsProvider.iamPassword(iamEndpoint) // "https://iam.eu-de.otc.t-systems.com"
            .user("jobs-reader", "OTC-EU-DE-00000000001000000001")
            .password(password)
            .projectName("eu-de")
            .build();
    Arrays.fill(password, '\0');
    // end
    return tokens;
  }

  static Credentials withArray(String ak, char[] sk) {
    // begin
    Credentials key = Credentials.accessKey(ak, sk);
    Arrays.fill(sk, '\0');
    // end
    return key;
  }

  /** A store of secrets. */
  interface Vault {
    String readToken(boolean cached) throws IOException;
  }

  // begin
  record VaultTokens(Vault vault) implements CredentialsProvider {
    @Override
    public Credentials get() {
      return read(true);
    }

    @Override
    public Credentials refresh(Credentials refused) {
      return read(false);
    }

    private Credentials read(boolean cached) {
      try {
        return Credentials.token(vault.readToken(cached));
      } catch (IOException e) {
        throw new JobsTransportException("the vault does not respond", e);
      }
    }
  }

  // end

  static CredentialsProvider chain(Vault vault) {
    // begin
    CredentialsProvider either =
        CredentialsProvider.chain(new VaultTokens(vault), CredentialsProvider.environment());
    // end
    return either;
  }
}
