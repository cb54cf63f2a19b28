package io.github.cloudjobs.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PresignTest {
  private static final Instant AT = Instant.parse("2024-03-05T06:07:08Z");
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Credentials KEY = Credentials.accessKey("QTWAEXAMPLE", "hush-secret");
  private static final SignableRequest POLL = SignableRequest.get("host", "/v1/p/jobs/j");

  private final RequestSigner signer = RequestSigner.standard();

  @Test
  void theSignatureComesLastAndEverythingElseInSignedOrder() {
    SignableRequest request =
        POLL.withQuery(List.of(Map.entry("limit", "ä b"), Map.entry("X-Sdk", "1")));
    PresignedQuery query = signer.presign(request, KEY, AT, HOUR);
    assertThat(query.parameters())
        .extracting(Map.Entry::getKey)
        .containsExactly(
            "X-Sdk",
            "X-Sdk-Algorithm",
            "X-Sdk-Credential",
            "X-Sdk-Date",
            "X-Sdk-Expires",
            "X-Sdk-SignedHeaders",
            "limit",
            "X-Sdk-Signature");
    assertThat(query.encoded()).contains("&limit=%C3%A4%20b&X-Sdk-Signature=");
    assertThat(query).hasToString("PresignedQuery[…]");
  }

  @Test
  void theScopedFormNamesTheScope() {
    assertThat(RequestSigner.scoped("eu-de", "ecs").presign(POLL, KEY, AT, HOUR).parameters())
        .contains(Map.entry("X-Sdk-Credential", "QTWAEXAMPLE/20240305/eu-de/ecs/sdk_request"));
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

  @Test
  void theEndsOfTheValidityAreGoodAndFractionsDropped() {
    assertThat(expires(Duration.ofSeconds(1))).isEqualTo("1");
    assertThat(expires(Duration.ofMillis(1_999))).isEqualTo("1");
    assertThat(expires(Duration.ofDays(7))).isEqualTo("604800");
  }

  @Test
  void aParameterOfTheSignatureMayNotBeThereAlready() {
    for (Map.Entry<String, String> added : signer.presign(POLL, KEY, AT, HOUR).parameters()) {
      SignableRequest request = POLL.withQuery(List.of(Map.entry(added.getKey(), "hush")));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> signer.presign(request, KEY, AT, HOUR))
          .withMessageContaining(added.getKey())
          .withMessageNotContaining("hush");
    }
  }

  private String expires(Duration validity) {
    return signer.presign(POLL, KEY, AT, validity).parameters().stream()
        .filter(parameter -> parameter.getKey().equals("X-Sdk-Expires"))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElseThrow();
  }
}
