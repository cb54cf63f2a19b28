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
import io.github.cloudjobs.http.PromptSockets;
import io.github.cloudjobs.http.QuotingResponses;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.model.JobStatus;
import io.github.cloudjobs.model.SubJob;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
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
 * Runs clients with each kind of credentials into each kind of trouble, and listens to everything
 * that they say. Each secret has {@code hush} in it, an access key's id too, of which no more than
 * the beginning is shown; what {@code signedRequest} and {@code presignedUrl} return are secrets
 * too.
 */
class NothingLeaksTest implements WaitListener {
  private static final String BODY =
      """
      {"job_id": "%s", "job_type": "createServer", "status": "%s", "entities": {"sub_jobs": [
      {"job_id": "s", "status": "%s", "entities": {"server_id": "id-%s"}}]}}
      """;

  @TempDir private static Path folder;
  @StartStop private final MockWebServer gateway = PromptSockets.server();
  @StartStop private final MockWebServer source = new MockWebServer();
  private final Overheard overheard = new Overheard();
  private final VirtualTime time = new VirtualTime(Instant.parse("2026-03-05T06:07:08Z"));
  private final AtomicInteger told = new AtomicInteger(); // each of the listener's methods once
  private final ByteArrayOutputStream screen = new ByteArrayOutputStream();
  private final PrintStream console = new PrintStream(screen, true, UTF_8);
  private CredentialsProvider provider = CredentialsProvider.of(Credentials.token("hush-none"));

