package io.github.cloudjobs.http;

import static io.github.cloudjobs.http.Gateway.JOB;
import static io.github.cloudjobs.http.Gateway.PROJECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.error.JobNotFoundException;
import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.error.ThrottledException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.junit5.StartStop;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorResponsesTest {

  @StartStop private final MockWebServer server = new MockWebServer();

  /** The forms of a date, RFC 9110 5.6.7. */
  private static final List<String> TURN_OF_THE_MILLENNIUM =
      List.of(
          "Sat, 01 Jan 2000 00:00:00 GMT",
          "Saturday, 01-Jan-00 00:00:00 GMT",
          "Sat Jan  1 00:00:00 2000");

  private static Clock in2000(int second) {
    return Clock.fixed(Instant.parse("2000-01-01T00:00:00Z").plusSeconds(second), ZoneOffset.UTC);
  }

  private JobsServiceException error(boolean async, MockResponse.Builder response) {
    return error(async, response, Clock.systemUTC());
  }

  private JobsServiceException error(boolean async, MockResponse.Builder response, Clock clock) {
    int before = server.getRequestCount();
    server.enqueue(response.build());
    JobsServiceException error =
        catchThrowableOfType(
            JobsServiceException.class,
            () -> Gateway.pollOnce(Gateway.client(server).clock(clock), async));
    assertThat(server.getRequestCount()).isEqualTo(before + 1);
    return error;
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        300, 302, 304, 307, 308, 399, 400, 401, 403, 404, 405, 407, 408, 409, 413, 418, 421, 425,
        429, 431, 500, 502, 503, 504, 511, 599, 600, 999
      })
  void everyErrorStatusIsATypedExceptionAfterOneRequest(int status) {
    String body = "{\"error_code\":\"Ecs.0114\",\"error_msg\":\"no,\\nnot so\"}";
    JobsServiceException error =
        error(
            status % 2 == 0,
            Gateway.response(status, status == 304 ? "" : body)
                .addHeader("Retry-After", "0")
                .addHeader("Location", "/elsewhere")
                .addHeader("WWW-Authenticate", "Basic realm=x")
                .addHeader("Jobs-Client-Status", "404") // is internal, and of requests
                .addHeader("X-Request-Id", "r-42"));
    Class<?> type =
        switch (status) {
          case 401 -> AuthenticationException.class;
          case 404 -> JobNotFoundException.class;
          case 429, 503 -> ThrottledException.class;
          default -> JobsServiceException.class;
        };
    assertThat(error).isExactlyInstanceOf(type);
    assertThat(error.statusCode()).isEqualTo(status);
    assertThat(error.requestId()).isEqualTo("r-42");
    if (status != 304) {
      assertThat(error.errorCode()).isEqualTo("Ecs.0114");
      assertThat(error.serviceMessage()).isEqualTo("no,\nnot so");
      assertThat(error)
          .hasMessageStartingWith(
              "HTTP %d from GET http://127.0.0.1:%d/v1/%s/jobs/%s: Ecs.0114: no, not so (request r-42)"
                  .formatted(status, server.getPort(), PROJECT, JOB));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "X-Request-Id, X-Compute-Request-Id, {}",
    "X-Openstack-Request-Id, X-Request-Id, {}",
    "X-Compute-Request-Id, X-Request-Id, {}",
    "x-iam-trace-id, X-Request-Id, {}",
    "X-Request-Id, X-Compute-Request-Id, '{\"request_id\":\"r-body\"}'"
  })
  void theRequestIdIsReadFromTheBodyAndTheHeadersOfEveryService(
      String header, String other, String body) {
    MockResponse.Builder response =
        Gateway.response(500, body)
            .addHeader(other, other.equals("X-Request-Id") ? "" : "r-service")
            .addHeader(header, "r-42");
    JobsServiceException error = error(true, response);
    assertThat(error.requestId()).isEqualTo(body.equals("{}") ? "r-42" : "r-body");
    assertThat(error).hasMessageContaining("(request " + error.requestId() + ")");
  }

  static List<String> notFound() throws IOException {
    return Files.readAllLines(Path.of("src/test/resources/responses/not-found.txt")).stream()
        .filter(line -> !line.startsWith("#"))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("notFound")
  void onlyA404OfTheServiceItselfIsAMissingJob(String line) {
    String body = line.substring(line.indexOf('|') + 2);
    JobsServiceException error = error(true, Gateway.response(404, body));
    assertThat(error.statusCode()).isEqualTo(404);
    if (line.startsWith("job")) {
      assertThat(error)
          .isInstanceOf(JobNotFoundException.class)
          .hasMessageNotContaining("any proxy on the way");
    } else {
      assertThat(error).isExactlyInstanceOf(JobsServiceException.class);
      assertThat(error.advice()).isNotNull();
      assertThat(error).hasMessageEndingWith("; " + error.advice());
    }
  }

  @ParameterizedTest
  @CsvFileSource(resources = "/responses/redirects.txt", quoteCharacter = '\'')
  void aRedirectIsNotFollowedAndTheMessageNamesItsHost(int status, String location, String named) {
    MockResponse.Builder response = new MockResponse.Builder().code(status);
    if (location != null) {
      response.addHeader("Location", location);
    }
    assertThat(error(true, response))
        .hasMessageContaining("redirects are not followed")
        .hasMessageEndingWith(named)
        .hasMessageNotContaining("hushhush");
  }

  @ParameterizedTest
  @CsvFileSource(resources = "/responses/retry-after.txt", quoteCharacter = '\'')
  void retryAfterIsReadInSecondsAndInEveryFormOfDate(String header, Duration read) {
    for (String date : TURN_OF_THE_MILLENNIUM) {
      MockResponse.Builder response =
          Gateway.response(429, "{}").addHeader("Date", date).addHeader("Retry-After", header);
      assertThat(((ThrottledException) error(true, response, in2000(3_600))).retryAfter())
          .as(date)
          .isEqualTo(read);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "yesterday", "Fri, 01 Jan 1980 00:00:00 GMT"})
  void aDateInRetryAfterIsComparedWithThisMachinesClockIfDateIsUnreadable(String date) {
    ThrottledException error =
        (ThrottledException)
            error(
                false,
                Gateway.response(503, "{}")
                    .addHeader("Date", date)
                    .addHeader("Retry-After", "Saturday, 01-Jan-00 00:01:30 GMT"),
                in2000(60));
    assertThat(error.retryAfter()).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void theExceptionsTextIsCutAndPrintable() {
    String body =
        "{\"code\":\"a\\u001bb\",\"message\":\"c\\nd\\u202e%s\",\"request_id\":\"\\u0007\"}";
    assertThat(error(false, Gateway.response(400, body.formatted(""))))
        .hasMessageEndingWith("/jobs/" + JOB + ": a?b: c d? (request ?)");
    JobsServiceException error =
        error(false, Gateway.response(400, body.formatted("y".repeat(9_000))));
    assertThat(error.getMessage()).hasSizeLessThan(600);
    assertThat(error.serviceMessage()).hasSizeGreaterThan(9_000);
    String page = "upstream\tconnect\nerror \u001b" + "x".repeat(100_000);
    JobsServiceException quoted = error(false, Gateway.response(502, page));
    assertThat(quoted.serviceMessage()).isNull();
    assertThat(quoted).hasMessageContaining(": upstream connect error ?xxx");
    assertThat(quoted.getMessage()).hasSizeLessThan(300).endsWith("…");
  }
}
