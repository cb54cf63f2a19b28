package io.github.cloudjobs.engine;

import static io.github.cloudjobs.FlightRecording.facts;
import static io.github.cloudjobs.FlightRecording.only;
import static io.github.cloudjobs.engine.EngineFixture.every10s;
import static io.github.cloudjobs.engine.EngineFixture.seconds;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.FlightRecording;
import io.github.cloudjobs.engine.ScriptedPolls.Reply;
import io.github.cloudjobs.error.ThrottledException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.PollResults;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import jdk.jfr.EventType;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a flight recording holds of waits that end and of refusals. */
class EventsTest {
  private static final String SERVER =
      """
      {"job_type": "createServer", "status": "%s", "sub_jobs": [{"status": "FAIL"}]}\
      """;

  private final EngineFixture fixture = new EngineFixture();

  private static Reply server(String status) {
    return Reply.job(Job.fromJson(SERVER.formatted(status)));
  }

  private RecordedEvent one(FlightRecording.Work work) throws Exception {
    List<RecordedEvent> events =
        FlightRecording.of(
            () -> {
              work.run();
              fixture.timer.runUntilIdle();
            });
    assertThat(events).hasSize(1);
    return events.get(0);
  }

  @Test
  void anEndIsRecordedWithTheJobThePollsAndTheTime() throws Exception {
    RecordedEvent end =
        one(() -> fixture.start(fixture.polls(server("RUNNIGN"), server("SUCCESS")), every10s()));
    assertThat(facts(end))
        .containsEntry("service", "ECS")
        .containsEntry("projectId", "p-1")
        .containsEntry("jobId", "j-1")
        .containsEntry("jobType", "createServer")
        .containsEntry("jobStatus", "SUCCESS")
        .containsEntry("outcome", "Succeeded")
        .containsEntry("problem", null)
        .containsEntry("polls", 2)
        .hasSize(9);
    assertThat(end.getDuration("elapsed")).isEqualTo(seconds(10));
  }

  @Test
  void everyWayToEndIsRecordedOnce() throws Exception {
    List<ListenerTest.Way> ways = ListenerTest.ways().toList();
    List<RecordedEvent> recorded =
        FlightRecording.of(
            () -> {
              for (ListenerTest.Way way : ways) {
                fixture.start(fixture.polls(way.replies()), way.options());
                fixture.timer.runUntilIdle();
              }
            });
    List<RecordedEvent> events = only("Wait", recorded);
    assertThat(events)
        .extracting(event -> event.getString("outcome"))
        .containsExactlyElementsOf(ways.stream().map(ListenerTest.Way::ending).toList());
    assertThat(events)
        .extracting(event -> event.getString("problem"))
        .contains(
            "polling cannot go on: HTTP 403",
            "it waits for an order to be paid",
            "the poll schedule failed: java.lang.IllegalStateException");
  }

  @Test
  void aRefusalIsRecordedWithTheRateThatIsLeft() throws Exception {
    EngineFixture limited = new EngineFixture(PollLimits.DEFAULTS);
    ThrottledException other = new ThrottledException("", 503, "A\nB", null, null, null, null);
    ScriptedPolls polls =
        limited
            .polls(
                Reply.error(PollResults.throttled()).retryAfter(Duration.ofMillis(7_500)),
                Reply.error(other),
                Reply.error(other).retryAfter(Duration.ofDays(400_000_000)),
                Reply.job("SUCCESS"))
            .sharing("project p-1 at https://ecs.example/");
    List<RecordedEvent> throttles =
        only(
            "Throttle",
            FlightRecording.of(
                () -> {
                  limited.start(polls, every10s());
                  limited.timer.runUntilIdle();
                }));
    assertThat(throttles).hasSize(3);
    assertThat(facts(throttles.get(0)))
        .containsEntry("quota", "project p-1 at https://ecs.example/")
        .containsEntry("httpStatus", 429)
        .containsEntry("errorCode", "APIGW.0308")
        .hasSize(5);
    assertThat(throttles.get(0).getDuration("retryAfter")).isEqualTo(Duration.ofMillis(7_500));
    assertThat(facts(throttles.get(1)))
        .containsEntry("httpStatus", 503)
        .containsEntry("errorCode", "A B")
        .containsEntry("retryAfter", Long.MIN_VALUE);
    assertThat(throttles.get(1).toString()).contains("retryAfter = N/A");
    assertThat(throttles.get(2).getDuration("retryAfter")).isGreaterThan(Duration.ofDays(1_000));
    assertThat(throttles)
        .extracting(event -> event.getDouble("pollsPerSecond"))
        .isSortedAccordingTo(Comparator.reverseOrder())
        .allSatisfy(rate -> assertThat(rate).isBetween(0.1, 5.0)); // of 50 to begin with
  }

  @Test
  void otherThreadsPollWhileARefusalIsRecorded() throws Exception {
    EngineFixture limited = new EngineFixture(PollLimits.DEFAULTS);
    ScriptedPolls other = limited.polls(Reply.job("SUCCESS"));
    Object quota =
        new Object() {
          @Override
          public String toString() { // called as it is recorded
            CompletableFuture.runAsync(
                    () -> limited.start(new JobRef("p", "other"), other, every10s()))
                .orTimeout(10, SECONDS)
                .join();
            return "quota";
          }
        };
    ScriptedPolls refused =
        limited.polls(Reply.error(PollResults.throttled()), Reply.job("SUCCESS")).sharing(quota);
    List<RecordedEvent> events = FlightRecording.of(() -> limited.start(refused, every10s()));
    assertThat(other.begun()).hasSize(1);
    assertThat(only("Throttle", events)).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "engine.WaitEvent, Wait, Job Wait",
    "engine.ThrottleEvent, Throttle, Job Polls Throttled",
    "http.PollEvent, Poll, Job Poll"
  })
  void everyFieldHasALabel(String type, String name, String label) throws Exception {
    EventType event =
        EventType.getEventType(
            Class.forName("io.github.cloudjobs." + type).asSubclass(jdk.jfr.Event.class));
    assertThat(event.getName()).isEqualTo("io.github.cloudjobs." + name);
    assertThat(event.getLabel()).isEqualTo(label);
    assertThat(event.getDescription()).isNotBlank();
    assertThat(event.getCategoryNames()).containsExactly("Cloud Jobs");
    assertThat(event.getFields()).allSatisfy(field -> assertThat(field.getLabel()).isNotBlank());
  }
}
