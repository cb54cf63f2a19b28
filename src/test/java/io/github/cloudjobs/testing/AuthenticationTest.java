package io.github.cloudjobs.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.huaweicloud.sdk.core.auth.AKSKSigner;
import com.huaweicloud.sdk.core.auth.BasicCredentials;
import com.huaweicloud.sdk.core.http.HttpMethod;
import com.huaweicloud.sdk.core.http.HttpRequest;
import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.auth.RequestSigner;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.testing.Poller.Reply;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.Request;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthenticationTest {
  private static final String EMPTY_HASH =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

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
  void acceptsTheOfficialSdksSignatureOfProjectAndDomainAndHeadersThatAreNotSigned() {
    HttpUrl url = HttpUrl.get(cloud.endpoint());
    HttpRequest.HttpRequestBuilder theirs =
        HttpRequest.newBuilder()
            .withEndpoint(cloud.endpoint())
            .withPath(path)
            .withMethod(HttpMethod.GET)
            .addHeader("X-Project-Id", job.projectId())
            .addHeader("X-Domain-Id", "domain")
            .addHeader("X-Sdk-Date", "20260305T060708Z");
    Headers signed =
        Headers.of(
            AKSKSigner.getInstance()
                .sign(
                    theirs.build(),
                    new BasicCredentials().withAk("AKIDAKIDAKIDAKID").withSk("secret")));
    assertAccepted(
        poller.send(
            new Request.Builder()
                .url(url.resolve(path))
                .headers(signed)
                .header("X-Project-Id", job.projectId())
                .header("X-Domain-Id", "domain")
                .header("X-Sdk-Date", "20260305T060708Z")
                .header("X-Mine", "not signed")
                .build()));
  }

  @Test
  void aSignatureCoversThePathTheQueryAndOtherHeaders() {
    Request request =
        new Request.Builder()
            .url(cloud.endpoint() + path + "?name=a%20b&limit=1&flag=")
            .header("X-Other", "signed too")
            .build();
    Request signed = poller.signed(request, key).build();

    assertAccepted(poller.send(signed));
    assertRefused(
        poller.send(signed.newBuilder().header("X-Other", "changed").build()),
        "|flag=&limit=1&name=a%20b|host:");
    assertRefused(
        poller.send(signed.newBuilder().removeHeader("X-Other").build()), "x-other:|x-sdk-date");
    HttpUrl other = HttpUrl.get(cloud.endpoint() + path + "2?limit=1");
    assertRefused(
        poller.send(signed.newBuilder().url(other).build()),
        "canonicalRequest:GET|" + path + "2/|limit=1|host:");
  }

  @Test
  void refusesATemporaryKeyWithoutItsSecurityToken() {
    assertRefused(
        poller.send(poller.signed(path, temporary).removeHeader("X-Security-Token").build()),
        "verify aksk signature fail, canonicalRequest:GET|");
    assertRefused(
        poller.get(path, Credentials.accessKey("TMPKTMPKTMPKTMPK", "secret")),
        "verify aksk signature fail");
  }

  @Test
  void aWrongSignatureIsRefusedWithTheCanonicalRequest() {
    Reply reply = poller.get(path, Credentials.accessKey("AKIDAKIDAKIDAKID", "another"));

    assertRefused(
        reply,
        "verify aksk signature fail, canonicalRequest:GET|%s/||host:%s|x-sdk-date:%s||%s|%s"
            .formatted(
                path,
                cloud.endpoint().substring("http://".length()),
                "20260305T060708Z",
                "host;x-sdk-date",
                EMPTY_HASH));
  }

  @Test
  void refusesOtherSignedHeadersAndOtherValuesOfThem() {
    Request signed = poller.signed(path, temporary).build();
    String authorization = signed.header("Authorization");
    String names = "host;x-sdk-date";
    assertThat(authorization).contains("SignedHeaders=" + names + ";");
    for (Request.Builder changed :
        List.of(
            signed.newBuilder().addHeader("X-Security-Token", "security-token"),
            signed.newBuilder().header("X-Security-Token", "another-token"),
            signed.newBuilder().header("Host", HttpUrl.get(cloud.endpoint()).host()),
            named(signed, authorization.replace(names, "host")),
            named(signed, authorization.replace(names, names + ";x-sdk-date")),
            named(signed, authorization.replace(names, "host;authorization")),
            named(signed, authorization.replace(names, "Host;X-Sdk-Date")))) {
      assertRefused(poller.send(changed.build()), "verify aksk signature fail");
    }
  }

  private static Request.Builder named(Request signed, String authorization) {
    return signed.newBuilder().header("Authorization", authorization);
  }

  @ParameterizedTest
  @ValueSource(longs = {-901, 901})
  void refusesADateMoreThan15MinutesOff(long seconds) {
    Duration tolerated = Duration.ofSeconds(seconds).truncatedTo(ChronoUnit.MINUTES);
    assertAccepted(new Poller(cloud, Clock.offset(clock, tolerated)).get(path, key));
    Poller skewed = new Poller(cloud, Clock.offset(clock, Duration.ofSeconds(seconds)));
    String signedAt = seconds < 0 ? "20260305T055207Z" : "20260305T062209Z";

    assertRefused(
        skewed.get(path, key),
        "signature expired, signature time:" + signedAt + ",server time:20260305T060708Z");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Basic dXNlcjpwYXNz",
        "SDK-HMAC-SHA256 Access=AKIDAKIDAKIDAKID",
        "SDK-HMAC-SHA256 Access=AKIDAKIDAKIDAKID, SignedHeaders=host, Signature=abc",
        "SDK-HMAC-SHA256 Access=AKIDAKIDAKIDAKID, SignedHeaders=a b, Signature=" + EMPTY_HASH
      })
  void refusesAMalformedAuthorization(String authorization) {
    assertRefused(
        poller.send(poller.signed(path, key).header("Authorization", authorization).build()),
        "Unauthorized");
  }

  @Test
  void refusesAMissingHeaderAndAMalformedDate() {
    Request anonymous = new Request.Builder().url(cloud.endpoint() + path).build();
    assertRefused(poller.send(anonymous), "x-auth-token not found");

    Request malformed = poller.signed(path, key).header("X-Sdk-Date", "today").build();
    Request invalid = poller.signed(path, key).header("X-Sdk-Date", "20261340T000000Z").build();
    Request missing = poller.signed(path, key).removeHeader("X-Sdk-Date").build();

    assertRefused(poller.send(malformed), "Unauthorized");
    assertRefused(poller.send(invalid), "Unauthorized");
    assertRefused(poller.send(missing), "Unauthorized");
  }

  @Test
  void revokedCredentialsAreRefusedUntilTheyAreAcceptedAgain() {
    cloud.revoke(key);
    assertRefused(poller.get(path, key), "ak AKIDAKIDAKIDAKID not exist");

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

  private static void assertRefused(Reply reply, String detail) {
    assertThat(reply.status()).isEqualTo(401);
    assertThat(reply.body())
        .startsWith("{\"error_msg\":\"Incorrect IAM authentication information: ")
        .contains(detail)
        .contains("\"error_code\":\"APIGW.0301\"")
        .contains("\"request_id\":\"" + reply.headers().get("X-Request-Id") + "\"");
  }
}
