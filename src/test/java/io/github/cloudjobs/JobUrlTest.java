package io.github.cloudjobs;

import static io.github.cloudjobs.http.Gateway.KEY;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.cloudjobs.auth.RequestSigner;
import io.github.cloudjobs.http.Gateway;
import io.github.cloudjobs.model.JobRef;
import java.net.URLEncoder;
import java.util.List;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.junit5.StartStop;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The URL of a job: an endpoint, the path of its service, and two ids. */
class JobUrlTest {
  @StartStop private final MockWebServer server = new MockWebServer();

  private static JobsClient.Builder at(String endpoint) {
    return JobsClient.builder().service(JobsService.ECS).endpoint(endpoint).credentials(KEY);
  }

  @ParameterizedTest
  @CsvSource({
    "https://ecs.eu-de.example.com, https://ecs.eu-de.example.com",
    "https://ecs.eu-de.example.com/, https://ecs.eu-de.example.com",
    "HTTPS://ECS.eu-DE.Example.com, https://ecs.eu-de.example.com",
    "https://ecs.example.com:443, https://ecs.example.com",
    "https://ecs.example.com:80, https://ecs.example.com:80",
    "https://proxy.example.com/ecs/eu, https://proxy.example.com/ecs/eu",
    "https://proxy.example.com/ecs/eu/, https://proxy.example.com/ecs/eu",
    "https://proxy.example.com/a//, https://proxy.example.com/a",
    "https://example.com/v1/mirror, https://example.com/v1/mirror",
    "https://example.com/v1beta, https://example.com/v1beta",
    "https://e.com/0123456789abcdef0123456789abcdef,"
        + " https://e.com/0123456789abcdef0123456789abcdef",
    "https://[2001:DB8::1]:8443/x, https://[2001:db8::1]:8443/x",
    "http://127.0.0.1:8080, http://127.0.0.1:8080",
    "http://127.9.8.7, http://127.9.8.7",
    "http://localhost:80, http://localhost",
    "http://[::1]:8080, http://[::1]:8080"
  })
  void theJobsPathFollowsTheEndpoints(String endpoint, String base) {
    try (JobsClient client = at(endpoint).build()) {
      assertThat(client.jobUrl("p", "j")).hasToString(base + "/v1/p/jobs/j");
      assertThat(Gateway.isSigned(RequestSigner.standard(), KEY, client.signedRequest("p", "j")))
          .isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "https://user:hushhush@example.com, user info",
    "https://hushhush@example.com, user info",
    "https://:hushhush@example.com, user info",
    "https://hushhush:@example.com/?q, user info",
    "https://:@example.com/a, user info",
    "https://user:hush{hush@example.com, user info",
    "https://example.com?, a query",
    "https://example.com/a?X-Sdk-Signature=hushhush#b, a query",
    "https://example.com#, a fragment",
    "https://example.com/a#?token=hushhush, a fragment",
    "https://example.com/a%20b, percent-encoding",
    "https://example.com/ä, percent-encoding",
    "http://example.com, use https",
    "http://127.example.com, use https",
    "http://127.0.0.999, use https",
    "http://127.0.0.1.5, use https",
    "http://localhost.example.com, use https",
    "http://10.0.0.1, use https",
    "http://[2001:db8::1], use https",
    "https:///example.com, an https URL with a host",
    "https:/example.com, an https URL with a host",
    "https:example.com, an https URL with a host",
    "https://{Endpoint}, a placeholder",
    "https://ecs.example.com/v2/$(tenant_id)s, a placeholder",
    "https://ecs.example.com/v2/%(tenant_id)s, a placeholder",
    "https://<endpoint>, a placeholder",
    "https://iam.eu-de.otc.t-systems.com/v3/auth/tokens, 'and not IAM''s: give one such as'",
    "https://iam.eu-de.otc.t-systems.com/v3, and not IAM's",
    "https://127.0.0.1/v3/auth/tokens/, and not IAM's",
    "ftp://example.com, an https URL",
    "example.com, an https URL",
    "https://, an https URL",
    "https://example.com:99999, an https URL",
    "https://user:hushhush@exa mple.com, user info",
    "'', be given",
    "' ', be given",
    "'https://exa mple.com', it holds U+0020 (space) at index 11",
    "'https://example.com/a\u00a0', it holds U+00A0 (no-break space) at index 21",
    "'\ufeffhttps://example.com', it holds U+FEFF (byte order mark) at index 0",
    "'https://exam\u200bple.com', it holds U+200B (zero width space) at index 12",
    "' https://example.com/a\tb', it holds U+0009 (character tabulation) at index 21",
    "'https://example.com/a\nb', it holds U+000A (line feed) at index 21",
  })
  void anyOtherPartIsRefusedAndNamed(String endpoint, String part) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> at(endpoint).build())
        .withMessageStartingWith("endpoint must ")
        .withMessageContaining(part)
        .withMessageNotContaining("hushhush");
  }

  @ParameterizedTest
  @CsvSource({
    "https://e.example.com, /v1, ''",
    "https://e.example.com, /V1, /",
    "https://e.example.com, /v1.0, ''",
    "https://e.example.com/clouds/otc, /v1, ''",
    "https://e.example.com, /v1/0123456789abcdef0123456789abcdef, ''",
    "https://e.example.com, /v2.1/01234567-89ab-cdef-0123-456789abcdef, /"
  })
  void anEndpointCopiedFromACatalogueIsRefusedWithWhatToGive(
      String instead, String end, String slash) {
    String endpoint = instead + end + slash;
    assertThatIllegalArgumentException()
        .isThrownBy(() -> at(endpoint).build())
        .withMessage(
            "endpoint must not end in %s, since /v1/{project_id}/jobs/{job_id} is added to it: give"
                + " %s",
            end.replace('V', 'v'), instead);
    try (JobsClient client = at(instead).build()) {
      assertThatIllegalArgumentException().isThrownBy(() -> client.with(JobsService.IMS, endpoint));
    }
    JobsService own = JobsService.of("own", "/api/{job_id}");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> at(instead + "/api").service(own).build())
        .withMessageContaining("must not end in /api");
  }

  @Test
  void plainHttpToAnotherMachineNeedsAllowPlaintext() {
    try (JobsClient plain = at("http://10.0.0.1").allowPlaintext().build();
        JobsClient sibling = plain.with(JobsService.IMS, "http://10.0.0.2");
        JobsClient secure = at("https://10.0.0.1").build()) {
      assertThat(sibling.jobUrl("p", "j")).hasToString("http://10.0.0.2/v1/p/jobs/j");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> secure.with(JobsService.IMS, "http://10.0.0.2"))
          .withMessageContaining("use https");
    }
  }

  /** Also below a base path. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "ff808082739334d80173941ec4b42a1c",
        "A-Z._~9",
        "...",
        " a b ",
        "a+b&c=d;e,f:g@h!i$j'k(l)m*n",
        "\"<>^`|{}[]",
        "{job_id}",
        "{project_id}",
        "ümläut-日本語-😀",
        "\u00a0\u200b\u202e"
      })
  void anIdIsPercentEncodedAndSentAsItWasSigned(String id) throws Exception {
    String base = "/base;x=1/@it";
    String endpoint = Gateway.endpoint(server) + base + "/";
    try (JobsClient client = Gateway.client(server).endpoint(endpoint).build()) {
      for (JobRef job : List.of(new JobRef(id, "j"), new JobRef("p", id), new JobRef(id, id))) {
        server.enqueue(Gateway.job("SUCCESS"));
        client.pollJob(job);
        RecordedRequest received = server.takeRequest(Gateway.MAX_SECONDS, TimeUnit.SECONDS);
        assertThat(received.getTarget())
            .isEqualTo(base + "/v1/" + encoded(job.projectId()) + "/jobs/" + encoded(job.jobId()));
        assertThat(Gateway.accepts(KEY, received)).isTrue();
        assertThat(client.jobUrl(job).encodedPath()).isEqualTo(received.getTarget());
        assertThat(client.signedRequest(job).url()).isEqualTo(client.jobUrl(job));
      }
    }
  }

  private static String encoded(String id) {
    return URLEncoder.encode(id, UTF_8).replace("+", "%20").replace("*", "%2A").replace("%7E", "~");
  }
}
