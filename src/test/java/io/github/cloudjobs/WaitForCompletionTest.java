package io.github.cloudjobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.error.ThrottledException;
import io.github.cloudjobs.http.Gateway;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobFailure;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.testing.VirtualTime;
import io.github.cloudjobs.wait.JobFailedException;
import io.github.cloudjobs.wait.JobPollException;
import io.github.cloudjobs.wait.JobVanishedException;
import io.github.cloudjobs.wait.JobWaitException;
import io.github.cloudjobs.wait.JobWaitTimeoutException;
import io.github.cloudjobs.wait.PollSchedule;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitOutcome;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.SocketEffect;
import mockwebserver3.junit5.StartStop;
import okhttp3.Dns;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole waits over real HTTP, in virtual time: when each poll was made, and how it ended. */
class WaitForCompletionTest {
  private static final Instant START = Instant.parse("2024-03-05T06:07:08Z");
  private static final JobRef JOB = new JobRef("p", "j");
  private static final MockResponse RUNNING = body(200, "{\"status\":\"RUNNING\"}");
  private static final MockResponse SUCCESS = body(200, "{\"status\":\"SUCCESS\"}");
  private static final MockResponse UNKNOWN_JOB =
      body(404, "{\"error\":{\"code\":\"Ecs.0114\",\"message\":\"no such job\"}}");
  private static final MockResponse THROTTLED = body(429, "");
  private static final MockResponse REDIRECT = header(302, "Location", "http://other.example/");

  @StartStop final MockWebServer server = new MockWebServer();
  private final VirtualTime time = new VirtualTime(START);
  private final List<Duration> polls = new ArrayList<>();
  private final List<MockResponse> responses = new ArrayList<>();
  private JobsClient client;

  @BeforeEach
  void open() {
    Gateway.answerBy(
        server,
        request -> {
          synchronized (responses) {
            polls.add(time.elapsed());
            return responses.size() > 1 ? responses.remove(0) : responses.get(0);
          }
        });
    client =
        Gateway.client(server)
            .credentials(Credentials.accessKey("ak", "sk"))
            .clock(time.clock())
            .build();
  }

  @AfterEach
  void close() {
    client.close();
  }

  private static MockResponse body(int status, String body) {
    return new MockResponse.Builder().code(status).body(body).build();
  }

  private static MockResponse header(int status, String name, String value) {
    return new MockResponse.Builder().code(status).addHeader(name, value).build();
  }

  /** Responds with these, the last over and over. */
  private void respond(MockResponse... all) {
    responses.addAll(List.of(all));
  }

  private static WaitOptions every(int seconds, int timeout) {
    return WaitOptions.builder()
        .schedule(PollSchedule.fixed(Duration.ofSeconds(seconds)))
        .timeout(Duration.ofSeconds(timeout))
        .build();
  }

  private static Duration[] seconds(int... times) {
    return Arrays.stream(times).mapToObj(Duration::ofSeconds).toArray(Duration[]::new);
  }

  /** One of the forms in which a wait can be requested. */
  interface Form {
    Job wait(JobsClient client) throws Exception;
  }

  static Stream<Form> forms() {
    WaitOptions options = WaitOptions.defaults();
    return Stream.of(
        c -> c.waitForCompletion("p", "j"),
        c -> c.waitForCompletion("p", "j", Duration.ofHours(1)),
        c -> c.waitForCompletion("p", "j", options),
        c -> c.waitForCompletion(JOB),
        c -> c.waitForCompletion(JOB, Duration.ofHours(1)),
        c -> c.waitForCompletion(JOB, options),
        c -> c.waitForCompletionAsync("p", "j").get(),
        c -> c.waitForCompletionAsync("p", "j", options).get(),
        c -> c.waitForCompletionAsync(JOB).get(),
        c -> c.waitForCompletionAsync(JOB, options).get(),
        c -> ((WaitOutcome.Succeeded) c.awaitOutcome("p", "j")).job(),
        c -> ((WaitOutcome.Succeeded) c.awaitOutcome("p", "j", options)).job(),
        c -> ((WaitOutcome.Succeeded) c.awaitOutcome(JOB)).job(),
        c -> ((WaitOutcome.Succeeded) c.awaitOutcome(JOB, options)).job());
  }

