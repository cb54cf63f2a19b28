package io.github.cloudjobs.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
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

  @Test
  void aTemporaryKeySendsItsTokenAndSignsIt() {
    Request signed = signer.sign(POLL, TEMPORARY, AT);
    assertThat(signed.headers().names())
        .containsExactlyInAnyOrder("X-Sdk-Date", "X-Security-Token", "Authorization");
    assertThat(signed.header("X-Security-Token")).isEqualTo("hush-token");
    assertThat(RequestSigner.canonicalRequest(signed))
        .contains("\nx-security-token:hush-token\n\nhost;x-sdk-date;x-security-token\n");
  }

  @Test
  void aTokenIsSentWithoutASignature() {
    for (RequestSigner any : List.of(signer, scoped)) {
      Request sent = any.sign(POLL, Credentials.token("hush-token"), AT);
      assertThat(sent.headers().names()).containsExactly("X-Auth-Token");
      assertThat(sent.header("X-Auth-Token")).isEqualTo("hush-token");
      assertThat(RequestSigner.canonicalRequest(sent)).isNull();
    }
  }

  @Test
  void aSecondSignatureReplacesTheFirst() {
    Request temporary = signer.sign(POLL, TEMPORARY, AT);
    Request token = signer.sign(temporary, Credentials.token("hush-token"), AT);
    assertThat(token.headers().names()).containsExactly("X-Auth-Token");
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

  @ParameterizedTest
  @ValueSource(
      strings = {"-0001-12-31T23:59:59Z", "+10000-01-01T00:00:00Z", "+1000000000-01-01T00:00:00Z"})
  void aYearOfMoreThanFourDigitsIsRefused(Instant at) {
    assertThatIllegalArgumentException().isThrownBy(() -> signer.sign(POLL, KEY, at));
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
  @ValueSource(strings = {"Host", "x-sdk-date", "X-SECURITY-TOKEN", "Authorization"})
  void aHeaderThatTheSignerAddsCannotBeNamed(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> signer.sign(POLL, KEY, AT, name))
        .withMessageContaining(name.toLowerCase(Locale.ROOT));
  }

  @Test
  void aNamedHeaderThatIsMissingRepeatedOrNotAsciiIsRefused() {
    Request request =
        POLL.newBuilder()
            .addHeader("X-Twice", "hush")
            .addHeader("x-twice", "hush")
            .addHeader("X-Tab", "hush\thush")
            .build();
    for (String name : List.of("X-Missing", "X-Twice", "X-Tab")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> signer.sign(request, KEY, AT, name))
          .withMessageContaining(name.toLowerCase(Locale.ROOT))
          .withMessageNotContaining("hush");
    }
  }

  @Test
  void aTokensHeaderCannotBeNamedBecauseAKeyReplacesIt() {
    Request request = POLL.newBuilder().header("X-Auth-Token", "hush").build();
    for (Credentials key : List.of(KEY, TEMPORARY)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> signer.sign(request, key, AT, "x-Auth-Token"))
          .withMessage("the signer sets or removes the header x-auth-token");
    }
    Request sent = signer.sign(request, Credentials.token("new"), AT, "X-Auth-Token");
    assertThat(sent.headers("X-Auth-Token")).containsExactly("new");
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
      assertThat(signed.header("Authorization"))
          .isEqualTo(
              signer
                  .sign(post.header("Content-Type", sent).build(), KEY, AT, "Content-Type")
                  .header("Authorization"));
    }
  }

  @Test
  void aContentTypeHeaderIsSignedIfTheBodyHasNoType() {
    Request post =
        request("/").header("Content-Type", "a/b").post(RequestBody.create("{}", null)).build();
    assertThat(canonical(post, "Content-Type")).contains("\ncontent-type:a/b\n");
  }

  @ParameterizedTest
  @CsvSource({
    "http://host, host",
    "http://host:80, host",
    "http://host:8080, host:8080",
    "https://HOST:443, host",
    "https://[::1]:8443/, [::1]:8443",
  })
  void theHostIsSignedAsOkHttpSendsIt(String url, String host) {
    assertThat(canonical(new Request.Builder().url(url).build())).contains("\nhost:" + host + "\n");
  }

  @Test
  void aHostHeaderOfTheRequestIsSignedInstead() {
    assertThat(canonical(POLL.newBuilder().header("Host", "other:1").build()))
        .contains("\nhost:other:1\n");
  }

  @ParameterizedTest
  @CsvSource({
    "/, /",
    "/a, /a/",
    "/a/, /a/",
    "/A-Z._~9, /A-Z._~9/",
    "/a:b;c=d@e!$&'(f)*+g, /a%3Ab%3Bc%3Dd%40e%21%24%26%27%28f%29%2A%2Bg/",
    "/%7e%c3%a4%2f%20, /~%C3%A4%2F%20/",
    "/%2520, /%2520/",
    "/ä日😀, /%C3%A4%E6%97%A5%F0%9F%98%80/",
    "/a%f/b, /a%25f/b/",
    "/100%, /100%25/",
    "/%zz%4, /%25zz%254/",
  })
  void thePathIsSignedInOneEncoding(String path, String canonical) {
    assertThat(canonical(request(path).build())).startsWith("GET\n" + canonical + "\n\n");
  }

  @ParameterizedTest
  @CsvSource({
    "?, ''",
    "?b=2&a=1, a=1&b=2",
    "?a=2&a=1&a, a=&a=1&a=2",
    "?a-b=1&a=2, a=2&a-b=1",
    "?a=b=c, a=b%3Dc",
    "?a=1+2%20ä, a=1%2B2%20%C3%A4",
    "?a=1&&b=2&, a=1&b=2",
    "?q=100%, q=100%25",
    "?q=5%-ok&5%=%4, 5%25=%254&q=5%25-ok",
    "?q=%%41, q=%25A",
  })
  void theQueryIsSignedSortedAndInOneEncoding(String query, String canonical) {
    assertThat(canonical(request("/" + query).build())).startsWith("GET\n/\n" + canonical + "\n");
  }

  @Test
  void aBodyIsHashed() {
    Request post = request("/").post(RequestBody.create("{}", null)).build();
    assertThat(canonical(post))
        .startsWith("POST\n")
        .endsWith("\n44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
    assertThat(
            canonical(post.newBuilder().header("X-Sdk-Content-Sha256", "UNSIGNED-PAYLOAD").build()))
        .endsWith("\nUNSIGNED-PAYLOAD");
  }

  @Test
  void aBodyThatCanBeWrittenOnlyOnceIsRefusedWithoutItsHash() {
    Request post = request("/").post(body(true)).build();
    assertThatIllegalArgumentException().isThrownBy(() -> signer.sign(post, KEY, AT));
    assertThat(canonical(post.newBuilder().header("X-Sdk-Content-Sha256", "abc").build()))
        .endsWith("\nabc");
  }

  @Test
  void aBodyThatCannotBeWrittenFailsTheSignature() {
    Request post = request("/").post(body(false)).build();
    assertThatThrownBy(() -> signer.sign(post, KEY, AT))
        .isInstanceOf(UncheckedIOException.class)
        .hasRootCauseMessage("disk");
  }

  private static RequestBody body(boolean oneShot) {
    return new RequestBody() {
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
  }

  @Test
  void missingArgumentsAreRefused() {
    assertThatNullPointerException().isThrownBy(() -> signer.sign(POLL, null, AT));
    assertThatNullPointerException().isThrownBy(() -> signer.sign(POLL, KEY, null));
  }

  @Test
  void signersShowTheirFormAndNoSecret() {
    assertThat(signer).hasToString("RequestSigner[standard]");
    assertThat(scoped).hasToString("RequestSigner[eu-de/ecs]");
  }

  @Test
  void manyThreadsMayShareASigner() throws Exception {
    List<Callable<Boolean>> tasks = new ArrayList<>();
    for (int thread = 0; thread < 8; thread++) {
      // Each its own key and path, so that a digest shared by mistake would mix them up.
      Credentials key = Credentials.accessKey("AK" + thread, "secret" + thread);
      Request request = request("/v1/p/jobs/j" + thread).build();
      String standard = signer.sign(request, key, AT).header("Authorization");
      String older = scoped.sign(request, key, AT).header("Authorization");
      tasks.add(
          () ->
              IntStream.range(0, 1_000)
                  .allMatch(
                      n ->
                          signer.sign(request, key, AT).header("Authorization").equals(standard)
                              && scoped
                                  .sign(request, key, AT)
                                  .header("Authorization")
                                  .equals(older)));
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
  @ValueSource(
      strings = {"tr-TR", "ar-EG-u-nu-arab", "th-TH-u-ca-buddhist-nu-thai", "ja-JP-u-ca-japanese"})
  void theDefaultLocaleChangesNothing(String tag) {
    Request request = request("/i/I").header("X-IDI", "I").build();
    String expected = signer.sign(request, KEY, AT, "X-IDI").header("Authorization");
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag(tag));
      Request signed = signer.sign(request, KEY, AT, "X-IDI");
      assertThat(signed.header("X-Sdk-Date")).isEqualTo("20240305T060708Z");
      assertThat(signed.header("Authorization")).isEqualTo(expected);
    } finally {
      Locale.setDefault(before);
    }
  }
}
