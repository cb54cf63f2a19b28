package io.github.cloudjobs.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okio.BufferedSink;
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

  /**
   * The worked example of the vendor's API Request Signing Guide, with the numbers printed there.
   *
   * @see <a
   *     href="https://support.huaweicloud.com/intl/ar-mena/devg-apisign/api-sign-algorithm-004.html">the
   *     signature</a>
   */
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
    Request token = signer.sign(temporary, Credentials.token("hush-token"), AT);
    assertThat(token.headers().names()).containsExactly("X-Auth-Token");
    assertThat(token.header("X-Auth-Token")).isEqualTo("hush-token");
    assertThat(scoped.sign(temporary, Credentials.token("hush-token"), AT).headers())
        .isEqualTo(token.headers());
    assertThat(RequestSigner.canonicalRequest(token)).isNull();
    assertThat(signer.sign(token, KEY, AT).headers())
        .isEqualTo(signer.sign(POLL, KEY, AT).headers());
    assertThat(signer.sign(temporary, KEY, AT.plusSeconds(1)).headers())
        .isEqualTo(signer.sign(POLL, KEY, AT.plusSeconds(1)).headers());
  }

  @ParameterizedTest
  @CsvSource({
    "2024-03-05T06:07:08Z, 20240305T060708Z",
    "2024-02-29T23:59:59.999999999Z, 20240229T235959Z",
    "1969-12-31T23:59:59.5Z, 19691231T235959Z",
    "0000-01-01T00:00:00Z, 00000101T000000Z",
    "9999-12-31T23:59:59Z, 99991231T235959Z",
  })
  void theDateIsInUtcWithoutFractions(Instant at, String date) {
    assertThat(signer.sign(POLL, KEY, at).header("X-Sdk-Date")).isEqualTo(date);
    assertThat(scoped.sign(POLL, KEY, at).header("Authorization"))
        .contains("/" + date.substring(0, 8) + "/eu-de/ecs/sdk_request,");
  }

  @Test
  void aScopeMayBeEmpty() {
    assertThat(RequestSigner.scoped("", "").sign(POLL, KEY, AT).header("Authorization"))
        .startsWith(
            "SDK-HMAC-SHA256 Credential=QTWAEXAMPLE/20240305///sdk_request,"
                + " SignedHeaders=host;x-sdk-date, Signature=");
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
  @ValueSource(strings = {"", "application/json", "text/plain"})
  void theContentTypeOfTheBodyIsSignedAsOkHttpSendsIt(String header) throws Exception {
    RequestBody body = RequestBody.create("{}", MediaType.get("application/json"));
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
      assertThat(sent).isEqualTo("application/json; charset=utf-8");
      assertThat(RequestSigner.canonicalRequest(signed)).contains("\ncontent-type:" + sent + "\n");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "http://host, host",
    "http://host:80, host",
    "http://host:8080, host:8080",
    "https://[::1]:8443/, [::1]:8443",
  })
  void theHostIsSignedAsOkHttpSendsIt(String url, String host) {
    assertThat(canonical(new Request.Builder().url(url).build())).contains("\nhost:" + host + "\n");
  }

  @Test
  void headersOfTheRequestAreSignedIfOkHttpDoesNotReplaceThem() {
    RequestBody untyped = RequestBody.create("{}", null);
    Request post =
        request("/").header("Content-Type", "a/b").header("Host", "other:1").post(untyped).build();
    assertThat(canonical(post, "Content-Type"))
        .startsWith("POST\n")
        .contains("\ncontent-type:a/b\nhost:other:1\n")
        .endsWith("\n44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
    Request hashed = post.newBuilder().header("X-Sdk-Content-Sha256", "UNSIGNED-PAYLOAD").build();
    assertThat(canonical(hashed)).endsWith("\nUNSIGNED-PAYLOAD");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aBodyThatCannotBeHashedIsRefusedUnlessItsHashIsGiven(boolean oneShot) {
    RequestBody body =
        new RequestBody() {
          @Override
          public MediaType contentType() {
            return null;
          }

          @Override
          public boolean isOneShot() {
            return oneShot;
          }

          @Override
          public void writeTo(BufferedSink sink) throws IOException {
            throw new IOException("disk");
          }
        };
    Request post = request("/").post(body).build();
    assertThatThrownBy(() -> signer.sign(post, KEY, AT))
        .isInstanceOf(oneShot ? IllegalArgumentException.class : UncheckedIOException.class);
    assertThat(canonical(post.newBuilder().header("X-Sdk-Content-Sha256", "abc").build()))
        .endsWith("\nabc");
  }

  @ParameterizedTest
  @CsvSource({
    "/, /, ''",
    "/a, /a/, ''",
    "/A-Z._~9, /A-Z._~9/, ''",
    "/a:b;c=d@e!$&'(f)*+g, /a%3Ab%3Bc%3Dd%40e%21%24%26%27%28f%29%2A%2Bg/, ''",
    "/%7e%c3%a4%2f%20, /~%C3%A4%2F%20/, ''",
    "/ä日😀, /%C3%A4%E6%97%A5%F0%9F%98%80/, ''",
    "/a%f/b, /a%25f/b/, ''",
    "/%zz%4, /%25zz%254/, ''",
    "/?, /, ''",
    "/?b=2&a=1, /, a=1&b=2",
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

  @Test
  void manyThreadsMayShareASigner() throws Exception {
    List<Callable<Boolean>> tasks = new ArrayList<>();
    for (int thread = 0; thread < 8; thread++) {
      // Each its own key and path, so that a digest shared by mistake would mix them up.
      Credentials key = Credentials.accessKey("AK" + thread, "secret" + thread);
      Request request = request("/v1/p/jobs/j" + thread).build();
      Headers expected = signer.sign(request, key, AT).headers();
      Headers older = scoped.sign(request, key, AT).headers();
      tasks.add(
          () ->
              IntStream.range(0, 1_000)
                  .allMatch(
                      n ->
                          signer.sign(request, key, AT).headers().equals(expected)
                              && scoped.sign(request, key, AT).headers().equals(older)));
    }
    ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
    try {
      for (Future<Boolean> result : threads.invokeAll(tasks)) {
        assertThat(result.get()).isTrue();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tr-TR", "ar-EG-u-nu-arab", "th-TH-u-ca-buddhist-nu-thai"})
  void theDefaultLocaleChangesNothing(String tag) {
    Request request = request("/i/I").header("X-IDI", "I").build();
    Request expected = RequestSigner.scoped("i", "I").sign(request, KEY, AT, "X-IDI");
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag(tag));
      Request signed = RequestSigner.scoped("i", "I").sign(request, KEY, AT, "X-IDI");
      assertThat(signed.headers()).isEqualTo(expected.headers());
    } finally {
      Locale.setDefault(before);
    }
  }

  private HttpUrl presign(String url) {
    return signer.presign(request(url).build(), KEY, AT, Duration.ofHours(1));
  }

  @Test
  void theSignatureOfAPresignedUrlFollowsTheSortedParameters() {
    HttpUrl url = presign("/v1/p/jobs/100%?limit=ä b%&X-Sdk=1");
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
    assertThat(url.encodedQuery()).contains("&limit=%C3%A4%20b%25&X-Sdk-Signature=");
    assertThat(url.encodedPath()).isEqualTo("/v1/p/jobs/100%");
  }

  @ParameterizedTest
  @CsvSource({"PT1S, 1", "PT1.999S, 1", "P7D, 604800"})
  void theValidityOfAPresignedUrlIsGivenInWholeSeconds(Duration validity, String expires) {
    assertThat(signer.presign(POLL, KEY, AT, validity).queryParameter("X-Sdk-Expires"))
        .isEqualTo(expires);
  }

  @Test
  void aUrlThatHasAParameterOfTheSignatureIsNotPresigned() {
    for (String name : presign("/").queryParameterNames()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> presign("/?" + name + "=hush"))
          .withMessageContaining(name)
          .withMessageNotContaining("hush");
    }
  }
}
