package io.github.cloudjobs.http;

import static io.github.cloudjobs.http.Gateway.JOB;
import static io.github.cloudjobs.http.Gateway.KEY;
import static io.github.cloudjobs.http.Gateway.PROJECT;
import static io.github.cloudjobs.http.Gateway.SECRET;
import static io.github.cloudjobs.http.Gateway.TOKEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.error.ThrottledException;
import java.time.Duration;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.junit5.StartStop;
import okhttp3.Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GatewayRefusalsTest {
  private static final Credentials TEMPORARY =
      Credentials.temporaryAccessKey("AKTEMPORARY000000001", SECRET, TOKEN);

  @StartStop private final MockWebServer server = new MockWebServer();

  private JobsServiceException refused(Credentials credentials) {
    try (JobsClient client = Gateway.client(server).credentials(credentials).build()) {
      return catchThrowableOfType(JobsServiceException.class, () -> client.pollJob(PROJECT, JOB));
    }
  }

  private JobsServiceException refused(int status, String code, String message) {
    String body = "{\"error_code\":\"%s\",\"error_msg\":\"%s\"}".formatted(code, message);
    MockResponse answer = Gateway.answer(status, body).addHeader("Retry-After", "7").build();
    Gateway.answerBy(server, request -> answer); // a clock is corrected, and tried once more
    return refused(KEY);
  }

  /** Refuses as the gateway does, which prints the request as it arrived there. */
  private static MockResponse quoting(RecordedRequest request, String path) {
    Headers headers = request.getHeaders();
    StringBuilder said = new StringBuilder("verify aksk signature fail, canonicalRequest:");
    said.append("GET|").append(path).append("||host:").append(headers.get("Host"));
    said.append("|x-sdk-date:").append(headers.get("X-Sdk-Date"));
    String token = headers.get("X-Security-Token");
    said.append(token == null ? "" : "|x-security-token:" + token);
    said.append("||host;x-sdk-date").append(token == null ? "" : ";x-security-token");
    said.append("|e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    return Gateway.refusal("0301", said.toString()).build();
  }

  @Test
  void aWrongSecretKeyIsToldFromARequestThatWasChangedOnItsWay() {
    for (Credentials credentials : new Credentials[] {KEY, TEMPORARY}) {
      Gateway.answerBy(server, r -> quoting(r, "/v1/%s/jobs/%s/".formatted(PROJECT, JOB)));
      JobsServiceException wrongKey = refused(credentials);
      assertThat(wrongKey.advice()).contains("the secret key is likely wrong");
      Gateway.answerBy(server, r -> quoting(r, "/proxied/v1/jobs/"));
      JobsServiceException changed = refused(credentials);
      assertThat(changed.advice())
          .isEqualTo(
              "the gateway read another request than was signed: path ours '/v1/%s/jobs/%s/',"
                      .formatted(PROJECT, JOB)
                  + " the gateway's '/proxied/v1/jobs/'");
      for (JobsServiceException error : new JobsServiceException[] {wrongKey, changed}) {
        assertThat(error)
            .hasMessageEndingWith("; " + error.advice())
            .hasMessageNotContaining(TOKEN)
            .hasMessageNotContaining(SECRET);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"APIGW.0301", "APIG.0303"})
  void ofASignatureTooOldBothTimesAreTold(String code) {
    JobsServiceException error =
        refused(
            401,
            code,
            "calc fail:signature expired, signature time:20260528T092752Z,"
                + "server time:20260528T094410Z");
    assertThat(error).isInstanceOf(AuthenticationException.class);
    assertThat(error.advice())
        .isEqualTo(
            "signed at 20260528T092752Z while the gateway's clock says 20260528T094410Z:"
                + " correct this machine's clock");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ak access_key_id not exist | does not know this access key",
        "Get secretKey failed,ak:AK,err:ak not exist | does not know this access key",
        "calc ak sk signature fail:signature expired | the temporary key has expired",
        "decrypt token fail | get a new one of the endpoint's region",
        "token expires, expires_at: 2026 | get a new one of the endpoint's region",
        "x-auth-token not found | a proxy may have taken the header away",
        "AK access failed to reach the limit,forbidden | is locked for some minutes",
        "Unauthorized | check the keys and this machine's clock"
      })
  void oneCodeHasManyReasonsAndEachItsAdvice(String words, String advice) {
    JobsServiceException error =
        refused(401, "APIGW.0301", "Incorrect IAM authentication information: " + words);
    assertThat(error.advice()).contains(advice);
    assertThat(error).hasMessageEndingWith("; " + error.advice());
  }

  @ParameterizedTest
  @CsvSource({"403, APIGW.0308", "429, APIG.0308", "500, APIG.0308", "404, APIGW.0308"})
  void throttlingIsKnownByItsCodeUnderAnyStatus(int status, String code) {
    JobsServiceException error = refused(status, code, "over the limit");
    assertThat(error)
        .isInstanceOfSatisfying(
            ThrottledException.class,
            throttled -> assertThat(throttled.retryAfter()).isEqualTo(Duration.ofSeconds(7)));
    assertThat(error.statusCode()).isEqualTo(status);
    assertThat(error.advice()).contains("poll less often");
  }

  @Test
  void a401IsARefusalWhateverItsCode() {
    assertThat(refused(401, "APIGW.0308", "over the limit"))
        .isInstanceOf(AuthenticationException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "403, APIGW.0310, neither frozen nor overdue",
    "403, APIG.0401, this machine's address",
    "500, APIGW.0605, host name",
    "503, APIGW.0613, identity service"
  })
  void anyOtherCodeSaysWhatToDo(int status, String code, String advice) {
    assertThat(refused(status, code, "no").advice()).contains(advice);
  }

  @Test
  void aServicesOwnCodeHasNoAdvice() {
    JobsServiceException error = refused(403, "Ecs.0310", "no");
    assertThat(error.advice()).isNull();
    assertThat(error).hasMessageEndingWith(": Ecs.0310: no");
  }
}
