package io.github.cloudjobs.http;

import static io.github.cloudjobs.http.Gateway.JOB;
import static io.github.cloudjobs.http.Gateway.PROJECT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.management.ThreadMXBean;
import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.error.MalformedJobException;
import io.github.cloudjobs.error.ThrottledException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobStatus;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.SocketEffect;
import mockwebserver3.junit5.StartStop;
import okhttp3.OkHttpClient;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.BufferedSink;
import okio.ForwardingSource;
import okio.GzipSink;
import okio.Okio;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bodies of responses: their size, compression, charset and content. */
class ResponseBodiesTest {

  private static final int LIMIT = 1_000;
  @StartStop private final MockWebServer server = new MockWebServer();

  private <T extends JobsException> T error(Class<T> type, MockResponse.Builder response) {
    return catchThrowableOfType(type, () -> poll(response));
  }

  private Job poll(MockResponse.Builder response) {
    int before = server.getRequestCount();
    server.enqueue(response.build());
    try (JobsClient client = Gateway.client(server).maxBodyBytes(LIMIT).build()) {
      return client.pollJob(PROJECT, JOB);
    } finally {
      assertThat(server.getRequestCount()).isEqualTo(before + 1);
    }
  }

  @Test
  void aJobDoesNotChangeWhenTheNextBodyOfItsLengthIsRead() {
    server.enqueue(Gateway.job("RUNNING"));
    server.enqueue(Gateway.job("SUCCESS"));
    try (JobsClient client = Gateway.client(server).build()) {
      Job first = client.pollJob(PROJECT, JOB);
      assertThat(client.pollJob(PROJECT, JOB).json()).asString().contains("SUCCESS");
      assertThat(first.json()).asString().contains("RUNNING");
    }
  }

