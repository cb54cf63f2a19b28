package io.github.cloudjobs;

import static io.github.cloudjobs.http.Gateway.KEY;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.github.cloudjobs.auth.RequestSigner;
import io.github.cloudjobs.http.Gateway;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.wait.WaitOptions;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.junit5.StartStop;
import okhttp3.Request;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The URL of a job: an endpoint, the path of its service, and two ids. */
class JobUrlTest {
  @StartStop private final MockWebServer server = new MockWebServer();

  private static JobsClient.Builder at(String endpoint) {
    return JobsClient.builder().service(JobsService.ECS).endpoint(endpoint).credentials(KEY);
  }

  @ParameterizedTest
  @CsvSource({
    "https://ecs.eu-de.example.com, https://ecs.eu-de.example.com/v1/p/jobs/j",
    "https://ecs.eu-de.example.com/, https://ecs.eu-de.example.com/v1/p/jobs/j",
    "HTTPS://ECS.eu-DE.Example.com, https://ecs.eu-de.example.com/v1/p/jobs/j",
    "https://ecs.example.com:443, https://ecs.example.com/v1/p/jobs/j",
    "https://ecs.example.com:8443, https://ecs.example.com:8443/v1/p/jobs/j",
    "https://ecs.example.com:80, https://ecs.example.com:80/v1/p/jobs/j",
    "https://proxy.example.com/ecs/eu, https://proxy.example.com/ecs/eu/v1/p/jobs/j",
    "https://proxy.example.com/ecs/eu/, https://proxy.example.com/ecs/eu/v1/p/jobs/j",
    "https://proxy.example.com/a//, https://proxy.example.com/a/v1/p/jobs/j",
    "https://[2001:DB8::1]:8443/x, https://[2001:db8::1]:8443/x/v1/p/jobs/j",
    "http://127.0.0.1:8080, http://127.0.0.1:8080/v1/p/jobs/j",
    "http://127.9.8.7, http://127.9.8.7/v1/p/jobs/j",
    "http://localhost:80, http://localhost/v1/p/jobs/j",
    "http://[::1]:8080, http://[::1]:8080/v1/p/jobs/j"
  })
  void theJobsPathFollowsTheEndpoints(String endpoint, String url) {
    try (JobsClient client = at(endpoint).build()) {
      assertThat(client.jobUrl("p", "j")).hasToString(url);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "https://user:hushhush@example.com, user info",
    "https://hushhush@example.com, user info",
    "https://:hushhush@example.com, user info",
    "https://hushhush:@example.com/?q, user info",
    "https://@example.com, user info",
    "https://:@example.com/a, user info",
    "https://example.com?, a query",
    "https://example.com/a?b=c, a query",
    "https://example.com#, a fragment",
    "https://example.com/#top, a fragment",
    "https://example.com/a?X-Sdk-Signature=hushhush#b, a query",
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
    "https://ecs.{region}.example.com, a placeholder",
    "https://ecs.example.com/v2/$(tenant_id)s, a placeholder",
    "https://ecs.example.com/v2/%(tenant_id)s, a placeholder",
    "https://<endpoint>, a placeholder",
    "https://user:hush{hush@example.com, user info",
    "ftp://example.com, an https URL",
    "example.com, an https URL",
    "https://, an https URL",
    "https://exa mple.com, an https URL",
    "https://example.com:99999, an https URL",
    "https://user:hushhush@exa mple.com, an https URL",
    "'', be given",
    "' ', be given"
  })
  void refusesAnyOtherPartAndNamesIt(String endpoint, String part) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> at(endpoint).build())
        .withMessageStartingWith("endpoint must ")
        .withMessageContaining(part)
        .withMessageNotContaining("hushhush");
  }

  @ParameterizedTest
  @CsvSource({
    "'https://example.com/a\u00a0', U+00A0 (no-break space) at index 21",
    "'https://exa mple.com', U+0020 (space) at index 11",
    "'\ufeffhttps://example.com', U+FEFF (byte order mark) at index 0",
    "'https://exam\u200bple.com', U+200B (zero width space) at index 12",
    "'https://exam\tple.com', U+0009 (character tabulation) at index 12",
    "' https://example.com/a\tb', U+0009 (character tabulation) at index 21",
    "'https://example.com/a\nb', U+000A (line feed) at index 21",
    "'https://example.com\u00ad', U+00AD (soft hyphen) at index 19"
  })
  void whatCannotBeSeenIsPointedTo(String endpoint, String character) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> at(endpoint).build())
        .withMessageStartingWith("endpoint must ")
        .withMessageEndingWith("; it holds " + character);
  }

  @ParameterizedTest
  @CsvSource({
    "https://e.example.com/v1, /v1, https://e.example.com",
    "https://e.example.com/V1/, /v1, https://e.example.com",
    "https://e.example.com/v1.0, /v1.0, https://e.example.com",
    "https://e.example.com/clouds/otc/v1, /v1, https://e.example.com/clouds/otc",
    "https://e.example.com/v1/0123456789abcdef0123456789abcdef,"
        + " /v1/0123456789abcdef0123456789abcdef, https://e.example.com",
    "https://e.example.com/v2.1/01234567-89ab-cdef-0123-456789abcdef/,"
        + " /v2.1/01234567-89ab-cdef-0123-456789abcdef, https://e.example.com"
  })
  void anEndpointCopiedFromACatalogueIsRefusedWithWhatToGive(
      String endpoint, String end, String instead) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> at(endpoint).build())
        .withMessage(
            "endpoint must not end in %s, since /v1/{project_id}/jobs/{job_id} is added to it: give"
                + " %s",
            end, instead);
    try (JobsClient client = at(instead).build()) {
      assertThatIllegalArgumentException().isThrownBy(() -> client.with(JobsService.IMS, endpoint));
      assertThat(client.jobUrl("p", "j")).hasToString(instead + "/v1/p/jobs/j");
    }
  }

  @Test
  void theBeginningOfAnotherTemplateIsRefusedToo() {
    JobsService service = JobsService.of("Other", "/api/{project_id}/jobs/{job_id}");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> at("https://e.example.com/api").service(service).build())
        .withMessageContaining("must not end in /api");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://iam.eu-de.otc.t-systems.com/v3/auth/tokens",
        "https://iam.eu-de.otc.t-systems.com/v3",
        "https://127.0.0.1/v3/auth/tokens/"
      })
  void theEndpointOfIamIsRefused(String endpoint) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> at(endpoint).build())
        .withMessageStartingWith("endpoint must be the service's, and not IAM's: give one such as");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://example.com/clouds/otc",
        "https://example.com/v1/mirror",
        "https://example.com/v1beta",
        "https://example.com/0123456789abcdef0123456789abcdef"
      })
  void aPrefixOfAGatewayIsAllowed(String endpoint) {
    try (JobsClient client = at(endpoint).build()) {
      assertThat(client.jobUrl("p", "j")).hasToString(endpoint + "/v1/p/jobs/j");
    }
  }

  @Test
  void plaintextIsAllowedOnlyWhereItIsAskedFor() {
    try (JobsClient plain = at("http://10.0.0.1").allowPlaintext().build();
        JobsClient sibling = plain.with(JobsService.IMS, "http://10.0.0.2");
        JobsClient secure = at("https://10.0.0.1").build()) {
      assertThat(sibling.jobUrl("p", "j")).hasToString("http://10.0.0.2/v1/p/jobs/j");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> secure.with(JobsService.IMS, "http://10.0.0.2"))
          .withMessageContaining("use https");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> secure.with(JobsService.IMS, null))
          .withMessage("endpoint must be given");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://ECS.example.com",
        "https://ecs.example.com:443",
        "https://ecs.example.com:8443/x/",
        "https://[::1]",
        "https://[::1]:8443"
      })
  void theHostThatIsSignedIsTheHostThatIsSent(String endpoint) {
    try (JobsClient client = at(endpoint).build()) {
      Request request = client.signedRequest("p", "j");
      assertThat(Gateway.isSigned(RequestSigner.standard(), KEY, request)).isTrue();
    }
  }

  // Ids

  private interface ByIds {
    void call(JobsClient client, String projectId, String jobId) throws Exception;
  }

  private interface ByRef {
    void call(JobsClient client, JobRef job) throws Exception;
  }

  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final WaitOptions OPTIONS = WaitOptions.defaults();

  private static final List<ByIds> BY_IDS =
      List.of(
          JobsClient::pollJob,
          JobsClient::pollJobAsync,
          JobsClient::jobUrl,
          JobsClient::signedRequest,
          (c, p, j) -> c.presignedUrl(p, j, MINUTE),
          JobsClient::waitForCompletion,
          (c, p, j) -> c.waitForCompletion(p, j, MINUTE),
          (c, p, j) -> c.waitForCompletion(p, j, OPTIONS),
          JobsClient::waitForCompletionAsync,
          (c, p, j) -> c.waitForCompletionAsync(p, j, OPTIONS),
          JobsClient::awaitOutcome,
          (c, p, j) -> c.awaitOutcome(p, j, OPTIONS),
          (c, p, j) -> new JobRef(p, j));

  private static final List<ByRef> BY_REF =
      List.of(
          JobsClient::pollJob,
          JobsClient::pollJobAsync,
          JobsClient::jobUrl,
          JobsClient::signedRequest,
          (c, job) -> c.presignedUrl(job, MINUTE),
          JobsClient::waitForCompletion,
          (c, job) -> c.waitForCompletion(job, MINUTE),
          (c, job) -> c.waitForCompletion(job, OPTIONS),
          JobsClient::waitForCompletionAsync,
          (c, job) -> c.waitForCompletionAsync(job, OPTIONS),
          JobsClient::awaitOutcome,
          (c, job) -> c.awaitOutcome(job, OPTIONS));

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "", " ", "\t", ".", "..", "a/b", "/", "../x",
        "a\\b", "a?b", "a#b", "a%b", "%2e", "a\nb", "a\r", "\u0000",
        "\u007f", "a\u0085b", "a\u2028b", "a\u2029b", "\ud83d", "a\udc00b"
      })
  void everyMethodRefusesAnIdThatCouldChangeThePathBeforeAnyRequest(String id) {
    try (JobsClient client = Gateway.client(server).build()) {
      for (ByIds method : BY_IDS) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> method.call(client, id, "j"))
            .withMessageStartingWith("projectId must not ");
        assertThatIllegalArgumentException()
            .isThrownBy(() -> method.call(client, "p", id))
            .withMessageStartingWith("jobId must not ");
      }
      for (ByRef method : BY_REF) {
        assertThatNullPointerException().isThrownBy(() -> method.call(client, null));
      }
    }
    assertThat(server.getRequestCount()).isZero();
  }

  static Stream<String> unusualIds() {
    return Stream.of(
        "ff808082739334d80173941ec4b42a1c",
        "A-Z._~9",
        "...",
        " a b ",
        "a+b&c=d;e,f:g@h!i$j'k(l)m*n",
        "\"<>^`|{}[]",
        "{job_id}",
        "{project_id}",
        "ümläut-日本語-😀",
        "\u00a0\u200b\u202e",
        "x".repeat(1_000));
  }

  /** Also below a base path. */
  @ParameterizedTest
  @MethodSource("unusualIds")
  void anyOtherIdIsPercentEncodedAndSentAsItWasSigned(String id) throws Exception {
    String base = "/base;x=1/@it";
    String endpoint = Gateway.endpoint(server) + base + "/";
    try (JobsClient client = Gateway.client(server).endpoint(endpoint).build()) {
      for (JobRef job : List.of(new JobRef(id, "j"), new JobRef("p", id), new JobRef(id, id))) {
        server.enqueue(Gateway.job("SUCCESS"));
        client.pollJob(job);
        RecordedRequest received = server.takeRequest(Gateway.PATIENCE, TimeUnit.SECONDS);
        assertThat(received.getTarget())
            .isEqualTo(base + "/v1/" + encoded(job.projectId()) + "/jobs/" + encoded(job.jobId()));
        assertThat(Gateway.accepts(KEY, received)).isTrue();
        assertThat(client.jobUrl(job).encodedPath()).isEqualTo(received.getTarget());
        assertThat(client.signedRequest(job).url()).isEqualTo(client.jobUrl(job));
        assertThat(Gateway.isSigned(RequestSigner.standard(), KEY, client.signedRequest(job)))
            .isTrue();
      }
    }
  }

  private static String encoded(String id) {
    return URLEncoder.encode(id, UTF_8).replace("+", "%20").replace("*", "%2A").replace("%7E", "~");
  }
}
