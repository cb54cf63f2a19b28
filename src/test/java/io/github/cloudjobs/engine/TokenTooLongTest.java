package io.github.cloudjobs.engine;

import static io.github.cloudjobs.engine.EngineFixture.every10s;
import static io.github.cloudjobs.engine.EngineFixture.seconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.engine.ScriptedPolls.Reply;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.WaitPlan;
import io.github.cloudjobs.step.WaitPlan.Origin;
import io.github.cloudjobs.step.WaitTermination;
import io.github.cloudjobs.wait.WaitOptions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import jdk.jfr.Recording;
import org.junit.jupiter.api.Test;

/** A service with a path so long that no token can hold it: its waits end all the same. */
class TokenTooLongTest {
  private static final Origin ENDLESS =
      new Origin("https://ecs.example/", "ECS", "/" + "x".repeat(70_000) + "/{job_id}");

  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();

  private static CompletableFuture<?> start(
      EngineFixture rig, PollSource polls, WaitOptions options) {
    WaitPlan plan = WaitPlan.of(EngineFixture.REF, options, ENDLESS, rig.clock.instant());
    return rig.engine.start(rig, 0, plan, polls, WaitTermination::outcomeOrThrow);
  }

  @Test
  void whereThereIsNoPlaceForTheLastPoll() {
    EngineFixture rig = new EngineFixture(tasks::add, new PollLimits(1, 1_000, 1_000, 1_000));
    rig.start(new JobRef("p", "other"), rig.polls(Reply.never()), every10s());
    CompletableFuture<?> wait =
        start(rig, rig.polls(Reply.job("RUNNING")), every10s().timeout(seconds(5)).build());
    for (int i = 0; i < 20; i++) {
      rig.timer.advance(seconds(1));
      for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
        task.run();
      }
    }
    assertThat(wait).isCompletedExceptionally();
  }

  @Test
  void whileEndsAreRecorded() throws Exception {
    try (Recording recording = new Recording()) {
      recording.enable("io.github.cloudjobs.Wait");
      recording.start();
      EngineFixture rig = new EngineFixture();
      ScriptedPolls polls = rig.polls(Reply.job("RUNNING"));
      List<CompletableFuture<?>> waits = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        waits.add(rig.start(new JobRef("p", "j" + i), polls, every10s()));
        waits.add(start(rig, rig.polls(Reply.job("RUNNING")), every10s().build()));
      }
      rig.engine.close();
      assertThat(waits).allMatch(CompletableFuture::isDone);
      assertThat(waits).filteredOn(CompletableFuture::isCompletedExceptionally).hasSize(50);
    }
  }
}
