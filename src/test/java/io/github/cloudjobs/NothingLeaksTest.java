package io.github.cloudjobs;

import static io.github.cloudjobs.http.Gateway.JOB;
import static io.github.cloudjobs.http.Gateway.PROJECT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.auth.CredentialsProvider;
import io.github.cloudjobs.auth.IamService;
import io.github.cloudjobs.auth.MetadataService;
import io.github.cloudjobs.connection.Authority;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.http.Gateway;
import io.github.cloudjobs.http.QuotingResponses;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.testing.VirtualTime;
import io.github.cloudjobs.text.Throwables;
import io.github.cloudjobs.wait.ConsoleProgress;
import io.github.cloudjobs.wait.PollFailure;
import io.github.cloudjobs.wait.PollSchedule;
import io.github.cloudjobs.wait.PollStep;
import io.github.cloudjobs.wait.WaitListener;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitProgress;
import io.github.cloudjobs.wait.WaitResult;
import io.github.cloudjobs.wait.WaitToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import mockwebserver3.junit5.StartStop;
import okhttp3.HttpUrl;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs clients with each kind of credentials into each kind of trouble, and looks for secrets in
 * all that they print. An access key's id counts as one, of which no more than the beginning is
 * shown; what {@code signedRequest} and {@code presignedUrl} return are secrets too.
 */
@Tag("slow")
class NothingLeaksTest {
  private static final String BODY =
      """
      {"job_id": "%s", "job_type": "createServer", "status": "%2$s", "entities": {"sub_jobs": [
      {"job_id": "s", "status": "%2$s", "entities": {"server_id": "id-%2$s"}}]}}
      """;

  @StartStop private final MockWebServer gateway = Gateway.server();
  @StartStop private final MockWebServer source = Gateway.server();
  private final LeakDetector leaks = new LeakDetector();
  private final VirtualTime time = new VirtualTime(Instant.parse("2026-03-05T06:07:08Z"));
  private final Set<String> notified = ConcurrentHashMap.newKeySet(); // by the listener's methods
  private final ByteArrayOutputStream screen = new ByteArrayOutputStream();
  private final PrintStream console = new PrintStream(screen, true, UTF_8);
  private CredentialsProvider provider =
      CredentialsProvider.of(Credentials.accessKey("AKOF-hush-0000000001", "hush-key/+="));
  private boolean leaking; // on purpose

  @AfterEach
  void nothingHasLeaked() {
    leaks.close();
    assertThat(leaks.leaks.isEmpty()).as("%s", leaks.leaks).isNotEqualTo(leaking);
  }

  private CredentialsProvider provider(String kind) {
    return switch (kind) {
      case "metadata" -> {
        MetadataService.on(source);
        yield MetadataService.provider(source, time.clock());
      }
      case "IAM" -> {
        IamService.on(source);
        yield IamService.provider(source, time.clock());
      }
      default -> provider;
    };
  }

  private JobsClient.Builder client() {
    return Gateway.client(gateway)
        .credentials(provider)
        .clock(time.clock())
        .header("X-Api-Key", "hush-api-key/+=of-the-tests");
  }

  // What is called

  private void run(ThrowingCallable call) {
    Throwable thrown = catchThrowable(call);
    if (thrown != null) {
      leaks.check(thrown);
    }
    leaks.checkThreads();
  }

  private void check(Callable<?> call) {
    run(() -> leaks.check(call.call()));
  }

  /** A listener each of whose methods checks its arguments; one of them throws. */
  private WaitListener checkingListener() {
    return (WaitListener)
        Proxy.newProxyInstance(
            WaitListener.class.getClassLoader(),
            new Class<?>[] {WaitListener.class},
            (proxy, method, arguments) -> {
              notified.add(method.getName());
              for (Object argument : arguments) {
                checkNotified(argument);
              }
              leaks.checkThreads();
              if (method.getName().equals("onProgress")) {
                throw new IllegalStateException("a listener that throws is logged");
              }
              return null;
            });
  }

  private void checkNotified(Object argument) {
    leaks.check(argument);
    if (argument instanceof WaitProgress progress) {
      leaks.check(progress.job());
      leaks.check(progress.job().describe());
      leaks.check(progress.token());
    } else if (argument instanceof PollFailure failure) {
      leaks.check(failure.error());
    } else if (argument instanceof WaitResult result) {
      leaks.check(result.problem());
    }
  }

  private WaitOptions options() {
    return WaitOptions.builder()
        .timeout(Duration.ofMinutes(1))
        .schedule(PollSchedule.fixed(Duration.ofSeconds(10))) // few polls until each kind of end
        .errorBudget(Duration.ofSeconds(20))
        .addListener(ConsoleProgress.live(console))
        .addListener(checkingListener())
        .build();
  }

  /** Polls and waits once: the other calls wrap what these throw. */
  private void pollAndWait(JobsClient.Builder builder) {
    leaks.check(builder);
    try (JobsClient client = builder.build()) {
      leaks.check(client);
      check(() -> client.pollJob(PROJECT, JOB));
      check(() -> time.run(() -> client.waitForCompletion(PROJECT, JOB, options())));
    }
  }