  @AfterEach
  void close() {
    overheard.close();
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

  private void answers(Function<RecordedRequest, MockResponse> answers) {
    Gateway.answerBy(
        gateway,
        request -> {
          overheard.authorization(request.getHeaders().get("Authorization"));
          overheard.hearThreads(); // the one that polls is among them
          return answers.apply(request);
        });
  }

  private void quotes(Function<String, MockResponse.Builder> quoting) {
    answers(request -> quoting.apply(QuotingResponses.proofs(request)).build());
  }

  /** Answers with one status of the job after the other, over and over. */
  private void tells(String... statuses) {
    AtomicInteger count = new AtomicInteger();
    answers(
        request -> {
          String status = statuses[count.getAndIncrement() % statuses.length];
          String body = BODY.formatted(JOB, status, status, status);
          return Gateway.answer(200, body).build();
        });
  }

  private void hear(Callable<?> call) {
    try {
      Object result = call.call();
      overheard.hear(result);
      if (result instanceof PollStep.Failed failed) {
        overheard.hear(failed.reason());
      } else if (result instanceof PollStep.Again again) {
        overheard.hear(again.token());
      }
    } catch (Throwable t) {
      overheard.hear(t);
    }
    overheard.hearThreads();
  }

  private WaitOptions.Builder options() {
    return WaitOptions.builder()
        .timeout(Duration.ofMinutes(1))
        .schedule(PollSchedule.fixed(Duration.ofSeconds(10))) // few polls until each kind of end
        .errorBudget(Duration.ofSeconds(20))
        .addListener(ConsoleProgress.live(console))
        .addListener(this);
  }

  /** Asks and waits in every way that a client has. */
  private void askInEveryWay(JobsClient.Builder builder) throws Exception {
    WaitOptions options = options().build();
    JobRef job = new JobRef(PROJECT, JOB);
    overheard.hear(builder);
    overheard.hear(options);
    try (JobsClient client = builder.build()) {
      overheard.hear(client);
      CompletableFuture<?> future = client.pollJobAsync(job);
      hear(future::join);
      overheard.hear(future);
      hear(() -> client.pollJob(job));
      hear(() -> time.run(() -> client.waitForCompletion(job, options)));
      hear(() -> time.run(() -> client.awaitOutcome(job, options)));
      hear(() -> time.run(() -> client.waitForAll(List.of(job, job), options)));
      WaitToken token = client.newToken(job, options);
      overheard.hear(token);
      hear(() -> client.pollOnce(token));
      hear(() -> time.run(() -> client.resume(token)));
    }
    overheard.hear(screen.toString(UTF_8));
    screen.reset();
  }

  /** Asks in two ways: the others wrap what these throw. */
  private void pollAndWait(JobsClient.Builder builder) {
    overheard.hear(builder);
    try (JobsClient client = builder.build()) {
      overheard.hear(client);
      hear(() -> client.pollJob(PROJECT, JOB));
      hear(() -> time.run(() -> client.waitForCompletion(PROJECT, JOB, options().build())));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"access key", "temporary key", "token", "metadata", "IAM"})
  void whateverTheServiceAnswers(String kind) throws Exception {
    provider = provider(kind);
    overheard.hear(provider);
    overheard.hear(provider.get());
    for (Map.Entry<String, Function<String, MockResponse.Builder>> trouble :
        QuotingResponses.ALL.entrySet()) {
      quotes(trouble.getValue());
      boolean stalls = trouble.getKey().equals("stalled");
      pollAndWait(client().callTimeout(Duration.ofMillis(stalls ? 5 : 20_000)));
    }
    for (String trouble : List.of("message", "not found", "throttled", "html", "bad status line")) {
      quotes(QuotingResponses.ALL.get(trouble));
      askInEveryWay(client());
    }
    quotes(
        quoted ->
            Gateway.refusal("0301", "signature expired " + quoted)
                .addHeader("Date", "Thu, 05 Mar 2020 06:07:08 GMT"));
    askInEveryWay(client());
    tells("NEVER HEARD OF", "RUNNING", "SUCCESS");
    askInEveryWay(client());
    tells("FAIL");
    askInEveryWay(client());
    tells("RUNNING");
    askInEveryWay(client());
    for (String text : StaticFields.texts()) {
      overheard.hear(text);
    }
    assertThat(overheard.hearRecording(folder))
        .containsExactlyInAnyOrder("Poll", "Wait", "Throttle");
    assertThat(overheard.kinds())
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
    assertThat(told).hasValue(0xFF);
    assertThat(overheard.logged()).isPositive();
    overheard.assertNothingLeaked();
  }

  @ParameterizedTest
  @ValueSource(strings = {"access key", "temporary key", "token", "file", "metadata", "IAM"})
  void ifNothingComesOfItAtAll(String kind) throws Exception {
    provider = provider(kind);
    tells("RUNNING");
    JobsClient closed = client().build();
    CompletableFuture<?> waiting = closed.waitForCompletionAsync(new JobRef(PROJECT, JOB));
    time.advance(Duration.ofMinutes(1));
    closed.close();
    hear(waiting::join);
    hear(() -> closed.pollJob(PROJECT, JOB));
    source.close();
    provider = provider(kind); // which has to ask its source anew
    askInEveryWay(client());
    try (MockWebServer untrusted = PromptSockets.server()) {
      untrusted.useHttps(new Authority().server("127.0.0.1"));
      untrusted.start();
      askInEveryWay(client().endpoint("https://127.0.0.1:" + untrusted.getPort()));
    }
    gateway.close();
    askInEveryWay(client());
    askInEveryWay(client().endpoint("https://nowhere.invalid"));
    for (String text : StaticFields.texts()) {
      overheard.hear(text);
    }
    overheard.hearRecording(folder);
    assertThat(overheard.kinds())
        .contains("JobPollException", "JobsTransportException", "IllegalStateException");
    overheard.assertNothingLeaked();
  }

  @Test
  void ofWhatIsMadeForOthersToSend() throws Exception {
    provider = provider("access key");
    try (JobsClient client = client().build()) {
      overheard.authorization(client.signedRequest(PROJECT, JOB).header("Authorization"));
      HttpUrl url = client.presignedUrl(PROJECT, JOB, Duration.ofMinutes(5));
      overheard.signature(url.queryParameter("X-Sdk-Signature"));
      overheard.hear(client);
      // where it does not belong, it is refused
      hear(() -> client().endpoint(url.toString()).build());
      hear(() -> client.with(JobsService.IMS, url.toString()));
      hear(() -> client.with(JobsService.IMS, url.newBuilder().query(null) + "#" + url.query()));
      hear(() -> client.pollJob(PROJECT, url.toString()));
      hear(() -> new WaitToken(url.toString()));
      hear(() -> CredentialsProvider.iamPassword(url.toString()));
      hear(() -> client.presignedUrl(PROJECT, JOB, Duration.ZERO));
    }
    overheard.assertNothingLeaked();
  }

  @Test
  void ofWhatIsRefused() {
    char[] hush = "hush\n".toCharArray();
    hear(() -> Credentials.accessKey("hush\n", "x"));
    hear(() -> Credentials.accessKey("AK", "hush\n"));
    hear(() -> Credentials.accessKey("AK", hush));
    hear(() -> Credentials.temporaryAccessKey("AK", "x", "hush\n"));
    hear(() -> Credentials.token("hush\n"));
    hear(() -> CredentialsProvider.iamPassword("https://me:hush@iam.example"));
    hear(() -> client().endpoint("https://me:hush@ecs.example").build());
    hear(() -> client().header("X-Key", "hush\n"));
    hear(() -> client().userAgentSuffix("hush\n"));
    hear(() -> client().proxy("me:hush@proxy.example", 3128));
    hear(() -> client().proxy("proxy.example", 3128, "me", hush));
    hear(() -> new WaitToken("hush"));
    assertThat(overheard.kinds())
        .containsExactlyInAnyOrder("IllegalArgumentException", "UnusableTextException");
    overheard.assertNothingLeaked();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whateverAProxyAnswers(boolean tunnel) throws Exception {
    provider = provider("access key");
    overheard.secret(Overheard.basic("me", "hush/+=pass"));
    SocketEffect hangUp = new SocketEffect.CloseSocket(); // there is no TLS behind this tunnel
    JobsClient.Builder throughIt =
        client()
            .endpoint(tunnel ? "https://jobs.invalid" : "http://jobs.invalid")
            .allowPlaintext()
            .proxy("127.0.0.1", gateway.getPort(), "me", "hush/+=pass".toCharArray());
    for (Map.Entry<String, Function<String, MockResponse.Builder>> trouble :
        QuotingResponses.ALL.entrySet()) {
      Function<String, MockResponse.Builder> quoting = trouble.getValue();
      answers(
          request -> {
            boolean isTold = request.getHeaders().get("Proxy-Authorization") != null;
            return isTold
                ? quoting.apply(QuotingResponses.proofs(request)).onResponseEnd(hangUp).build()
                : new MockResponse.Builder()
                    .code(407)
                    .addHeader("Proxy-Authenticate", "Basic")
                    .build();
          });
      boolean stalls = trouble.getKey().equals("stalled");
      pollAndWait(throughIt.callTimeout(Duration.ofMillis(stalls ? 5 : 20_000)));
    }
    quotes(
        q -> Gateway.answer(407, q).addHeader("Proxy-Authenticate", "Basic realm=\"" + q + "\""));
    pollAndWait(throughIt);
    assertThat(overheard.hearRecording(folder)).contains("Poll", "Wait");
    assertThat(overheard.kinds()).contains("JobsServiceException", "JobsTransportException");
    overheard.assertNothingLeaked();
  }

  @Test
  void whateverAProxyAnswersOnTheWayToIam() {
    overheard.secret(Overheard.basic("me", "hush/+=pass"));
    SocketEffect hangUp = new SocketEffect.CloseSocket();
    for (Map.Entry<String, Function<String, MockResponse.Builder>> trouble :
        QuotingResponses.ALL.entrySet()) {
      if (trouble.getKey().equals("stalled")) {
        continue; // a login has 15 s of real time
      }
      answers(
          request ->
              trouble
                  .getValue()
                  .apply(QuotingResponses.proofs(request))
                  .onResponseEnd(hangUp)
                  .build());
      IamPasswordBuilder builder =
          CredentialsProvider.iamPassword("https://iam.invalid")
              .user("user", "account")
              .password(IamService.PASSWORD)
              .projectId("p")
              .proxy("127.0.0.1", gateway.getPort(), "me", "hush/+=pass".toCharArray());
      overheard.hear(builder);
      CredentialsProvider login = builder.build();
      hear(login::get);
      overheard.hear(login);
    }
    assertThat(overheard.kinds()).contains("JobsTransportException");
    overheard.assertNothingLeaked();
  }

  /** The text of somebody else's exception is its own; ours do not repeat it. */
  @Test
  void whatAProviderOrAScheduleThrows() throws Exception {
    IllegalStateException loud = new IllegalStateException("hush");
    tells("RUNNING");
    provider =
        () -> {
          throw loud;
        };
    try (JobsClient client = client().build()) {
      for (Callable<?> call :
          List.<Callable<?>>of(
              () -> client.pollJob(PROJECT, JOB),
              () -> time.run(() -> client.waitForCompletion(PROJECT, JOB)))) {
        hearOurs(call);
      }
    }
    provider = provider("token");
    try (JobsClient client = client().build()) {
      WaitOptions throwing =
          WaitOptions.builder()
              .schedule(
                  (age, last) -> {
                    throw loud;
                  })
              .build();
      hearOurs(() -> time.run(() -> client.waitForCompletion(PROJECT, JOB, throwing)));
    }
    assertThat(overheard.kinds()).isEmpty();
    overheard.assertNothingLeaked();
  }

  private void hearOurs(Callable<?> call) {
    try {
      call.call();
      throw new AssertionError("nothing was thrown");
    } catch (Exception e) {
      Throwables.chain(e).stream()
          .filter(each -> each instanceof JobsException)
          .forEach(each -> overheard.hear(each.getMessage()));
    }
  }

  @Test
  void aSecretWouldBeHeardWhereverItIsSaid() throws Exception {
    overheard.hear("a Hush b");
    overheard.hear(new JobsException("x", new IOException("y hush")));
    Logger.getLogger("io.github.cloudjobs").finest("z hush");
    Logger.getLogger("okhttp3.OkHttpClient").log(Level.FINE, "{0}", "p hush");
    overheard.authorization("SDK-HMAC-SHA256 Access=A, Signature=0123456789abcdef01");
    overheard.hear("cut 0123456789ABCDEF…");
    Thread named = new Thread(overheard::hearThreads, "thread hush");
    named.start();
    named.join();
    assertThat(overheard.leaks())
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

  @Override
  public void onStatusChange(JobStatus before, WaitProgress progress) {
    hearListener(0, before, progress);
  }

  @Override
  public void onUnknownStatus(WaitProgress progress) {
    hearListener(1, progress);
  }

  @Override
  public void onSubJobChange(JobStatus before, SubJob subJob, WaitProgress progress) {
    hearListener(2, before, subJob, progress);
  }

  @Override
  public void onResources(Map<String, List<String>> ids, WaitProgress progress) {
    hearListener(3, ids, progress);
  }

  @Override
  public void onProgress(WaitProgress progress) {
    hearListener(4, progress, progress.job(), progress.job().describe(), progress.token());
    throw new IllegalStateException("a listener that throws is logged");
  }

  @Override
  public void onPollFailed(PollFailure failure) {
    hearListener(5, failure);
    overheard.hear(failure.error());
  }

  @Override
  public void onThrottled(PollFailure failure) {
    hearListener(6, failure);
    overheard.hear(failure.error());
  }

  @Override
  public void onEnd(WaitResult result) {
    hearListener(7, result);
    if (result.problem() != null) {
      overheard.hear(result.problem());
    }
  }

  private void hearListener(int method, Object... arguments) {
    told.accumulateAndGet(1 << method, (all, one) -> all | one);
    for (Object argument : arguments) {
      overheard.hear(argument);
    }
    overheard.hearThreads();
  }
}
