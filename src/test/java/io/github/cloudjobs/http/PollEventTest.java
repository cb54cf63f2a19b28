package io.github.cloudjobs.http;

import static io.github.cloudjobs.FlightRecording.facts;
import static io.github.cloudjobs.FlightRecording.only;
import static io.github.cloudjobs.http.Gateway.JOB;
import static io.github.cloudjobs.http.Gateway.PROJECT;
import static io.github.cloudjobs.http.Gateway.SECRET;
import static io.github.cloudjobs.http.Gateway.TOKEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.cloudjobs.FlightRecording;
import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.JobsService;
import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.wait.PollSchedule;
import io.github.cloudjobs.wait.WaitOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import jdk.jfr.EventType;
import jdk.jfr.consumer.RecordedEvent;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import mockwebserver3.junit5.StartStop;
import okhttp3.Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PollEventTest {
  @StartStop private final MockWebServer server = new MockWebServer();

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aPollIsRecordedWithWhatWasAskedAndAnswered(boolean async) throws Exception {
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
    server.enqueue(Gateway.answer(502, "<html>").build());
    server.enqueue(Gateway.job("SUCCESS"));
    WaitOptions often =
        WaitOptions.builder().schedule(PollSchedule.fixed(Duration.ofMillis(10))).build();
    try (JobsClient client = Gateway.client(server).build();
        JobsClient elb = client.with(JobsService.ELB_V1, Gateway.endpoint(server))) {
      List<RecordedEvent> events =
          FlightRecording.of(() -> elb.waitForCompletion(PROJECT, JOB, often));
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
  void anErrorAnswerIsRecordedWithItsCodeAndRequestId() throws Exception {
    server.enqueue(Gateway.refusal("0308", "too many").code(429).build());
    assertThat(facts(failing()))
        .containsEntry("jobStatus", null)
        .containsEntry("httpStatus", 429)
        .containsEntry("error", "ThrottledException")
        .containsEntry("errorCode", "APIGW.0308")
        .containsEntry("requestId", "r-1");
  }

  @Test
  void anUnreadableAnswerIsRecordedWithItsStatus() throws Exception {
    server.enqueue(Gateway.answer(200, "<html>maintenance").build());
    assertThat(facts(failing()))
        .containsEntry("httpStatus", 200)
        .containsEntry("error", "MalformedJobException");
  }

  @Test
  void aLostAnswerIsRecordedWithoutAStatus() throws Exception {
    server.enqueue(
        new MockResponse.Builder().onResponseStart(new SocketEffect.CloseSocket()).build());
    assertThat(facts(failing()))
        .containsEntry("httpStatus", 0)
        .containsEntry("error", "JobsTransportException");
  }

  private RecordedEvent failing() throws Exception {
    try (JobsClient client = Gateway.client(server).build()) {
      return one(FlightRecording.of(() -> catchThrowable(() -> client.pollJob(PROJECT, JOB))));
    }
  }

  @Test
  void aPollThatIsCancelledIsRecordedAsLost() throws Exception {
    CountDownLatch arrived = new CountDownLatch(1);
    CountDownLatch over = new CountDownLatch(1);
    Gateway.answerBy(
        server,
        request -> {
          arrived.countDown();
          Gateway.await(over);
          return Gateway.job("RUNNING");
        });
    JobsClient client = Gateway.client(server).build();
    try {
      List<RecordedEvent> events =
          FlightRecording.of(
              () -> {
                CompletableFuture<Job> poll = client.pollJobAsync(PROJECT, JOB);
                Gateway.await(arrived);
                client.close();
                catchThrowable(() -> Gateway.join(poll));
              });
      assertThat(facts(one(events))).containsEntry("error", "JobsTransportException");
    } finally {
      over.countDown();
    }
  }

  // Secrets

  static Stream<Credentials> kinds() {
    return Stream.of(
        Gateway.KEY,
        Credentials.temporaryAccessKey("AKTEMPORARY000000001", SECRET, TOKEN),
        Credentials.token(TOKEN));
  }

  /** Answers quote, wherever an event could repeat it, all that the request proved itself with. */
  @Test
  void noEventHoldsASecret() throws Exception {
    WaitOptions often =
        WaitOptions.builder().schedule(PollSchedule.fixed(Duration.ofMillis(10))).build();
    List<RecordedEvent> events =
        FlightRecording.of(
            () -> {
              for (Credentials credentials : kinds().toList()) {
                for (int status : new int[] {429, 500, 200, 403, 401}) {
                  Gateway.answerBy(server, request -> quoting(status, request));
                  try (JobsClient client =
                      Gateway.client(server).credentials(credentials).build()) {
                    catchThrowable(() -> client.pollJob(PROJECT, JOB));
                    catchThrowable(
                        () ->
                            client.waitForCompletion(
                                PROJECT,
                                JOB,
                                often.toBuilder().timeout(Duration.ofMillis(30)).build()));
                  }
                }
              }
            });
    assertThat(only("Throttle", events)).isNotEmpty();
    assertThat(only("Wait", events)).hasSize(15);
    assertThat(only("Poll", events)).hasSizeGreaterThanOrEqualTo(15);
    assertThat(events)
        .allSatisfy(
            event ->
                assertThat(event.toString())
                    .doesNotContain(SECRET, TOKEN, TOKEN.substring(0, 10), "AKOFTHETESTS")
                    .doesNotContainPattern("Signature=[0-9a-f]"));
  }

  private static MockResponse quoting(int status, RecordedRequest request) {
    Headers headers = request.getHeaders();
    String proofs =
        Stream.of("X-Auth-Token", "X-Security-Token", "Authorization")
            .map(headers::get)
            .filter(proof -> proof != null)
            .reduce("", (one, other) -> one + " " + other)
            .strip();
    return Gateway.answer(
            status,
            "{\"error_code\":\"%1$s\",\"error_msg\":\"%1$s\",\"request_id\":\"%1$s\"}"
                .formatted(proofs))
        .build();
  }

  // What it costs

  @Test
  void whenNobodyRecordsItTheFactsAreNotEvenLookedAt() {
    PollEvent.start().record(null, null, null, null);
  }

  @Test
  void aRecordingThatDoesNotWantItDoesNotGetIt() throws Exception {
    server.enqueue(Gateway.job("SUCCESS"));
    try (JobsClient client = Gateway.client(server).build()) {
      assertThat(FlightRecording.withoutThem(() -> client.waitForCompletion(PROJECT, JOB)))
          .isEmpty();
    }
    assertThat(FlightRecording.withoutThem(() -> PollEvent.start().record(null, null, null, null)))
        .isEmpty();
  }

  // What it says of itself

  @Test
  void whatAServiceSaysIsBoundedAndPrintable() throws Exception {
    server.enqueue(Gateway.job("A\\u001b[2J\\n" + "B".repeat(5_000)));
    try (JobsClient client = Gateway.client(server).build()) {
      RecordedEvent poll = one(FlightRecording.of(() -> client.pollJob(PROJECT, JOB)));
      assertThat(poll.getString("jobStatus")).startsWith("A?[2J B").hasSizeLessThan(210);
    }
  }

  @Test
  void everyFieldHasALabel() {
    EventType type = EventType.getEventType(PollEvent.class);
    assertThat(type.getLabel()).isEqualTo("Job Poll");
    assertThat(type.getDescription()).isNotBlank();
    assertThat(type.getCategoryNames()).containsExactly("Cloud Jobs");
    assertThat(type.getFields()).allSatisfy(field -> assertThat(field.getLabel()).isNotBlank());
  }

  private static RecordedEvent one(List<RecordedEvent> events) {
    List<RecordedEvent> polls = only("Poll", events);
    assertThat(polls).hasSize(1);
    return polls.get(0);
  }
}
