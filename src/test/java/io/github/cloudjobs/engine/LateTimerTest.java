package io.github.cloudjobs.engine;

import static io.github.cloudjobs.engine.EngineFixture.every10s;
import static io.github.cloudjobs.engine.EngineFixture.seconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.engine.ScriptedPolls.Reply;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.Answers;
import io.github.cloudjobs.step.PollResult;
import io.github.cloudjobs.step.WaitTermination;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The whole process pauses: for its garbage, or because the machine was suspended. */
class LateTimerTest {
  private final EngineFixture rig = new EngineFixture(new PollLimits(10, 50, 0.5, 1_000));

  @Test
  void aWaitThatTheRateHeldUpStillHasItsLastPollWhenTheTimerSleepsThroughTheGrace() {
    ScriptedPolls refused = rig.polls(Reply.error(Answers.throttled()).retryAfter(seconds(200)));
    rig.start(new JobRef("p", "a"), refused, every10s());
    rig.timer.advance(seconds(1));
    ScriptedPolls polls = rig.polls(Reply.job("SUCCESS"));
    CompletableFuture<WaitTermination> wait =
        rig.start(new JobRef("p", "b"), sharing(refused, polls), every10s().timeout(seconds(60)));
    rig.timer.advance(seconds(50));
    assertThat(polls.begun()).as("held up by the Retry-After").isEmpty();
    rig.engine.streams().forEach(rig.timer::cancel);
    rig.timer.advance(seconds(20));
    rig.runAllTasks();
    assertThat(polls.begun()).containsExactly(seconds(71));
    assertThat(wait.join().isSuccess()).isTrue();
  }

  /** Polls that count against the quota of others. */
  private static PollSource sharing(Object quota, PollSource polls) {
    return new PollSource() {
      @Override
      public Handle poll(JobRef job, int mark, Consumer<PollResult> sink) {
        return polls.poll(job, mark, sink);
      }

      @Override
      public Object quota(JobRef job) {
        return quota;
      }
    };
  }
}
