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
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.junit5.StartStop;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdsTest {
  @StartStop private final MockWebServer server = new MockWebServer();

  private interface Asking {
    void ask(JobsClient client, String projectId, String jobId) throws Exception;
  }

  private interface AskingByRef {
    void ask(JobsClient client, JobRef job) throws Exception;
  }

  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final WaitOptions OPTIONS = WaitOptions.defaults();

  private static final Map<String, Asking> METHODS =
      Map.ofEntries(
          Map.entry("pollJob", JobsClient::pollJob),
          Map.entry("pollJobAsync", JobsClient::pollJobAsync),
          Map.entry("jobUrl", JobsClient::jobUrl),
          Map.entry("signedRequest", JobsClient::signedRequest),
          Map.entry("presignedUrl", (c, p, j) -> c.presignedUrl(p, j, MINUTE)),
          Map.entry("waitForCompletion", JobsClient::waitForCompletion),
          Map.entry("waitForCompletion timeout", (c, p, j) -> c.waitForCompletion(p, j, MINUTE)),
          Map.entry("waitForCompletion options", (c, p, j) -> c.waitForCompletion(p, j, OPTIONS)),
          Map.entry("waitForCompletionAsync", JobsClient::waitForCompletionAsync),
          Map.entry(
              "waitForCompletionAsync options",
              (c, p, j) -> c.waitForCompletionAsync(p, j, OPTIONS)),
          Map.entry("awaitOutcome", JobsClient::awaitOutcome),
          Map.entry("awaitOutcome options", (c, p, j) -> c.awaitOutcome(p, j, OPTIONS)),
          Map.entry("JobRef", (c, p, j) -> new JobRef(p, j)));

  private static final List<AskingByRef> BY_REF =
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
        "",
        " ",
        "\t",
        ".",
        "..",
        "a/b",
        "/",
        "../x",
        "a\\b",
        "a?b",
        "a#b",
        "a%b",
        "%2e",
        "a\nb",
        "a\r",
        "\u0000",
        "\u007f",
        "a\u0085b",
        "a\u2028b",
        "a\u2029b",
        "\ud83d",
        "a\udc00b"
      })
  void everyMethodRefusesAnIdThatCouldChangeThePathBeforeAnyRequest(String id) {
    try (JobsClient client = Gateway.client(server).build()) {
      METHODS.forEach(
          (name, method) -> {
            assertThatIllegalArgumentException()
                .as(name)
                .isThrownBy(() -> method.ask(client, id, "j"))
                .withMessageStartingWith("projectId must not ");
            assertThatIllegalArgumentException()
                .as(name)
                .isThrownBy(() -> method.ask(client, "p", id))
                .withMessageStartingWith("jobId must not ");
          });
    }
    assertThat(server.getRequestCount()).isZero();
  }

  @Test
  void everyMethodRefusesNoJobAtAllBeforeAnyRequest() {
    try (JobsClient client = Gateway.client(server).build()) {
      for (AskingByRef method : BY_REF) {
        assertThatNullPointerException().isThrownBy(() -> method.ask(client, null));
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

  @ParameterizedTest
  @MethodSource("unusualIds")
  void anyOtherIdIsPercentEncodedAndSentAsItWasSigned(String id) throws Exception {
    try (JobsClient client = Gateway.client(server).build()) {
      for (JobRef job : List.of(new JobRef(id, "j"), new JobRef("p", id), new JobRef(id, id))) {
        server.enqueue(Gateway.job("SUCCESS"));
        client.pollJob(job);
        RecordedRequest received = server.takeRequest(Gateway.PATIENCE, TimeUnit.SECONDS);
        assertThat(received.getTarget())
            .isEqualTo("/v1/" + encoded(job.projectId()) + "/jobs/" + encoded(job.jobId()));
        assertThat(Gateway.accepts(KEY, received)).isTrue();
        assertThat(client.jobUrl(job).encodedPath()).isEqualTo(received.getTarget());
        assertThat(client.signedRequest(job).url()).isEqualTo(client.jobUrl(job));
        assertThat(Gateway.isSigned(RequestSigner.standard(), KEY, client.signedRequest(job)))
            .isTrue();
      }
    }
  }

  private static String encoded(String id) {
    StringBuilder out = new StringBuilder();
    for (byte b : id.getBytes(UTF_8)) {
      boolean unreserved = b > 0 && (Character.isLetterOrDigit(b) || "-._~".indexOf(b) >= 0);
      out.append(unreserved ? "" + (char) b : String.format(Locale.ROOT, "%%%02X", b & 0xFF));
    }
    return out.toString();
  }

  @Test
  void aBasePathIsSignedAlong() throws Exception {
    server.enqueue(Gateway.job("SUCCESS"));
    String base = Gateway.endpoint(server) + "/base;x=1/@it/";
    try (JobsClient client = Gateway.client(server).endpoint(base).build()) {
      client.pollJob("p", "j");
    }
    RecordedRequest received = server.takeRequest(Gateway.PATIENCE, TimeUnit.SECONDS);
    assertThat(received.getTarget()).isEqualTo("/base;x=1/@it/v1/p/jobs/j");
    assertThat(Gateway.accepts(KEY, received)).isTrue();
  }
}
