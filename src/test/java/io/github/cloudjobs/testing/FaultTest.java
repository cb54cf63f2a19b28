package io.github.cloudjobs.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.testing.Poller.Reply;
import java.io.IOException;
import java.time.Duration;
import java.util.stream.Stream;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FaultTest {
  private final SettableClock clock = new SettableClock();
  private final SimulatedJobs cloud = SimulatedJobs.builder().machine(clock).clock(clock).start();
  private final Poller poller = new Poller(cloud, clock);
  private final JobRef job = cloud.submit(SimulatedJob.createServer(1));

  @AfterEach
  void close() {
    cloud.close();
  }

  static Stream<Arguments> answers() {
    return Stream.of(
        Arguments.of(Fault.throttled(), 429, "\"error_code\":\"APIGW.0308\""),
        Arguments.of(Fault.unavailable(), 503, "{\"serviceUnavailable\":{\"code\":503,"),
        Arguments.of(Fault.badGateway(), 502, "<html>"),
        Arguments.of(Fault.notFound(), 404, "{\"error\":{\"code\":\"SIM.0404\""),
        Arguments.of(Fault.unauthorized(), 401, "\"error_code\":\"APIGW.0301\""),
        Arguments.of(Fault.forbidden(), 403, "\"error_code\":\"APIGW.0302\""),
        Arguments.of(Fault.emptyBody(), 200, ""),
        Arguments.of(Fault.errorEnvelopeIn200(), 200, "{\"error\":{\"code\":\"SIM.0500\""),
        Arguments.of(Fault.raw(418, "text/plain", "short and stout"), 418, "short and stout"));
  }

  @ParameterizedTest
  @MethodSource("answers")
  void answersInPlaceOfTheJobJustOnce(Fault trouble, int status, String body) {
    cloud.inject(job, 1, trouble);

    Reply reply = poller.poll(job);

    assertThat(reply.status()).isEqualTo(status);
    assertThat(reply.body()).contains(body);
    assertThat(reply.headers().get("X-Request-Id")).isNotNull();
    assertThat(reply.headers().get("Retry-After")).isNull();
    assertThat(poller.poll(job).status()).isEqualTo(200);
  }

  @Test
  void retryAfterIsInWholeSecondsRoundedUp() {
    cloud.inject(job, 1, Fault.throttled(Duration.ofMillis(1001)));
    cloud.inject(job, 1, Fault.unavailable(Duration.ofSeconds(3)));
    cloud.inject(job, 1, Fault.throttled(Duration.ZERO));

    assertThat(poller.poll(job).headers().get("Retry-After")).isEqualTo("2");
    assertThat(poller.poll(job).headers().get("Retry-After")).isEqualTo("3");
    assertThat(poller.poll(job).headers().get("Retry-After")).isEqualTo("0");
  }

  @Test
  void badGatewaySendsHtml() {
    cloud.inject(job, 1, Fault.badGateway());

    assertThat(poller.poll(job).headers().get("Content-Type")).isEqualTo("text/html");
  }

  @Test
  void answersWithoutLookingAtCredentials() {
    cloud.inject(job, 1, Fault.throttled());

    String path = "/v1/" + job.projectId() + "/jobs/" + job.jobId();
    assertThat(poller.get(path, Credentials.token("unknown")).status()).isEqualTo(429);
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 304})
  void someStatusesHaveNoBody(int status) {
    cloud.inject(job, 1, Fault.raw(status, "text/plain", "not sent"));

    assertThat(poller.poll(job).body()).isEmpty();
    assertThat(poller.poll(job).status()).isEqualTo(200); // the connection is still in step
  }

  @Test
  void truncatedBreaksOffInTheBody() throws IOException {
    cloud.inject(job, 1, Fault.truncated());

    try (Response response = poller.call(request()).execute()) {
      assertThat(response.code()).isEqualTo(200);
      assertThatThrownBy(() -> response.body().string())
          .isInstanceOf(IOException.class)
          .hasMessageContaining("unexpected end of stream");
    }
    assertThat(cloud.received().get(0).status()).isEqualTo(200);
  }

  @Test
  void droppedClosesTheConnectionWithoutAnAnswer() {
    cloud.inject(job, 1, Fault.dropped());

    assertThatThrownBy(() -> poller.call(request()).execute())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("unexpected end of stream");
    assertThat(cloud.received().get(0).status()).isZero();
  }

  @Test
  void slowAnswersRightButLate() {
    cloud.inject(job, 1, Fault.slow(Duration.ofMillis(50)));
    long began = System.nanoTime();

    assertThat(poller.job(job).jobId()).isEqualTo(job.jobId());

    assertThat(Duration.ofNanos(System.nanoTime() - began))
        .isGreaterThanOrEqualTo(Duration.ofMillis(50));
  }

  @Test
  void vanishedJobsStayAway() {
    cloud.inject(job, 1, Fault.vanished());

    assertThat(poller.poll(job).status()).isEqualTo(404);
    assertThat(poller.poll(job).status()).isEqualTo(404);
    assertThat(poller.poll(job).body()).contains("SIM.0404");
  }

  @Test
  void comesInOrderAndAJobsOwnFirst() {
    JobRef other = cloud.submit(SimulatedJob.createServer(1));
    cloud.inject(1, Fault.unavailable());
    cloud.inject(1, Fault.badGateway());
    cloud.inject(job, 2, Fault.throttled());
    cloud.inject(job, 1, Fault.forbidden());

    assertThat(Stream.generate(() -> poller.poll(job).status()).limit(4))
        .containsExactly(429, 429, 403, 503);
    assertThat(poller.poll(other).status()).isEqualTo(502);
    assertThat(poller.poll(other).status()).isEqualTo(200);
  }

  @Test
  void isForgottenWhenItIsCalm() {
    cloud.inject(Integer.MAX_VALUE, Fault.unavailable());
    cloud.inject(job, Integer.MAX_VALUE, Fault.throttled());
    assertThat(poller.poll(job).status()).isEqualTo(429);

    cloud.clearFaults();

    assertThat(poller.poll(job).status()).isEqualTo(200);
  }

  @Test
  void troubledPollsCount() {
    cloud.inject(job, 2, Fault.throttled());
    poller.poll(job);
    poller.poll(job);
    poller.poll(job);

    assertThat(cloud.polls(job)).isEqualTo(3);
    assertThat(cloud.received()).extracting(ReceivedPoll::status).containsExactly(429, 429, 200);
  }

  @Test
  void hasANameToLog() {
    assertThat(Fault.throttled()).hasToString("throttled");
    assertThat(Fault.badGateway()).hasToString("badGateway");
    assertThat(Fault.raw(500, "text/plain", "secret")).hasToString("raw 500");
  }

  @Test
  void refusesWhatCannotBe() {
    assertRefused(() -> cloud.inject(0, Fault.throttled()), "polls must be 1 or more: 0");
    assertRefused(() -> cloud.inject(job, -1, Fault.throttled()), "polls must be 1 or more: -1");
    assertRefused(() -> Fault.slow(Duration.ofMillis(-1)), "delay must not be negative: PT-0.001S");
    assertRefused(
        () -> Fault.throttled(Duration.ofSeconds(-1)), "retryAfter must not be negative: PT-1S");
    assertRefused(() -> Fault.raw(199, "a/b", ""), "status must be from 200 to 599: 199");
    assertRefused(() -> Fault.raw(600, "a/b", ""), "status must be from 200 to 599: 600");
    assertRefused(
        () -> Fault.raw(200, "a/b\r\n", ""), "contentType must not hold control characters");
  }

  private static void assertRefused(Runnable call, String message) {
    assertThatThrownBy(call::run).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }

  private Request request() {
    String path = "/v1/" + job.projectId() + "/jobs/" + job.jobId();
    return poller.signed(path, cloud.credentials()).build();
  }
}
