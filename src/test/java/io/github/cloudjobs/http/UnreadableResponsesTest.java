package io.github.cloudjobs.http;

import static io.github.cloudjobs.http.Gateway.JOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.error.MalformedJobException;
import io.github.cloudjobs.model.JobStatus;
import java.io.IOException;
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

class UnreadableResponsesTest {
  private static final int LIMIT = 1_000;

  @StartStop private final MockWebServer server = new MockWebServer();

  @AfterEach
  void assertOneRequestForEachPoll() {
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
  void a200WithoutAJobIsMalformed(String body, String why) {
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
  void a204IsMalformed(boolean async) {
    MalformedJobException error =
        error(MalformedJobException.class, async, new MockResponse.Builder().code(204));
    assertThat(error.statusCode()).isEqualTo(204);
    assertThat(error.contentType()).isNull();
  }

  @Test
  void anUnknownStatusIsAJob() {
    server.enqueue(Gateway.answer(200, "{\"status\":\"PAUSED\"}").build());
    try (JobsClient client = Gateway.client(server).build()) {
      assertThat(Gateway.poll(client, false).statusText()).isEqualTo("PAUSED");
    }
  }

  private static String jobOf(int bytes) {
    String job = "{\"job_id\":\"" + JOB + "\",\"status\":\"RUNNING\"}";
    return job + " ".repeat(bytes - job.length());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aBodyAsLargeAsTheLimitIsRead(boolean chunked) {
    MockResponse.Builder answer = Gateway.answer(200, jobOf(LIMIT));
    server.enqueue((chunked ? answer.chunkedBody(jobOf(LIMIT), 100) : answer).build());
    try (JobsClient client = Gateway.client(server).maxBodyBytes(LIMIT).build()) {
      assertThat(Gateway.poll(client, false).status()).isEqualTo(JobStatus.RUNNING);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aLargerBodyIsMalformedWithAndWithoutContentLength(boolean chunked) {
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
  void aBodyAnnouncedAsGzipThatIsNotIsQuoted(boolean async) {
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
  void damagedGzipIsQuotedAsFarAsItCanBeRead(String damage) throws IOException {
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
  void aConnectionThatBreaksWithinGzipIsATransportException() throws IOException {
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
  void anErrorBodyAnnouncedAsGzipThatIsNotIsRead() {
    JobsServiceException error =
        error(
            JobsServiceException.class,
            false,
            announced("gzip", new Buffer().writeUtf8("{\"error_code\":\"Ecs.1\"}")).code(500));
    assertThat(error.errorCode()).isEqualTo("Ecs.1");
  }

  @Test
  void anEmptyBodyAnnouncedAsGzipIsEmpty() {
    MockResponse.Builder empty = new MockResponse.Builder().addHeader("Content-Encoding", "gzip");
    assertThat(error(MalformedJobException.class, false, empty))
        .hasMessageContaining("it is empty");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "x-gzip", "GZIP"})
  void aGzippedJobIsRead(String coding) throws IOException {
    Buffer packed = gzip(jobOf(LIMIT));
    server.enqueue(
        new MockResponse.Builder().addHeader("Content-Encoding", coding).body(packed).build());
    try (JobsClient client = Gateway.client(server).maxBodyBytes(LIMIT).build()) {
      assertThat(Gateway.poll(client, true).jobId()).isEqualTo(JOB);
    }
  }
}
