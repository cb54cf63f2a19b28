package io.github.cloudjobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.engine.TestClock;
import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.error.ThrottledException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobFailure;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.testing.TestTimer;
import io.github.cloudjobs.wait.JobFailedException;
import io.github.cloudjobs.wait.JobPollException;
import io.github.cloudjobs.wait.JobVanishedException;
import io.github.cloudjobs.wait.JobWaitTimeoutException;
import io.github.cloudjobs.wait.PollFailure;
import io.github.cloudjobs.wait.PollSchedule;
import io.github.cloudjobs.wait.WaitListener;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitOutcome;
import io.github.cloudjobs.wait.WaitProgress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import mockwebserver3.junit5.StartStop;
import okhttp3.Dns;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole waits over real HTTP, in virtual time: when each poll was made, and how it ended. */
class WaitForCompletionTest {
  private static final Instant START = Instant.parse("2024-03-05T06:07:08Z");
  private static final JobRef JOB = new JobRef("p", "j");

  @StartStop final MockWebServer server = new MockWebServer();

  private final TestTimer timer = new TestTimer();
  private final TestClock clock = new TestClock(timer::now, START);
  private final List<Duration> polls = new ArrayList<>();
  private final List<MockResponse> answers = new ArrayList<>();
  private JobsClient client;

  @BeforeEach
  void open() {
    server.setDispatcher(
        new Dispatcher() {
          @Override
          public synchronized MockResponse dispatch(RecordedRequest request) {
            polls.add(timer.now());
            return answers.size() > 1 ? answers.remove(0) : answers.get(0);
          }
        });
    client =
        JobsClient.builder()
            .service(JobsService.ECS)
            .endpoint(server.url("/").toString())
            .credentials(Credentials.accessKey("ak", "sk"))
            .timer(timer.timer())
            .clock(clock)
            .build();
  }

  @AfterEach
  void close() {
    client.close();
  }

