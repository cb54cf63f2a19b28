package io.github.cloudjobs.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.testing.Poller.Reply;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FaultTest {
  private final SimulatedJobs cloud = SimulatedJobs.start();
  private final Poller poller = new Poller(cloud, Clock.systemUTC());
  private final JobRef job = cloud.submit(SimulatedJob.createServer(1));

  @AfterEach
  void close() {
    cloud.close();
  }

  static Stream<Arguments> responses() {
    String json = "application/json;charset=UTF-8";
    return Stream.of(
        Arguments.of(Fault.throttled(), 429, "\"error_code\":\"APIGW.0308\"", json),
        Arguments.of(Fault.unavailable(), 503, "{\"serviceUnavailable\":{\"code\":503,", json),
        Arguments.of(Fault.badGateway(), 502, "<html>", "text/html"),
        Arguments.of(Fault.notFound(), 404, "{\"error\":{\"code\":\"SIM.0404\"", json),
        Arguments.of(Fault.unauthorized(), 401, "\"error_code\":\"APIGW.0301\"", json),
        Arguments.of(Fault.forbidden(), 403, "\"error_code\":\"APIGW.0302\"", json),
        Arguments.of(Fault.emptyBody(), 200, "", json),
        Arguments.of(Fault.errorEnvelopeIn200(), 200, "{\"error\":{\"code\":\"SIM.0500\"", json),
        Arguments.of(Fault.slow(Duration.ofMillis(1)), 200, "createServer", json),
        Arguments.of(Fault.raw(204, "a/b", "not sent"), 204, "", "a/b"),
        Arguments.of(Fault.raw(304, "a/b", "not sent"), 304, "", "a/b"),
        Arguments.of(Fault.raw(418, "text/plain", "a teapot"), 418, "a teapot", "text/plain"));
  }

  @ParameterizedTest
  @MethodSource("responses")
  void aFaultIsTheResponseOfOnePoll(Fault fault, int status, String body, String type) {
    cloud.inject(job, 1, fault);

    Reply reply = poller.poll(job);

    assertThat(reply.status()).isEqualTo(status);
    assertThat(reply.body()).contains(body);
    assertThat(reply.body().isEmpty()).isEqualTo(body.isEmpty());
    assertThat(reply.headers().get("Content-Type")).isEqualTo(type);
    assertThat(reply.headers().get("Retry-After")).isNull();
    assertThat(poller.poll(job).status()).isEqualTo(200);
  }

  @Test
  void eachResponseHasARequestIdOfItsOwn() {
    cloud.inject(job, 2, Fault.forbidden());
    String first = poller.poll(job).headers().get("X-Request-Id");
    Reply second = poller.poll(job);

    assertThat(second.headers().values("X-Request-Id")).hasSize(1).doesNotContain(first);
    assertThat(second.body()).contains(second.headers().get("X-Request-Id"));
  }

  @Test
  void retryAfterIsRoundedUpToWholeSeconds() {
    cloud.inject(job, 1, Fault.throttled(Duration.ofMillis(1001)));
    cloud.inject(job, 1, Fault.unavailable(Duration.ofSeconds(3)));

    assertThat(poller.poll(job).headers().get("Retry-After")).isEqualTo("2");
    assertThat(poller.poll(job).headers().get("Retry-After")).isEqualTo("3");
  }

  @Test
  void truncatedAndDroppedCloseTheConnection() {
    cloud.inject(job, 1, Fault.truncated());
    cloud.inject(job, 1, Fault.dropped());

    for (int status : new int[] {200, 0}) {
      assertThatThrownBy(() -> poller.poll(job))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("unexpected end of stream");
      assertThat(cloud.received().get(cloud.polls(job) - 1).status()).isEqualTo(status);
    }
  }

  @Test
  void vanishedJobsStayNotFound() {
    cloud.inject(job, 1, Fault.vanished());

    assertThat(statuses(job, 2)).containsExactly(404, 404);
    assertThat(poller.poll(job).body()).contains("SIM.0404");
  }

  @Test
  void faultsOccurInTheOrderOfTheirInjectionUntilTheyAreCleared() {
    JobRef other = cloud.submit(SimulatedJob.createServer(1));
    cloud.inject(job, 2, Fault.throttled());
    cloud.inject(1, Fault.unavailable());
    cloud.inject(job, 1, Fault.forbidden());
    cloud.injectRandomly(1, Fault.notFound());

    assertThat(poller.get(Poller.path(job), Credentials.token("unknown")).status())
        .as("before credentials are checked")
        .isEqualTo(429);
    assertThat(statuses(job, 1)).containsExactly(429);
    assertThat(statuses(other, 2)).containsExactly(503, 404);
    assertThat(statuses(job, 2)).containsExactly(403, 404);
    assertThat(cloud.polls(job)).isEqualTo(4);
    cloud.clearFaults();
    assertThat(statuses(job, 1)).containsExactly(200);
  }

  @Test
  void randomFaultsMeetTheirShareOfPollsTheSameInEveryRun() {
    cloud.injectRandomly(0.2, Fault.unavailable());
    cloud.injectRandomly(0.05, Fault.badGateway());

    List<Integer> statuses = statuses(job, 500);

    assertThat(Collections.frequency(statuses, 503)).isEqualTo(103);
    assertThat(Collections.frequency(statuses, 502)).isEqualTo(29);
  }

  private List<Integer> statuses(JobRef polled, int polls) {
    return Stream.generate(() -> poller.poll(polled).status()).limit(polls).toList();
  }

  @Test
  void refusesInvalidArguments() {
    Duration negative = Duration.ofSeconds(-1);
    assertRefused(() -> cloud.inject(job, -1, Fault.throttled()), "polls must be 1 or more: -1");
    assertRefused(() -> Fault.slow(negative), "delay must not be negative: PT-1S");
    assertRefused(() -> Fault.throttled(negative), "retryAfter must not be negative: PT-1S");
    for (double share : new double[] {-0.1, 1.1, Double.NaN}) {
      String message = "share must be from 0 to 1: " + share;
      assertRefused(() -> cloud.injectRandomly(share, Fault.throttled()), message);
    }
    assertRefused(() -> Fault.raw(199, "a/b", ""), "status must be from 200 to 599: 199");
    assertThat(Fault.raw(599, "a/b", "secret")).hasToString("raw 599");
    assertRefused(() -> Fault.raw(200, "a\r/b", ""), "Unexpected char 0x0d at 1 in Content-Type");
  }

  private static void assertRefused(Runnable call, String message) {
    assertThatThrownBy(call::run)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }
}
