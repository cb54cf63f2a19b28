package io.github.cloudjobs.engine;

import static io.github.cloudjobs.FlightRecording.facts;
import static io.github.cloudjobs.FlightRecording.only;
import static io.github.cloudjobs.engine.EngineFixture.every10s;
import static io.github.cloudjobs.engine.EngineFixture.seconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.FlightRecording;
import io.github.cloudjobs.engine.ScriptedPolls.Reply;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.Answers;
import io.github.cloudjobs.step.WaitTermination;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import jdk.jfr.EventType;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.api.Test;

class WaitEventTest {
  private static final String SERVER =
      """
      {"job_type": "createServer", "status": "%s", "sub_jobs": [{"status": "FAIL"}]}\
      """;

  private final EngineFixture rig = new EngineFixture();

  @Test
  void anEndIsRecordedWithTheJobThePollsAndTheTime() throws Exception {
    Reply running = Reply.job(Job.fromJson(SERVER.formatted("RUNNIGN")));
    Reply success = Reply.job(Job.fromJson(SERVER.formatted("SUCCESS")));
    RecordedEvent end = one(() -> rig.start(rig.polls(running, success), every10s()));
    assertThat(end.getEventType().getName()).isEqualTo("io.github.cloudjobs.Wait");
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
    List<EndNotifiedTest.Way> ways = EndNotifiedTest.ways().toList();
    List<RecordedEvent> recorded =
        FlightRecording.of(
            () -> {
              for (int n = 0; n < ways.size(); n++) {
                EndNotifiedTest.Way way = ways.get(n);
                EngineFixture each = new EngineFixture();
                JobRef job = new JobRef("p-1", "way-" + n);
                CompletableFuture<WaitTermination> wait =
                    each.start(job, each.polls(way.replies()), way.options());
                each.timer.runUntilIdle();
                assertThat(wait).isCompleted();
              }
            });
    List<RecordedEvent> events = only("Wait", recorded);
    assertThat(events)
        .extracting(event -> event.getString("outcome"))
        .containsExactlyElementsOf(ways.stream().map(EndNotifiedTest.Way::ending).toList());
    assertThat(events)
        .allSatisfy(
            event ->
                assertThat(event.getString("problem") == null)
                    .isEqualTo(!event.getString("outcome").equals("Stopped")));
    assertThat(events)
        .extracting(event -> event.getString("problem"))
        .contains(
            "polling cannot go on: HTTP 403",
            "it waits for an order to be paid",
            "the poll schedule failed: java.lang.IllegalStateException");
  }

  @Test
  void aSubJobThatEndsTheWaitLeavesTheJobRunning() throws Exception {
    Reply running = Reply.job(Job.fromJson(SERVER.formatted("RUNNING")));
    assertThat(facts(one(() -> rig.start(rig.polls(running), every10s().stopOnSubJobFailure()))))
        .containsEntry("outcome", "Failed")
        .containsEntry("jobStatus", "RUNNING");
  }

  @Test
  void aWaitThatIsClosedIsRecordedAsStopped() throws Exception {
    RecordedEvent end =
        one(
            () -> {
              rig.start(rig.polls(Reply.error(Answers.lost())), every10s());
              rig.timer.advance(seconds(3));
              rig.engine.close();
            });
    assertThat(facts(end))
        .containsEntry("outcome", "Stopped")
        .containsEntry("problem", "the client was closed")
        .containsEntry("jobType", null)
        .containsEntry("jobStatus", null);
    assertThat(end.getDuration("elapsed")).isEqualTo(seconds(3));
  }

  @Test
  void oneWhoseExecutorTakesNoMoreIsRecordedToo() throws Exception {
    EngineFixture refusing =
        new EngineFixture(
            task -> {
              throw new RejectedExecutionException("shut down");
            });
    RecordedEvent end = one(() -> refusing.start(refusing.polls(Reply.job("INIT")), every10s()));
    assertThat(end.getString("problem"))
        .isEqualTo("it could not go on: java.util.concurrent.RejectedExecutionException");
  }

  @Test
  void whatItsCallerEndsIsNotRecorded() throws Exception {
    assertThat(
            FlightRecording.of(
                () -> rig.start(rig.polls(Reply.job("RUNNING")), every10s()).cancel(true)))
        .isEmpty();
  }

  @Test
  void whatAServiceSaysIsBoundedAndPrintable() throws Exception {
    String odd = "\\u0007" + "x".repeat(999);
    Job job = Job.fromJson("{'job_type':'%1$s','status':'%1$s'}".formatted(odd).replace('\'', '"'));
    RecordedEvent end =
        one(() -> rig.start(rig.polls(Reply.job(job)), every10s().timeout(seconds(0))));
    assertThat(end.getString("jobType")).startsWith("?x").hasSizeLessThan(210);
    assertThat(end.getString("jobStatus")).startsWith("?x").hasSizeLessThan(210);
  }

  @Test
  void whenNobodyRecordsItTheFactsAreNotEvenLookedAt() throws Exception {
    WaitEvent.record(null);
    assertThat(FlightRecording.withoutThem(() -> WaitEvent.record(null))).isEmpty();
  }

  @Test
  void everyFieldHasALabel() {
    EventType type = EventType.getEventType(WaitEvent.class);
    assertThat(type.getLabel()).isEqualTo("Job Wait");
    assertThat(type.getDescription()).isNotBlank();
    assertThat(type.getCategoryNames()).containsExactly("Cloud Jobs");
    assertThat(type.getFields()).allSatisfy(field -> assertThat(field.getLabel()).isNotBlank());
  }

  private RecordedEvent one(FlightRecording.Work work) throws Exception {
    List<RecordedEvent> events =
        FlightRecording.of(
            () -> {
              work.run();
              rig.timer.runUntilIdle();
            });
    assertThat(events).hasSize(1);
    return events.get(0);
  }
}