  static List<String> ok() throws IOException {
    return Files.readAllLines(Path.of("src/test/resources/responses/ok.txt")).stream()
        .filter(line -> !line.startsWith("#"))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("ok")
  void a200IsAJobAnErrorOrMalformed(String line) {
    String expected = line.substring(0, line.indexOf(" | "));
    String body = line.substring(line.indexOf(" | ") + 3);
    MockResponse.Builder response =
        new MockResponse.Builder().addHeader("Content-Type", "text/x").body(body);
    switch (expected) {
      case "a job" -> {
        Job job = poll(response);
        assertThat(job.code()).isEqualTo(body.contains("code") ? "C.1" : null);
        assertThat(job.message()).isEqualTo(body.contains("message") ? "m" : null);
      }
      case "an error" ->
          assertThat(error(JobsServiceException.class, response))
              .hasMessageStartingWith("HTTP 200 from GET")
              .returns("C.1", JobsServiceException::errorCode)
              .returns("m", JobsServiceException::serviceMessage);
      case "throttling" -> assertThat(error(ThrottledException.class, response)).isNotNull();
      default ->
          assertThat(error(MalformedJobException.class, response))
              .hasMessageStartingWith("HTTP 200: no job in the response, " + expected)
              .returns(200, MalformedJobException::statusCode)
              .returns("text/x", MalformedJobException::contentType)
              .returns((long) body.length(), MalformedJobException::bodyBytes)
              .returns(body.strip(), MalformedJobException::excerpt);
    }
  }

  @Test
  void theExceptionCountsTheBytesThatWereRead() {
    for (String charset : List.of("ISO-8859-1", "UTF-16BE", "UTF-32LE")) { // none is labelled
      Buffer body = encoded("\uFEFF<p>caf\u00E9", charset);
      long bytes = body.size();
      assertThat(
              error(MalformedJobException.class, new MockResponse.Builder().body(body)).bodyBytes())
          .isEqualTo(bytes);
    }
    assertThat(error(MalformedJobException.class, new MockResponse.Builder().code(204)))
        .returns(204, MalformedJobException::statusCode)
        .returns(null, MalformedJobException::contentType);
  }

  private static String jobOf(int bytes) {
    String job = "{\"job_id\":\"" + JOB + "\",\"status\":\"RUNNING\"}";
    return job + " ".repeat(bytes - job.length());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aBodyAsLargeAsTheLimitIsReadAndALargerOneIsMalformed(boolean chunked) {
    for (int size : new int[] {LIMIT, LIMIT + 1}) {
      MockResponse.Builder response = Gateway.response(200, jobOf(size));
      if (chunked) {
        response.chunkedBody(jobOf(size), 100);
      }
      if (size == LIMIT) {
        assertThat(poll(response).status()).isEqualTo(JobStatus.RUNNING);
        continue;
      }
      MalformedJobException error = error(MalformedJobException.class, response);
      assertThat(error)
          .hasMessageContaining("larger than the limit of 1000 bytes (maxBodyBytes raises it)");
      assertThat(error.statusCode()).isEqualTo(200);
      assertThat(error.excerpt()).startsWith("{\"job_id\"");
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

  @Test
  void aGzippedJobIsReadHoweverThatIsAnnounced() throws IOException {
    for (String coding : List.of("gzip", "x-gzip", "GZIP")) {
      assertThat(poll(announced(coding, gzip(jobOf(LIMIT)))).jobId()).isEqualTo(JOB);
    }
  }

  @Test
  void aBodyAnnouncedAsGzipThatIsNotIsReadAsItIs() {
    Buffer job = new Buffer().writeUtf8(jobOf(LIMIT));
    assertThat(poll(announced("gzip", job)).jobId()).isEqualTo(JOB);
    Buffer envelope = new Buffer().writeUtf8("{\"error_code\":\"Ecs.1\"}");
    assertThat(error(JobsServiceException.class, announced("gzip", envelope).code(500)).errorCode())
        .isEqualTo("Ecs.1");
    assertThat(error(MalformedJobException.class, announced("gzip", new Buffer())))
        .hasMessageContaining("it is empty");
  }

  @ParameterizedTest
  @CsvSource({
    "0, more, true", // behind the end
    "-8, 12345678, true", // another checksum
    "-8, '', true",
    "5, '', false" // within the header
  })
  void damagedGzipIsQuotedAsFarAsItCanBeRead(int end, String added, boolean readable)
      throws IOException {
    Buffer packed = gzip(jobOf(100));
    Buffer body = new Buffer();
    body.write(packed, end > 0 ? end : packed.size() + end);
    body.writeUtf8(added);
    assertThat(error(MalformedJobException.class, announced("x-gzip", body)))
        .hasMessageContaining("it is announced as x-gzip and damaged")
        .hasCauseInstanceOf(IOException.class)
        .returns(readable ? jobOf(100).strip() : "", MalformedJobException::excerpt);
  }

  @Test
  void aConnectionThatBreaksWithinGzipIsATransportException() throws IOException {
    Buffer packed = gzip(jobOf(100));
    assertThat(
            error(
                JobsTransportException.class,
                announced("gzip", packed)
                    .setHeader("Content-Length", packed.size() + 1)
                    .onResponseEnd(new SocketEffect.CloseSocket())))
        .hasMessageStartingWith("no response from GET");
  }

  /** As OkHttp does if the connection ends within a frame of HTTP/2. */
  @Test
  void anEndOfTheConnectionWithinGzipIsATransportException() throws IOException {
    Buffer half = new Buffer();
    half.write(gzip(jobOf(100)), 30);
    ForwardingSource ending =
        new ForwardingSource(half) {
          @Override
          public long read(Buffer sink, long byteCount) throws IOException {
            half.require(1);
            return super.read(sink, byteCount);
          }
        };
    OkHttpClient http =
        new OkHttpClient.Builder()
            .addNetworkInterceptor(
                chain ->
                    chain
                        .proceed(chain.request())
                        .newBuilder()
                        .body(ResponseBody.create(Okio.buffer(ending), null, -1))
                        .build())
            .build();
    server.enqueue(announced("gzip", new Buffer()).build());
    assertThat(Gateway.failure(Gateway.client(server).httpClient(http)))
        .isInstanceOf(JobsTransportException.class)
        .hasMessageContaining("EOFException");
  }

  private static Buffer encoded(String text, String charset) {
    return new Buffer().writeString(text, Charset.forName(charset));
  }

  private static MockResponse.Builder labelled(int status, String type, Buffer body) {
    MockResponse.Builder response = new MockResponse.Builder().code(status).body(body);
    return type == null ? response : response.addHeader("Content-Type", type);
  }

  @ParameterizedTest
  @CsvSource({
    ", UTF-8, false",
    "nonsense, UTF-8, false",
    "text/plain;charset=ISO-8859-1, ISO-8859-1, false",
    "application/octet-stream;charset=UTF-16BE, UTF-16BE, false",
    "application/json;charset=us-ascii, UTF-8, false",
    "application/json;charset=no-such-set, UTF-8, false",
    "application/json;charset=GB18030, GB18030, false",
    ", UTF-8, true",
    ", UTF-16LE, true",
    "text/plain;charset=utf-16be, UTF-16BE, true"
  })
  void bodiesAreReadInTheCharsetOfTheirLabelOrByteOrderMark(
      String type, String charset, boolean marked) {
    String mark = marked ? "\uFEFF" : "";
    Buffer job = encoded(mark + "{\"status\":\"FAIL\",\"fail_reason\":\"größer\"}", charset);
    assertThat(poll(labelled(200, type, job)).failReason()).isEqualTo("größer");
    Buffer error = encoded(mark + "{\"message\":\"größer\"}", charset);
    assertThat(error(JobsServiceException.class, labelled(500, type, error)).serviceMessage())
        .isEqualTo("größer");
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 400})
  void aDecompressionBombIsNotReadIntoMemory(int status) throws Exception {
    Buffer bomb = new Buffer();
    try (BufferedSink gzip = Okio.buffer(new GzipSink(bomb))) {
      byte[] blanks = " ".repeat(1 << 20).getBytes(UTF_8);
      for (int i = 0; i < 24; i++) {
        gzip.write(blanks);
      }
    }
    assertThat(bomb.size()).isLessThan(80_000);
    try (JobsClient client = Gateway.client(server).build()) {
      server.enqueue(Gateway.job("RUNNING"));
      client.pollJob(PROJECT, JOB); // what a first poll loads is no part of it
      server.enqueue(
          new MockResponse.Builder()
              .code(status)
              .addHeader("Content-Encoding", "gzip")
              .body(bomb)
              .build());
      long before = allocated();
      catchThrowableOfType(RuntimeException.class, () -> client.pollJob(PROJECT, JOB));
      assertThat(allocated() - before).isLessThan(12L << 20);
    }
  }

  /** By the threads that live: one of them reads the body. */
  private static long allocated() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    return LongStream.of(threads.getThreadAllocatedBytes(threads.getAllThreadIds())).sum();
  }
}
