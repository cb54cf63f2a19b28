package io.github.cloudjobs.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import okhttp3.Request;
import org.junit.jupiter.api.Test;

/**
 * The worked example of the vendor's API Request Signing Guide, with the numbers printed there.
 *
 * @see <a
 *     href="https://support.huaweicloud.com/eu/fr-fr/devg-apisign/api-sign-algorithm-003.html">the
 *     string to sign</a>
 * @see <a
 *     href="https://support.huaweicloud.com/intl/ar-mena/devg-apisign/api-sign-algorithm-004.html">the
 *     signature</a>
 */
class GuideExampleTest {
  private static final String CANONICAL_REQUEST =
      """
      GET
      /v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs/
      limit=2&marker=13551d6b-755d-4757-b956-536f674975c0
      content-type:application/json
      host:service.region.example.com
      x-sdk-date:20191115T033655Z

      content-type;host;x-sdk-date
      e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\
      """;

  @Test
  void theRequestIsSignedAsInTheGuide() {
    Request signed =
        RequestSigner.standard()
            .sign(
                new Request.Builder()
                    .url(
                        "https://service.region.example.com/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs"
                            + "?marker=13551d6b-755d-4757-b956-536f674975c0&limit=2")
                    .header("Content-Type", " application/json ")
                    .build(),
                Credentials.accessKey(
                    "QTWAOYTTINDUT2QVKYUC", "MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHc"),
                Instant.parse("2019-11-15T03:36:55Z"),
                "Content-Type");
    assertThat(RequestSigner.canonicalRequest(signed)).isEqualTo(CANONICAL_REQUEST);
    assertThat(signed.header("X-Sdk-Date")).isEqualTo("20191115T033655Z");
    assertThat(signed.header("Authorization"))
        .isEqualTo(
            "SDK-HMAC-SHA256 Access=QTWAOYTTINDUT2QVKYUC,"
                + " SignedHeaders=content-type;host;x-sdk-date,"
                + " Signature=7be6668032f70418fcc22abc52071e57aff61b84a1d2381bb430d6870f4f6ebe");
  }
}
