package io.github.cloudjobs;

import static io.github.cloudjobs.http.Gateway.JOB;
import static io.github.cloudjobs.http.Gateway.KEY;
import static io.github.cloudjobs.http.Gateway.PROJECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.http.Gateway;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.junit5.StartStop;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests and URLs that are signed for other clients to send. */
class SignedRequestTest {
  private static final Clock NOON =
      Clock.fixed(Instant.parse("2024-03-05T12:00:00.999Z"), ZoneOffset.ofHours(8));

  @StartStop private final MockWebServer server = new MockWebServer();

  private JobsClient client(Credentials credentials) {
    return Gateway.client(server).clock(NOON).credentials(credentials).build();
  }

  @Test
  void isWhatAPollSendsAndCanBeSentByAnotherClient() throws Exception {
    server.enqueue(Gateway.job("SUCCESS"));
    server.enqueue(Gateway.job("SUCCESS"));
    try (JobsClient client = client(KEY);
        JobsClient another = client(KEY)) {
      client.pollJob(PROJECT, JOB);
      RecordedRequest received = server.takeRequest();
      Request request = another.signedRequest(PROJECT, JOB);
      assertThat(request.method()).isEqualTo("GET");
      assertThat(request.url().encodedPath()).isEqualTo(received.getTarget());
      assertThat(request.header("X-Sdk-Date")).isEqualTo("20240305T120000Z");
      assertThat(received.getHeaders()).containsAll(request.headers());
      try (Response response = new OkHttpClient().newCall(request).execute()) {
        assertThat(response.code()).isEqualTo(200);
      }
    }
    assertThat(Gateway.accepts(KEY, server.takeRequest())).isTrue();
  }

  @Test
  void carriesATokenUnsigned() {
    try (JobsClient client = client(Credentials.token(Gateway.TOKEN))) {
      Request request = client.signedRequest(PROJECT, JOB);
      assertThat(request.header("X-Auth-Token")).isEqualTo(Gateway.TOKEN);
      assertThat(request.headers().names())
          .containsExactlyInAnyOrder("Accept", "User-Agent", "X-Auth-Token");
    }
  }

  @Test
  void theUrlAloneCanCarryTheSignature() {
    try (JobsClient client = client(KEY)) {
      HttpUrl url = client.presignedUrl(PROJECT, JOB, Duration.ofMinutes(5));
      assertThat(url.newBuilder().query(null).build()).isEqualTo(client.jobUrl(PROJECT, JOB));
      assertThat(url.queryParameter("X-Sdk-Date")).isEqualTo("20240305T120000Z");
      assertThat(url.queryParameter("X-Sdk-Expires")).isEqualTo("300");
      assertThat(url.queryParameter("X-Sdk-Signature")).matches("[0-9a-f]{64}");
      assertThat(client.presignedUrl(PROJECT, JOB, Duration.ofMinutes(5))).isEqualTo(url);
    }
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"PT-1S", "PT0S", "PT0.999S", "P7DT0.000000001S", "P8D"})
  void aUrlIsValidFromASecondToAWeek(Duration validity) {
    try (JobsClient client = client(KEY)) {
      client.presignedUrl(PROJECT, JOB, Duration.ofSeconds(1));
      client.presignedUrl(PROJECT, JOB, Duration.ofDays(7));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> client.presignedUrl(PROJECT, JOB, validity))
          .withMessageStartingWith("validity must be");
    }
  }

  @Test
  void aUrlTakesAPermanentAccessKeyOnly() {
    for (Credentials other :
        List.of(
            Credentials.token(Gateway.TOKEN),
            Credentials.temporaryAccessKey("AK", Gateway.SECRET, Gateway.TOKEN))) {
      try (JobsClient client = client(other)) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> client.presignedUrl(PROJECT, JOB, Duration.ofDays(1)))
            .withMessageNotContainingAny(Gateway.SECRET, Gateway.TOKEN);
      }
    }
  }
}