  private void callEverything(JobsClient.Builder builder) {
    pollAndWait(builder);
    WaitOptions options = options();
    leaks.check(options);
    JobRef job = new JobRef(PROJECT, JOB);
    try (JobsClient client = builder.build()) {
      CompletableFuture<?> future = client.pollJobAsync(job);
      check(future::join);
      leaks.check(future);
      check(() -> time.run(() -> client.awaitOutcome(job, options)));
      check(() -> time.run(() -> client.waitForAll(List.of(job, job), options)));
      WaitToken token = client.newToken(job, options);
      leaks.check(token);
      PollStep step = client.pollOnce(token);
      leaks.check(step);
      if (step instanceof PollStep.Failed failed) {
        leaks.check(failed.reason());
      } else if (step instanceof PollStep.Again again) {
        leaks.check(again.token());
      }
      check(() -> time.run(() -> client.resume(token)));
    }
    leaks.check(screen.toString(UTF_8));
    screen.reset();
  }

  // What responds

  private void respond(Function<RecordedRequest, MockResponse.Builder> response) {
    Gateway.respondBy(
        gateway,
        request -> {
          leaks.addSignature(request.getHeaders().get("Authorization"));
          leaks.checkThreads(); // the one that polls is among them
          return response.apply(request).build();
        });
  }

  private void respondQuoting(Function<String, MockResponse.Builder> quoting) {
    respond(request -> quoting.apply(QuotingResponses.proofs(request)));
  }

  /** Responds with one status of the job after the other, over and over. */
  private void respondWith(String... statuses) {
    AtomicInteger count = new AtomicInteger();
    respond(
        request -> {
          String status = statuses[count.getAndIncrement() % statuses.length];
          return Gateway.response(200, BODY.formatted(JOB, status));
        });
  }

