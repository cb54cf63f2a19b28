package io.github.cloudjobs.samples;

import io.github.cloudjobs.Cloud;
import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.JobsService;
import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.auth.CredentialsProvider;
import io.github.cloudjobs.error.JobsTransportException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import okhttp3.Dns;
import okhttp3.OkHttpClient;

/** How clients are built, and where credentials come from: examples of the documents, compiled. */
final class ClientExamples {
  private ClientExamples() {}

  static void places(String ak, String sk, String securityToken) {
    {
      // begin
      JobsClient ecs =
          JobsClient.builder()
              .service(JobsService.ECS)
              .endpoint("https://ecs.eu-de.otc.t-systems.com")
              .credentials(Credentials.temporaryAccessKey(ak, sk, securityToken))
              .build();
      JobsClient elb = ecs.with(JobsService.ELB_V1, "https://elb.eu-de.otc.t-systems.com");
      // end
    }
    // begin
    JobsClient ecs =
        JobsClient.builder()
            .service(JobsService.ECS)
            .region("eu-de", Cloud.OPEN_TELEKOM_CLOUD)
            .credentials(Credentials.accessKey(ak, sk))
            .build();
    JobsClient ims = ecs.with(JobsService.IMS);
    // end
  }

  static void connections(
      String endpoint, CredentialsProvider keys, int port, char[] password, Path companyCa) {
    // begin
    JobsClient ecs =
        JobsClient.builder()
            .service(JobsService.ECS)
            .endpoint(endpoint)
            .credentials(keys)
            .proxy("localhost", port, "order-service", password)
            .trustedCertificates(companyCa) // a file with -----BEGIN CERTIFICATE-----
            .connectTimeout(Duration.ofSeconds(5))
            .callTimeout(Duration.ofSeconds(15))
            .header("X-Request-Source", "orders")
            .userAgentSuffix("order-service/2.1")
            .build();
    Arrays.fill(password, '\0');
    // end
  }

  static void projectsAndNames(
      String endpoint,
      CredentialsProvider keys,
      String subProjectId,
      OkHttpClient yours,
      Dns names) {
    // begin
    JobsClient ofSubProject =
        JobsClient.builder()
            .service(JobsService.ECS)
            .endpoint(endpoint)
            .credentials(keys)
            .projectHeader(subProjectId)
            .build();
    // end
    // begin
    OkHttpClient http = yours.newBuilder().dns(names).build();
    JobsClient ecs =
        JobsClient.builder()
            .service(JobsService.ECS)
            .endpoint(endpoint)
            .credentials(keys)
            .httpClient(http)
            .build();
    // end
  }

  static void ofThisMachine(String endpoint) {
    // begin
    JobsClient ecs =
        JobsClient.builder()
            .service(JobsService.ECS)
            .endpoint(endpoint)
            .credentials(CredentialsProvider.defaultChain())
            .build();
    // end
    // begin
    CredentialsProvider variables = CredentialsProvider.environment();
    // end
    // begin
    CredentialsProvider keys = CredentialsProvider.credentialsFile();
    // end
    // begin
    CredentialsProvider agency = CredentialsProvider.ecsMetadata();
    // end
  }

  static void elsewhere(String folder, int port) {
    // begin
    CredentialsProvider keys = CredentialsProvider.credentialsFile(Path.of(folder, "credentials"));
    // end
    // begin
    CredentialsProvider agency =
        CredentialsProvider.ecsMetadata(URI.create("http://127.0.0.1:" + port));
    // end
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

  /** An application that reads a token by itself. */
  abstract static class Rotating {
    abstract String readToken();

    void provider() {
      // begin
      CredentialsProvider rotating = () -> Credentials.token(readToken());
      // end
    }
  }
}
