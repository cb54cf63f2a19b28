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

class TroubleTest {
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
        Arguments.of(Trouble.throttled(), 429, "\"error_code\":\"APIGW.0308\""),
        Arguments.of(Trouble.unavailable(), 503, "{\"serviceUnavailable\":{\"code\":503,"),
        Arguments.of(Trouble.badGateway(), 502, "<html>"),
        Arguments.of(Trouble.notFound(), 404, "{\"error\":{\"code\":\"SIM.0404\""),
        Arguments.of(Trouble.unauthorized(), 401, "\"error_code\":\"APIGW.0301\""),
        Arguments.of(Trouble.forbidden(), 403, "\"error_code\":\"APIGW.0302\""),
        Arguments.of(Trouble.emptyBody(), 200, ""),
        Arguments.of(Trouble.errorEnvelopeIn200(), 200, "{\"error\":{\"code\":\"SIM.0500\""),
        Arguments.of(Trouble.raw(418, "text/plain", "short and stout"), 418, "short and stout"));
  }

  @ParameterizedTest
  @MethodSource("answers")
  void answersInPlaceOfTheJobJustOnce(Trouble trouble, int status, String body) {
    cloud.trouble(job, 1, trouble);

    Reply reply = poller.poll(job);

    assertThat(reply.status()).isEqualTo(status);
    assertThat(reply.body()).contains(body);
    assertThat(reply.headers().get("X-Request-Id")).isNotNull();
    assertThat(reply.headers().get("Retry-After")).isNull();
    assertThat(poller.poll(job).status()).isEqualTo(200);
  }

  @Test
  void retryAfterIsInWholeSecondsRoundedUp() {
    cloud.trouble(job, 1, Trouble.throttled(Duration.ofMillis(1001)));
    cloud.trouble(job, 1, Trouble.unavailable(Duration.ofSeconds(3)));
    cloud.trouble(job, 1, Trouble.throttled(Duration.ZERO));

    assertThat(poller.poll(job).headers().get("Retry-After")).isEqualTo("2");
    assertThat(poller.poll(job).headers().get("Retry-After")).isEqualTo("3");
    assertThat(poller.poll(job).headers().get("Retry-After")).isEqualTo("0");
  }

  @Test
  void badGatewaySendsHtml() {
    cloud.trouble(job, 1, Trouble.badGateway());

    assertThat(poller.poll(job).headers().get("Content-Type")).isEqualTo("text/html");
  }

  @Test
  void answersWithoutLookingAtCredentials() {
    cloud.trouble(job, 1, Trouble.throttled());

    String path = "/v1/" + job.projectId() + "/jobs/" + job.jobId();
    assertThat(poller.get(path, Credentials.token("unknown")).status()).isEqualTo(429);
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 304})
  void someStatusesHaveNoBody(int status) {
    cloud.trouble(job, 1, Trouble.raw(status, "text/plain", "not sent"));

    assertThat(poller.poll(job).body()).isEmpty();
    assertThat(poller.poll(job).status()).isEqualTo(200); // the connection is still in step
  }

  @Test
  void truncatedBreaksOffInTheBody() throws IOException {
    cloud.trouble(job, 1, Trouble.truncated());

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
    cloud.trouble(job, 1, Trouble.dropped());

    assertThatThrownBy(() -> poller.call(request()).execute())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("unexpected end of stream");
    assertThat(cloud.received().get(0).status()).isZero();
  }

  @Test
  void slowAnswersRightButLate() {
    cloud.trouble(job, 1, Trouble.slow(Duration.ofMillis(50)));
    long began = System.nanoTime();

    assertThat(poller.job(job).jobId()).isEqualTo(job.jobId());

    assertThat(Duration.ofNanos(System.nanoTime() - began))
        .isGreaterThanOrEqualTo(Duration.ofMillis(50));
  }

  @Test
  void vanishedJobsStayAway() {
    cloud.trouble(job, 1, Trouble.vanished());

    assertThat(poller.poll(job).status()).isEqualTo(404);
    assertThat(poller.poll(job).status()).isEqualTo(404);
    assertThat(poller.poll(job).body()).contains("SIM.0404");
  }

  @Test
  void comesInOrderAndAJobsOwnFirst() {
    JobRef other = cloud.submit(SimulatedJob.createServer(1));
    cloud.trouble(1, Trouble.unavailable());
    cloud.trouble(1, Trouble.badGateway());
    cloud.trouble(job, 2, Trouble.throttled());
    cloud.trouble(job, 1, Trouble.forbidden());

    assertThat(Stream.generate(() -> poller.poll(job).status()).limit(4))
        .containsExactly(429, 429, 403, 503);
    assertThat(poller.poll(other).status()).isEqualTo(502);
    assertThat(poller.poll(other).status()).isEqualTo(200);
  }

  @Test
  void isForgottenWhenItIsCalm() {
    cloud.trouble(Integer.MAX_VALUE, Trouble.unavailable());
    cloud.trouble(job, Integer.MAX_VALUE, Trouble.throttled());
    assertThat(poller.poll(job).status()).isEqualTo(429);

    cloud.calm();

    assertThat(poller.poll(job).status()).isEqualTo(200);
  }

  @Test
  void troubledPollsCount() {
    cloud.trouble(job, 2, Trouble.throttled());
    poller.poll(job);
    poller.poll(job);
    poller.poll(job);

    assertThat(cloud.polls(job)).isEqualTo(3);
    assertThat(cloud.received()).extracting(ReceivedPoll::status).containsExactly(429, 429, 200);
  }

  @Test
  void hasANameToLog() {
    assertThat(Trouble.throttled()).hasToString("throttled");
    assertThat(Trouble.badGateway()).hasToString("badGateway");
    assertThat(Trouble.raw(500, "text/plain", "secret")).hasToString("raw 500");
  }

  @Test
  void refusesWhatCannotBe() {
    assertRefused(() -> cloud.trouble(0, Trouble.throttled()), "polls must be 1 or more: 0");
    assertRefused(() -> cloud.trouble(job, -1, Trouble.throttled()), "polls must be 1 or more: -1");
    assertRefused(
        () -> Trouble.slow(Duration.ofMillis(-1)), "delay must not be negative: PT-0.001S");
    assertRefused(
        () -> Trouble.throttled(Duration.ofSeconds(-1)), "retryAfter must not be negative: PT-1S");
    assertRefused(() -> Trouble.raw(199, "a/b", ""), "status must be from 200 to 599: 199");
    assertRefused(() -> Trouble.raw(600, "a/b", ""), "status must be from 200 to 599: 600");
    assertRefused(
        () -> Trouble.raw(200, "a/b\r\n", ""), "contentType must not hold control characters");
  }

  private static void assertRefused(Runnable call, String message) {
    assertThatThrownBy(call::run).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }

  private Request request() {
    String path = "/v1/" + job.projectId() + "/jobs/" + job.jobId();
    return poller.signed(path, cloud.credentials()).build();
  }
}