  @ParameterizedTest
  @MethodSource("forms")
  void everyFormReturnsTheJobThatSucceeded(Form form) throws Exception {
    respond(RUNNING, body(200, "{\"status\":\"SUCCESS\",\"entities\":{\"server_id\":\"s-1\"}}"));
    Job done = time.run(() -> form.wait(client));
    assertThat(done.ids("server_id")).containsExactly("s-1");
    assertThat(polls).hasSize(2);
  }

  /** A wait that polls at these times, in seconds, and succeeds. */
  record Success(WaitOptions options, int[] polls, MockResponse... responses) {}

  static Stream<Success> successes() {
    MockResponse cutOff =
        new MockResponse.Builder()
            .body("{\"status\":\"RUNNING\"}")
            .onResponseBody(SocketEffect.ShutdownConnection.INSTANCE)
            .build();
    WaitOptions confirming = every(10, 60).toBuilder().confirmSuccess(2).build();
    Stream<Success> pagesOfAnIngress =
        Stream.of(
                "",
                "default backend - 404",
                "<html><title>404 Not Found</title></html>",
                "{\"code\":404,\"message\":\"page not found\"}")
            .map(page -> body(404, page))
            .map(
                page ->
                    new Success(
                        every(1, 300), new int[] {0, 1, 3, 7}, RUNNING, page, page, SUCCESS));
    return Stream.concat(
        pagesOfAnIngress,
        Stream.of(
            new Success( // lost and unreadable responses
                every(1, 60),
                new int[] {0, 1, 3, 7, 15},
                RUNNING,
                body(502, "<html>bad gateway</html>"),
                body(200, "<html>maintenance</html>"),
                cutOff,
                SUCCESS),
            new Success( // obeyed up to five minutes
                WaitOptions.defaults(),
                new int[] {0, 60, 360},
                header(429, "Retry-After", "60"),
                header(503, "Retry-After", "86400"),
                SUCCESS),
            new Success( // not known yet
                every(5, 60), new int[] {0, 5, 10}, UNKNOWN_JOB, UNKNOWN_JOB, SUCCESS),
            new Success( // the network's sign-in page
                every(10, 300),
                new int[] {0, 10, 20, 30, 40},
                RUNNING,
                REDIRECT,
                body(200, "<html><form action='/login'>Sign in</form></html>"),
                REDIRECT,
                SUCCESS),
            new Success(confirming, new int[] {0, 1, 11, 12}, SUCCESS, RUNNING, SUCCESS)));
  }

  @ParameterizedTest
  @MethodSource("successes")
  void whatMayPassIsTolerated(Success expected) throws Exception {
    respond(expected.responses);
    time.run(() -> client.waitForCompletion(JOB, expected.options));
    assertThat(polls).containsExactly(seconds(expected.polls));
  }

  /** A wait that polls at these times, in seconds, and ends with an exception. */
  record Failure(
      WaitOptions options,
      int[] polls,
      Class<? extends JobWaitException> type,
      String message,
      MockResponse... responses) {}

