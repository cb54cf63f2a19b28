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
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import mockwebserver3.junit5.StartStop;
import okhttp3.Headers;
import okhttp3.Request;
import okio.Buffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {
  private static final List<Credentials> KINDS =
      List.of(
          Gateway.KEY,
          Credentials.temporaryAccessKey("AKTEMPORARY000000001", SECRET, TOKEN),
          Credentials.token(TOKEN));

  /** Answers that quote everything the request proved itself with. */
  private static final Map<String, Function<String, MockResponse.Builder>> QUOTING =
      Map.ofEntries(
          Map.entry("message", q -> Gateway.answer(400, json("error_msg", q))),
          Map.entry("code", q -> Gateway.answer(500, json("error_code", q))),
          Map.entry("request id", q -> Gateway.answer(500, json("request_id", q))),
          Map.entry("escaped", q -> Gateway.answer(403, json("x", q).replace("/", "\\/"))),
          Map.entry("refusal", q -> Gateway.refusal("0301", "canonicalRequest:GET|/|" + q)),
          Map.entry("not found", q -> Gateway.answer(404, json("message", q))),
          Map.entry("throttled", q -> Gateway.answer(429, json("message", q))),
          Map.entry("html", q -> Gateway.answer(502, "<html>" + q)),
          Map.entry("cut", q -> Gateway.answer(502, "{\"message\":\"" + q)),
          Map.entry("header", q -> Gateway.answer(502, "").addHeader("X-Request-Id", q)),
          Map.entry("location", q -> Gateway.answer(302, "").addHeader("Location", "/?a=" + q)),
          Map.entry("error as success", q -> Gateway.answer(200, json("error_msg", q))),
          Map.entry("echo", q -> Gateway.answer(200, "{\"headers\":" + json("x", q) + "}")),
          Map.entry("bare", q -> Gateway.answer(200, q)),
          Map.entry("far down", q -> Gateway.answer(200, farDown(q))),
          Map.entry("UTF-16", SecretsTest::utf16),
          Map.entry("array", q -> Gateway.answer(200, "[\"" + q + "\"]")),
          Map.entry(
              "dropped",
              q -> new MockResponse.Builder().onResponseStart(new SocketEffect.CloseSocket())),
          Map.entry("bad status line", q -> new MockResponse.Builder().status("HTTP/1.1 " + q)),
          Map.entry(
              "chunk size",
              q ->
                  new MockResponse.Builder()
                      .addHeader("Transfer-Encoding", "chunked")
                      .body("1 " + q + "\r\n")
                      .removeHeader("Content-Length")),
          Map.entry(
              "number as chunk size",
              q ->
                  new MockResponse.Builder()
                      .addHeader("Transfer-Encoding", "chunked")
                      .body(q.substring(q.indexOf("Signature=") + "Signature=".length()) + "\r\n")
                      .removeHeader("Content-Length")),
          Map.entry("content type", q -> Gateway.answer(200, "").setHeader("Content-Type", q)),
          Map.entry(
              "host to go to",
              q ->
                  Gateway.answer(302, "")
                      .addHeader("Location", "//" + q.replaceAll("(?s).*[ +]", "") + "/")),
          Map.entry(
              "stalled",
              q -> new MockResponse.Builder().onResponseStart(SocketEffect.Stall.INSTANCE)));

  @StartStop private final MockWebServer server = new MockWebServer();

  /** Further down than an error is looked at, where only the parser comes by. */
  private static String farDown(String quoted) {
    return json("x", "x".repeat(70_000)).replace("}", ", \"b\": ")
        + quoted.substring(quoted.lastIndexOf(' ') + 1);
  }

  private static MockResponse.Builder utf16(String quoted) {
    Buffer body = new Buffer().writeString("[" + quoted + "]", StandardCharsets.UTF_16LE);
    return new MockResponse.Builder().body(body);
  }

  private static String json(String key, String value) {
    return "{\"" + key + "\":\"" + value + "\"}";
  }

  static Stream<Arguments> everyTrouble() {
    return QUOTING.keySet().stream()
        .flatMap(how -> KINDS.stream().map(kind -> Arguments.of(how, kind)));
  }

  @ParameterizedTest
  @MethodSource("everyTrouble")
  void noExceptionRepeatsOne(String how, Credentials credentials) {
    Gateway.answerBy(server, request -> QUOTING.get(how).apply(proofs(request)).build());
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

  private static String proofs(RecordedRequest request) {
    Headers headers = request.getHeaders();
    return Stream.of("X-Auth-Token", "X-Security-Token", "Authorization")
        .filter(name -> headers.get(name) != null)
        .map(name -> name + ": " + headers.get(name))
        .reduce("", (one, other) -> one + " " + other)
        .strip();
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
            Gateway.answer(status, "<p>" + SPELLINGS.get(how).apply(proofs(request))).build());
    try (JobsClient client = Gateway.client(server).credentials(credentials).build()) {
      String shown = everythingOf(catchThrowable(() -> client.pollJob(PROJECT, JOB)));
      assertThat(shown)
          .contains("…")
          .doesNotContain("MIIFtoken")
          .doesNotContainPattern("Signature[^ …]{1,8}[0-9a-f]{9}");
    }
  }

  @Test
  void aUsersHeaderIsTakenOutIfItsNameSaysThatItIsASecret() {
    Gateway.answerBy(
        server,
        request ->
            Gateway.answer(
                    500,
                    json(
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
                          .writeString(proofs(request) + " ".repeat(900), Charset.forName(charset)))
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
    server.enqueue(Gateway.answer(500, json("message", "token and Authorization")).build());
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

  @ParameterizedTest
  @ValueSource(strings = {"a", "/", "\\", ","})
  @Timeout(20)
  void aLongOneOfOneCharacterTakesNoLongTime(String character) {
    String token = character.repeat(200_000);
    Redaction redaction = Redaction.of(sentWith(token));
    assertThat(redaction.text("a token: " + token + "\" b")).isEqualTo("a token: …\" b");
    String nearly = (character.repeat(15) + "-").repeat(4_000);
    assertThat(redaction.text(nearly)).startsWith(character.equals("\\") ? "…" : nearly);
  }

  private static Request sentWith(String token) {
    return new Request.Builder().url("http://jobs.invalid").header("X-Auth-Token", token).build();
  }

  @Test
  void noRecordShowsOne() {
    Redaction redaction = Redaction.of(sentWith(TOKEN));
    assertThat(redaction.secrets().toString()).doesNotContain(TOKEN);
    assertThat(redaction).hasToString("Redaction[2]");
    assertThat(redaction.text("a " + TOKEN + " b")).isEqualTo("a … b");
    assertThat(redaction.text(null)).isNull();
    assertThat(new CredentialBrake.Pass(Gateway.KEY, null).toString()).doesNotContain(SECRET);
  }
}
