package io.github.cloudjobs;

import static io.github.cloudjobs.http.Gateway.JOB;
import static io.github.cloudjobs.http.Gateway.PROJECT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.auth.CredentialsProvider;
import io.github.cloudjobs.auth.IamPasswordBuilder;
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
import java.nio.file.Files;
import java.nio.file.Path;
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
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import mockwebserver3.junit5.StartStop;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs clients with each kind of credentials into each kind of trouble, and looks for secrets in
 * all that they print. Each secret has {@code hush} in it, an access key's id too, of which no more
 * than the beginning is shown; what {@code signedRequest} and {@code presignedUrl} return are
 * secrets too.
 */
class NothingLeaksTest {
  private static final String BODY =
      """
      {"job_id": "%s", "job_type": "createServer", "status": "%s", "entities": {"sub_jobs": [
      {"job_id": "s", "status": "%s", "entities": {"server_id": "id-%s"}}]}}
      """;

  @TempDir private static Path folder;
  @StartStop private final MockWebServer gateway = Gateway.server();
  @StartStop private final MockWebServer source = new MockWebServer();
  private final LeakDetector leaks = new LeakDetector();
  private final VirtualTime time = new VirtualTime(Instant.parse("2026-03-05T06:07:08Z"));
  private final Set<String> notified = ConcurrentHashMap.newKeySet(); // by the listener's methods
  private final ByteArrayOutputStream screen = new ByteArrayOutputStream();
  private final PrintStream console = new PrintStream(screen, true, UTF_8);
  private CredentialsProvider provider = CredentialsProvider.of(Credentials.token("hush-none"));

  @AfterEach
  void close() {
    leaks.close();
  }

  private CredentialsProvider provider(String kind) throws IOException {
    return switch (kind) {
      case "access key" ->
          CredentialsProvider.of(Credentials.accessKey("AKOF-hush-0000000001", "hush-key/+="));
      case "temporary key" ->
          CredentialsProvider.of(
              Credentials.temporaryAccessKey(
                  "AKTM-hush-0000000001", "hush-key", "hush-security-token/+=="));
      case "token" -> CredentialsProvider.of(Credentials.token("MIIF-hush-token/+of=the=tests"));
      case "file" ->
          CredentialsProvider.credentialsFile(
              Files.writeString(
                  folder.resolve("credentials"),
                  "[basic]\nak = AKFI-hush-0000000001\nsk = hush-key-of-the-file/+=\n"));
      case "metadata" -> {
        MetadataService.on(source);
        yield MetadataService.provider(source, time.clock());
      }
      default -> {
        IamService.on(source);
        yield IamService.provider(source, time.clock());
      }
    };
  }

  private JobsClient.Builder client() {
    return Gateway.client(gateway)
        .credentials(provider)
        .clock(time.clock())
        .header("X-Api-Key", "hush-api-key/+=of-the-tests");
  }

  private void respond(Function<RecordedRequest, MockResponse> response) {
    Gateway.answerBy(
        gateway,
        request -> {
          leaks.addSignature(request.getHeaders().get("Authorization"));
          leaks.checkThreads(); // the one that polls is among them
          return response.apply(request);
        });
  }

  private static Duration timeout(String response) {
    return Duration.ofMillis(response.equals("stalled") ? 5 : 20_000);
  }

  private void respondQuoting(Function<String, MockResponse.Builder> quoting) {
    respond(request -> quoting.apply(QuotingResponses.proofs(request)).build());
  }

  /** Answers with one status of the job after the other, over and over. */
  private void respondWith(String... statuses) {
    AtomicInteger count = new AtomicInteger();
    respond(
        request -> {
          String status = statuses[count.getAndIncrement() % statuses.length];
          String body = BODY.formatted(JOB, status, status, status);
          return Gateway.answer(200, body).build();
        });
  }