  private static Duration timeout(String response) {
    return Duration.ofMillis(response.equals("stalled") ? 5 : 20_000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"access key", "metadata", "IAM"})
  void responsesOfTheServiceLeakNothing(String kind) throws Exception {
    provider = provider(kind);
    leaks.check(provider);
    leaks.check(provider.get());
    QuotingResponses.ALL.forEach(
        (name, quoting) -> {
          respondQuoting(quoting);
          pollAndWait(client().callTimeout(timeout(name)));
        });
    for (String trouble : List.of("not found", "throttled", "bad status line")) {
      respondQuoting(QuotingResponses.ALL.get(trouble));
      callEverything(client());
    }
    respondQuoting(
        quoted ->
            Gateway.refusal("0301", "signature expired " + quoted)
                .addHeader("Date", "Thu, 05 Mar 2020 06:07:08 GMT"));
    callEverything(client());
    respondWith("UNHEARD OF", "RUNNING", "SUCCESS");
    callEverything(client());
    respondWith("FAIL");
    callEverything(client());
    respondWith("RUNNING");
    callEverything(client());
    assertThat(leaks.checkRecording()).containsExactlyInAnyOrder("Poll", "Wait", "Throttle");
    assertThat(leaks.exceptions)
        .contains(
            "JobsServiceException",
            "AuthenticationException",
            "JobNotFoundException",
            "ThrottledException",
            "MalformedJobException",
            "JobsTransportException",
            "JobFailedException",
            "JobWaitTimeoutException",
            "JobVanishedException",
            "JobPollException",
            "WaitForAllException");
    assertThat(notified).hasSize(8);
    assertThat(leaks.logged).hasPositiveValue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"metadata", "IAM"})
  void failedConnectionsAndClosedClientsLeakNothing(String kind) throws Exception {
    respondWith("RUNNING");
    JobsClient closed = client().build();
    CompletableFuture<?> waiting = closed.waitForCompletionAsync(new JobRef(PROJECT, JOB));
    time.advance(Duration.ofMinutes(1));
    closed.close();
    check(waiting::join);
    check(() -> closed.pollJob(PROJECT, JOB));
    try (MockWebServer untrusted = Gateway.server()) {
      untrusted.useHttps(new Authority().server("127.0.0.1"));
      untrusted.start();
      callEverything(client().endpoint("https://127.0.0.1:" + untrusted.getPort()));
    }
    source.close();
    provider = provider(kind); // has fetched nothing yet
    callEverything(client());
    gateway.close();
    callEverything(client());
    callEverything(client().endpoint("https://nowhere.invalid"));
    leaks.checkRecording();
    assertThat(leaks.exceptions)
        .contains("JobPollException", "JobsTransportException", "IllegalStateException");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://jobs.invalid", "https://jobs.invalid"})
  void responsesOfAProxyLeakNothing(String endpoint) throws Exception {
    leaks.addBasic("me", "hush/+=pass");
    SocketEffect hangUp = new SocketEffect.CloseSocket(); // there is no TLS behind a tunnel
    MockResponse.Builder challenge =
        new MockResponse.Builder().code(407).addHeader("Proxy-Authenticate", "Basic");
    JobsClient.Builder throughIt =
        client()
            .endpoint(endpoint)
            .allowPlaintext()
            .proxy("127.0.0.1", gateway.getPort(), "me", "hush/+=pass".toCharArray());
    QuotingResponses.ALL.forEach(
        (name, quoting) -> {
          respond(
              request ->
                  request.getHeaders().get("Proxy-Authorization") == null
                      ? challenge
                      : quoting.apply(QuotingResponses.proofs(request)).onResponseEnd(hangUp));
          pollAndWait(throughIt.callTimeout(timeout(name)));
          if (!name.equals("stalled")) { // a login has 15 s of real time
            respondQuoting(quoted -> quoting.apply(quoted).onResponseEnd(hangUp));
            check(
                CredentialsProvider.iamPassword("https://iam.invalid")
                        .user("user", "account")
                        .password(IamService.PASSWORD)
                        .projectId("p")
                        .proxy("127.0.0.1", gateway.getPort(), "me", "hush/+=pass".toCharArray())
                        .build()
                    ::get);
          }
        });
    respondQuoting(
        q -> Gateway.response(407, q).addHeader("Proxy-Authenticate", "Basic realm=\"" + q + "\""));
    pollAndWait(throughIt);
    assertThat(leaks.checkRecording()).contains("Poll", "Wait");
    assertThat(leaks.exceptions).contains("JobsServiceException", "JobsTransportException");
  }

  @Test
  void refusedArgumentsLeakNothing() {
    char[] hush = "hush\n".toCharArray();
    run(() -> Credentials.accessKey("hush\n", "x"));
    run(() -> Credentials.accessKey("AK", "hush\n"));
    run(() -> Credentials.accessKey("AK", hush));
    run(() -> Credentials.temporaryAccessKey("AK", "x", "hush\n"));
    run(() -> Credentials.token("hush\n"));
    run(() -> CredentialsProvider.iamPassword("https://me:hush@iam.example"));
    run(() -> client().endpoint("https://me:hush@ecs.example").build());
    run(() -> client().header("X-Key", "hush\n"));
    run(() -> client().userAgentSuffix("hush\n"));
    run(() -> client().proxy("me:hush@proxy.example", 3128));
    run(() -> client().proxy("proxy.example", 3128, "me", hush));
    run(() -> new WaitToken("hush"));
    try (JobsClient client = client().build()) { // a signed URL that goes where it should not
      HttpUrl url = client.presignedUrl(PROJECT, JOB, Duration.ofMinutes(5));
      leaks.addSignature(url.query());
      leaks.check(client);
      run(() -> client().endpoint(url.toString()).build());
      run(() -> client.with(JobsService.IMS, url.newBuilder().query(null) + "#" + url.query()));
      run(() -> client.pollJob(PROJECT, url.toString()));
      run(() -> new WaitToken(url.toString()));
      run(() -> CredentialsProvider.iamPassword(url.toString()));
    }
    assertThat(leaks.exceptions)
        .containsExactlyInAnyOrder("IllegalArgumentException", "UnusableTextException");
  }

  /** Other libraries' exceptions have texts of their own; ours do not repeat them. */
  @Test
  void exceptionsOfProvidersAndSchedulesLeakNothing() {
    RuntimeException loud = new IllegalStateException("hush");
    respondWith("RUNNING");
    WaitOptions throwing =
        WaitOptions.builder()
            .schedule(
                (age, last) -> {
                  throw loud;
                })
            .build();
    CredentialsProvider failing =
        () -> {
          throw loud;
        };
    try (JobsClient one = client().build();
        JobsClient two = client().credentials(failing).build()) {
      List<String> ours =
          Stream.<ThrowingCallable>of(
                  () -> time.run(() -> one.waitForCompletion(PROJECT, JOB, throwing)),
                  () -> two.pollJob(PROJECT, JOB),
                  () -> time.run(() -> two.waitForCompletion(PROJECT, JOB)))
              .flatMap(call -> Throwables.chain(catchThrowable(call)).stream())
              .filter(each -> each instanceof JobsException)
              .map(Throwable::getMessage)
              .toList();
      assertThat(ours).hasSizeGreaterThan(2);
      ours.forEach(leaks::check);
    }
  }

  @Test
  void aSecretIsFoundWhereverItIsPrinted() throws Exception {
    leaking = true;
    leaks.check("a Hush b");
    leaks.check(new JobsException("x", new IOException("y hush")));
    Logger.getLogger("io.github.cloudjobs").finest("z hush");
    Logger.getLogger("okhttp3.OkHttpClient").log(Level.FINE, "{0}", "p hush");
    leaks.addSignature("SDK-HMAC-SHA256 Access=A, Signature=0123456789abcdef01");
    leaks.check("cut 0123456789ABCDEF…");
    Thread named = new Thread(leaks::checkThreads, "thread hush");
    named.start();
    named.join();
    assertThat(leaks.leaks)
        .contains("a hush b", "io.github.cloudjobsz hush", "p hush", "thread hush")
        .anyMatch(leak -> leak.contains("y hush"))
        .anyMatch(leak -> leak.startsWith("cut"));
  }
}
