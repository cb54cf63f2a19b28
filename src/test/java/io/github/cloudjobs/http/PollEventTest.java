package io.github.cloudjobs.http;

import static io.github.cloudjobs.FlightRecording.facts;
import static io.github.cloudjobs.FlightRecording.only;
import static io.github.cloudjobs.http.Gateway.JOB;
import static io.github.cloudjobs.http.Gateway.PROJECT;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.FlightRecording;
import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.JobsService;
import io.github.cloudjobs.testing.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import jdk.jfr.consumer.RecordedEvent;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.SocketEffect;
import mockwebserver3.junit5.StartStop;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PollEventTest {

  @StartStop private final MockWebServer server = new MockWebServer();

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aPollIsRecordedWithItsRequestAndResult(boolean async) throws Exception {
    server.enqueue(Gateway.job("RUNNIGN"));
    RecordedEvent poll;
    long elapsed;
    try (JobsClient client = Gateway.client(server).build()) {
      long begin = System.nanoTime();
      poll = one(FlightRecording.of(() -> Gateway.poll(client, async)));
      elapsed = System.nanoTime() - begin;
    }
    assertThat(poll.getEventType().getName()).isEqualTo("io.github.cloudjobs.Poll");
    assertThat(facts(poll))
        .containsEntry("service", "ECS")
        .containsEntry("projectId", PROJECT)
        .containsEntry("jobId", JOB)
        .containsEntry("url", Gateway.endpoint(server) + "/v1/" + PROJECT + "/jobs/" + JOB)
        .containsEntry("jobStatus", "RUNNIGN")
        .containsEntry("httpStatus", 200)
        .containsEntry("error", null)
        .containsEntry("errorCode", null)
        .containsEntry("requestId", null)
        .hasSize(9);
    assertThat(poll.getDuration()).isPositive().isLessThan(Duration.ofNanos(elapsed));
  }

  @Test
  void everyPollOfAWaitIsRecorded() throws Exception {
    server.enqueue(Gateway.job("INIT"));
    server.enqueue(Gateway.response(502, "<html>").build());
    server.enqueue(Gateway.job("SUCCESS"));
    VirtualTime time = new VirtualTime(Instant.parse("2026-05-28T12:00:00Z"));
    try (JobsClient client = Gateway.client(server).clock(time.clock()).build();
        JobsClient elb = client.with(JobsService.ELB_V1, Gateway.endpoint(server))) {
      List<RecordedEvent> events =
          FlightRecording.of(() -> time.await(elb.waitForCompletionAsync(PROJECT, JOB)));
      assertThat(only("Poll", events))
          .extracting(event -> event.getString("jobStatus") + " " + event.getInt("httpStatus"))
          .containsExactly("INIT 200", "null 502", "SUCCESS 200");
      assertThat(only("Poll", events))
          .extracting(event -> event.getString("service"))
          .containsOnly("ELB_V1");
      assertThat(only("Wait", events))
          .singleElement()
          .satisfies(event -> assertThat(event.getString("service")).isEqualTo("ELB_V1"))
          .satisfies(event -> assertThat(event.getInt("polls")).isEqualTo(3));
    }
  }

  @Test
  void aStatusTextIsRecordedCutAndPrintable() throws Exception {
    server.enqueue(Gateway.job("A\\u001b[2J\\n" + "B".repeat(5_000)));
    try (JobsClient client = Gateway.client(server).build()) {
      RecordedEvent poll = one(FlightRecording.of(() -> client.pollJob(PROJECT, JOB)));
      assertThat(poll.getString("jobStatus")).startsWith("A?[2J B").hasSizeLessThan(210);
    }
  }

  private static RecordedEvent one(List<RecordedEvent> events) {
    List<RecordedEvent> polls = only("Poll", events);
    assertThat(polls).hasSize(1);
    return polls.get(0);
  }

  @Test
  void aFailedPollIsRecordedWithItsErrorAndItsStatusIfAny() throws Exception {
    server.enqueue(Gateway.refusal("0308", "too many").code(429).build());
    assertThat(failure())
        .containsEntry("jobStatus", null)
        .containsEntry("httpStatus", 429)
        .containsEntry("error", "ThrottledException")
        .containsEntry("errorCode", "APIGW.0308")
        .containsEntry("requestId", "r-1");
    server.enqueue(
        new MockResponse.Builder().onResponseStart(new SocketEffect.CloseSocket()).build());
    assertThat(failure())
        .containsEntry("httpStatus", 0)
        .containsEntry("error", "JobsTransportException");
  }

  private Map<String, Object> failure() throws Exception {
    return facts(one(FlightRecording.of(() -> Gateway.failure(Gateway.client(server)))));
  }
}
