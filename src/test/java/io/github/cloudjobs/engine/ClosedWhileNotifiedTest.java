package io.github.cloudjobs.engine;

import static io.github.cloudjobs.engine.EngineFixture.every10s;
import static io.github.cloudjobs.engine.EngineFixture.seconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.engine.ScriptedPolls.Reply;
import io.github.cloudjobs.step.Answers;
import io.github.cloudjobs.step.ResumedWait;
import io.github.cloudjobs.step.WaitTermination;
import io.github.cloudjobs.wait.PollFailure;
import io.github.cloudjobs.wait.WaitListener;
import io.github.cloudjobs.wait.WaitProgress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A client is closed while a listener is still being told of an answer. */
class ClosedWhileNotifiedTest {
  private final EngineFixture rig = new EngineFixture();

  @Test
  void theTokenKnowsWhenTheNextPollWasToBeMade() {
    WaitListener closing =
        new WaitListener() {
          @Override
          public void onProgress(WaitProgress progress) {}

          @Override
          public void onThrottled(PollFailure failure) {
            rig.engine.close(rig);
          }
        };
    ScriptedPolls polls =
        rig.polls(Reply.job("RUNNING"), Reply.error(Answers.throttled()).retryAfter(seconds(200)));
    CompletableFuture<WaitTermination> wait = rig.start(polls, every10s().addListener(closing));
    rig.timer.advance(seconds(11));
    ResumedWait kept =
        ResumedWait.of(wait.join().token(), EngineFixture.ORIGIN, rig.clock.instant());
    assertThat(Duration.ofNanos(kept.next().at())).isEqualTo(seconds(210));
    rig.assertIdle();
  }
}
