package io.github.cloudjobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.error.ThrottledException;
import io.github.cloudjobs.http.Gateway;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.testing.VirtualTime;
import io.github.cloudjobs.wait.JobPollException;
import io.github.cloudjobs.wait.JobWaitException;
import io.github.cloudjobs.wait.JobWaitTimeoutException;
import io.github.cloudjobs.wait.PollSchedule;
import io.github.cloudjobs.wait.WaitOptions;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.SocketEffect;
import mockwebserver3.junit5.StartStop;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole waits over real HTTP, in virtual time: when each poll was made, and how it ended. */
class WaitForCompletionTest {
  private static final Instant START = Instant.parse("2024-03-05T06:07:08Z");
  private static final JobRef JOB = new JobRef("p", "j");
  private static final MockResponse SUCCESS = body(200, "{\"status\":\"SUCCESS\"}");
  private static final MockResponse INGRESS = body(404, "default backend - 404");
  private static final Map<String, MockResponse> RESPONSES =
      Map.ofEntries(
          Map.entry("running", body(200, "{\"status\":\"RUNNING\"}")),
          Map.entry("success", SUCCESS),
          Map.entry("failed", body(200, "{\"status\":\"FAIL\",\"fail_reason\":\"no room\"}")),
          Map.entry("unknown job", body(404, "{\"error\":{\"code\":\"Ecs.0114\"}}")),
          Map.entry("unknown API", body(404, "{\"error_code\":\"APIGW.0101\"}")),
          Map.entry("empty 404", body(404, "")),
          Map.entry("ingress", INGRESS),
          Map.entry("page", body(404, "<html><title>404 Not Found</title></html>")),
          Map.entry("router", body(404, "{\"code\":404,\"message\":\"page not found\"}")),
          Map.entry("bad gateway", body(502, "<html>bad gateway</html>")),
          Map.entry("maintenance", body(200, "<html>maintenance</html>")),
          Map.entry("redirect", header(302, "Location", "http://other.example/")),
          Map.entry("sign in", body(200, "<html><form action='/login'>Sign in</form></html>")),
          Map.entry("throttled", header(429, "Retry-After", "60")),
          Map.entry("unavailable", header(503, "Retry-After", "86400")),
          Map.entry(
              "cut off",
              new MockResponse.Builder()
                  .body("{\"status\":\"RUNNING\"}")
                  .onResponseBody(SocketEffect.ShutdownConnection.INSTANCE)
                  .build()));

  @StartStop final MockWebServer server = new MockWebServer();
  private final VirtualTime time = new VirtualTime(START);
  private final List<Duration> polls = new ArrayList<>();
  private final List<MockResponse> responses = new ArrayList<>();

  @BeforeEach
  void serve() {
    Gateway.respondBy(
        server,
        request -> {
          synchronized (responses) {
            polls.add(time.elapsed());
            return responses.size() > 1 ? responses.remove(0) : responses.get(0);
          }
        });
  }

  private static MockResponse body(int status, String body) {
    return new MockResponse.Builder().code(status).body(body).build();
  }

  private static MockResponse header(int status, String name, String value) {
    return new MockResponse.Builder().code(status).addHeader(name, value).build();
  }

  private static WaitOptions every(int seconds, int timeout) {
    return WaitOptions.builder()
        .schedule(PollSchedule.fixed(Duration.ofSeconds(seconds)))
        .timeout(Duration.ofSeconds(timeout))
        .build();
  }

  private static MockResponse[] responses(String names) {
    return Stream.of(names.split(", ")).map(RESPONSES::get).toArray(MockResponse[]::new);
  }

  private static Duration[] seconds(String times) {
    return Stream.of(times.split(", "))
        .map(Integer::parseInt)
        .map(Duration::ofSeconds)
        .toArray(Duration[]::new);
  }

  /** Waits for a job whose polls get these responses, the last over and over. */
  private void await(JobRef job, WaitOptions options, MockResponse... all) throws Exception {
    responses.addAll(List.of(all));
    try (JobsClient client = Gateway.client(server).clock(time.clock()).build()) {
      time.run(() -> client.waitForCompletion(job, options));
    }
  }

