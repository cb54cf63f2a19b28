package io.github.cloudjobs.engine;

import static io.github.cloudjobs.engine.EngineFixture.every10s;
import static io.github.cloudjobs.engine.EngineFixture.seconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.engine.ScriptedPolls.Reply;
import io.github.cloudjobs.step.ResumedWait;
import io.github.cloudjobs.step.WaitTermination;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitToken;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The wall clock is put right during a wait, by NTP say, and then the process starts anew. */
class ClockSetTest {
  private final EngineFixture rig = new EngineFixture();
  private final List<WaitToken> told = new ArrayList<>();

  @ParameterizedTest
  @ValueSource(ints = {-2, 0, 2})
  void theTokenOfALaterMomentKnowsHowLongTheWaitReallyLasted(int hours) {
    Duration jump = Duration.ofHours(hours);
    WaitOptions.Builder options =
        every10s().timeout(Duration.ofHours(1)).addListener(progress -> told.add(progress.token()));
    CompletableFuture<WaitTermination> wait = rig.start(rig.polls(Reply.job("RUNNING")), options);
    rig.timer.advance(seconds(61));
    rig.clock.jump(jump);
    rig.timer.advance(seconds(61));
    rig.engine.close(rig);
    List<WaitToken> tokens =
        List.of(wait.join().token(), told.get(told.size() - 1)); // of the end, and of 120 s
    rig.timer.advance(seconds(5));
    for (WaitToken token : tokens) {
      ResumedWait kept = ResumedWait.of(token, EngineFixture.ORIGIN, rig.clock.instant());
      assertThat(Duration.ofNanos(kept.elapsed())).isEqualTo(seconds(127));
      assertThat(Duration.ofNanos(kept.next().at())).isEqualTo(seconds(130));
    }
  }

  @Test
  void anExecutorThatIsBusyForLongDoesNotMakeTheWaitYounger() {
    EngineFixture[] slow = new EngineFixture[1];
    slow[0] = new EngineFixture(task -> slow[0].timer.schedule(seconds(4), task));
    WaitOptions.Builder options =
        every10s().timeout(Duration.ofHours(1)).addListener(progress -> told.add(progress.token()));
    slow[0].start(slow[0].polls(Reply.job("RUNNING")), options);
    slow[0].timer.advance(seconds(61));
    ResumedWait kept =
        ResumedWait.of(told.get(told.size() - 1), EngineFixture.ORIGIN, slow[0].clock.instant());
    assertThat(Duration.ofNanos(kept.elapsed())).isEqualTo(seconds(61));
  }
}
