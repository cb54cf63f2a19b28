package io.github.cloudjobs.http;

import static io.github.cloudjobs.http.Gateway.JOB;
import static io.github.cloudjobs.http.Gateway.KEY;
import static io.github.cloudjobs.http.Gateway.PROJECT;
import static io.github.cloudjobs.http.Gateway.TOKEN;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.JobsService;
import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.auth.RequestSigner;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobStatus;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import mockwebserver3.junit5.StartStop;
import okhttp3.Headers;
import okhttp3.Request;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.aggregator.ArgumentsAccessor;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

/** The requests that polls send, and their headers. */
class RequestsTest {

  private static final Clock NOON =
      Clock.fixed(Instant.parse("2024-03-05T12:00:00Z"), ZoneOffset.UTC);

  @StartStop private final MockWebServer server = new MockWebServer();

  private RecordedRequest polled(JobsClient.Builder builder) throws InterruptedException {
    server.enqueue(Gateway.job("RUNNING"));
    Gateway.pollOnce(builder);
    return Gateway.received(server);
  }

  private JobsClient.Builder scoped() {
    return Gateway.client(server).projectHeader("sub-1").domainId("domain-1");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aPollIsOneSignedGet(boolean async) throws Exception {
    server.enqueue(Gateway.job("RUNNING"));
    assertThat(Gateway.pollOnce(Gateway.client(server), async).status())
        .isEqualTo(JobStatus.RUNNING);
    RecordedRequest request = Gateway.received(server);
    assertThat(request.getRequestLine()).isEqualTo("GET /v1/0a1b2c/jobs/ff80808 HTTP/1.1");
    assertThat(request.getBodySize()).isZero();
    assertThat(Gateway.accepts(KEY, request)).isTrue();
    assertThat(request.getHeaders().get("Authorization"))
        .matches(
            "SDK-HMAC-SHA256 Access=AKOFTHETESTS00000001, "
                + "SignedHeaders=host;x-sdk-date, Signature=[0-9a-f]{64}");
    assertThat(request.getHeaders().toString().lines())
        .map(line -> line.replaceFirst("(Authorization|X-Sdk-Date|User-Agent): .*", "$1"))
        .containsExactlyInAnyOrder(
            "User-Agent",
            "Accept: application/json",
            "X-Sdk-Date",
            "Authorization",
            "Host: 127.0.0.1:" + server.getPort(),
            "Connection: Keep-Alive",
            "Accept-Encoding: gzip");
  }

  @Test
  void aScopedSignatureContainsDayRegionAndService() throws Exception {
    RecordedRequest request = polled(Gateway.client(server).scopedSignature("eu-de", "ecs"));
    assertThat(request.getHeaders().get("Authorization"))
        .matches(
            "SDK-HMAC-SHA256 Credential=AKOFTHETESTS00000001/\\d{8}/eu-de/ecs/sdk_request, .*");
    assertThat(Gateway.accepts(RequestSigner.scoped("eu-de", "ecs"), KEY, request)).isTrue();
  }

  @Test
  void headersOfTheUserAreSentUnsigned() throws Exception {
    RecordedRequest request =
        polled(
            Gateway.client(server)
                .header("X-Trace", " team: jobs ")
                .header("!#$%&'*+-.^_`|~019azAZ", "en-us")
                .header("X-Empty", "")
                .userAgentSuffix("first")
                .userAgentSuffix(" orders/2.1 (batch) "));
    Headers headers = request.getHeaders();
    assertThat(headers.get("X-Trace")).isEqualTo("team: jobs");
    assertThat(headers.get("!#$%&'*+-.^_`|~019azAZ")).isEqualTo("en-us");
    assertThat(headers.get("X-Empty")).isEmpty();
    assertThat(headers.get("User-Agent"))
        .matches("jobs-client/\\d+\\.\\d+\\.\\d+(-SNAPSHOT)? orders/2\\.1 \\(batch\\)");
    assertThat(headers.get("Authorization")).contains("SignedHeaders=host;x-sdk-date, ");
    assertThat(Gateway.accepts(KEY, request)).isTrue();
  }

  @Test
  void pollsOfABuiltClientItsSiblingsAndSignedRequestsHaveTheSameHeaders() throws Exception {
    JobsClient.Builder builder =
        scoped().credentials(Credentials.token(TOKEN)).header("X-Trace", "1").userAgentSuffix("o");
    server.enqueue(Gateway.job("RUNNING"));
    try (JobsClient client = builder.build();
        JobsClient sibling = client.with(JobsService.ELB_V1, Gateway.endpoint(server))) {
      builder.header("X-Later", "1").projectHeader("later").userAgentSuffix("later");
      Gateway.poll(sibling, true);
      Headers sent = Gateway.received(server).getHeaders();
      Request signed = client.signedRequest(PROJECT, JOB);
      assertThat(sent.get("X-Project-Id")).isEqualTo("sub-1");
      assertThat(sent.get("X-Domain-Id")).isEqualTo("domain-1");
      assertThat(sent.get("X-Auth-Token")).isEqualTo(TOKEN);
      assertThat(sent.names()).doesNotContain("X-Later", "Authorization");
      for (String name : signed.headers().names()) {
        assertThat(sent.get(name)).as(name).isEqualTo(signed.header(name));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "Host, hOST, Authorization, X-Sdk-Date, x-sdk-content-sha256, X-Auth-Token, X-Security-Token",
    "X-Project-Id, x-domain-id, User-Agent, Accept, accept-encoding, Connection, Keep-Alive",
    "Content-Type, content-length, Transfer-Encoding, TE, Trailer, Upgrade, HTTP2-Settings",
    "Expect, Range, If-None-Match, Proxy-Authorization, Proxy-Connection, te"
  })
  void refusesAReservedName(ArgumentsAccessor names) {
    for (Object name : names.toArray()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> JobsClient.builder().header((String) name, "hush"))
          .withMessage("header " + name + " is reserved");
    }
  }

  @ParameterizedTest
  @NullAndEmptySource
  @ValueSource(strings = {" ", "a b", "a:", "a\n", "ä", "a/b", "(a)", "a=b", "\"a\"", "a\0"})
  void refusesAnInvalidNameProjectDomainAndSuffix(String text) {
    JobsClient.Builder builder = JobsClient.builder();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.header(text, "hush"))
        .withMessageStartingWith("header name ")
        .withMessageNotContaining("hush");
    if (text == null || text.isBlank() || text.contains("\n") || text.contains("ä")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> builder.userAgentSuffix(text))
          .withMessageStartingWith("userAgentSuffix ");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> builder.projectHeader(text))
          .withMessageStartingWith("projectHeader ");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> builder.domainId(text))
          .withMessageStartingWith("domainId ");
    }
  }

  static Stream<Arguments> badHeaders() {
    return Stream.of(
        arguments("X-A", "hush\r\nHost: x", "value holds U+000D (carriage return) at index 4"),
        arguments("X-A", "hush\n", "value holds U+000A (line feed) at index 4"),
        arguments("X-A", "hush\0", "value holds U+0000 (null) at index 4"),
        arguments("X-A", "hush\u00a0", "value holds U+00A0 (no-break space) at index 4"),
        arguments("X-A", "hush\t", "value holds U+0009 (character tabulation) at index 4"),
        arguments("X-A", "hushé", "value holds a character no header can carry at index 4"),
        arguments("X-A", null, "value is null"),
        arguments("X-A\ufeff", "hush", "name holds U+FEFF (byte order mark) at index 3"),
        arguments("X-A:", "hush", "name holds ':' at index 3"),
        arguments("x-trace", "2", "x-trace is set twice"));
  }

  @ParameterizedTest
  @MethodSource("badHeaders")
  void theMessageNamesWhatIsWrongWithAHeaderWithoutItsValue(
      String name, String value, String problem) {
    JobsClient.Builder builder = JobsClient.builder().header("X-Trace", "1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.header(name, value))
        .withMessage("header " + problem);
  }

  static Stream<Named<Consumer<CompletableFuture<Job>>>> endings() {
    Job mine = Job.fromJson("{\"job_id\":\"j\",\"status\":\"FAIL\"}");
    return Stream.of(
        Named.of("cancel", poll -> poll.cancel(true)),
        Named.of("complete", poll -> poll.complete(mine)),
        Named.of("completeExceptionally", poll -> poll.completeExceptionally(new IOException())),
        Named.of("orTimeout", poll -> poll.orTimeout(1, MILLISECONDS)),
        Named.of("completeOnTimeout", poll -> poll.completeOnTimeout(mine, 1, MILLISECONDS)));
  }

  @ParameterizedTest
  @MethodSource("endings")
  void completingAFutureCancelsItsRequest(Consumer<CompletableFuture<Job>> end) {
    CountDownLatch arrived = new CountDownLatch(1);
    Gateway.respondBy(
        server,
        request -> {
          arrived.countDown();
          return new MockResponse.Builder().onResponseStart(SocketEffect.Stall.INSTANCE).build();
        });
    try (JobsClient client = Gateway.client(server).maxPollsInFlight(1).build()) {
      CompletableFuture<Job> stalled = client.pollJobAsync(PROJECT, JOB);
      CompletableFuture<Job> queued = client.pollJobAsync(PROJECT, JOB);
      Gateway.await(arrived);
      Gateway.respondBy(server, request -> Gateway.job("SUCCESS"));
      end.accept(queued);
      end.accept(stalled);
      // One poll at a time may be in flight: this one passes because the others are gone.
      assertThat(Gateway.poll(client, true).status()).isEqualTo(JobStatus.SUCCESS);
      assertThat(stalled).isDone();
      assertThat(queued).isDone();
      assertThat(server.getRequestCount()).as("the queued poll is never sent").isEqualTo(2);
    }
  }
}
