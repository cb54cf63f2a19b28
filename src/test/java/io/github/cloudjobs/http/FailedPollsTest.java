package io.github.cloudjobs.http;

import static io.github.cloudjobs.http.Gateway.JOB;
import static io.github.cloudjobs.http.Gateway.PROJECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.JobsService;
import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.auth.CredentialsProvider;
import io.github.cloudjobs.connection.ConnectionSettings;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.step.PollResults;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.SocketEffect;
import mockwebserver3.junit5.StartStop;
import okhttp3.Call;
import okhttp3.EventListener;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Polls that fail without a response: connections, interceptors, providers and other libraries. */
class FailedPollsTest {

  @StartStop private final MockWebServer server = new MockWebServer();

  private static final SocketEffect STALL = SocketEffect.Stall.INSTANCE;

  private JobsTransportException lost(JobsClient.Builder builder, boolean async) {
    return catchThrowableOfType(
        JobsTransportException.class, () -> Gateway.pollOnce(builder, async));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRefusedConnectionIsATransportException(boolean async) throws IOException {
    int port;
    try (ServerSocket once = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = once.getLocalPort();
    }
    String endpoint = "http://127.0.0.1:" + port;
    assertThat(lost(Gateway.client(server).endpoint(endpoint), async))
        .hasMessageStartingWith("no response from GET " + endpoint + "/v1/0a1b2c/jobs/ff80808: ")
        .hasCauseInstanceOf(ConnectException.class);
  }

  @ParameterizedTest
  @CsvSource({"false, false", "true, true"})
  void aClosedConnectionIsATransportExceptionAndThePollIsNotSentAgain(
      boolean withinTheBody, boolean async) {
    MockResponse.Builder response =
        Gateway.response(200, "{\"job_id\":\"" + "x".repeat(100_000) + "\"}");
    SocketEffect close = new SocketEffect.CloseSocket();
    server.enqueue(
        (withinTheBody ? response.onResponseBody(close) : response.onResponseStart(close)).build());
    assertThat(lost(Gateway.client(server), async)).hasCauseInstanceOf(IOException.class);
    assertThat(server.getRequestCount()).isEqualTo(1);
  }

  @Test
  void anErrorBodyThatEndsEarlyIsReadAsFarAsReceived() {
    server.enqueue(
        new MockResponse.Builder()
            .code(500)
            .body("{\"error_code\":\"Ecs.0001\",\"error_msg\":\"half")
            .setHeader("Content-Length", 1_000)
            .onResponseEnd(new SocketEffect.CloseSocket())
            .build());
    assertThat(Gateway.failure(Gateway.client(server)))
        .isInstanceOf(JobsServiceException.class)
        .hasMessageStartingWith("HTTP 500")
        .hasMessageContaining("Ecs.0001");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aTimeoutIsATransportExceptionAndNoInterrupt(boolean async) {
    server.enqueue(new MockResponse.Builder().onResponseStart(STALL).build());
    assertThat(lost(Gateway.client(server).callTimeout(Duration.ofMillis(200)), async))
        .hasCauseInstanceOf(InterruptedIOException.class)
        .hasMessageEndingWith("InterruptedIOException, timeout");
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"500, 250", "2000, 500", "180000, 10000"})
  void theCallTimeoutSetsReadTimeoutAndPings(int call, int ping) {
    OkHttpClient client = ConnectionSettings.DEFAULTS.derive(null, Duration.ofMillis(call)).build();
    assertThat(client.callTimeoutMillis()).isEqualTo(call);
    assertThat(client.pingIntervalMillis()).isEqualTo(ping);
    assertThat(client.readTimeoutMillis()).isEqualTo(call + 1_000);
    assertThat(client.writeTimeoutMillis()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aStaleConnectionInThePoolIsReplaced(boolean async) throws Exception {
    server.enqueue(
        Gateway.response(200, "{\"job_id\":\"1\"}")
            .onResponseEnd(SocketEffect.ShutdownConnection.INSTANCE)
            .build());
    server.enqueue(Gateway.job("SUCCESS"));
    try (JobsClient client = Gateway.client(server).build()) {
      assertThat(Gateway.poll(client, async).jobId()).isEqualTo("1");
      assertThat(Gateway.poll(client, async).jobId()).isEqualTo(JOB);
    }
    assertThat(Gateway.received(server).getConnectionIndex()).isZero();
    assertThat(Gateway.received(server).getConnectionIndex()).isEqualTo(1);
  }

  // Code of the user

  static Stream<Arguments> crashes() {
    return Stream.of("application", "network", "after")
        .flatMap(
            where ->
                Stream.of(
                        new AssertionError("boom"),
                        new Exception("boom"),
                        new PollResults.Unspeakable())
                    .map(crash -> Arguments.of(where, crash)));
  }

  @SuppressWarnings("unchecked") // as code in another language may throw anything
  private static <T extends Throwable> void sneak(Throwable crash) throws T {
    throw (T) crash;
  }

  @ParameterizedTest
  @MethodSource("crashes")
  void anExceptionOfAnInterceptorIsTheCauseOfTheFailedPoll(String where, Throwable crash) {
    Gateway.respondBy(server, request -> Gateway.job("RUNNING"));
    Interceptor broken =
        chain -> {
          if (where.equals("after")) {
            chain.proceed(chain.request()).close();
          }
          FailedPollsTest.<RuntimeException>sneak(crash);
          throw new IOException("never");
        };
    OkHttpClient.Builder own = new OkHttpClient.Builder();
    OkHttpClient client =
        (where.equals("network") ? own.addNetworkInterceptor(broken) : own.addInterceptor(broken))
            .build();
    try (JobsClient jobs = Gateway.client(server).httpClient(client).build()) {
      for (boolean async : new boolean[] {false, true}) {
        assertThatThrownBy(() -> Gateway.poll(jobs, async))
            .isExactlyInstanceOf(JobsException.class)
            .hasMessage("the poll failed: " + crash.getClass().getName())
            .satisfies(e -> assertThat(e.getCause() == crash).isTrue());
      }
      assertThat(client.connectionPool().connectionCount())
          .isEqualTo(client.connectionPool().idleConnectionCount());
    }
    client.connectionPool().evictAll();
  }

  @Test
  void anEventListenerThatThrowsFailsThePollAndNotItsCancellation() throws Exception {
    AtomicBoolean throwsAtStart = new AtomicBoolean(true);
    EventListener throwing =
        new EventListener() {
          @Override
          public void callStart(Call call) {
            if (throwsAtStart.get()) {
              throw new IllegalStateException("hush");
            }
          }

          @Override
          public void canceled(Call call) {
            throw new IllegalStateException("hush");
          }
        };
    OkHttpClient own = new OkHttpClient.Builder().eventListener(throwing).build();
    server.enqueue(new MockResponse.Builder().onResponseStart(STALL).build());
    server.enqueue(Gateway.job("RUNNING"));
    try (JobsClient jobs = Gateway.client(server).httpClient(own).maxPollsInFlight(1).build()) {
      for (boolean async : new boolean[] {false, true}) {
        assertThatThrownBy(() -> Gateway.poll(jobs, async))
            .isExactlyInstanceOf(JobsException.class)
            .hasMessage("the poll failed: java.lang.IllegalStateException");
      }
      throwsAtStart.set(false);
      CompletableFuture<Job> stalled = jobs.pollJobAsync(PROJECT, JOB);
      Gateway.received(server);
      assertThat(stalled.cancel(true)).isTrue();
      assertThat(Gateway.poll(jobs, true).jobId()).as("the only place is free").isEqualTo(JOB);
    }
    own.connectionPool().evictAll();
  }

  static Stream<Arguments> failingProviders() {
    String failed = "the credentials provider failed: ";
    return Stream.of(
        Arguments.of(
            new JobsTransportException("no metadata service", null), "no metadata service"),
        Arguments.of(new JobsException("no such agency"), "no such agency"),
        Arguments.of(new InterruptedException(), "interrupted while the credentials were fetched"),
        Arguments.of(new NoClassDefFoundError("hush"), failed + "java.lang.NoClassDefFoundError"),
        Arguments.of(new IOException("hush"), failed + "java.io.IOException"),
        Arguments.of(
            new PollResults.Unspeakable(), failed + PollResults.Unspeakable.class.getName()));
  }

  @ParameterizedTest
  @MethodSource("failingProviders")
  void anExceptionOfTheProviderFailsThePollWithoutARequest(Throwable thrown, String message) {
    Class<?> type =
        thrown instanceof JobsTransportException || thrown instanceof InterruptedException
            ? JobsTransportException.class
            : JobsException.class;
    CredentialsProvider failing =
        () -> {
          FailedPollsTest.<RuntimeException>sneak(thrown);
          return Gateway.KEY;
        };
    try (JobsClient client = Gateway.client(server).credentials(failing).build()) {
      for (boolean async : new boolean[] {false, true}) {
        assertThatThrownBy(() -> Gateway.poll(client, async))
            .isExactlyInstanceOf(type)
            .hasMessage(message);
        assertThat(Thread.currentThread().isInterrupted()).as("the caller was not").isFalse();
      }
    }
    assertThat(server.getRequestCount()).isZero();
  }

  // An application with another version of a library

  private static JobsException failure(Error thrown) {
    OkHttpClient failing =
        new OkHttpClient.Builder()
            .addInterceptor(
                chain -> {
                  throw thrown;
                })
            .build();
    JobsClient.Builder builder =
        JobsClient.builder()
            .service(JobsService.ECS)
            .endpoint("https://jobs.invalid")
            .credentials(Credentials.token("invented"))
            .httpClient(failing);
    return catchThrowableOfType(JobsException.class, () -> Gateway.pollOnce(builder));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "okio/Socket | okio-jvm | okio-bom",
        "'okio.Socket okio.Okio.socket(java.net.Socket)' | okio-jvm | okio-bom",
        "'okio.BufferedSource okhttp3.ResponseBody.source()' | okhttp-jvm | okhttp-bom",
        "Class okhttp3.Call does not have member field 'okio.Timeout t' | okhttp-jvm | okhttp-bom",
        "com/fasterxml/jackson/annotation/JsonSerializeAs | jackson-annotations | jackson-bom",
        "'void com.fasterxml.jackson.core.JsonParser.x(int)' | jackson-core | jackson-bom"
      })
  void theMessageNamesTheMissingMemberItsJarAndWhatToImport(
      String missing, String jar, String bom) {
    for (Error thrown :
        List.of(
            new NoSuchMethodError(missing),
            new ExceptionInInitializerError(new NoSuchMethodError(missing)))) {
      assertThat(failure(thrown))
          .isExactlyInstanceOf(JobsException.class)
          .hasMessageStartingWith("the poll failed: NoSuchMethodError, %s; %s-", missing, jar)
          .hasMessageContaining("jar is another version than this library was compiled with")
          .hasMessageContaining(":" + bom + ":");
    }
  }

  static List<Error> otherErrors() {
    return List.of(
        new NoClassDefFoundError("hush"),
        new NoClassDefFoundError("hushokio.Okio"),
        new NoClassDefFoundError("Could not initialize class okhttp3.internal.platform.Platform"),
        new UnsatisfiedLinkError("okhttp3.Native"));
  }

  @ParameterizedTest
  @MethodSource("otherErrors")
  void anyOtherLinkageErrorIsNamedByItsClass(Error thrown) {
    assertThat(failure(thrown)).hasMessage("the poll failed: " + thrown.getClass().getName());
  }
}
