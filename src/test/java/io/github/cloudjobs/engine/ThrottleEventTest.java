package io.github.cloudjobs.engine;

import static io.github.cloudjobs.FlightRecording.facts;
import static io.github.cloudjobs.FlightRecording.only;
import static io.github.cloudjobs.engine.EngineFixture.every10s;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.FlightRecording;
import io.github.cloudjobs.engine.ScriptedPolls.Reply;
import io.github.cloudjobs.error.ThrottledException;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.Answers;
import io.github.cloudjobs.step.PollResult;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import jdk.jfr.EventType;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.api.Test;

class ThrottleEventTest {
  @Test
  void aRefusalIsRecordedWithWhatIsAllowedFromThenOn() throws Exception {
    EngineFixture rig = new EngineFixture(PollLimits.defaults(64));
    ScriptedPolls polls =
        rig.polls(
            Reply.error(Answers.throttled()).retryAfter(Duration.ofMillis(7_500)),
            Reply.error(throttled(503, null)),
            Reply.error(throttled(429, "APIGW\n.0308")).retryAfter(Duration.ofDays(400_000_000)),
            Reply.job("SUCCESS"));
    List<RecordedEvent> events =
        FlightRecording.of(
            () -> {
              rig.start(new Counted(polls), every10s());
              rig.timer.runUntilIdle();
            });
    List<RecordedEvent> throttles = only("Throttle", events);
    assertThat(throttles).hasSize(3);
    assertThat(throttles.get(0).getEventType().getName()).isEqualTo("io.github.cloudjobs.Throttle");
    assertThat(facts(throttles.get(0)))
        .containsEntry("quota", "project p-1 at https://ecs.example/")
        .containsEntry("httpStatus", 429)
        .containsEntry("errorCode", "APIGW.0308")
        .hasSize(5);
    assertThat(throttles.get(0).getDuration("retryAfter")).isEqualTo(Duration.ofMillis(7_500));
    assertThat(facts(throttles.get(1)))
        .containsEntry("httpStatus", 503)
        .containsEntry("errorCode", null)
        .containsEntry("retryAfter", Long.MIN_VALUE);
    assertThat(facts(throttles.get(2))).containsEntry("errorCode", "APIGW .0308");
    assertThat(throttles.get(2).getDuration("retryAfter")).isGreaterThan(Duration.ofDays(1_000));
    assertThat(throttles)
        .extracting(event -> event.getDouble("pollsPerSecond"))
        .isSortedAccordingTo(Comparator.reverseOrder())
        .allSatisfy(rate -> assertThat(rate).isBetween(0.1, 5.0)); // of 50 to begin with
    assertThat(throttles.get(1).toString()).contains("retryAfter = N/A");
  }

  private static ThrottledException throttled(int status, String code) {
    return new ThrottledException("HTTP " + status, status, code, null, null, null, null);
  }

  /** Polls that are charged to somebody. */
  private record Counted(PollSource polls) implements PollSource {
    @Override
    public Handle poll(JobRef job, int mark, Consumer<PollResult> sink) {
      return polls.poll(job, mark, sink);
    }

    @Override
    public Object quota(JobRef job) {
      return "project " + job.projectId() + " at https://ecs.example/";
    }
  }

  @Test
  void otherThreadsPollWhileARefusalIsRecorded() throws Exception {
    EngineFixture rig = new EngineFixture(PollLimits.defaults(64));
    ScriptedPolls other = rig.polls(Reply.job("SUCCESS"));
    Object quota =
        new Object() {
          @Override
          public String toString() { // called as it is recorded
            CompletableFuture.runAsync(() -> rig.start(new JobRef("p", "other"), other, every10s()))
                .orTimeout(10, SECONDS)
                .join();
            return "quota";
          }
        };
    ScriptedPolls polls = rig.polls(Reply.error(Answers.throttled()), Reply.job("SUCCESS"));
    PollSource refused =
        new PollSource() {
          @Override
          public Handle poll(JobRef job, int mark, Consumer<PollResult> sink) {
            return polls.poll(job, mark, sink);
          }

          @Override
          public Object quota(JobRef job) {
            return quota;
          }
        };
    List<RecordedEvent> events = FlightRecording.of(() -> rig.start(refused, every10s()));
    assertThat(other.begun()).hasSize(1);
    assertThat(only("Throttle", events)).hasSize(1);
  }

  @Test
  void whenNobodyRecordsItTheFactsAreNotEvenLookedAt() throws Exception {
    ThrottleEvent.record(null, null, null, 1);
    assertThat(FlightRecording.withoutThem(() -> ThrottleEvent.record(null, null, null, 1)))
        .isEmpty();
  }

  @Test
  void everyFieldHasALabelAndTheTimeItsUnit() {
    EventType type = EventType.getEventType(ThrottleEvent.class);
    assertThat(type.getLabel()).isEqualTo("Job Polls Throttled");
    assertThat(type.getDescription()).isNotBlank();
    assertThat(type.getCategoryNames()).containsExactly("Cloud Jobs");
    assertThat(type.getFields()).allSatisfy(field -> assertThat(field.getLabel()).isNotBlank());
    assertThat(type.getField("retryAfter").getContentType()).isEqualTo("jdk.jfr.Timespan");
  }
}
