package io.github.cloudjobs.auth;

import static io.github.cloudjobs.auth.MetadataService.body;
import static io.github.cloudjobs.auth.MetadataService.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cloudjobs.auth.Issuer.Issued;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.error.ThrottledException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.SocketEffect;
import mockwebserver3.junit5.StartStop;
import okio.Buffer;
import okio.BufferedSink;
import okio.GzipSink;
import okio.Okio;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EcsMetadataTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @StartStop private final MockWebServer server = new MockWebServer();
  private final Stage stage = new Stage();
  private MetadataService service;
  private EcsMetadata metadata;

  @BeforeEach
  void settle() {
    service = MetadataService.on(server);
    metadata = metadata(PATIENCE);
  }

  private EcsMetadata metadata(Duration timeout) {
    return new EcsMetadata(MetadataAddress.of(MetadataService.address(server)), timeout);
  }

  @AfterEach
  void nothingWasSentThatDoesNotBelongThere() {
    assertThat(service.foreign()).isEmpty();
  }

  private Issued issue() {
    return metadata.issue(stage.now());
  }

  private void assertRefused(int status, String what) {
    assertThatExceptionOfType(JobsServiceException.class)
        .isThrownBy(this::issue)
        .withMessage(
            "ECS metadata at %s: %s (HTTP %d)", MetadataService.address(server), what, status)
        .withNoCause()
        .satisfies(e -> assertThat(e.statusCode()).isEqualTo(status))
        .satisfies(e -> assertThat(e.serviceMessage()).isNull());
  }

  @Test
  void asksForATokenOnceAndWithItForTheKey() {
    assertThat(issue().credentials()).isEqualTo(service.key());
    assertThat(issue().credentials()).isEqualTo(service.key());
    assertThat(service.asked).containsExactly("PUT", "GET", "GET");
    stage.advance(Duration.ofHours(6).minusMinutes(1));
    issue();
    assertThat(service.asked).endsWith("PUT", "GET");
  }

  @Test
  void aServiceThatInsistsOnTokensGetsOne() {
    service.requireTokens();
    assertThat(issue().credentials()).isEqualTo(service.key());
    assertThat(service.asked).containsExactly("PUT", "GET");
  }

  @ParameterizedTest
  @ValueSource(ints = {404, 405, 503})
  void aServiceWithoutTokensIsAskedWithoutAndAgainAfterADay(int status) {
    service.answerToken(status(status, ""));
    assertThat(issue().credentials()).isEqualTo(service.key());
    stage.advance(Duration.ofHours(24).minusNanos(1));
    issue();
    assertThat(service.asked).containsExactly("PUT", "GET", "GET");
    stage.advance(Duration.ofNanos(1));
    service.answerToken(null);
    service.requireTokens();
    issue();
    assertThat(service.asked).endsWith("PUT", "GET");
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 500, 502})
  void anyOtherAnswerToThatIsAnError(int status) {
    service.answerToken(status(status, "hush"));
    assertRefused(status, "it gives no token");
    assertThat(service.asked).containsExactly("PUT");
  }

  @Test
  void aStaleTokenIsReplacedOnce() {
    service.requireTokens();
    issue();
    service.forgetTokens();
    assertThat(issue().credentials()).isEqualTo(service.key());
    assertThat(service.asked).containsExactly("PUT", "GET", "GET", "PUT", "GET");
  }

  @Test
  void aServiceThatBeginsToInsistWithinTheDayGetsATokenAtOnce() {
    service.answerToken(status(404, ""));
    issue();
    service.answerToken(null);
    service.requireTokens();
    assertThat(issue().credentials()).isEqualTo(service.key());
    assertThat(service.asked).containsExactly("PUT", "GET", "GET", "PUT", "GET");
  }

  @Test
  void aServiceThatInsistsOnATokenAndGivesNoneIsAnError() {
    service.requireTokens();
    service.answerToken(status(404, ""));
    assertRefused(404, "it wants a token and gives none");
    assertThat(service.asked).containsExactly("PUT", "GET", "PUT");
  }

  @Test
  void aTokenThatIsRefusedAsSoonAsItIsGivenIsAnError() {
    service.answerKey(status(401, "hush"));
    assertRefused(401, "it gives no key");
    assertThat(service.asked).containsExactly("PUT", "GET", "PUT", "GET");
  }

  @Test
  void aServerWithoutAnAgencyIsToldToGetOneAndNotAskedTwice() {
    service.withoutAgency();
    assertRefused(401, "the server has no agency: give it one, with leave to read jobs");
    assertThat(service.asked).containsExactly("PUT", "GET");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " \n", "hush\u0001", "hush-ключ"})
  void whatNoHeaderCanCarryIsNoToken(String token) {
    service.answerToken(status(200, token));
    assertRefused(200, "what it gives is no token");
  }

  @ParameterizedTest
  @CsvSource({
    "2026-03-05T07:07:08Z, PT1H",
    "2026-03-05T07:07:08.5Z, PT1H0.5S",
    "2026-03-05T07:07:08.231456Z, PT1H0.231456S",
    "2026-03-05T07:07:08.231000Z, PT1H0.231S",
    "2026-03-05T07:07:08.123456789Z, PT1H0.123456789S",
    "2026-03-05T08:07:08+01:00, PT1H",
    "2026-03-05T05:07:08Z, PT-1H"
  })
  void theEndIsReadWithAnyFraction(String end, Duration life) {
    service.rotate("AKMETADATA2", end, "Thu, 05 Mar 2026 06:07:08 GMT");
    assertThat(issue()).isEqualTo(new Issued(service.key(), life));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "soon", "1772694428", "2026-03-05", "+1000000001-01-01T00:00:00Z"})
  void anEndThatCannotBeReadIsNotSaidAndTheKeyIsUsed(String end) {
    service.rotate("AKMETADATA2", end, "Thu, 05 Mar 2026 06:07:08 GMT");
    assertThat(issue()).isEqualTo(new Issued(service.key(), null));
  }

  @Test
  void aClockOfThisMachineThatIsWrongDoesNotMatter() {
    service.rotate("AKMETADATA2", "2031-01-01T01:00:00Z", "Wed, 01 Jan 2031 00:00:00 GMT");
    assertThat(issue().life()).isEqualTo(Duration.ofHours(1));
  }

  @Test
  void withoutADateThisMachinesCounts() {
    service.rotate("AKMETADATA2", "2026-03-05T07:07:08Z", null);
    assertThat(issue().life()).isEqualTo(Duration.ofHours(1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | what it gives is no JSON object, or larger than 64 KiB",
        "<html>hush | what it gives is no JSON object, or larger than 64 KiB",
        "[\"hush\"] | what it gives is no JSON object, or larger than 64 KiB",
        "{\"credential\": {\"access\": \"hush | what it gives is no JSON object, or larger than 64"
            + " KiB",
        "{} | the key it gives cannot be used, access is missing",
        "null | what it gives is no JSON object, or larger than 64 KiB",
        "{\"credential\": null} | the key it gives cannot be used, access is missing",
        "{\"access\": \"hush\"} | the key it gives cannot be used, access is missing",
        "{\"credential\": {\"access\": 7}} | the key it gives cannot be used, access is missing",
        "{\"credential\": {\"access\": \"A\", \"securitytoken\": \"hush\"}} "
            + "| the key it gives cannot be used, secret is missing",
        "{\"credential\": {\"access\": \"A\", \"secret\": \"hush\"}} "
            + "| the key it gives cannot be used, securitytoken is missing",
        "{\"credential\": {\"access\": \"\", \"secret\": \"hush\", \"securitytoken\": \"hush\"}} "
            + "| the key it gives cannot be used, access is blank",
        "{\"credential\": {\"access\": \"A\", \"secret\": \"hu\\n"
            + "sh\", \"securitytoken\": \"hush\"}} | the key it gives cannot be used, secret holds"
            + " U+000A (line feed) at index 2",
      })
  void garbageIsToldByWhatIsWrongWithItAndNotRepeated(String garbage, String problem) {
    service.answerKey(body(garbage, null));
    assertRefused(200, problem);
  }

  @Test
  void unknownKeysAndOtherTypesDoNotMatter() {
    service.answerKey(
        body(
            "{\"a\": [{\"credential\": {\"access\": \"no\"}}], \"credential\": {\"n\": {\"access\":"
                + " 1},"
                + MetadataService.key("x", "AKMETADATA1")
                    .strip()
                    .substring("{\"credential\": {".length()),
            null));
    assertThat(issue().credentials()).isEqualTo(service.key());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aHugeBodyIsNotReadToItsEnd(boolean packed) throws IOException {
    Buffer body = new Buffer();
    try (BufferedSink sink =
        packed ? Okio.buffer(new GzipSink(body)) : Okio.buffer((okio.Sink) body)) {
      sink.writeUtf8("{\"credential\":\"").writeUtf8("hush".repeat(5_000_000));
    }
    MockResponse.Builder huge = new MockResponse.Builder().body(body);
    service.answerKey((packed ? huge.addHeader("Content-Encoding", "gzip") : huge).build());
    assertRefused(200, "what it gives is no JSON object, or larger than 64 KiB");
    service.answerToken(huge.build());
    metadata = metadata(PATIENCE);
    assertRefused(200, "what it gives is no token");
  }

  @Test
  void aBodyOfTheLargestSizeIsRead() {
    String key = MetadataService.key("x", "AKMETADATA1");
    service.answerKey(body(key + " ".repeat(64 * 1024 - key.length()), null));
    assertThat(issue().credentials()).isEqualTo(service.key());
    service.answerKey(body(key + " ".repeat(64 * 1024 + 1 - key.length()), null));
    assertRefused(200, "what it gives is no JSON object, or larger than 64 KiB");
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 302, 400, 403, 404, 500})
  void anyOtherStatusIsAnErrorThatRepeatsNothing(int status) {
    service.answerKey(
        new MockResponse.Builder()
            .code(status)
            .addHeader("Location", "http://127.0.0.1:9/hush")
            .body(status == 204 ? "" : "hush")
            .build());
    assertRefused(status, "it gives no key");
    assertThat(service.asked).containsExactly("PUT", "GET");
  }

  @ParameterizedTest
  @CsvSource({
    "429, 7, PT7S",
    "503, 7, PT7S",
    "503, 0, PT0S",
    "429, , ",
    "429, soon, ",
    "503, 9999999999, PT999999999S"
  })
  void aServiceThatAsksToBeLeftAloneIsThrottled(int status, String header, Duration asked) {
    MockResponse.Builder answer = new MockResponse.Builder().code(status);
    service.answerKey((header == null ? answer : answer.addHeader("Retry-After", header)).build());
    assertThatExceptionOfType(ThrottledException.class)
        .isThrownBy(this::issue)
        .satisfies(e -> assertThat(e.retryAfter()).isEqualTo(asked));
    assertThat(service.asked).containsExactly("PUT", "GET");
  }

  @Test
  void aServiceThatIsDownOrSlowOrNoHttpIsALostAnswer() throws Exception {
    metadata = metadata(Duration.ofMillis(200));
    service.answerKey(
        new MockResponse.Builder().onResponseStart(SocketEffect.Stall.INSTANCE).build());
    assertLost("SocketTimeoutException");
    service.answerKey(
        new MockResponse.Builder().onResponseStart(new SocketEffect.CloseSocket()).build());
    assertLost("IOException");
    service.answerKey(new MockResponse.Builder().status("HTTP/1.1 hush").build());
    assertLost("ProtocolException");
    server.close();
    assertLost("ConnectException");
  }

  private void assertLost(String kind) {
    assertThatExceptionOfType(JobsTransportException.class)
        .isThrownBy(this::issue)
        .withMessageStartingWith(
            "ECS metadata at " + MetadataService.address(server) + " did not answer: " + kind)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("hush"))
        .satisfies(e -> assertThat(e.getCause() == null).isEqualTo(kind.startsWith("Protocol")));
  }

  @Test
  void aProxyOfTheJvmIsPassedBy() {
    ProxySelector before = ProxySelector.getDefault();
    ProxySelector.setDefault(
        new ProxySelector() {
          @Override
          public List<Proxy> select(URI uri) {
            return List.of(
                new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved("127.0.0.1", 9)));
          }

          @Override
          public void connectFailed(URI uri, SocketAddress address, IOException e) {}
        });
    try {
      assertThat(metadata(PATIENCE).issue(stage.now()).credentials()).isEqualTo(service.key());
    } finally {
      ProxySelector.setDefault(before);
    }
  }

  @Test
  void aNameOfThisMachineLeadsToThisMachine() {
    metadata =
        new EcsMetadata(
            MetadataAddress.of(URI.create("http://localhost:" + server.getPort())), PATIENCE);
    assertThat(issue().credentials()).isEqualTo(service.key());
  }

  @Test
  void aKeyIsRenewedTenMinutesBeforeItsEndAndTheOldOneUsedIfThatFails() {
    CredentialsProvider provider =
        EcsMetadata.provider(
            MetadataAddress.of(MetadataService.address(server)), stage.surroundings());
    assertThat(provider.get()).isEqualTo(MetadataService.key("AKMETADATA1"));
    stage.advance(Duration.ofMinutes(50));
    service.rotate("AKMETADATA2", "2026-03-05T07:57:08Z", "Thu, 05 Mar 2026 06:57:08 GMT");
    assertThat(provider.get()).isEqualTo(MetadataService.key("AKMETADATA1"));
    assertThat(service.asked).hasSize(2);
    stage.advance(Duration.ofSeconds(1)); // the end had a fraction of a second
    service.answerKey(status(500, ""));
    assertThat(provider.get()).isEqualTo(MetadataService.key("AKMETADATA1"));
    stage.advance(Duration.ofMinutes(9));
    assertThat(provider.get()).isEqualTo(MetadataService.key("AKMETADATA1"));
    service.answerKey(null);
    stage.advance(Duration.ofSeconds(30));
    provider.get();
    assertThat(provider.get()).isEqualTo(MetadataService.key("AKMETADATA2"));
  }

  @Test
  void aRefusedKeyIsAskedForAnew() {
    CredentialsProvider provider =
        EcsMetadata.provider(
            MetadataAddress.of(MetadataService.address(server)), stage.surroundings());
    Credentials old = provider.get();
    service.rotate("AKMETADATA2", "2026-03-05T07:57:08Z", null);
    assertThat(provider.refresh(old)).isEqualTo(MetadataService.key("AKMETADATA2"));
    assertThat(provider.refresh(old)).isEqualTo(MetadataService.key("AKMETADATA2"));
    assertThat(service.asked).containsExactly("PUT", "GET", "GET");
  }

  @Test
  void anAddressThatIsNotAllowedIsToldWhenItIsUsed() {
    stage.properties.put(MetadataAddress.PROPERTY, "http://metadata.invalid");
    CredentialsProvider provider = EcsMetadata.provider(stage.surroundings());
    assertThatThrownBy(provider::get)
        .isInstanceOf(JobsException.class)
        .hasMessageStartingWith("ECS metadata: cloudjobs.metadata.address: the metadata address ");
  }
}