  static Stream<Failure> failures() {
    WaitOptions noTime = WaitOptions.builder().timeout(Duration.ZERO).build();
    return Stream.of(
        new Failure(
            every(10, 25),
            new int[] {0, 10, 20, 25},
            JobWaitTimeoutException.class,
            "is still RUNNING after 25 s and 4 polls",
            RUNNING),
        new Failure(
            noTime, new int[] {0}, JobWaitTimeoutException.class, "after 0 s and 1 polls", RUNNING),
        new Failure(
            every(10, 300), new int[] {0, 10, 20, 30}, JobVanishedException.class, "", UNKNOWN_JOB),
        new Failure(
            every(10, 300),
            new int[] {0, 10, 20, 30, 40},
            JobVanishedException.class,
            "",
            RUNNING,
            UNKNOWN_JOB),
        new Failure( // a wrong endpoint
            every(10, 300),
            new int[] {0},
            JobPollException.class,
            "redirects are not followed, this one leads to host other.example",
            REDIRECT),
        new Failure(
            every(10, 300),
            new int[] {0},
            JobPollException.class,
            "APIGW.0101",
            body(404, "{\"error_code\":\"APIGW.0101\",\"error_msg\":\"The API does not exist\"}")));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void whatDoesNotPassEndsTheWait(Failure expected) {
    respond(expected.responses);
    assertThatExceptionOfType(expected.type)
        .isThrownBy(() -> time.run(() -> client.waitForCompletion(JOB, expected.options)))
        .withMessageContaining(expected.message)
        .satisfies(e -> assertThat(e.polls()).isEqualTo(expected.polls.length))
        .satisfies(e -> assertThat(e.elapsed()).isEqualTo(polls.get(polls.size() - 1)));
    assertThat(polls).containsExactly(seconds(expected.polls));
  }

  @Test
  void aRefusedKeyIsTriedOnce() {
    respond(body(401, ""));
    assertThatExceptionOfType(JobPollException.class)
        .isThrownBy(() -> time.run(() -> client.waitForCompletion(JOB)))
        .withCauseInstanceOf(AuthenticationException.class);
    assertThat(polls).hasSize(1);
  }

  @Test
  void toleratedErrorsAreSuppressedInWhatEndsTheWait() {
    respond(body(500, ""));
    JobPollException spent =
        catchThrowableOfType(
            JobPollException.class, () -> time.run(() -> client.waitForCompletion(JOB)));
    assertThat(spent).hasCauseInstanceOf(JobsServiceException.class);
    assertThat(spent.elapsed()).isBetween(Duration.ofMinutes(2), Duration.ofMinutes(3));
    assertThat(spent.getSuppressed()).hasSize(spent.polls() - 1);

    responses.clear();
    respond(THROTTLED);
    JobWaitTimeoutException throttled =
        catchThrowableOfType(
            JobWaitTimeoutException.class,
            () -> time.run(() -> client.waitForCompletion(JOB, every(10, 35))));
    assertThat(throttled.lastJob()).isNull();
    assertThat(throttled.getSuppressed())
        .hasSize(throttled.polls())
        .hasOnlyElementsOfType(ThrottledException.class);
  }

  @Test
  void a404OfAnIngressThatStaysSpendsTheErrorBudget() {
    respond(RUNNING, body(404, "default backend - 404"));
    assertThatExceptionOfType(JobPollException.class)
        .isThrownBy(() -> time.run(() -> client.waitForCompletion(JOB, every(10, 600))))
        .withMessageContaining("default backend - 404")
        .satisfies(e -> assertThat(e.elapsed()).isBetween(seconds(120)[0], seconds(160)[0]));
  }

  @Test
  void aFailureIsReportedDownToTheLeaf() {
    respond(
        body(
            200,
            """
            {"status": "FAIL", "job_type": "createServer", "error_code": "Ecs.0001",
             "fail_reason": "a sub-job failed", "entities": {"sub_jobs_total": 1, "sub_jobs": [
               {"status": "FAIL", "job_type": "createSingleServer", "error_code": "Ecs.0204",
                "fail_reason": "CreateServerTask-fail: no room",
                "entities": {"errorcode_message":
                  "{\\"forbidden\\": {\\"code\\": 403, \\"message\\": \\"Quota exceeded\\"}}"}}]}}\
            """));
    assertThatExceptionOfType(JobFailedException.class)
        .isThrownBy(() -> time.run(() -> client.waitForCompletion(JOB)))
        .withMessageContaining("Quota exceeded")
        .satisfies(
            e ->
                assertThat(e.failures())
                    .extracting(JobFailure::errorCode, JobFailure::innermostMessage)
                    .contains(tuple("Ecs.0204", "Quota exceeded")));
  }

  @Test
  void aFreshJobIsPolledAfterTwoSeconds() throws Exception {
    respond(SUCCESS);
    time.run(() -> client.waitForCompletion(new JobRef("p", "j", START.minusSeconds(9))));
    assertThat(polls).containsExactly(Duration.ofSeconds(2));
  }

  /** By default: 15 % of the age, from 1 s to 15 s or a sixtieth of the age, give or take 20 %. */
  @ParameterizedTest
  @CsvSource({"0, 0.8, 1.2", "40, 4.8, 7.2", "600, 12, 18", "3600, 48, 72", "36000, 96, 144"})
  void pausesGrowWithTheAgeOfTheJob(int age, double least, double most) throws Exception {
    respond(
        body(200, "{\"status\":\"RUNNING\",\"begin_time\":\"" + START.minusSeconds(age) + "\"}"),
        SUCCESS);
    time.run(() -> client.waitForCompletion(JOB));
    assertThat(polls.get(1).toMillis() / 1e3).isBetween(least, most);
  }

  /** In real time: virtual time has no other clock beside it. */
  @Test
  void theAgeOfAJobIsMeasuredByTheServersClock() throws Exception {
    respond(
        new MockResponse.Builder()
            .addHeader("Date", "Tue, 05 Mar 2024 10:00:00 GMT")
            .body("{\"status\":\"RUNNING\",\"begin_time\":\"2024-03-05T09:58:20Z\"}")
            .build(),
        SUCCESS);
    AtomicReference<Duration> seen = new AtomicReference<>();
    WaitOptions options =
        WaitOptions.builder()
            .schedule(
                (age, job) -> {
                  seen.set(age);
                  return Duration.ofMillis(1);
                })
            .build();
    try (JobsClient real = Gateway.client(server).build()) {
      real.waitForCompletion(JOB, options);
    }
    assertThat(seen.get()).isBetween(Duration.ofSeconds(100), Duration.ofSeconds(120));
  }

  // The service's name

  /** A client whose service has a name that is looked up by {@code dns}. */
  private JobsClient named(Dns dns) {
    return JobsClient.builder()
        .service(JobsService.ECS)
        .endpoint("http://jobs.invalid:" + server.getPort())
        .allowPlaintext()
        .credentials(Credentials.accessKey("ak", "sk"))
        .httpClient(new OkHttpClient.Builder().dns(dns).build())
        .clock(time.clock())
        .build();
  }

  @Test
  void aHostThatDoesNotExistEndsTheWaitAfterMoreThanElevenSeconds() {
    List<Duration> lookups = new ArrayList<>();
    try (JobsClient lost =
        named(
            host -> {
              lookups.add(time.elapsed());
              throw new UnknownHostException(host);
            })) {
      assertThatExceptionOfType(JobPollException.class)
          .isThrownBy(() -> time.run(() -> lost.waitForCompletion(JOB)))
          .withCauseInstanceOf(JobsTransportException.class);
    }
    assertThat(lookups).containsExactly(seconds(0, 2, 6, 14));
  }

  @Test
  void aNameThatCannotBeLookedUpAtFirstEndsNoWait() throws Exception {
    respond(SUCCESS);
    AtomicInteger lookups = new AtomicInteger();
    try (JobsClient recovering =
        named(
            host -> {
              if (lookups.incrementAndGet() < 4) {
                throw new UnknownHostException(host);
              }
              return List.of(InetAddress.getLoopbackAddress());
            })) {
      time.run(() -> recovering.waitForCompletion(JOB));
    }
    assertThat(polls).containsExactly(seconds(14));
  }
}