  private void run(Callable<?> call) {
    try {
      Object result = call.call();
      leaks.check(result);
      if (result instanceof PollStep.Failed failed) {
        leaks.check(failed.reason());
      } else if (result instanceof PollStep.Again again) {
        leaks.check(again.token());
      }
    } catch (Throwable t) {
      leaks.check(t);
    }
    leaks.checkThreads();
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
    } else if (argument instanceof WaitResult result && result.problem() != null) {
      leaks.check(result.problem());
    }
  }

  private WaitOptions.Builder options() {
    return WaitOptions.builder()
        .timeout(Duration.ofMinutes(1))
        .schedule(PollSchedule.fixed(Duration.ofSeconds(10))) // few polls until each kind of end
        .errorBudget(Duration.ofSeconds(20))
        .addListener(ConsoleProgress.live(console))
        .addListener(checkingListener());
  }

  /** Polls and waits in every way that a client has. */
  private void callEverything(JobsClient.Builder builder) throws Exception {
    WaitOptions options = options().build();
    JobRef job = new JobRef(PROJECT, JOB);
    leaks.check(builder);
    leaks.check(options);
    try (JobsClient client = builder.build()) {
      leaks.check(client);
      CompletableFuture<?> future = client.pollJobAsync(job);
      run(future::join);
      leaks.check(future);
      run(() -> client.pollJob(job));
      run(() -> time.run(() -> client.waitForCompletion(job, options)));
      run(() -> time.run(() -> client.awaitOutcome(job, options)));
      run(() -> time.run(() -> client.waitForAll(List.of(job, job), options)));
      WaitToken token = client.newToken(job, options);
      leaks.check(token);
      run(() -> client.pollOnce(token));
      run(() -> time.run(() -> client.resume(token)));
    }
    leaks.check(screen.toString(UTF_8));
    screen.reset();
  }

  /** Polls and waits once: the other calls wrap what these throw. */
  private void pollAndWait(JobsClient.Builder builder) {
    leaks.check(builder);
    try (JobsClient client = builder.build()) {
      leaks.check(client);
      run(() -> client.pollJob(PROJECT, JOB));
      run(() -> time.run(() -> client.waitForCompletion(PROJECT, JOB, options().build())));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"access key", "temporary key", "token", "metadata", "IAM"})
  void whateverTheServiceSends(String kind) throws Exception {
    provider = provider(kind);
    leaks.check(provider);
    leaks.check(provider.get());
    QuotingResponses.ALL.forEach(
        (name, quoting) -> {
          respondQuoting(quoting);
          pollAndWait(client().callTimeout(timeout(name)));
        });
    for (String trouble : List.of("message", "not found", "throttled", "html", "bad status line")) {
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
    for (String text : StaticFields.texts()) {
      leaks.check(text);
    }
    assertThat(leaks.checkRecording(folder)).containsExactlyInAnyOrder("Poll", "Wait", "Throttle");
    assertThat(leaks.exceptions())
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
    assertThat(leaks.logged()).isPositive();
    leaks.assertNothingLeaked();
  }

  @ParameterizedTest
  @ValueSource(strings = {"access key", "temporary key", "token", "file", "metadata", "IAM"})
  void ifNothingIsReachedAtAll(String kind) throws Exception {
    provider = provider(kind);
    respondWith("RUNNING");
    JobsClient closed = client().build();
    CompletableFuture<?> waiting = closed.waitForCompletionAsync(new JobRef(PROJECT, JOB));
    time.advance(Duration.ofMinutes(1));
    closed.close();
    run(waiting::join);
    run(() -> closed.pollJob(PROJECT, JOB));
    source.close();
    provider = provider(kind); // has fetched nothing yet
    callEverything(client());
    try (MockWebServer untrusted = Gateway.server()) {
      untrusted.useHttps(new Authority().server("127.0.0.1"));
      untrusted.start();
      callEverything(client().endpoint("https://127.0.0.1:" + untrusted.getPort()));
    }
    gateway.close();
    callEverything(client());
    callEverything(client().endpoint("https://nowhere.invalid"));
    for (String text : StaticFields.texts()) {
      leaks.check(text);
    }
    leaks.checkRecording(folder);
    assertThat(leaks.exceptions())
        .contains("JobPollException", "JobsTransportException", "IllegalStateException");
    leaks.assertNothingLeaked();
  }

  @Test
  void ofWhatIsMadeForOthersToSend() throws Exception {
    provider = provider("access key");
    try (JobsClient client = client().build()) {
      leaks.addSignature(client.signedRequest(PROJECT, JOB).header("Authorization"));
      HttpUrl url = client.presignedUrl(PROJECT, JOB, Duration.ofMinutes(5));
      leaks.addSignature(url.query());
      leaks.check(client);
      // where it does not belong, it is refused
      run(() -> client().endpoint(url.toString()).build());
      run(() -> client.with(JobsService.IMS, url.toString()));
      run(() -> client.with(JobsService.IMS, url.newBuilder().query(null) + "#" + url.query()));
      run(() -> client.pollJob(PROJECT, url.toString()));
      run(() -> new WaitToken(url.toString()));
      run(() -> CredentialsProvider.iamPassword(url.toString()));
      run(() -> client.presignedUrl(PROJECT, JOB, Duration.ZERO));
    }
    leaks.assertNothingLeaked();
  }

  @Test
  void ofWhatIsRefused() {
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
    assertThat(leaks.exceptions())
        .containsExactlyInAnyOrder("IllegalArgumentException", "UnusableTextException");
    leaks.assertNothingLeaked();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whateverAProxySends(boolean tunnel) throws Exception {
    provider = provider("access key");
    leaks.addBasic("me", "hush/+=pass");
    SocketEffect hangUp = new SocketEffect.CloseSocket(); // there is no TLS behind this tunnel
    MockResponse challenge =
        new MockResponse.Builder().code(407).addHeader("Proxy-Authenticate", "Basic").build();
    JobsClient.Builder throughIt =
        client()
            .endpoint(tunnel ? "https://jobs.invalid" : "http://jobs.invalid")
            .allowPlaintext()
            .proxy("127.0.0.1", gateway.getPort(), "me", "hush/+=pass".toCharArray());
    QuotingResponses.ALL.forEach(
        (name, quoting) -> {
          respond(
              request ->
                  request.getHeaders().get("Proxy-Authorization") == null
                      ? challenge
                      : quoting
                          .apply(QuotingResponses.proofs(request))
                          .onResponseEnd(hangUp)
                          .build());
          pollAndWait(throughIt.callTimeout(timeout(name)));
        });
    respondQuoting(
        q -> Gateway.answer(407, q).addHeader("Proxy-Authenticate", "Basic realm=\"" + q + "\""));
    pollAndWait(throughIt);
    assertThat(leaks.checkRecording(folder)).contains("Poll", "Wait");
    assertThat(leaks.exceptions()).contains("JobsServiceException", "JobsTransportException");
    leaks.assertNothingLeaked();
  }

  @Test
  void whateverAProxySendsOnTheWayToIam() {
    leaks.addBasic("me", "hush/+=pass");
    SocketEffect hangUp = new SocketEffect.CloseSocket();
    for (String name : QuotingResponses.ALL.keySet()) {
      if (name.equals("stalled")) {
        continue; // a login has 15 s of real time
      }
      respond(
          request ->
              QuotingResponses.ALL
                  .get(name)
                  .apply(QuotingResponses.proofs(request))
                  .onResponseEnd(hangUp)
                  .build());
      IamPasswordBuilder builder =
          CredentialsProvider.iamPassword("https://iam.invalid")
              .user("user", "account")
              .password(IamService.PASSWORD)
              .projectId("p")
              .proxy("127.0.0.1", gateway.getPort(), "me", "hush/+=pass".toCharArray());
      leaks.check(builder);
      CredentialsProvider login = builder.build();
      run(login::get);
      leaks.check(login);
    }
    assertThat(leaks.exceptions()).contains("JobsTransportException");
    leaks.assertNothingLeaked();
  }

  /** The text of somebody else's exception is its own; ours do not repeat it. */
  @Test
  void whatAProviderOrAScheduleThrows() throws Exception {
    IllegalStateException loud = new IllegalStateException("hush");
    respondWith("RUNNING");
    WaitOptions throwing =
        WaitOptions.builder()
            .schedule(
                (age, last) -> {
                  throw loud;
                })
            .build();
    try (JobsClient client = client().credentials(Gateway.KEY).build()) {
      checkOurs(() -> time.run(() -> client.waitForCompletion(PROJECT, JOB, throwing)));
    }
    provider =
        () -> {
          throw loud;
        };
    try (JobsClient client = client().build()) {
      checkOurs(() -> client.pollJob(PROJECT, JOB));
      checkOurs(() -> time.run(() -> client.waitForCompletion(PROJECT, JOB)));
    }
    assertThat(leaks.exceptions()).isEmpty();
    leaks.assertNothingLeaked();
  }

  private void checkOurs(Callable<?> call) {
    try {
      call.call();
      throw new AssertionError("nothing was thrown");
    } catch (Exception e) {
      Throwables.chain(e).stream()
          .filter(each -> each instanceof JobsException)
          .forEach(each -> leaks.check(each.getMessage()));
    }
  }

  @Test
  void aSecretWouldBeFoundWhereverItIsPrinted() throws Exception {
    leaks.check("a Hush b");
    leaks.check(new JobsException("x", new IOException("y hush")));
    Logger.getLogger("io.github.cloudjobs").finest("z hush");
    Logger.getLogger("okhttp3.OkHttpClient").log(Level.FINE, "{0}", "p hush");
    leaks.addSignature("SDK-HMAC-SHA256 Access=A, Signature=0123456789abcdef01");
    leaks.check("cut 0123456789ABCDEF…");
    Thread named = new Thread(leaks::checkThreads, "thread hush");
    named.start();
    named.join();
    assertThat(leaks.leaks())
        .hasSizeGreaterThanOrEqualTo(6)
        .anyMatch(leak -> leak.contains("y hush"))
        .anyMatch(leak -> leak.contains("z hush"))
        .anyMatch(leak -> leak.contains("p hush"))
        .anyMatch(leak -> leak.startsWith("cut"))
        .contains("a hush b", "thread hush");
    assertThat(StaticFields.texts())
        .anyMatch(text -> text.startsWith("RequestHeaders[jobs-client/"))
        .contains("SDK-HMAC-SHA256", "X-Project-Id");
  }
}
