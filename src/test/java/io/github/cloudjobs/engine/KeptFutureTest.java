package io.github.cloudjobs.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.engine.ScriptedPolls.Reply;
import io.github.cloudjobs.step.WaitEnd;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class KeptFutureTest {
  @Test
  void whoKeepsAFutureKeepsNoOthersOfTheSameJob() {
    Rig rig = new Rig();
    ScriptedPolls polls = rig.polls(Reply.job("RUNNING"));
    List<CompletableFuture<WaitEnd>> waits = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      waits.add(rig.start(polls, Rig.every10s()));
    }
    for (int i : new int[] {2, 3, 0, 1}) {
      waits.get(i).cancel(true);
      assertThat(((Wait<?>) waits.get(i)).next).isNull();
    }
    rig.assertIdle();
  }
}
