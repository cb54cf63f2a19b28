package io.github.cloudjobs.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import okhttp3.HttpUrl;
import okhttp3.Request;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PresignTest {
  private static final Instant AT = Instant.parse("2024-03-05T06:07:08Z");
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Credentials KEY = Credentials.accessKey("QTWAEXAMPLE", "hush-secret");
  private static final Request POLL = request("");

  private final RequestSigner signer = RequestSigner.standard();

  private static Request request(String query) {
    return new Request.Builder().url("https://host/v1/p/jobs/j" + query).build();
  }

  @Test
  void theSignatureFollowsTheSortedParameters() {
    HttpUrl url = signer.presign(request("?limit=ä b&X-Sdk=1"), KEY, AT, HOUR);
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
    assertThat(url.encodedQuery()).contains("&limit=%C3%A4%20b&X-Sdk-Signature=");
    assertThat(url.encodedPath()).isEqualTo("/v1/p/jobs/j");
  }

  @Test
  void aPercentSignWithoutTwoDigitsIsEncoded() {
    HttpUrl url = signer.presign(request("/100%?q=5%-ok&r=%"), KEY, AT, HOUR);
    assertThat(url.queryParameter("q")).isEqualTo("5%-ok");
    assertThat(url.encodedQuery()).contains("&q=5%25-ok&r=%25&X-Sdk-Signature=");
  }

  @Test
  void theScopedFormNamesTheScope() {
    HttpUrl url = RequestSigner.scoped("eu-de", "ecs").presign(POLL, KEY, AT, HOUR);
    assertThat(url.queryParameter("X-Sdk-Credential"))
        .isEqualTo("QTWAEXAMPLE/20240305/eu-de/ecs/sdk_request");
  }

  @Test
  void onlyAPermanentAccessKeyMaySign() {
    List.of(Credentials.temporaryAccessKey("AK", "hush", "hush"), Credentials.token("hush"))
        .forEach(
            credentials ->
                assertThatIllegalArgumentException()
                    .isThrownBy(() -> signer.presign(POLL, credentials, AT, HOUR))
                    .withMessageNotContaining("hush"));
    assertThatNullPointerException().isThrownBy(() -> signer.presign(POLL, null, AT, HOUR));
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT0S", "PT-1S", "PT0.999999999S", "P7DT0.000000001S", "P8D", "P-7D"})
  void aValidityOutsideOneSecondToSevenDaysIsRefused(Duration validity) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> signer.presign(POLL, KEY, AT, validity))
        .withMessageContaining("validity");
  }

  @ParameterizedTest
  @CsvSource({"PT1S, 1", "PT1.999S, 1", "P7D, 604800"})
  void theValidityIsGivenInWholeSeconds(Duration validity, String expires) {
    assertThat(signer.presign(POLL, KEY, AT, validity).queryParameter("X-Sdk-Expires"))
        .isEqualTo(expires);
  }

  @Test
  void aParameterOfTheSignatureMayNotBeThereAlready() {
    for (String name : signer.presign(POLL, KEY, AT, HOUR).queryParameterNames()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> signer.presign(request("?" + name + "=hush"), KEY, AT, HOUR))
          .withMessageContaining(name)
          .withMessageNotContaining("hush");
    }
  }
}
