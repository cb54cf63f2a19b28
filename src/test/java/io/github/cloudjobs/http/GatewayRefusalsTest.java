package io.github.cloudjobs.http;

import static io.github.cloudjobs.http.Gateway.KEY;
import static io.github.cloudjobs.http.Gateway.SECRET;
import static io.github.cloudjobs.http.Gateway.TOKEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.auth.RequestSigner;
import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.error.ThrottledException;
import java.time.Duration;
import java.util.List;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.junit5.StartStop;
import okhttp3.Request;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.ValueSource;

class GatewayRefusalsTest {

  private static final Credentials TEMPORARY =
      Credentials.temporaryAccessKey("AKTEMPORARY000000001", SECRET, TOKEN);

  @StartStop private final MockWebServer server = new MockWebServer();

  private JobsServiceException refused(Credentials credentials) {
    return catchThrowableOfType(
        JobsServiceException.class,
        () -> Gateway.pollOnce(Gateway.client(server).credentials(credentials)));
  }

  private JobsServiceException refused(int status, String code, String message) {
    String body = "{\"error_code\":\"%s\",\"error_msg\":\"%s\"}".formatted(code, message);
    MockResponse response = Gateway.response(status, body).addHeader("Retry-After", "7").build();
    Gateway.respondBy(server, request -> response); // a clock is corrected, and tried once more
    return refused(KEY);
  }

  /** The advice for a refusal that quotes the canonical request with these changes. */
  private String adviceFor(String ours, String theirs, String after) {
    Gateway.respondBy(
        server,
        request -> {
          String printed =
              RequestSigner.canonicalRequest(
                      new Request.Builder()
                          .url(request.getUrl())
                          .headers(request.getHeaders())
                          .build())
                  .replaceFirst(ours, theirs);
          String message = "verify aksk signature fail, canonicalRequest:" + printed + after;
          return Gateway.refusal("0301", message.replace('\n', '|')).build();
        });
    JobsServiceException error = refused(TEMPORARY);
    assertThat(error)
        .hasMessageEndingWith("; " + error.advice())
        .hasMessageNotContaining(TOKEN)
        .hasMessageNotContaining(SECRET);
    return error.advice();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "|", ", and more words"})
  void ifTheGatewayReceivedTheSignedRequestTheKeyOrTheClockIsWrong(String after) {
    assertThat(adviceFor("", "", after))
        .isEqualTo(
            "the gateway received the request as it was signed,"
                + " so the secret key is likely wrong, or else this machine's clock");
  }

  @ParameterizedTest
  @CsvFileSource(
      resources = "/responses/gateway-requests.txt",
      delimiter = '>',
      quoteCharacter = '\'')
  void theFirstLineThatDiffersIsNamedWithoutSecrets(String ours, String theirs, String difference) {
    assertThat(adviceFor(ours, theirs.replace('␛', '\u001b'), ""))
        .contains("than the one signed: " + difference)
        .doesNotContain("a-secret");
  }

  @Test
  void aLongLineIsCutAndManyLinesAreNotRead() {
    assertThat(adviceFor("host:", "host:" + "x".repeat(1_000), ""))
        .hasSizeLessThan(500)
        .contains("xx…' instead of");
    assertThat(adviceFor("(?s)host.*", "a|".repeat(1_000_000), "")).hasSizeLessThan(500);
  }

  @ParameterizedTest
  @CsvFileSource(resources = "/responses/gateway-messages.txt", delimiter = '|')
  void theAdviceFollowsTheGatewaysMessage(String words, String advice) {
    JobsServiceException error =
        refused(401, "APIGW.0301", "Incorrect IAM authentication information: " + words);
    assertThat(error.advice()).contains(advice);
    assertThat(error).hasMessageEndingWith("; " + error.advice());
  }

  @ParameterizedTest
  @CsvFileSource(resources = "/responses/gateway-codes.txt", delimiter = '|')
  void aGatewayCodeHasAdviceUnderBothPrefixes(String number, int status, String advice) {
    for (String prefix : List.of("APIGW.", "APIG.")) {
      JobsServiceException error = refused(status, prefix + number, "no");
      assertThat(error.advice()).contains(advice);
      assertThat(error.statusCode()).isEqualTo(status);
      assertThat(error instanceof AuthenticationException).isEqualTo(status == 401);
      boolean throttled = (number.equals("0308") && status != 401) || status == 503;
      assertThat(error instanceof ThrottledException).isEqualTo(throttled);
      if (error instanceof ThrottledException throttling) {
        assertThat(throttling.retryAfter()).isEqualTo(Duration.ofSeconds(7));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Ecs.0310", "0310", "APIGW.310", "APIGW.03101", "APIGW.03l0", "APIGW.٠٣١٠", "x"})
  void anyOtherCodeHasNone(String code) {
    JobsServiceException error = refused(403, code, "no");
    assertThat(error.advice()).isNull();
    assertThat(error).hasMessageEndingWith(": " + code + ": no");
  }
}
