package io.github.cloudjobs.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.FileDescriptor;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestSignerTest {
  private static final Instant AT = Instant.parse("2024-03-05T06:07:08.999999999Z");
  private static final Credentials KEY = Credentials.accessKey("QTWAEXAMPLE", "hush-secret");
  private static final Credentials TEMPORARY =
      Credentials.temporaryAccessKey("QTWAEXAMPLE", "hush-secret", "hush-token");
  private static final Request POLL = request("/v1/p/jobs/j").build();

  private final RequestSigner signer = RequestSigner.standard();
  private final RequestSigner scoped = RequestSigner.scoped("eu-de", "ecs");

  private static Request.Builder request(String path) {
    return new Request.Builder().url("https://ecs.eu-de.otc.t-systems.com" + path);
  }

  private String canonical(Request request, String... signedHeaders) {
    return RequestSigner.canonicalRequest(signer.sign(request, KEY, AT, signedHeaders));
  }

  /** The worked example of the vendor's API Request Signing Guide, as printed there. */
  @Test
  void signsTheExampleOfTheGuide() {
    Request request =
        new Request.Builder()
            .url(
                "https://service.region.example.com/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs"
                    + "?marker=13551d6b-755d-4757-b956-536f674975c0&limit=2")
            .header("Content-Type", " application/json ")
            .build();
    Credentials key =
        Credentials.accessKey("QTWAOYTTINDUT2QVKYUC", "MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHc");
    Request signed =
        signer.sign(request, key, Instant.parse("2019-11-15T03:36:55Z"), "Content-Type");
    assertThat(RequestSigner.canonicalRequest(signed))
        .isEqualTo(
            """
            GET
            /v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs/
            limit=2&marker=13551d6b-755d-4757-b956-536f674975c0
            content-type:application/json
            host:service.region.example.com
            x-sdk-date:20191115T033655Z

            content-type;host;x-sdk-date
            e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\
            """);
    assertThat(signed.header("Authorization"))
        .isEqualTo(
            "SDK-HMAC-SHA256 Access=QTWAOYTTINDUT2QVKYUC,"
                + " SignedHeaders=content-type;host;x-sdk-date,"
                + " Signature=7be6668032f70418fcc22abc52071e57aff61b84a1d2381bb430d6870f4f6ebe");
  }

  @Test
  void aTokenIsSentWithoutASignatureAndASecondSignatureReplacesTheFirst() {
    Request temporary = signer.sign(POLL, TEMPORARY, AT);
    Request token = scoped.sign(temporary, Credentials.token("hush-token"), AT);
    assertThat(token.headers()).isEqualTo(Headers.of("X-Auth-Token", "hush-token"));
    assertThat(RequestSigner.canonicalRequest(token)).isNull();
    for (Request signedBefore : List.of(temporary, token)) {
      assertThat(signer.sign(signedBefore, KEY, AT.plusSeconds(1)).headers())
          .isEqualTo(signer.sign(POLL, KEY, AT.plusSeconds(1)).headers());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "2024-02-29T23:59:59.999999999Z, 20240229T235959Z",
    "1969-12-31T23:59:59.5Z, 19691231T235959Z",
    "9999-12-31T23:59:59Z, 99991231T235959Z",
  })
  void theDateIsInUtcWithoutFractions(Instant at, String date) {
    assertThat(signer.sign(POLL, KEY, at).header("X-Sdk-Date")).isEqualTo(date);
    assertThat(RequestSigner.scoped("", "").sign(POLL, KEY, at).header("Authorization"))
        .contains(" Credential=QTWAEXAMPLE/" + date.substring(0, 8) + "///sdk_request, Signed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"eu/de", "eu,de", "eu de", "eu\nde", "сеть"})
  void aScopeThatWouldBreakTheHeaderIsRefused(String word) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RequestSigner.scoped(word, ""))
        .withMessageStartingWith("region ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RequestSigner.scoped("", word))
        .withMessageStartingWith("service ");
  }

  @Test
  void aSignerShowsItsForm() {
    assertThat(RequestSigner.standard()).hasToString("RequestSigner[standard]");
    assertThat(scoped).hasToString("RequestSigner[eu-de/ecs]");
  }

  @Test
  void onlyTheNamedHeadersAreSigned() {
    Request request = POLL.newBuilder().header("X-A", " 1 ").header("Accept", "*/*").build();
    assertThat(canonical(request, "x-a"))
        .contains("\nhost:ecs.eu-de.otc.t-systems.com\nx-a:1\nx-sdk-date:20240305T060708Z\n\n")
        .contains("\nhost;x-a;x-sdk-date\n");
    assertThat(canonical(request)).isEqualTo(canonical(POLL));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Host",
        "x-sdk-date",
        "X-SECURITY-TOKEN",
        "Authorization",
        "x-Auth-Token",
        "X-Missing",
        "X-Twice",
        "X-Tab"
      })
  void aNamedHeaderThatTheSignerSetsOrThatIsMissingRepeatedOrNotAsciiIsRefused(String name) {
    Request request =
        POLL.newBuilder()
            .addHeader("X-Auth-Token", "hush")
            .addHeader("X-Twice", "hush")
            .addHeader("x-twice", "hush")
            .addHeader("X-Tab", "hush\thush")
            .build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> signer.sign(request, TEMPORARY, AT, name))
        .withMessageContaining(name.toLowerCase(Locale.ROOT))
        .withMessageNotContaining("hush");
  }

  @ParameterizedTest
  @CsvSource({"'', application/json", "text/plain, application/json", "a/b,"})
  void theContentTypeIsSignedAsOkHttpSendsIt(String header, String ofBody) throws Exception {
    RequestBody body = RequestBody.create("{}", ofBody == null ? null : MediaType.get(ofBody));
    try (MockWebServer server = new MockWebServer()) {
      server.start();
      server.enqueue(new MockResponse.Builder().build());
      Request.Builder post = new Request.Builder().url(server.url("/")).post(body);
      if (!header.isEmpty()) {
        post.header("Content-Type", header);
      }
      Request signed = signer.sign(post.build(), KEY, AT, "Content-Type");
      new OkHttpClient().newCall(signed).execute().close();
      String sent = server.takeRequest().getHeaders().get("Content-Type");
      assertThat(sent).isEqualTo(ofBody == null ? "a/b" : "application/json; charset=utf-8");
      assertThat(RequestSigner.canonicalRequest(signed)).contains("\ncontent-type:" + sent + "\n");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "http://host, , host",
    "http://host:80, , host",
    "http://host:8080, , host:8080",
    "https://[::1]:8443/, , [::1]:8443",
    "https://host, other:1, other:1"
  })
  void theHostIsSignedAsOkHttpSendsIt(String url, String header, String host) {
    Request.Builder request = new Request.Builder().url(url);
    assertThat(canonical((header == null ? request : request.header("Host", header)).build()))
        .contains("\nhost:" + host + "\n");
  }

  @Test
  void aBodyThatCannotBeHashedIsRefusedUnlessItsHashIsGiven() {
    MediaType none = null;
    Request once = request("/").post(RequestBody.create(FileDescriptor.in, none)).build();
    assertThatIllegalArgumentException().isThrownBy(() -> signer.sign(once, KEY, AT));
    Request lost = request("/").post(RequestBody.create(new File("lost.txt"), none)).build();
    assertThatThrownBy(() -> signer.sign(lost, KEY, AT)).isInstanceOf(UncheckedIOException.class);
    for (Request post : List.of(once, lost)) {
      assertThat(canonical(post.newBuilder().header("X-Sdk-Content-Sha256", "abc").build()))
          .endsWith("\nabc");
    }
  }

  /** What the comparison with the official signer leaves out. */
  @ParameterizedTest
  @CsvSource({
    "/, /, ''",
    "/%7e%c3%a4%2f%20, /~%C3%A4%2F%20/, ''",
    "/a%f/b, /a%25f/b/, ''",
    "/%zz%4, /%25zz%254/, ''",
    "/?, /, ''",
    "/?a=2&a=1&a, /, a=&a=1&a=2",
    "/?a-b=1&a=2, /, a=2&a-b=1",
    "/?a=b=c, /, a=b%3Dc",
    "/?a=1+2%20ä, /, a=1%2B2%20%C3%A4",
    "/?a=1&&b=2&, /, a=1&b=2",
    "/?q=5%-ok&5%=%4, /, 5%25=%254&q=5%25-ok",
  })
  void pathAndQueryAreSignedInOneEncodingAndTheQuerySorted(
      String target, String path, String query) {
    assertThat(canonical(request(target).build()))
        .startsWith("GET\n" + path + "\n" + query + "\nhost:");
  }

  @ParameterizedTest
  @ValueSource(strings = {"tr-TR", "ar-EG-u-nu-arab", "th-TH-u-ca-buddhist-nu-thai"})
  void theDefaultLocaleChangesNothing(String tag) {
    Request request = request("/i/I").header("X-IDI", "I").build();
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag(tag));
      assertThat(canonical(request, "X-IDI"))
          .contains("\nx-idi:I\nx-sdk-date:20240305T060708Z\n\nhost;x-idi;x-sdk-date\n");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void theSignatureOfAPresignedUrlFollowsTheSortedParameters() {
    Request request = request("/v1/p/jobs/100%?limit=ä b%&X-Sdk=1").build();
    HttpUrl url = signer.presign(request, KEY, AT, Duration.ofMillis(1_999));
    assertThat(url.queryParameterNames())
        .containsExactly(
            "X-Sdk",
            "X-Sdk-Algorithm",
            "X-Sdk-Credential",
            "X-Sdk-Date",
            "X-Sdk-Expires",
            "X-Sdk-SignedHeaders",
            "limit",
            "X-Sdk-Signature");
    assertThat(url.encodedQuery())
        .contains("&X-Sdk-Expires=1&", "&limit=%C3%A4%20b%25&X-Sdk-Signature=");
    assertThat(url.encodedPath()).isEqualTo("/v1/p/jobs/100%");
  }

  @Test
  void aUrlThatHasAParameterOfTheSignatureIsNotPresigned() {
    Duration week = Duration.ofDays(7);
    for (String name : signer.presign(POLL, KEY, AT, week).queryParameterNames()) {
      Request request = request("/?" + name + "=hush").build();
      assertThatIllegalArgumentException()
          .isThrownBy(() -> signer.presign(request, KEY, AT, week))
          .withMessage("the query already has " + name);
    }
  }
}
