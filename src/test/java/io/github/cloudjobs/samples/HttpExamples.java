package io.github.cloudjobs.samples;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.JobsService;
import io.github.cloudjobs.auth.CredentialsProvider;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import okhttp3.Dns;
import okhttp3.OkHttpClient;

/** The guide's examples of HTTP settings, compiled and run. */
final class HttpExamples {
  private HttpExamples() {}

  static JobsClient inACompany(
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
    return ecs;
  }

  static JobsClient subProject(String endpoint, CredentialsProvider keys, String subProjectId) {
    // begin
    JobsClient ofSubProject =
        JobsClient.builder()
            .service(JobsService.ECS)
            .endpoint(endpoint)
            .credentials(keys)
            .projectHeader(subProjectId)
            .build();
    // end
    return ofSubProject;
  }

  static JobsClient ownClient(
      String endpoint, CredentialsProvider keys, OkHttpClient yours, Dns names) {
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
    return ecs;
  }
}
