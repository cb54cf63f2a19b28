package io.github.cloudjobs.http;

import static io.github.cloudjobs.http.Gateway.JOB;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.error.MalformedJobException;
import io.github.cloudjobs.model.JobStatus;
import java.io.IOException;
import java.nio.charset.Charset;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.SocketEffect;
import mockwebserver3.junit5.StartStop;
import okio.Buffer;
import okio.BufferedSink;
import okio.GzipSink;
import okio.Okio;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnreadableAnswersTest {
  private static final int LIMIT = 1_000;

  @StartStop private final MockWebServer server = new MockWebServer();

  @AfterEach
  void everyAnswerWasAskedForOnce() {
    assertThat(server.getRequestCount()).isEqualTo(1);
  }

  private <T extends JobsException> T error(
      Class<T> type, boolean async, MockResponse.Builder answer) {
    server.enqueue(answer.build());
    try (JobsClient client = Gateway.client(server).maxBodyBytes(LIMIT).build()) {
      return catchThrowableOfType(type, () -> Gateway.poll(client, async));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`` | it is empty",
        "` ` | it is blank",
        "null | its root is null, not an object",
        "[] | its root is an array, not an object",
        "[{\"job_id\":\"j\"}] | its root is an array, not an object",
        "\"SUCCESS\" | its root is a string, not an object",
        "404 | its root is a number, not an object",
        "{} | neither a job id nor a status",
        "{\"jobs\":[]} | neither a job id nor a status",
        "{\"status\":null} | neither a job id nor a status",
        "<html><title>Sign in</title></html> | not JSON",
        "{\"job_id\":\"j\",\"status\":\"SUCC | it is cut off",
        "{\"job_id\":\"j\"} {} | something follows its JSON object"
      })
  void aGoodStatusWithoutAJobIsAnError(String body, String why) {
    MalformedJobException error =
        error(
            MalformedJobException.class,
            false,
            new MockResponse.Builder().addHeader("Content-Type", "text/x").body(body));
    assertThat(error).hasMessageStartingWith("HTTP 200: no job in the response, " + why);
    assertThat(error.statusCode()).isEqualTo(200);
    assertThat(error.contentType()).isEqualTo("text/x");
    assertThat(error.bodyBytes()).isEqualTo(body.length());
    assertThat(error.excerpt()).isEqualTo(body.strip());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void noContentIsAnError(boolean async) {
    MalformedJobException error =
        error(MalformedJobException.class, async, new MockResponse.Builder().code(204));
    assertThat(error.statusCode()).isEqualTo(204);
    assertThat(error.contentType()).isNull();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anErrorThatIsSentAsASuccessIsAnErrorOfTheService(boolean async) {
    JobsServiceException error =
        error(
            JobsServiceException.class,
            async,
            Gateway.answer(200, "{\"error\":{\"code\":\"Ecs.0001\",\"message\":\"no\"}}"));
    assertThat(error.statusCode()).isEqualTo(200);
    assertThat(error.errorCode()).isEqualTo("Ecs.0001");
    assertThat(error.serviceMessage()).isEqualTo("no");
  }

  @Test
  void anUnknownStatusIsAJob() {
    server.enqueue(Gateway.answer(200, "{\"status\":\"PAUSED\"}").build());
    try (JobsClient client = Gateway.client(server).build()) {
      assertThat(Gateway.poll(client, false).statusText()).isEqualTo("PAUSED");
    }
  }

  @Test
  void nestingWithoutEndIsAnErrorAndNoStackOverflow() {
    MockResponse.Builder deep = Gateway.answer(200, "{\"a\":" + "[".repeat(900));
    assertThat(error(MalformedJobException.class, true, deep)).hasMessageContaining("over a limit");
  }

  private static String jobOf(int bytes) {
    String job = "{\"job_id\":\"" + JOB + "\",\"status\":\"RUNNING\"}";
    return job + " ".repeat(bytes - job.length());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aBodyMayBeAsLargeAsTheLimit(boolean chunked) {
    MockResponse.Builder answer = Gateway.answer(200, jobOf(LIMIT));
    server.enqueue((chunked ? answer.chunkedBody(jobOf(LIMIT), 100) : answer).build());
    try (JobsClient client = Gateway.client(server).maxBodyBytes(LIMIT).build()) {
      assertThat(Gateway.poll(client, false).status()).isEqualTo(JobStatus.RUNNING);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aLargerBodyIsAnErrorWhetherItsLengthIsToldOrNot(boolean chunked) {
    MockResponse.Builder answer = Gateway.answer(200, jobOf(LIMIT + 1));
    MalformedJobException error =
        error(
            MalformedJobException.class,
            chunked,
            chunked ? answer.chunkedBody(jobOf(LIMIT + 1), 100) : answer);
    assertThat(error)
        .hasMessageContaining("larger than the limit of 1000 bytes (maxBodyBytes raises it)");
    assertThat(error.statusCode()).isEqualTo(200);
    assertThat(error.excerpt()).startsWith("{\"job_id\"");
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 500})
  void aBombIsNotUnpacked(int status) throws IOException {
    Buffer bomb = new Buffer();
    try (BufferedSink gzip = Okio.buffer(new GzipSink(bomb))) {
      byte[] blanks = " ".repeat(1 << 20).getBytes(UTF_8);
      for (int i = 0; i < 64; i++) {
        gzip.write(blanks);
      }
    }
    server.enqueue(
        new MockResponse.Builder()
            .code(status)
            .addHeader("Content-Encoding", "gzip")
            .body(bomb)
            .build());
    try (JobsClient client = Gateway.client(server).build()) {
      JobsException error =
          catchThrowableOfType(JobsException.class, () -> Gateway.poll(client, false));
      assertThat(error)
          .hasMessageContaining(status == 200 ? "larger than the limit of 8388608" : "HTTP 500");
    }
  }

  private static Buffer gzip(String text) throws IOException {
    Buffer packed = new Buffer();
    try (BufferedSink gzip = Okio.buffer(new GzipSink(packed))) {
      gzip.writeUtf8(text);
    }
    return packed;
  }

  private static MockResponse.Builder announced(String coding, Buffer body) {
    return new MockResponse.Builder()
        .addHeader("Content-Encoding", coding)
        .addHeader("Content-Type", "application/json")
        .body(body);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aBodyThatIsAnnouncedAsGzipAndIsNotIsShownAsItCame(boolean async) {
    String plain = "<html>behind a proxy that unpacks</html>";
    MalformedJobException error =
        error(MalformedJobException.class, async, announced("gzip", new Buffer().writeUtf8(plain)));
    assertThat(error)
        .hasMessageStartingWith(
            "HTTP 200: no job in the response, it is announced as gzip and is not");
    assertThat(error.statusCode()).isEqualTo(200);
    assertThat(error.contentType()).isEqualTo("application/json");
    assertThat(error.excerpt()).isEqualTo(plain);
  }

  @ParameterizedTest
  @ValueSource(strings = {"behind", "checksum", "cut", "header"})
  void aBodyThatIsDamagedGzipIsShownAsFarAsItCouldBeRead(String damage) throws IOException {
    Buffer body = gzip(jobOf(100));
    long size = body.size();
    switch (damage) {
      case "behind" -> body.writeUtf8("more");
      case "checksum" -> {
        Buffer damaged = new Buffer();
        damaged.write(body, size - 8);
        damaged.writeInt(0).writeInt(100);
        body = damaged;
      }
      case "cut" -> {
        Buffer cut = new Buffer();
        cut.write(body, size - 8);
        body = cut;
      }
      default -> {
        Buffer cut = new Buffer();
        cut.write(body, 5);
        body = cut;
      }
    }
    MalformedJobException error =
        error(MalformedJobException.class, false, announced("x-gzip", body));
    assertThat(error).hasMessageContaining("it is announced as x-gzip and damaged");
    assertThat(error.statusCode()).isEqualTo(200);
    assertThat(error.excerpt()).isEqualTo(damage.equals("header") ? "" : jobOf(100).strip());
    assertThat(error).hasCauseInstanceOf(IOException.class);
  }

  @Test
  void aConnectionThatBreaksWithinGzipIsALostAnswer() throws IOException {
    Buffer packed = gzip(jobOf(100));
    assertThat(
            error(
                JobsTransportException.class,
                false,
                announced("gzip", packed)
                    .setHeader("Content-Length", packed.size() + 1)
                    .onResponseEnd(new SocketEffect.CloseSocket())))
        .hasMessageStartingWith("no answer from GET");
  }

  @Test
  void anErrorThatIsAnnouncedAsGzipAndIsNotIsRead() {
    JobsServiceException error =
        error(
            JobsServiceException.class,
            false,
            announced("gzip", new Buffer().writeUtf8("{\"error_code\":\"Ecs.1\"}")).code(500));
    assertThat(error.errorCode()).isEqualTo("Ecs.1");
  }

  @Test
  void noBodyIsNoBodyWhateverIsAnnounced() {
    MockResponse.Builder empty = new MockResponse.Builder().addHeader("Content-Encoding", "gzip");
    assertThat(error(MalformedJobException.class, false, empty))
        .hasMessageContaining("it is empty");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "x-gzip", "GZIP"})
  void aPackedJobIsUnpacked(String coding) throws IOException {
    Buffer packed = gzip(jobOf(LIMIT));
    server.enqueue(
        new MockResponse.Builder().addHeader("Content-Encoding", coding).body(packed).build());
    try (JobsClient client = Gateway.client(server).maxBodyBytes(LIMIT).build()) {
      assertThat(Gateway.poll(client, true).jobId()).isEqualTo(JOB);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "application/json, UTF-8",
    "application/json;charset=utf-8, UTF-8",
    "application/json;charset=us-ascii, UTF-8",
    "application/json;charset=no-such-set, UTF-8",
    "nonsense, UTF-8",
    "application/json;charset=ISO-8859-1, ISO-8859-1",
    "application/json;charset=UTF-16, UTF-16",
    "application/json;charset=UTF-16LE, UTF-16LE",
    "application/json, UTF-16"
  })
  void aBodyIsDecodedByItsByteOrderMarkElseByItsLabelElseAsUtf8(String label, String charset) {
    byte[] body =
        "{\"job_id\":\"j\",\"fail_reason\":\"größer\"}".getBytes(Charset.forName(charset));
    server.enqueue(
        new MockResponse.Builder()
            .addHeader("Content-Type", label)
            .body(new Buffer().write(body))
            .build());
    try (JobsClient client = Gateway.client(server).build()) {
      assertThat(Gateway.poll(client, false).failReason()).isEqualTo("größer");
    }
  }
}
