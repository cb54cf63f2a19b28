package io.github.cloudjobs.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.JobsService;
import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.auth.CredentialsProvider;
import org.junit.jupiter.api.Test;

/** Plain HTTP to this machine is refused if it would go through a proxy on another one. */
class DetourTest {
  private static JobsClient.Builder local() {
    return JobsClient.builder()
        .service(JobsService.ECS)
        .endpoint("http://localhost:9")
        .credentials(Credentials.token("invented"));
  }

  @Test
  void pollsAreRefused() {
    JobsClient.Builder detour = local().proxy("proxy.corp.example", 8080);
    assertThatIllegalArgumentException()
        .isThrownBy(detour::build)
        .withMessageStartingWith("endpoint must use https, since the proxy is not on this machine");
    detour.allowPlaintext().build().close();
    local().proxy("127.0.0.1", 8080).build().close();
  }

  @Test
  void siblingsAreRefusedToo() {
    try (JobsClient client =
        local().endpoint("https://ecs.example.com").proxy("proxy.corp.example", 8080).build()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> client.with(JobsService.IMS, "http://localhost:9"))
          .withMessageContaining("the proxy is not on this machine");
    }
  }

  @Test
  void loginsAreRefused() {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                CredentialsProvider.iamPassword("http://localhost:9")
                    .user("u", "a")
                    .password("hush-password")
                    .projectId("p")
                    .proxy("proxy.corp.example", 8080)
                    .build())
        .withMessageStartingWith("iamEndpoint must use https")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("hush"));
  }
}