  /** One of the forms in which a wait can be asked for. */
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
    answers(job("RUNNING"), body("{\"status\":\"SUCCESS\",\"entities\":{\"server_id\":\"s-1\"}}"));
    Job done = run(() -> form.wait(client));
    assertThat(done.ids("server_id")).containsExactly("s-1");
    assertThat(polls).hasSize(2);
  }

  @Test
  void aFreshJobIsPolledAfterTwoSeconds() throws Exception {
    answers(job("SUCCESS"));
    run(() -> client.waitForCompletion(new JobRef("p", "j", START.minusSeconds(9))));
    assertThat(polls).containsExactly(Duration.ofSeconds(2));
  }

  @Test
  void aJobThatBeganLongAgoIsPolledAtItsAge() throws Exception {
    // 100 s old by the server's clock, whatever this machine's says: 15 s between polls, ±20 %.
    answers(
        dated("RUNNING", "2024-03-05T09:58:20Z", "Tue, 05 Mar 2024 10:00:00 GMT"),
        dated("SUCCESS", "2024-03-05T09:58:20Z", "Tue, 05 Mar 2024 10:00:15 GMT"));
    run(() -> client.waitForCompletion(JOB));
    assertThat(polls.get(1)).isBetween(Duration.ofSeconds(12), Duration.ofSeconds(18));
  }

  @Test
  void aWallClockThatJumpsChangesNothing() throws Exception {
    answers(job("RUNNING"), job("RUNNING"), job("SUCCESS"));
    WaitOptions options =
        WaitOptions.builder()
            .schedule(PollSchedule.fixed(Duration.ofSeconds(10)))
            .timeout(Duration.ofMinutes(1))
            .addListener(progress -> clock.jump(Duration.ofHours(progress.polls() == 1 ? 30 : -70)))
            .build();
    run(() -> client.waitForCompletion(JOB, options));
    assertThat(polls).containsExactly(seconds(0, 10, 20));
  }

  @Test
  void theLastPollIsMadeExactlyAtTheDeadlineAndOnce() {
    answers(job("RUNNING"));
    assertThatExceptionOfType(JobWaitTimeoutException.class)
        .isThrownBy(() -> run(() -> client.waitForCompletion(JOB, every(10, 25))))
        .satisfies(
            e -> {
              assertThat(e.lastJob()).isNotNull();
              assertThat(e.polls()).isEqualTo(4);
              assertThat(e.elapsed()).isEqualTo(Duration.ofSeconds(25));
            });
    assertThat(polls).containsExactly(seconds(0, 10, 20, 25));
  }

  @Test
  void aTimeoutOfZeroPollsOnce() throws Exception {
    answers(job("RUNNING"));
    WaitOptions options = WaitOptions.builder().timeout(Duration.ZERO).build();
    WaitOutcome outcome = run(() -> client.awaitOutcome(JOB, options));
    assertThat(outcome)
        .isInstanceOfSatisfying(
            WaitOutcome.TimedOut.class, timedOut -> assertThat(timedOut.polls()).isOne());
    assertThat(polls).containsExactly(Duration.ZERO);
  }

  @Test
  void aFailureIsToldDownToTheLeaf() {
    answers(
        body(
            """
            {"status": "FAIL", "job_type": "createServer", "error_code": "Ecs.0001",
             "fail_reason": "a sub-job failed", "entities": {"sub_jobs_total": 1, "sub_jobs": [
               {"status": "FAIL", "job_type": "createSingleServer", "error_code": "Ecs.0204",
                "fail_reason": "CreateServerTask-fail: no room",
                "entities": {"errorcode_message":
                  "{\\"forbidden\\": {\\"code\\": 403, \\"message\\": \\"Quota exceeded\\"}}"}}]}}\
            """));
    assertThatExceptionOfType(JobFailedException.class)
        .isThrownBy(() -> run(() -> client.waitForCompletion(JOB)))
        .withMessageContaining("Quota exceeded")
        .satisfies(
            e ->
                assertThat(e.failures())
                    .extracting(JobFailure::errorCode, JobFailure::innermostMessage)
                    .contains(tuple("Ecs.0204", "Quota exceeded")));
  }

  @Test
  void lostAndUnreadableAnswersAreBorne() throws Exception {
    answers(
        job("RUNNING"),
        new MockResponse.Builder().code(502).body("<html>bad gateway</html>").build(),
        body("<html>maintenance</html>"),
        new MockResponse.Builder()
            .body("{\"status\":\"RUNNING\"}")
            .onResponseBody(SocketEffect.ShutdownConnection.INSTANCE)
            .build(),
        job("SUCCESS"));
    List<String> borne = new ArrayList<>();
    WaitOptions options =
        WaitOptions.builder()
            .schedule(PollSchedule.fixed(Duration.ofSeconds(1)))
            .addListener(
                new WaitListener() {
                  @Override
                  public void onProgress(WaitProgress progress) {}

                  @Override
                  public void onPollFailed(PollFailure failure) {
                    borne.add(
                        failure.consecutive() + " " + failure.error().getClass().getSimpleName());
                  }
                })
            .build();
    run(() -> client.waitForCompletion(JOB, options));
    assertThat(borne)
        .containsExactly(
            "1 JobsServiceException", "2 MalformedJobException", "3 JobsTransportException");
    assertThat(polls).containsExactly(seconds(0, 1, 3, 7, 15));
  }

  @Test
  void answersLostForTooLongEndTheWaitWithAllThatWasBorne() {
    answers(new MockResponse.Builder().code(500).build());
    assertThatExceptionOfType(JobPollException.class)
        .isThrownBy(() -> run(() -> client.waitForCompletion(JOB)))
        .satisfies(
            e -> {
              assertThat(e.elapsed()).isGreaterThanOrEqualTo(Duration.ofMinutes(2));
              assertThat(e).hasCauseInstanceOf(JobsServiceException.class);
              assertThat(e.getSuppressed()).hasSize(e.polls() - 1);
            });
  }

  @Test
  void retryAfterIsObeyedUpToFiveMinutes() throws Exception {
    answers(
        new MockResponse.Builder().code(429).addHeader("Retry-After", "60").build(),
        new MockResponse.Builder().code(503).addHeader("Retry-After", "86400").build(),
        job("SUCCESS"));
    run(() -> client.waitForCompletion(JOB));
    assertThat(polls).containsExactly(seconds(0, 60, 360));
  }

  @Test
  void aTimeoutTellsOfTheThrottlingThatKeptTheJobFromView() {
    answers(new MockResponse.Builder().code(429).build());
    assertThatExceptionOfType(JobWaitTimeoutException.class)
        .isThrownBy(() -> run(() -> client.waitForCompletion(JOB, every(10, 35))))
        .satisfies(
            e -> {
              assertThat(e.lastJob()).isNull();
              assertThat(e.getSuppressed())
                  .hasSize(e.polls())
                  .hasOnlyElementsOfType(ThrottledException.class);
            });
  }

  private static MockResponse unknownJob() {
    return answer(404, "{\"error\":{\"code\":\"Ecs.0114\",\"message\":\"no such job\"}}");
  }

  private static MockResponse answer(int status, String body) {
    return new MockResponse.Builder().code(status).body(body).build();
  }

  @Test
  void aJobThatIsNotKnownYetIsWaitedFor() throws Exception {
    answers(unknownJob(), unknownJob(), job("SUCCESS"));
    run(() -> client.waitForCompletion(JOB, every(5, 60)));
    assertThat(polls).containsExactly(seconds(0, 5, 10));
  }

  @Test
  void aJobThatStaysUnknownHasVanished() {
    answers(unknownJob());
    assertThatExceptionOfType(JobVanishedException.class)
        .isThrownBy(() -> run(() -> client.waitForCompletion(JOB, every(10, 300))));
    assertThat(polls).containsExactly(seconds(0, 10, 20, 30));
  }

  @Test
  void aJobThatWasSeenVanishesAfterThirtySecondsToo() {
    answers(job("RUNNING"), unknownJob());
    assertThatExceptionOfType(JobVanishedException.class)
        .isThrownBy(() -> run(() -> client.waitForCompletion(JOB, every(10, 300))));
    assertThat(polls).containsExactly(seconds(0, 10, 20, 30, 40));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "default backend - 404",
        "<html><title>404 Not Found</title></html>",
        "{\"code\":404,\"message\":\"page not found\"}"
      })
  void a404OfAnIngressWhileTheJobRunsIsAFailedPoll(String body) throws Exception {
    answers(job("RUNNING"), answer(404, body), answer(404, body), job("SUCCESS"));
    List<PollFailure> failures = new ArrayList<>();
    WaitOptions options = every(1, 300).toBuilder().addListener(new Failures(failures)).build();
    run(() -> client.waitForCompletion(JOB, options));
    assertThat(polls).containsExactly(seconds(0, 1, 3, 7));
    assertThat(failures)
        .extracting(PollFailure::consecutive, failure -> status(failure.error()))
        .containsExactly(tuple(1, 404), tuple(2, 404));
  }

  private static int status(Exception error) {
    return ((JobsServiceException) error).statusCode();
  }

  private record Failures(List<PollFailure> seen) implements WaitListener {
    @Override
    public void onProgress(WaitProgress progress) {}

    @Override
    public void onPollFailed(PollFailure failure) {
      seen.add(failure);
    }
  }

  @Test
  void a404OfAnIngressThatStaysSpendsTheErrorBudget() {
    answers(job("RUNNING"), answer(404, "default backend - 404"));
    assertThatExceptionOfType(JobPollException.class)
        .isThrownBy(() -> run(() -> client.waitForCompletion(JOB, every(10, 600))))
        .withMessageContaining("default backend - 404")
        .satisfies(e -> assertThat(e.elapsed()).isBetween(seconds(120)[0], seconds(160)[0]));
  }

  @Test
  void aSignInPageOfTheNetworkIsAFailedPollOnceTheJobWasSeen() throws Exception {
    MockResponse redirect =
        new MockResponse.Builder()
            .code(302)
            .addHeader("Location", "http://portal.example/")
            .build();
    MockResponse page = answer(200, "<html><form action='/login'>Sign in</form></html>");
    answers(job("RUNNING"), redirect, page, redirect, job("SUCCESS"));
    run(() -> client.waitForCompletion(JOB, every(10, 300)));
    assertThat(polls).containsExactly(seconds(0, 10, 20, 30, 40));
  }

  @Test
  void aRedirectBeforeTheJobWasSeenIsAWrongEndpoint() {
    answers(
        new MockResponse.Builder()
            .code(302)
            .addHeader("Location", "http://other.example/")
            .build());
    assertThatExceptionOfType(JobPollException.class)
        .isThrownBy(() -> run(() -> client.waitForCompletion(JOB, every(10, 300))))
        .withMessageContaining("redirects are not followed, this one leads to host other.example");
    assertThat(polls).hasSize(1);
  }

  @Test
  void aPathThatTheGatewayDoesNotServeIsAWrongEndpoint() {
    answers(
        new MockResponse.Builder()
            .code(404)
            .body("{\"error_code\":\"APIGW.0101\",\"error_msg\":\"The API does not exist\"}")
            .build());
    assertThatExceptionOfType(JobPollException.class)
        .isThrownBy(() -> run(() -> client.waitForCompletion(JOB)))
        .withMessageContaining("APIGW.0101");
    assertThat(polls).hasSize(1);
  }

  @Test
  void aRefusedKeyIsTriedOnce() {
    answers(new MockResponse.Builder().code(401).build());
    assertThatExceptionOfType(JobPollException.class)
        .isThrownBy(() -> run(() -> client.waitForCompletion(JOB)))
        .withCauseInstanceOf(AuthenticationException.class);
    assertThat(polls).hasSize(1);
  }

  @Test
  void aHostThatDoesNotExistEndsTheWaitWhenItsNameWasLookedUpForMoreThanElevenSeconds() {
    List<Duration> lookups = new ArrayList<>();
    try (JobsClient lost =
        named(
            host -> {
              lookups.add(timer.now());
              throw new UnknownHostException(host);
            })) {
      assertThatExceptionOfType(JobPollException.class)
          .isThrownBy(() -> run(() -> lost.waitForCompletion(JOB)))
          .withCauseInstanceOf(JobsTransportException.class);
    }
    assertThat(lookups).containsExactly(seconds(0, 2, 6, 14));
  }

  @Test
  void aNameThatCannotBeLookedUpAtFirstCostsNoWait() throws Exception {
    answers(job("SUCCESS"));
    AtomicInteger lookups = new AtomicInteger();
    try (JobsClient recovering =
        named(
            host -> {
              if (lookups.incrementAndGet() < 4) {
                throw new UnknownHostException(host);
              }
              return List.of(InetAddress.getLoopbackAddress());
            })) {
      run(() -> recovering.waitForCompletion(JOB));
    }
    assertThat(polls).containsExactly(seconds(14));
  }

  /** A client whose service has a name, looked up by {@code dns}. */
  private JobsClient named(Dns dns) {
    return JobsClient.builder()
        .service(JobsService.ECS)
        .endpoint("http://jobs.invalid:" + server.getPort())
        .allowPlaintext()
        .credentials(Credentials.accessKey("ak", "sk"))
        .httpClient(new OkHttpClient.Builder().dns(dns).build())
        .timer(timer.timer())
        .clock(clock)
        .build();
  }

  @Test
  void aSuccessThatMustHoldIsAskedForAgainWithinASecond() throws Exception {
    answers(job("SUCCESS"), job("RUNNING"), job("SUCCESS"), job("SUCCESS"));
    WaitOptions options =
        WaitOptions.builder()
            .schedule(PollSchedule.fixed(Duration.ofSeconds(10)))
            .confirmSuccess(2)
            .build();
    run(() -> client.waitForCompletion(JOB, options));
    assertThat(polls).containsExactly(seconds(0, 1, 11, 12));
  }

  @Test
  void anInterruptEndsTheWaitAndNotTheJob() throws Exception {
    answers(job("RUNNING"));
    CountDownLatch polled = new CountDownLatch(1);
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    WaitOptions options = WaitOptions.builder().addListener(progress -> polled.countDown()).build();
    Thread waiter =
        new Thread(
            () -> {
              try {
                client.waitForCompletion(JOB, options);
              } catch (Throwable t) {
                thrown.set(t);
              }
            });
    waiter.start();
    assertThat(polled.await(20, TimeUnit.SECONDS)).isTrue();
    waiter.interrupt();
    waiter.join(20_000);
    assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
    timer.advance(Duration.ofHours(2));
    assertThat(polls).hasSize(1);
  }

  @Test
  void nothingIsPolledAfterACancel() throws Exception {
    answers(job("RUNNING"));
    CompletableFuture<Job> wait = polledOnce();
    assertThat(wait.cancel(true)).isTrue();
    timer.advance(Duration.ofHours(2));
    assertThat(polls).hasSize(1);
  }

  @Test
  void closingEndsTheWaitWithWhatIsKnown() throws Exception {
    answers(job("RUNNING"));
    CompletableFuture<Job> wait = polledOnce();
    client.close();
    assertThatExceptionOfType(CompletionException.class)
        .isThrownBy(() -> wait.orTimeout(20, TimeUnit.SECONDS).join())
        .satisfies(
            e ->
                assertThat(e.getCause())
                    .isInstanceOfSatisfying(
                        JobPollException.class,
                        closed -> {
                          assertThat(closed).hasMessageContaining("the client was closed");
                          assertThat(closed.lastJob()).isNotNull();
                          assertThat(closed.polls()).isOne();
                        }));
  }

  @Test
  void closingASiblingLeavesTheOthersWaiting() throws Exception {
    answers(job("RUNNING"), job("RUNNING"), job("SUCCESS"));
    JobsClient sibling = client.with(JobsService.IMS, server.url("/").toString());
    CountDownLatch polled = new CountDownLatch(2);
    WaitOptions options = WaitOptions.builder().addListener(progress -> polled.countDown()).build();
    CompletableFuture<Job> ours = client.waitForCompletionAsync(JOB, options);
    CompletableFuture<Job> theirs = sibling.waitForCompletionAsync(JOB, options);
    assertThat(polled.await(20, TimeUnit.SECONDS)).isTrue();
    sibling.close();
    assertThatExceptionOfType(CompletionException.class)
        .isThrownBy(() -> theirs.orTimeout(20, TimeUnit.SECONDS).join());
    timer.await(ours);
    assertThat(ours).isCompleted();
  }

  /** Begins a wait, and returns when its first poll has been told. */
  private CompletableFuture<Job> polledOnce() throws InterruptedException {
    CountDownLatch polled = new CountDownLatch(1);
    WaitOptions options = WaitOptions.builder().addListener(progress -> polled.countDown()).build();
    CompletableFuture<Job> wait = client.waitForCompletionAsync(JOB, options);
    assertThat(polled.await(20, TimeUnit.SECONDS)).isTrue();
    return wait;
  }

  private <T> T run(Callable<T> call) throws Exception {
    return timer.run(call);
  }

  private void answers(MockResponse... all) {
    answers.addAll(List.of(all));
  }

  private static MockResponse job(String status) {
    return body("{\"status\":\"" + status + "\"}");
  }

  private static MockResponse dated(String status, String begin, String date) {
    return new MockResponse.Builder()
        .addHeader("Date", date)
        .body("{\"status\":\"" + status + "\",\"begin_time\":\"" + begin + "\"}")
        .build();
  }

  private static MockResponse body(String json) {
    return new MockResponse.Builder().body(json).build();
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
}
