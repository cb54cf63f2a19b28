package io.github.cloudjobs.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.auth.RequestSigner;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.testing.Poller.Reply;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import okhttp3.HttpUrl;
import okhttp3.Request;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuthenticationTest {
  private static final String NO_BODY =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  private static final String MISMATCH = "verify aksk signature fail, canonicalRequest:GET|";

  private final Clock clock =
      new VirtualTime(Instant.parse("2026-03-05T06:07:08Z")).clock(); // stands still
  private final Credentials key = Credentials.accessKey("AKIDAKIDAKIDAKID", "secret");
  private final Credentials temporary =
      Credentials.temporaryAccessKey("TMPKTMPKTMPKTMPK", "secret", "security-token");
  private final Credentials token = Credentials.token("token");
  private final SimulatedJobs cloud =
      SimulatedJobs.builder()
          .clock(clock)
          .credentials(key)
          .credentials(temporary)
          .credentials(token)
          .start();
  private final Poller poller = new Poller(cloud, clock);
  private final JobRef job = cloud.submit(SimulatedJob.createServer(1));
  private final String path = Poller.path(job);

  @AfterEach
  void close() {
    cloud.close();
  }

  @Test
  void acceptsAccessKeysTemporaryKeysAndTokens() {
    assertThat(cloud.credentials()).as("the first").isEqualTo(key);
    assertAccepted(poller.get(path, key));
    assertAccepted(poller.get(path, temporary));
    assertAccepted(poller.get(path, token));
    assertAccepted(poller.signingWith(RequestSigner.scoped("eu-de", "ecs")).get(path, key));
    assertAccepted(poller.signingWith(RequestSigner.scoped("", "")).get(path, temporary));
  }

  @Test
  void aSignatureCoversThePathTheQueryAndTheHeadersItNames() {
    Request request =
        new Request.Builder()
            .url(cloud.endpoint() + path + "?name=a%20b&limit=1&flag=")
            .header("X-Other", "signed too")
            .build();
    Request signed = poller.signed(request, key).header("X-Mine", "not signed").build();
    HttpUrl other = HttpUrl.get(cloud.endpoint() + path + "2?limit=1");

    assertAccepted(poller.send(signed));
    assertRefused(
        signed.newBuilder().header("X-Other", "changed"), "|flag=&limit=1&name=a%20b|host:");
    assertRefused(signed.newBuilder().removeHeader("X-Other"), "x-other:|x-sdk-date");
    assertRefused(signed.newBuilder().url(other), MISMATCH + path + "2/|limit=1|host:");
  }

  @Test
  void aWrongSignatureIsRefusedWithTheCanonicalRequest() {
    Credentials wrong = Credentials.accessKey("AKIDAKIDAKIDAKID", "another");
    String host = cloud.endpoint().substring("http://".length());

    assertRefused(
        poller.signed(path, wrong),
        MISMATCH
            + path
            + "/||host:%s|x-sdk-date:20260305T060708Z||host;x-sdk-date|%s"
                .formatted(host, NO_BODY));
    assertRefused(
        poller.signed(path, Credentials.accessKey("TMPKTMPKTMPKTMPK", "secret")), MISMATCH);
  }

  @Test
  void refusesOtherSignedHeadersAndOtherValuesOfThem() {
    Request signed = poller.signed(path, temporary).build();
    String authorization = signed.header("Authorization");
    String names = "host;x-sdk-date";
    assertThat(authorization).contains("SignedHeaders=" + names + ";");

    assertRefused(signed.newBuilder().removeHeader("X-Security-Token"), MISMATCH);
    assertRefused(signed.newBuilder().addHeader("X-Security-Token", "security-token"), MISMATCH);
    assertRefused(signed.newBuilder().header("X-Security-Token", "another-token"), MISMATCH);
    assertRefused(
        signed.newBuilder().header("Host", HttpUrl.get(cloud.endpoint()).host()), MISMATCH);
    for (String other :
        List.of("host", names + ";x-sdk-date", "host;authorization", "Host;X-Sdk-Date")) {
      String changed = authorization.replace(names, other);
      assertRefused(signed.newBuilder().header("Authorization", changed), MISMATCH);
    }
  }

  @ParameterizedTest
  @CsvSource({"-901, 20260305T055207Z", "901, 20260305T062209Z"})
  void refusesADateMoreThan15MinutesOff(long seconds, String signedAt) {
    Duration tolerated = Duration.ofSeconds(seconds).truncatedTo(ChronoUnit.MINUTES);
    assertAccepted(new Poller(cloud, Clock.offset(clock, tolerated)).get(path, key));
    Poller skewed = new Poller(cloud, Clock.offset(clock, Duration.ofSeconds(seconds)));

    assertRefused(
        skewed.signed(path, key),
        "signature expired, signature time:" + signedAt + ",server time:20260305T060708Z");
  }

  @Test
  void refusesMalformedAndMissingHeaders() {
    for (String authorization :
        List.of(
            "Basic dXNlcjpwYXNz",
            "SDK-HMAC-SHA256 Access=AKIDAKIDAKIDAKID",
            "SDK-HMAC-SHA256 Access=AKIDAKIDAKIDAKID, SignedHeaders=host, Signature=abc",
            "SDK-HMAC-SHA256 Access=AKIDAKIDAKIDAKID, SignedHeaders=a b, Signature=" + NO_BODY)) {
      assertRefused(
          poller.signed(path, key).header("Authorization", authorization), "Unauthorized");
    }
    for (String date : List.of("today", "20261340T000000Z")) {
      assertRefused(poller.signed(path, key).header("X-Sdk-Date", date), "Unauthorized");
    }
    assertRefused(poller.signed(path, key).removeHeader("X-Sdk-Date"), "Unauthorized");
    assertRefused(new Request.Builder().url(cloud.endpoint() + path), "x-auth-token not found");
  }

  @Test
  void revokedCredentialsAreRefusedUntilTheyAreAcceptedAgain() {
    cloud.revoke(key);
    assertRefused(poller.signed(path, key), "ak AKIDAKIDAKIDAKID not exist");

    cloud.accept(key);
    assertAccepted(poller.get(path, key));

    cloud.revoke(token);
    Reply reply = poller.get(path, token);
    assertThat(reply.status()).isEqualTo(401);
    assertThat(reply.body())
        .contains("\"error_msg\":\"The token must be updated\"", "\"error_code\":\"APIGW.0307\"");
  }

  private static void assertAccepted(Reply reply) {
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
  }

  private void assertRefused(Request.Builder request, String detail) {
    Reply reply = poller.send(request.build());
    assertThat(reply.status()).isEqualTo(401);
    assertThat(reply.body())
        .startsWith("{\"error_msg\":\"Incorrect IAM authentication information: ")
        .contains(detail)
        .contains("\"error_code\":\"APIGW.0301\"")
        .contains("\"request_id\":\"" + reply.headers().get("X-Request-Id") + "\"");
  }
}