  /** Retry-After is obeyed up to five minutes. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
           1 |  60 | running, bad gateway, maintenance, cut off, success | 0, 1, 3, 7, 15
           1 | 300 | running, empty 404, router, success                 | 0, 1, 3, 7
           1 | 300 | running, ingress, page, success                     | 0, 1, 3, 7
          10 | 900 | throttled, unavailable, success                     | 0, 60, 360
           5 |  60 | unknown job, unknown job, success                   | 0, 5, 10
          10 | 300 | running, redirect, sign in, redirect, success       | 0, 10, 20, 30, 40
          """)
  void temporaryErrorsAreTolerated(int every, int timeout, String names, String times)
      throws Exception {
    await(JOB, every(every, timeout), responses(names));
    assertThat(polls).containsExactly(seconds(times));
  }

  @Test
  void aSuccessIsConfirmedByAnother() throws Exception {
    WaitOptions confirming = every(10, 60).toBuilder().confirmSuccess(2).build();
    await(JOB, confirming, responses("success, running, success"));
    assertThat(polls).containsExactly(seconds("0, 1, 11, 12"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
           25 | running              | 0, 10, 20, 25     | Timeout  | still RUNNING after 25 s and 4 polls
            0 | running              | 0                 | Timeout  | after 0 s and 1 polls
          300 | unknown job          | 0, 10, 20, 30     | Vanished | job
          300 | running, unknown job | 0, 10, 20, 30, 40 | Vanished | job
           60 | running, failed      | 0, 10             | Failed   | no room
          300 | redirect             | 0                 | Poll     | leads to host other.example
          300 | unknown API          | 0                 | Poll     | APIGW.0101
          """)
  void permanentErrorsEndTheWait(
      int timeout, String names, String times, String type, String message) {
    assertThatExceptionOfType(JobWaitException.class)
        .isThrownBy(() -> await(JOB, every(10, timeout), responses(names)))
        .withMessageContaining(message)
        .satisfies(e -> assertThat(e.getClass().getSimpleName()).contains(type))
        .satisfies(e -> assertThat(e.polls()).isEqualTo(polls.size()))
        .satisfies(e -> assertThat(e.elapsed()).isEqualTo(polls.get(polls.size() - 1)));
    assertThat(polls).containsExactly(seconds(times));
  }

  @Test
  void aRefusedKeyIsSentOnceByAWait() {
    assertThatExceptionOfType(JobPollException.class)
        .isThrownBy(() -> await(JOB, WaitOptions.defaults(), body(401, "")))
        .withCauseInstanceOf(AuthenticationException.class);
    assertThat(polls).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {404, 500})
  void errorsThatStaySpendTheBudgetAndAreSuppressed(int status) {
    MockResponse error = status == 404 ? INGRESS : body(status, "");
    assertThatExceptionOfType(JobPollException.class)
        .isThrownBy(() -> await(JOB, WaitOptions.defaults(), error))
        .withMessageContaining("HTTP " + status)
        .withCauseInstanceOf(JobsServiceException.class)
        .satisfies(
            e -> assertThat(e.elapsed()).isBetween(Duration.ofMinutes(2), Duration.ofMinutes(3)))
        .satisfies(e -> assertThat(e.getSuppressed()).hasSize(e.polls() - 1));
  }

  @Test
  void throttledPollsAreSuppressedInATimeout() {
    assertThatExceptionOfType(JobWaitTimeoutException.class)
        .isThrownBy(() -> await(JOB, every(10, 35), body(429, "")))
        .satisfies(e -> assertThat(e.lastJob()).isNull())
        .satisfies(
            e ->
                assertThat(e.getSuppressed())
                    .hasSize(e.polls())
                    .hasOnlyElementsOfType(ThrottledException.class));
  }

  @Test
  void aFreshJobIsPolledAfterTwoSeconds() throws Exception {
    await(new JobRef("p", "j", START.minusSeconds(9)), WaitOptions.defaults(), SUCCESS);
    assertThat(polls).containsExactly(Duration.ofSeconds(2));
  }

  /** By default: 15 % of the age, from 1 s to 15 s or a sixtieth of the age, give or take 20 %. */
  @ParameterizedTest
  @CsvSource({"0, 0.8, 1.2", "40, 4.8, 7.2", "600, 12, 18", "3600, 48, 72", "36000, 96, 144"})
  void pausesGrowWithTheAgeOfTheJob(int age, double least, double most) throws Exception {
    String begun = "{\"status\":\"RUNNING\",\"begin_time\":\"" + START.minusSeconds(age) + "\"}";
    await(JOB, WaitOptions.defaults(), body(200, begun), SUCCESS);
    assertThat(polls.get(1).toMillis() / 1e3).isBetween(least, most);
  }

  /** In real time: virtual time has no other clock beside it. */
  @Test
  void theAgeOfAJobIsMeasuredByTheServersClock() throws Exception {
    responses.add(
        new MockResponse.Builder()
            .addHeader("Date", "Tue, 05 Mar 2024 10:00:00 GMT")
            .body("{\"status\":\"RUNNING\",\"begin_time\":\"2024-03-05T09:58:20Z\"}")
            .build());
    responses.add(SUCCESS);
    AtomicReference<Duration> seen = new AtomicReference<>();
    PollSchedule schedule =
        (age, job) -> {
          seen.set(age);
          return Duration.ofMillis(1);
        };
    try (JobsClient real = Gateway.client(server).build()) {
      real.waitForCompletion(JOB, WaitOptions.builder().schedule(schedule).build());
    }
    assertThat(seen.get()).isBetween(Duration.ofSeconds(100), Duration.ofSeconds(120));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aHostThatIsUnknownForMoreThanElevenSecondsEndsTheWait(boolean found) throws Exception {
    responses.add(SUCCESS);
    List<Duration> lookups = new ArrayList<>();
    OkHttpClient http =
        new OkHttpClient.Builder()
            .dns(
                host -> {
                  lookups.add(time.elapsed());
                  if (found && lookups.size() == 4) {
                    return List.of(InetAddress.getLoopbackAddress());
                  }
                  throw new UnknownHostException(host);
                })
            .build();
    JobsClient.Builder named =
        Gateway.client(server)
            .endpoint("http://jobs.invalid:" + server.getPort())
            .allowPlaintext()
            .httpClient(http)
            .clock(time.clock());
    try (JobsClient client = named.build()) {
      if (found) {
        time.run(() -> client.waitForCompletion(JOB));
      } else {
        assertThatExceptionOfType(JobPollException.class)
            .isThrownBy(() -> time.run(() -> client.waitForCompletion(JOB)))
            .withCauseInstanceOf(JobsTransportException.class);
      }
    }
    assertThat(lookups).containsExactly(seconds("0, 2, 6, 14"));
  }
}
