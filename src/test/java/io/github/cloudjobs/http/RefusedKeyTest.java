package io.github.cloudjobs.http;

import static io.github.cloudjobs.http.Gateway.JOB;
import static io.github.cloudjobs.http.Gateway.KEY;
import static io.github.cloudjobs.http.Gateway.PROJECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.error.JobsException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicBoolean;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.SocketEffect;
import mockwebserver3.junit5.StartStop;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RefusedKeyTest {
  private static final Clock NOON =
      Clock.fixed(Instant.parse("2026-05-28T12:00:00Z"), ZoneOffset.UTC);
  private static final String TEN_PAST = "Thu, 28 May 2026 12:10:00 GMT";

  @StartStop private final MockWebServer server = new MockWebServer();

  private JobsClient client() {
    return Gateway.client(server).clock(NOON).build();
  }

  private static MockResponse lateRefusal() {
    return Gateway.refusal("0301", "verify aksk signature fail")
        .addHeader("Date", TEN_PAST)
        .build();
  }

  private static void assertRefused(JobsClient client, boolean async) {
    assertThatThrownBy(() -> Gateway.poll(client, async))
        .isInstanceOf(AuthenticationException.class);
  }

  private void assertNextIsSignedAt(String date) throws InterruptedException {
    assertThat(Gateway.received(server).getHeaders().get("X-Sdk-Date")).isEqualTo(date);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRefusedKeyIsSentOnce(boolean async) {
    server.enqueue(
        Gateway.refusal("0301", "ak not exist")
            .addHeader("Date", "Thu, 28 May 2026 12:04:59 GMT")
            .build());
    try (JobsClient client = client()) {
      assertThatThrownBy(() -> Gateway.poll(client, async))
          .isInstanceOfSatisfying(
              AuthenticationException.class,
              error -> {
                assertThat(error.statusCode()).isEqualTo(401);
                assertThat(error.errorCode()).isEqualTo("APIGW.0301");
                assertThat(error.serviceMessage()).isEqualTo("ak not exist");
                assertThat(error.requestId()).isEqualTo("r-1");
              })
          .hasMessageEndingWith("check it, and the endpoint's region");
    }
    assertThat(server.getRequestCount()).isEqualTo(1);
  }

  @Test
  void aLaterPollTriesARejectedKeyAgain() {
    server.enqueue(Gateway.unknownKey());
    server.enqueue(Gateway.unknownKey());
    server.enqueue(Gateway.job("RUNNING"));
    server.enqueue(Gateway.job("RUNNING"));
    try (JobsClient client = client()) {
      assertRefused(client, false);
      assertRefused(client, true);
      Gateway.poll(client, false);
      Gateway.poll(client, true);
    }
    assertThat(server.getRequestCount()).isEqualTo(4);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aWrongClockIsCorrectedOnce(boolean async) throws Exception {
    server.enqueue(lateRefusal());
    server.enqueue(Gateway.job("RUNNING"));
    server.enqueue(Gateway.job("SUCCESS"));
    try (JobsClient client = client()) {
      Gateway.poll(client, async);
      Gateway.poll(client, async);
      assertNextIsSignedAt("20260528T120000Z");
      assertNextIsSignedAt("20260528T121000Z");
      assertNextIsSignedAt("20260528T121000Z");
      assertThat(client.signedRequest(PROJECT, JOB).header("X-Sdk-Date"))
          .isEqualTo("20260528T121000Z");
    }
    assertThat(server.getRequestCount()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Thursday, 28-May-26 12:10:00 GMT", "Thu May 28 12:10:00 2026"})
  void aWrongClockIsCorrectedByADateInAnOlderForm(String date) throws Exception {
    server.enqueue(lateRefusal().newBuilder().setHeader("Date", date).build());
    server.enqueue(Gateway.job("RUNNING"));
    try (JobsClient client = client()) {
      Gateway.poll(client, false);
    }
    assertNextIsSignedAt("20260528T120000Z");
    assertNextIsSignedAt("20260528T121000Z");
  }

  @Test
  void aDateThatIsMoreThanTenYearsOffCorrectsNothing() {
    server.enqueue(
        lateRefusal().newBuilder().setHeader("Date", "Thu, 01 Jan 1970 00:00:00 GMT").build());
    try (JobsClient client = client()) {
      assertRefused(client, false);
    }
    assertThat(server.getRequestCount()).isEqualTo(1);
  }

  @Test
  void aWrongClockIsCorrectedByTheTimeInTheMessage() throws Exception {
    server.enqueue(
        Gateway.refusal(
                "0301",
                "calc aksk signature fail:signature expired, signature time:20260528T120000Z,"
                    + "server time:20260528T121618Z")
            .build());
    server.enqueue(Gateway.job("RUNNING"));
    try (JobsClient client = client()) {
      Gateway.poll(client, false);
    }
    assertNextIsSignedAt("20260528T120000Z");
    assertNextIsSignedAt("20260528T121618Z");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aSecondRefusalRejectsTheKey(boolean async) {
    server.enqueue(lateRefusal());
    server.enqueue(lateRefusal());
    try (JobsClient client = client()) {
      assertRefused(client, async);
    }
    assertThat(server.getRequestCount()).isEqualTo(2);
  }

  @Test
  void aLaterProbeCorrectsTheClockToo() {
    server.enqueue(Gateway.unknownKey());
    server.enqueue(lateRefusal());
    server.enqueue(Gateway.job("RUNNING"));
    try (JobsClient client = client()) {
      assertRefused(client, false);
      Gateway.poll(client, false);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {302, 408, 421, 429, 500, 502, 503, 0})
  void afterAProbeThatFailsOtherwiseTheNextPollIsTheProbe(int status) {
    // A connection that is dropped is no stale one only if it is new.
    server.enqueue(lateRefusal().newBuilder().addHeader("Connection", "close").build());
    server.enqueue(
        status == 0
            ? new MockResponse.Builder().onResponseStart(new SocketEffect.CloseSocket()).build()
            : Gateway.answer(status, "{}").build());
    server.enqueue(Gateway.unknownKey()); // to the next poll, which is the probe
    server.enqueue(Gateway.job("RUNNING"));
    try (JobsClient client = client()) {
      assertThatThrownBy(() -> Gateway.poll(client, false))
          .isInstanceOf(JobsException.class)
          .isNotInstanceOf(AuthenticationException.class);
      assertRefused(client, true);
      assertThat(server.getRequestCount()).isEqualTo(3);
      Gateway.poll(client, true);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 400, 403, 404})
  void aResponseFromTheServiceItselfAcceptsTheKey(int status) {
    server.enqueue(lateRefusal());
    server.enqueue(Gateway.answer(status, "{\"code\":\"x\"}").build());
    server.enqueue(lateRefusal()); // were it still in doubt, this would be a second refusal
    server.enqueue(Gateway.job("RUNNING"));
    try (JobsClient client = Gateway.client(server).clock(new SteppingClock()).build()) {
      assertThatThrownBy(() -> Gateway.poll(client, false))
          .isInstanceOf(JobsException.class)
          .isNotInstanceOf(AuthenticationException.class);
      Gateway.poll(client, false);
    }
  }

  /** Runs backwards, an hour at each look, so that it always has to be corrected. */
  private static final class SteppingClock extends Clock {
    private Instant now = NOON.instant();

    @Override
    public synchronized Instant instant() {
      now = now.minusSeconds(3_600);
      return now;
    }

    @Override
    public ZoneOffset getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  @Test
  void afterAFailedRefreshTheNextPollIsTheProbe() {
    AtomicBoolean failing = new AtomicBoolean();
    server.enqueue(Gateway.unknownKey());
    server.enqueue(Gateway.job("RUNNING"));
    try (JobsClient client =
        Gateway.client(server)
            .credentials(
                () -> {
                  if (failing.getAndSet(!failing.get())) {
                    throw new IllegalStateException("no metadata");
                  }
                  return KEY;
                })
            .build()) {
      assertThatThrownBy(() -> Gateway.poll(client, false)).hasRootCauseMessage("no metadata");
      assertThat(Gateway.poll(client, true).jobId()).isEqualTo(JOB);
    }
    assertThat(server.getRequestCount()).isEqualTo(2);
  }
}
