package io.github.cloudjobs.http;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class GatewayCodeTest {
  private static GatewayCode code(String text) {
    return requireNonNull(GatewayCode.of(text));
  }

  @ParameterizedTest
  @CsvSource({
    "0101, 404, check service and endpoint",
    "0103, 500, no backend for this path",
    "0106, 400, cannot read the request",
    "0201, 400, malformed or too large",
    "0201, 414, malformed or too large",
    "0201, 494, malformed or too large",
    "0201, 500, poll again",
    "0201, 504, poll again",
    "0202, 502, poll again",
    "0203, 504, poll again",
    "0301, 401, check the keys and this machine's clock",
    "0302, 403, may not call the API",
    "0303, 401, an app's signature",
    "0304, 403, may not call the API",
    "0305, 401, check the keys",
    "0306, 403, may not call the API",
    "0307, 401, has expired or belongs to another region",
    "0308, 429, poll less often",
    "0310, 403, neither frozen nor overdue",
    "0401, 403, this machine's address",
    "0402, 403, this machine's address",
    "0601, 500, poll again",
    "0602, 400, cannot read the request",
    "0605, 500, host name",
    "0613, 503, identity service"
  })
  void eachNumberIsKnownUnderBothPrefixes(String number, int status, String advice) {
    assertThat(code("APIGW." + number).advice(status)).contains(advice);
    assertThat(code("APIG." + number)).isEqualTo(code("APIGW." + number));
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "",
        "0301",
        "APIGW",
        "APIGW.",
        "APIGW.301",
        "APIGW.03011",
        "APIGW.03o1",
        "Ecs.0301",
        "xAPIG.0301",
        "apigw.0301",
        "APIG_0301",
        "APIGW.٠٣٠١"
      })
  void aServicesOwnCodeIsNone(String code) {
    assertThat(GatewayCode.of(code)).isNull();
  }

  @Test
  void aNumberNobodyDocumentedHasNoAdvice() {
    assertThat(code("APIGW.9999").advice(500)).isNull();
    assertThat(code("APIG.1000").advice(401)).isNull();
  }

  @Test
  void oneMeansThrottling() {
    assertThat(code("APIG.0308").isThrottling()).isTrue();
    assertThat(code("APIG.0307").isThrottling()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"0301, true", "0303, true", "0305, true", "0307, false", "0302, false"})
  void threeAreAboutProof(String number, boolean authentication) {
    assertThat(code("APIGW." + number).isAuthentication()).isEqualTo(authentication);
  }
}
