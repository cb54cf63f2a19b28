package io.github.cloudjobs.engine;

import static io.github.cloudjobs.engine.EngineFixture.every10s;
import static io.github.cloudjobs.engine.EngineFixture.seconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.engine.ScriptedPolls.Reply;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.ResumedWait;
import io.github.cloudjobs.step.WaitTermination;
import io.github.cloudjobs.wait.WaitProgress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A wait joins after an answer came, and before that is handed out. */
class JoinWhilePollCompletesTest {
  @Test
  void itHearsOfAnAnswerThatCameJustBeforeItBegan() {
    EngineFixture rig = new EngineFixture(new PollLimits(1, 1e9, 1e9, 1e9));
    List<WaitProgress> told = new ArrayList<>();
    ScriptedPolls j = rig.polls(Reply.job("RUNNING").held(), Reply.job("RUNNING"));
    rig.start(j, every10s());
    List<CompletableFuture<WaitTermination>> joined = new ArrayList<>();
    PollSource other =
        (job, mark, sink) -> {
          rig.timer.advance(Duration.ofMillis(1));
          joined.add(rig.start(j, every10s().addListener(told::add)));
          return () -> {};
        };
    rig.start(new JobRef("p", "k"), other, every10s());
    j.release();
    WaitProgress first = told.get(0);
    assertThat(first.polls()).isEqualTo(1);
    ResumedWait.of(first.token(), EngineFixture.ORIGIN, rig.clock.instant());
    assertThat(first.elapsed()).isGreaterThanOrEqualTo(Duration.ZERO);
  }

  @Test
  void itMayEndInTheMomentInWhichItBegan() {
    EngineFixture rig = new EngineFixture(new PollLimits(1, 1e9, 1e9, 1e9));
    ScriptedPolls j = rig.polls(Reply.job("SUCCESS").held());
    rig.start(j, every10s());
    List<CompletableFuture<WaitTermination>> joined = new ArrayList<>();
    PollSource other =
        (job, mark, sink) -> {
          rig.timer.advance(Duration.ofMillis(1));
          joined.add(rig.start(j, every10s()));
          return () -> {};
        };
    rig.start(new JobRef("p", "k"), other, every10s());
    j.release();
    assertThat(joined.get(0).join().elapsed()).isGreaterThanOrEqualTo(seconds(0));
  }
}
