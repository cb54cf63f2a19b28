package io.github.cloudjobs.http;

import static io.github.cloudjobs.http.Gateway.JOB;
import static io.github.cloudjobs.http.Gateway.PROJECT;
import static io.github.cloudjobs.http.Gateway.SECRET;
import static io.github.cloudjobs.http.Gateway.TOKEN;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.error.MalformedJobException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ProtocolException;
import java.net.URLEncoder;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.junit5.StartStop;
import okio.Buffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SecretsTest {
  private static final List<Credentials> KINDS =
      List.of(
          Gateway.KEY,
          Credentials.temporaryAccessKey("AKTEMPORARY000000001", SECRET, TOKEN),
          Credentials.token(TOKEN));

  @StartStop private final MockWebServer server = new MockWebServer();

  static Stream<Arguments> everyTrouble() {
    return QuotingAnswers.ALL.keySet().stream()
        .flatMap(how -> KINDS.stream().map(kind -> Arguments.of(how, kind)));
  }

  @ParameterizedTest
  @MethodSource("everyTrouble")
  void noExceptionRepeatsOne(String how, Credentials credentials) {
    Gateway.answerBy(
        server,
        request -> QuotingAnswers.ALL.get(how).apply(QuotingAnswers.proofs(request)).build());
    try (JobsClient client =
        Gateway.client(server)
            .credentials(credentials)
            .callTimeout(Duration.ofMillis(how.equals("stalled") ? 100 : 20_000))
            .build()) {
      for (boolean async : new boolean[] {false, true}) {
        assertNoSecretIn(catchThrowable(() -> Gateway.poll(client, async)));
      }
      if (how.equals("refusal") || how.equals("message")) {
        assertNoSecretIn(catchThrowable(() -> client.waitForCompletion(PROJECT, JOB)));
      }
      assertThat(client.toString()).doesNotContain(SECRET, TOKEN);
    }
  }

  private static void assertNoSecretIn(Throwable error) {
    assertThat(everythingOf(error))
        .doesNotContain(SECRET, TOKEN, TOKEN.replace("/", "\\/"), TOKEN.substring(0, 10))
        .doesNotContainPattern("Signature=[0-9a-f]")
        .doesNotContainPattern("Access=AK");
  }

  private static String everythingOf(Throwable error) {
    assertThat(error).isInstanceOf(JobsException.class);
    StringWriter everything = new StringWriter();
    error.printStackTrace(new PrintWriter(everything, true));
    if (error instanceof JobsServiceException answer) {
      everything.append(answer.errorCode() + answer.serviceMessage() + answer.requestId());
    }
    if (error instanceof MalformedJobException answer) {
      everything.append(answer.excerpt());
    }
    return everything.toString();
  }

  /** What some writers make of what they quote. */
  private static final Map<String, Function<String, String>> SPELLINGS =
      Map.of(
          "escaped as HTML", q -> q.replace("=", "\\u003d").replace("+", "\\u002B"),
          "escaped twice", q -> q.replace("/", "\\\\\\/").replace("=", "\\\\u003d"),
          "in a URL", q -> URLEncoder.encode(q, UTF_8),
          "cut", q -> q.substring(0, q.length() - 3));

  static Stream<Arguments> everySpelling() {
    return SPELLINGS.keySet().stream()
        .flatMap(
            how ->
                Stream.of(200, 500)
                    .flatMap(
                        status -> KINDS.stream().map(kind -> Arguments.of(how, status, kind))));
  }

  @ParameterizedTest
  @MethodSource("everySpelling")
  void noExceptionRepeatsOneInAnotherSpelling(String how, int status, Credentials credentials) {
    Gateway.answerBy(
        server,
        request ->
            Gateway.answer(status, "<p>" + SPELLINGS.get(how).apply(QuotingAnswers.proofs(request)))
                .build());
    try (JobsClient client = Gateway.client(server).credentials(credentials).build()) {
      String shown = everythingOf(catchThrowable(() -> client.pollJob(PROJECT, JOB)));
      assertThat(shown)
          .contains("…")
          .doesNotContain("MIIFtoken")
          .doesNotContainPattern("Signature[^ …]{1,8}[0-9a-f]{9}");
    }
  }

  @Test
  void anOrdinaryWordInAHeaderSpoilsNoText() {
    server.enqueue(
        Gateway.answer(400, QuotingAnswers.json("error_msg", "is_image must be true")).build());
    server.enqueue(Gateway.answer(200, "{\"enabled\": true}").build());
    try (JobsClient client =
        Gateway.client(server)
            .header("X-Auth-Enabled", "true")
            .header("X-Monkey", "is_image")
            .build()) {
      assertThat(catchThrowable(() -> client.pollJob(PROJECT, JOB)))
          .hasMessageContaining(": is_image must be true");
      assertThat(catchThrowable(() -> client.pollJob(PROJECT, JOB)))
          .isInstanceOf(MalformedJobException.class)
          .hasMessageContaining("neither a job id nor a status")
          .hasMessageEndingWith("{\"enabled\": true}");
    }
  }

  @Test
  void aBodyThatRepeatsASecretIsStillReportedWithTheTrueReason() {
    Gateway.answerBy(
        server,
        request ->
            Gateway.answer(200, QuotingAnswers.json("echo", request.getHeaders().get("X-Api-Key")))
                .build());
    try (JobsClient client = Gateway.client(server).header("X-Api-Key", "hush-012345").build()) {
      assertThat(catchThrowable(() -> client.pollJob(PROJECT, JOB)))
          .hasMessage(
              "HTTP 200: no job in the response, neither a job id nor a status (22 bytes of"
                  + " application/json): {\"echo\":\"…\"}");
    }
  }

  @Test
  void aUsersHeaderIsTakenOutIfItsNameSaysThatItIsASecret() {
    Gateway.answerBy(
        server,
        request ->
            Gateway.answer(
                    500,
                    QuotingAnswers.json(
                        "message",
                        request.getHeaders().get("X-Api-Key")
                            + " "
                            + request.getHeaders().get("X-Session")
                            + " "
                            + request.getHeaders().get("X-Trace-Id")))
                .build());
    try (JobsClient client =
        Gateway.client(server)
            .header("X-Api-Key", "hush-0123456789")
            .header("X-Session", "Bearer hush-9876543210")
            .header("X-Trace-Id", "trace-0123456789")
            .build()) {
      assertThat(catchThrowable(() -> client.pollJob(PROJECT, JOB)))
          .hasMessageEndingWith(": … … trace-0123456789");
    }
  }

  @Test
  void whatIsNoHttpIsStillQuotedLessTheSecret() {
    server.enqueue(new MockResponse.Builder().status("SSH-2.0-OpenSSH " + TOKEN).build());
    try (JobsClient client = Gateway.client(server).credentials(KINDS.get(2)).build()) {
      assertThat(catchThrowable(() -> client.pollJob(PROJECT, JOB)))
          .hasMessageEndingWith("ProtocolException, Unexpected status line: SSH-2.0-OpenSSH …")
          .hasCauseExactlyInstanceOf(ProtocolException.class);
    }
  }

  @Test
  void aBodyThatIsTooLargeRepeatsNoneEither() {
    for (String charset : List.of("UTF-8", "UTF-16LE")) {
      Gateway.answerBy(
          server,
          request ->
              new MockResponse.Builder()
                  .addHeader("Content-Type", "text/plain;charset=" + charset)
                  .body(
                      new Buffer()
                          .writeString(
                              QuotingAnswers.proofs(request) + " ".repeat(900),
                              Charset.forName(charset)))
                  .build());
      try (JobsClient client =
          Gateway.client(server).credentials(KINDS.get(1)).maxBodyBytes(500).build()) {
        Throwable error = catchThrowable(() -> client.pollJob(PROJECT, JOB));
        assertThat(error).hasMessageContaining("larger than the limit of 500 bytes");
        assertNoSecretIn(error);
        assertThat(((MalformedJobException) error).excerpt()).contains("Authorization: …");
      }
    }
  }

  @Test
  void whatQuotesNoneIsLeftAsItIs() {
    server.enqueue(
        Gateway.answer(500, QuotingAnswers.json("message", "token and Authorization")).build());
    try (JobsClient client = Gateway.client(server).credentials(KINDS.get(2)).build()) {
      assertThat(catchThrowable(() -> client.pollJob(PROJECT, JOB)))
          .hasMessageEndingWith("token and Authorization");
    }
  }

  @Test
  void aWordAsATokenSpoilsNoText() {
    server.enqueue(Gateway.refusal("0307", "The token must be updated").build());
    try (JobsClient client =
        Gateway.client(server).credentials(Credentials.token("token")).build()) {
      assertThat(catchThrowable(() -> client.pollJob(PROJECT, JOB)))
          .hasMessageContaining("The token must be updated");
    }
  }

  @Test
  void noRecordShowsOne() {
    assertThat(new CredentialBreaker.Pass(Gateway.KEY, null).toString()).doesNotContain(SECRET);
  }
}
