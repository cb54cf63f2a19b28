package io.github.cloudjobs.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestSignerTest {
  private static final Instant AT = Instant.parse("2024-03-05T06:07:08.999999999Z");
  private static final Credentials KEY = Credentials.accessKey("QTWAEXAMPLE", "hush-secret");
  private static final Credentials TEMPORARY =
      Credentials.temporaryAccessKey("QTWAEXAMPLE", "hush-secret", "hush-token");
  private static final SignableRequest POLL =
      SignableRequest.get("ecs.eu-de.otc.t-systems.com", "/v1/p/jobs/j");

  private final RequestSigner signer = RequestSigner.standard();
  private final RequestSigner scoped = RequestSigner.scoped("eu-de", "ecs");

  @Test
  void aTemporaryKeySendsItsTokenAndSignsIt() {
    SignedRequest signed = signer.sign(POLL, TEMPORARY, AT);
    assertThat(signed.headers())
        .extracting(Map.Entry::getKey)
        .containsExactly("X-Sdk-Date", "X-Security-Token", "Authorization");
    assertThat(signed.headers()).contains(Map.entry("X-Security-Token", "hush-token"));
    assertThat(signed.canonicalRequest())
        .contains("\nx-security-token:hush-token\n\nhost;x-sdk-date;x-security-token\n");
  }

  @Test
  void aTokenIsSentAndNothingSigned() {
    for (RequestSigner any : List.of(signer, scoped)) {
      SignedRequest signed = any.sign(POLL, Credentials.token("hush-token"), AT);
      assertThat(signed.headers()).containsExactly(Map.entry("X-Auth-Token", "hush-token"));
      assertThat(signed.canonicalRequest()).isNull();
      assertThat(signed.stringToSign()).isNull();
    }
  }

  @Test
  void theDateIsTheSecondThatHasBegun() {
    assertThat(signer.sign(POLL, KEY, AT).headers())
        .contains(Map.entry("X-Sdk-Date", "20240305T060708Z"))
        .isEqualTo(signer.sign(POLL, KEY, "20240305T060708Z").headers());
  }

  @Test
  void aScopeMayBeEmpty() {
    assertThat(RequestSigner.scoped("", "").sign(POLL, KEY, AT).headers().get(1).getValue())
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
  void aScopedSignatureNeedsADay() {
    assertThatIllegalArgumentException().isThrownBy(() -> scoped.sign(POLL, KEY, "2024"));
    assertThat(signer.sign(POLL, KEY, "2024").headers()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Host", "x-sdk-date", "X-SECURITY-TOKEN", "Authorization"})
  void aHeaderThatTheSignerAddsItselfIsRefused(String name) {
    SignableRequest request = POLL.withHeaders(List.of(Map.entry(name, "hush")));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> signer.sign(request, TEMPORARY, AT))
        .withMessageNotContaining("hush");
  }

  @Test
  void aRepeatedHeaderIsRefused() {
    SignableRequest request =
        POLL.withHeaders(List.of(Map.entry("X-A", "1"), Map.entry("x-a", "2")));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> signer.sign(request, KEY, AT))
        .withMessageContaining("x-a");
  }

  @ParameterizedTest
  @ValueSource(strings = {"2024 03", "2024\n", "٢٠٢٤"})
  void aDateThatNoHeaderCanCarryIsRefused(String date) {
    assertThatIllegalArgumentException().isThrownBy(() -> signer.sign(POLL, KEY, date));
  }

  @Test
  void missingArgumentsAreRefused() {
    assertThatNullPointerException().isThrownBy(() -> signer.sign(POLL, null, AT));
    assertThatNullPointerException().isThrownBy(() -> signer.sign(POLL, KEY, (Instant) null));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> signer.sign(POLL, KEY, (String) null))
        .withMessageStartingWith("date ");
  }

  @Test
  void noTextShowsASecret() {
    SignableRequest request =
        POLL.withQuery(List.of(Map.entry("q", "hush")))
            .withHeaders(List.of(Map.entry("X-H", "hush")));
    SignedRequest signed = signer.sign(request, TEMPORARY, AT);
    String signature = signed.headers().get(2).getValue();
    assertThat(List.of(signed, request, signer, scoped))
        .extracting(Object::toString)
        .allSatisfy(
            text ->
                assertThat(text)
                    .doesNotContain("hush", signature.substring(signature.length() - 64)))
        .containsExactly(
            "SignedRequest[…]",
            "GET ecs.eu-de.otc.t-systems.com/v1/p/jobs/j?…",
            "RequestSigner[standard]",
            "RequestSigner[day/eu-de/ecs/sdk_request]");
  }

  @Test
  void manyThreadsMayShareASigner() throws Exception {
    List<Callable<Boolean>> tasks = new ArrayList<>();
    for (int thread = 0; thread < 8; thread++) {
      // Each its own key and path, so that a digest shared by mistake would mix them up.
      Credentials key = Credentials.accessKey("AK" + thread, "secret" + thread);
      SignableRequest request = SignableRequest.get("host", "/v1/p/jobs/j" + thread);
      List<Map.Entry<String, String>> standardAlone = signer.sign(request, key, AT).headers();
      List<Map.Entry<String, String>> scopedAlone = scoped.sign(request, key, AT).headers();
      tasks.add(
          () ->
              IntStream.range(0, 2_000)
                  .allMatch(
                      n ->
                          signer.sign(request, key, AT).headers().equals(standardAlone)
                              && scoped.sign(request, key, AT).headers().equals(scopedAlone)));
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
    String expected =
        """
        OPTIONS
        /i/I/

        host:host
        x-idi:I
        x-sdk-date:20240305T060708Z

        host;x-idi;x-sdk-date
        hash\
        """;
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag(tag));
      SignableRequest made =
          new SignableRequest(
              "options", "host", "/i/I", List.of(), List.of(Map.entry("X-IDI", "I")), "hash");
      assertThat(signer.sign(made, KEY, AT).canonicalRequest()).isEqualTo(expected);
      assertThat(signer.presign(made, KEY, AT, Duration.ofDays(7)).encoded())
          .contains("X-Sdk-Date=20240305T060708Z&X-Sdk-Expires=604800&");
    } finally {
      Locale.setDefault(before);
    }
  }
}
