package io.github.cloudjobs.http;

import static io.github.cloudjobs.http.Gateway.JOB;
import static io.github.cloudjobs.http.Gateway.PROJECT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.management.ThreadMXBean;
import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.error.MalformedJobException;
import io.github.cloudjobs.error.ThrottledException;
import io.github.cloudjobs.model.Job;
import java.lang.management.ManagementFactory;
import java.nio.charset.Charset;
import java.util.stream.LongStream;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.junit5.StartStop;
import okio.Buffer;
import okio.BufferedSink;
import okio.GzipSink;
import okio.Okio;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseBodiesTest {
  private static final int LIMIT = 8 << 20;

  @StartStop private final MockWebServer server = new MockWebServer();

  private void enqueue(int status, String type, Buffer body) {
    MockResponse.Builder answer = new MockResponse.Builder().code(status).body(body);
    if (type != null) {
      answer.addHeader("Content-Type", type);
    }
    server.enqueue(answer.build());
  }

  private Job poll() {
    try (JobsClient client = Gateway.client(server).build()) {
      return client.pollJob(PROJECT, JOB);
    }
  }

  @ParameterizedTest
  @CsvSource({
    ",",
    "text/plain,",
    "application/octet-stream,",
    "text/plain;charset=ISO-8859-1, ISO-8859-1",
    "application/octet-stream;charset=UTF-16BE, UTF-16BE",
    "text/html,",
    "nonsense,",
    "application/json;charset=us-ascii,",
    "application/json;charset=no-such-set,",
    "application/json;charset=GB18030, GB18030"
  })
  void bodiesAreReadWithAnyContentTypeInTheCharsetOfItsLabel(String type, String charset) {
    Charset sent = charset == null ? UTF_8 : Charset.forName(charset);
    enqueue(200, type, new Buffer().writeString(job("größer"), sent));
    assertThat(poll().failReason()).isEqualTo("größer");

    enqueue(500, type, new Buffer().writeString("{\"message\":\"größer\"}", sent));
    assertThat(catchThrowableOfType(JobsServiceException.class, this::poll).serviceMessage())
        .isEqualTo("größer");
  }

  private static String job(String reason) {
    return "{\"job_id\":\"j\",\"status\":\"FAIL\",\"fail_reason\":\"" + reason + "\"}";
  }

  @ParameterizedTest
  @CsvSource({"UTF-8,", "UTF-16BE,", "UTF-16LE,", "UTF-8, utf-8", "UTF-16BE, utf-16be"})
  void aByteOrderMarkIsSkipped(String charset, String label) {
    String type = label == null ? "application/json" : "application/json;charset=" + label;
    enqueue(200, type, new Buffer().writeString("\uFEFF" + job("x"), Charset.forName(charset)));
    assertThat(poll().failReason()).isEqualTo("x");

    String error = "\uFEFF{\"code\":\"C.1\"}";
    enqueue(400, type, new Buffer().writeString(error, Charset.forName(charset)));
    assertThat(catchThrowableOfType(JobsServiceException.class, this::poll).errorCode())
        .isEqualTo("C.1");
  }

  @Test
  void brokenUtf8IsReadWithReplacementCharacters() {
    byte[] broken = job("gr\u00f6\u00dfer").getBytes(Charset.forName("ISO-8859-1"));
    enqueue(200, "application/json", new Buffer().write(broken));
    assertThat(poll().failReason()).isEqualTo("gr\uFFFD\uFFFDer");

    enqueue(400, "application/json", new Buffer().writeUtf8("{\"message\":\"a").writeByte(0xC3));
    assertThat(catchThrowableOfType(JobsServiceException.class, this::poll))
        .hasMessageEndingWith("{\"message\":\"a\uFFFD");
  }

  @ParameterizedTest
  @CsvSource({
    "'[', 501, 'nesting depth (501) exceeds the maximum allowed (500'",
    "1, 1001, 'Number value length (1001) exceeds the maximum allowed (1000'"
  })
  void theMessageNamesAJsonLimit(String unit, int count, String limit) {
    enqueue(200, "application/json", new Buffer().writeUtf8("{\"a\":" + unit.repeat(count) + " }"));
    assertThat(catchThrowableOfType(MalformedJobException.class, this::poll))
        .hasMessageContaining("over a limit: ")
        .hasMessageContaining(limit)
        .hasMessageContaining("which cannot be raised");
  }

  @Test
  void aStringAsLongAsTheBodyIsRead() {
    String reason = "x".repeat(LIMIT - job("").length());
    enqueue(200, "application/json", new Buffer().writeUtf8(job(reason)));
    assertThat(poll().failReason()).hasSize(reason.length());
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 400})
  void aDecompressionBombIsNotReadIntoMemory(int status) throws Exception {
    Buffer bomb = new Buffer();
    try (BufferedSink gzip = Okio.buffer(new GzipSink(bomb))) {
      byte[] blanks = " ".repeat(1 << 20).getBytes(UTF_8);
      for (int i = 0; i < 64; i++) {
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
      assertThat(allocated() - before).isLessThan(LIMIT + LIMIT / 2);
    }
  }

  /** By the threads that live: one of them reads the body. */
  private static long allocated() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    return LongStream.of(threads.getThreadAllocatedBytes(threads.getAllThreadIds())).sum();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'job_id':'j-1','code':'C.1','message':'told along'}",
        "{'status':'FAIL','code':'C.1','message':'told along'}",
        "{'status':'success','code':'C.1','message':'told along'}",
        "{'job_id':'j-1','status':'MIGRATING','code':'C.1','message':'told along'}",
        "{'job_type':'createServer','code':'C.1','message':'told along'}"
      })
  void aJobWithACodeAndAMessageIsAJob(String body) {
    server.enqueue(Gateway.answer(200, body.replace('\'', '"')).build());
    try (JobsClient client = Gateway.client(server).build()) {
      Job job = client.pollJob(PROJECT, JOB);
      assertThat(job.code()).isEqualTo("C.1");
      assertThat(job.message()).isEqualTo("told along");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'code':'C.1','message':'m'} | C.1 | m",
        "{'job_id':null,'code':'C.1','message':'m'} | C.1 | m",
        "{'job_id':'','status':'','code':'C.1','message':'m'} | C.1 | m",
        "{'status':'error','code':'C.1','message':'m'} | C.1 | m",
        "{'status':404,'code':'C.1','message':'m'} | C.1 | m",
        "{'error_code':'C.1','error_msg':'m'} | C.1 | m",
        "{'errCode':'C.1','errMsg':'m'} | C.1 | m",
        "{'NeutronError':{'type':'C.1','message':'m'}} | C.1 | m",
        "{'message':'{\\'error\\':{\\'code\\':\\'C.1\\',\\'message\\':\\'m\\'}}'} | C.1 | m"
      })
  void a200WithACodeButNoIdAndNoKnownStatusIsAnError(String body, String code, String message) {
    server.enqueue(Gateway.answer(200, body.replace('\'', '"')).build());
    try (JobsClient client = Gateway.client(server).build()) {
      JobsServiceException error =
          catchThrowableOfType(JobsServiceException.class, () -> client.pollJob(PROJECT, JOB));
      assertThat(error.statusCode()).isEqualTo(200);
      assertThat(error.errorCode()).isEqualTo(code);
      assertThat(error.serviceMessage()).isEqualTo(message);
    }
  }

  @Test
  void throttlingWithStatus200IsThrottling() {
    server.enqueue(Gateway.answer(200, "{\"error_code\":\"APIGW.0308\"}").build());
    try (JobsClient client = Gateway.client(server).build()) {
      assertThat(catchThrowableOfType(ThrottledException.class, () -> client.pollJob(PROJECT, JOB)))
          .hasMessageStartingWith("HTTP 200 from GET");
    }
  }
}
