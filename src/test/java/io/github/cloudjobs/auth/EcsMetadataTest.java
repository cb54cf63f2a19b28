package io.github.cloudjobs.auth;

import static io.github.cloudjobs.auth.MetadataService.body;
import static io.github.cloudjobs.auth.MetadataService.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.error.ThrottledException;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
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
  private static final Duration MAX_SECONDS = Duration.ofSeconds(10);

  @StartStop private final MockWebServer server = new MockWebServer();
  private final FakeEnvironment environment = new FakeEnvironment();
  private MetadataService service;
  private EcsMetadata metadata;
  private Duration life;

  @BeforeEach
  void setUp() {
    service = MetadataService.on(server);
    metadata = metadata(MetadataService.address(server).toString(), MAX_SECONDS);
  }

  @AfterEach
  void nothingElseWasSent() {
    assertThat(service.foreign).isEmpty();
  }

  private EcsMetadata metadata(String address, Duration timeout) {
    return new EcsMetadata(address, timeout, environment.system()) {
      @Override
      Credentials stored(Credentials fetched, Duration given) {
        life = given;
        return super.stored(fetched, given);
      }
    };
  }

  private Credentials fetch() {
    return metadata.fetch(environment.now());
  }

  private void assertRefused(int status, String what) {
    assertThatExceptionOfType(JobsServiceException.class)
        .isThrownBy(this::fetch)
        .withMessage(
            "ECS metadata at %s: %s (HTTP %d)", MetadataService.address(server), what, status)
        .withNoCause()
        .satisfies(e -> assertThat(e.statusCode()).isEqualTo(status))
        .satisfies(e -> assertThat(e.serviceMessage()).isNull());
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 404, 405, 503})
  void getsATokenAndThenTheKeyWithoutOneIfTheServiceHasNone(int status) {
    service.respondToTokenRequest(status(status, "hush-session"));
    assertThat(fetch()).isEqualTo(service.key());
    assertThat(service.methods).containsExactly("PUT", "GET");
    service.respondToKeyRequest(status(401, "hush"));
    assertRefused(
        401, status == 200 ? "it returns no key" : "it requires a token and returns none");
  }

  @ParameterizedTest
  @CsvSource({
    "400, hush, it returns no token",
    "401, hush, it returns no token",
    "500, hush, it returns no token",
    "200, '', the response is not a token",
    "200, ' \n', the response is not a token",
    "200, 'hush\u0001', the response is not a token",
    "200, hush-ключ, the response is not a token"
  })
  void anyOtherResponseToATokenRequestIsAnError(int status, String body, String problem) {
    service.respondToTokenRequest(status(status, body));
    assertRefused(status, problem);
    assertThat(service.methods).containsExactly("PUT");
  }

  @ParameterizedTest
  @CsvSource({
    "2026-03-05T07:07:08Z, 'Thu, 05 Mar 2026 06:07:08 GMT', PT1H",
    "2026-03-05T07:07:08.231456Z, 'Thu, 05 Mar 2026 06:07:08 GMT', PT1H0.231456S",
    "2031-01-01T01:00:00Z, 'Wed, 01 Jan 2031 00:00:00 GMT', PT1H", // this machine's is wrong
    "2026-03-05T07:07:08Z, , PT1H", // by the clock of this machine
    "'', 'Thu, 05 Mar 2026 06:07:08 GMT', ",
    "+1000000001-01-01T00:00:00Z, 'Thu, 05 Mar 2026 06:07:08 GMT', "
  })
  void theLifeOfAKeyIsMeasuredByTheServicesClock(String end, String date, Duration life) {
    service.rotate("AKMETADATA2", end, date);
    assertThat(fetch()).isEqualTo(service.key());
    assertThat(this.life).isEqualTo(life);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | access is null",
        "<html>hush | access is null",
        "[\"hush\"] | access is null",
        "{\"credential\": {\"access\": 7}} | access is null",
        "{\"credential\": {\"access\": \"A\"}} | secret is null",
        "{\"credential\": {\"access\": \"A\", \"secret\": \"hush\"}} | securitytoken is null",
        "{\"credential\": {\"access\": \"A\", \"secret\": \"hu\\nsh\", \"securitytoken\": \"x\"}}"
            + "| secret holds U+000A (line feed) at index 2",
      })
  void theMessageSaysWhatIsWrongWithoutQuotingTheResponse(String garbage, String problem) {
    service.respondToKeyRequest(body(garbage, null));
    assertRefused(200, "the returned key cannot be used, " + problem);
  }

  @Test
  void readsOneMebibyteAndNoMoreEvenOfACompressedBody() throws IOException {
    String key = MetadataService.key("x", "AKMETADATA1");
    service.respondToKeyRequest(body(key + " ".repeat((1 << 20) - key.length()), null));
    assertThat(fetch()).isEqualTo(service.key());
    Buffer packed = new Buffer();
    try (BufferedSink sink = Okio.buffer(new GzipSink(packed))) {
      sink.writeUtf8(key + " ".repeat(20_000_000));
    }
    service.respondToKeyRequest(
        new MockResponse.Builder().body(packed).addHeader("Content-Encoding", "gzip").build());
    assertRefused(200, "the returned key cannot be used, access is null");
    service.respondToTokenRequest(body("h".repeat((1 << 20) + 1), null));
    assertRefused(200, "the response is not a token");
  }

  @ParameterizedTest
  @CsvSource({
    "204,,",
    "302,,",
    "401,,",
    "404,,",
    "500,,",
    "429, 7, PT7S",
    "503, 0, PT0S",
    "429, soon,"
  })
  void anyOtherStatusIsAnErrorWithoutTheBody(int status, String retryAfter, Duration requested) {
    service.respondToKeyRequest(
        new MockResponse.Builder()
            .code(status)
            .addHeader("Location", "http://127.0.0.1:9/hush")
            .addHeader("Retry-After", "" + retryAfter)
            .body(status == 204 ? "" : "hush")
            .build());
    assertRefused(status, "it returns no key");
    assertThat(service.methods).containsExactly("PUT", "GET");
    JobsServiceException error = catchThrowableOfType(JobsServiceException.class, this::fetch);
    assertThat(error instanceof ThrottledException).isEqualTo(status == 429 || status == 503);
    assertThat(error instanceof ThrottledException busy ? busy.retryAfter() : null)
        .isEqualTo(requested);
  }

  @Test
  void aServiceThatIsDownOrSlowOrNotHttpIsATransportFailure() throws Exception {
    metadata = metadata("http://localhost:" + server.getPort(), Duration.ofMillis(200));
    service.respondToKeyRequest(
        new MockResponse.Builder().onResponseStart(SocketEffect.Stall.INSTANCE).build());
    assertLost("SocketTimeoutException");
    service.respondToKeyRequest(
        new MockResponse.Builder().onResponseStart(new SocketEffect.CloseSocket()).build());
    assertLost("IOException");
    service.respondToKeyRequest(new MockResponse.Builder().status("HTTP/1.1 hush").build());
    assertLost("ProtocolException");
    server.close();
    assertLost("ConnectException");
  }

  private void assertLost(String kind) {
    assertThatExceptionOfType(JobsTransportException.class)
        .isThrownBy(this::fetch)
        .withMessageStartingWith(
            "ECS metadata at http://localhost:" + server.getPort() + " did not respond: " + kind)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("hush"))
        .satisfies(e -> assertThat(e.getCause() == null).isEqualTo(kind.startsWith("Protocol")));
  }

  @Test
  void renewsAKeyTenMinutesBeforeItExpires() {
    CredentialsProvider provider =
        EcsMetadata.provider(MetadataService.address(server).toString(), environment.system());
    assertThat(provider.get()).isEqualTo(MetadataService.key("AKMETADATA1"));
    environment.advance(Duration.ofMinutes(50));
    service.rotate("AKMETADATA2", "2026-03-05T07:57:08Z", "Thu, 05 Mar 2026 06:57:08 GMT");
    assertThat(provider.get()).isEqualTo(MetadataService.key("AKMETADATA1"));
    environment.advance(Duration.ofSeconds(1)); // the expiry has a fraction of a second
    provider.get();
    assertThat(provider.get()).isEqualTo(MetadataService.key("AKMETADATA2"));
  }

  @ParameterizedTest
  @CsvSource({
    "http://169.254.169.254, http://169.254.169.254",
    "HTTP://169.254.169.254:80/, http://169.254.169.254",
    "http://127.255.255.255:1/, http://127.255.255.255:1",
    "http://localhost:8080, http://localhost:8080",
    "http://[::1]:8080, http://[::1]:8080",
    "https://169.254.169.254,",
    "http://169.254.169.254:8080,",
    "http://hush.invalid,",
    "http://127.0.0.1@hush.invalid,",
    "http://127.1,",
    "http://127.0.0.256,", // a name, which DNS could resolve
    "http://[::2],",
    "http://127.0.0.1/hush,",
    "file:///hush,"
  })
  void theAddressIsTheFixedOneOrOnThisMachine(URI given, String used) {
    environment.variables.put("CLOUDJOBS_METADATA_ADDRESS", " " + given + " ");
    CredentialsProvider configured = EcsMetadata.provider(environment.system());
    if (used != null) {
      assertThat(CredentialsProvider.ecsMetadata(given)).hasToString("ECS metadata at " + used);
      assertThat(configured).hasToString("ECS metadata at " + used);
      return;
    }
    String rule = "the metadata address must be http://169.254.169.254, or ";
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CredentialsProvider.ecsMetadata(given))
        .withMessageStartingWith(rule)
        .withMessageNotContaining("hush");
    assertThatThrownBy(configured::get)
        .hasMessageStartingWith("ECS metadata: CLOUDJOBS_METADATA_ADDRESS: " + rule)
        .hasMessageNotContaining("hush")
        .hasNoCause();
    environment.properties.put("cloudjobs.metadata.address", "h u s h"); // comes first
    assertThatThrownBy(EcsMetadata.provider(environment.system())::get)
        .hasMessageStartingWith("ECS metadata: cloudjobs.metadata.address: " + rule);
  }
}
