package io.github.cloudjobs.engine;

import static io.github.cloudjobs.engine.EngineFixture.every10s;
import static io.github.cloudjobs.engine.EngineFixture.seconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.engine.ScriptedPolls.Reply;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.WaitTermination;
import io.github.cloudjobs.wait.PollSchedule;
import io.github.cloudjobs.wait.WaitOptions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A caller whose wait has ended is awake before time goes on. */
class CallerWakesTest {
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void noTimePassesBetweenTheEndOfAWaitAndItsCaller(boolean inline) throws Exception {
    Executor executor = inline ? Runnable::run : ForkJoinPool.commonPool();
    EngineFixture rig = new EngineFixture(executor);
    ScriptedPolls running = rig.polls(Reply.job("RUNNING"));
    rig.start(
        new JobRef("p", "other"),
        running,
        WaitOptions.builder()
            .timeout(Duration.ofDays(1000))
            .schedule(PollSchedule.fixed(seconds(1))));
    int rounds = 200;
    int late =
        rig.timer.run(
            () -> {
              int n = 0;
              for (int i = 0; i < rounds; i++) {
                Duration begun = rig.timer.now();
                ScriptedPolls polls = rig.polls(Reply.job("RUNNING"), Reply.job("SUCCESS"));
                CompletableFuture<WaitTermination> wait =
                    rig.start(new JobRef("p", "j" + i), polls, every10s());
                rig.engine.await(wait, wait);
                if (!rig.timer.now().minus(begun).equals(seconds(10))) {
                  n++;
                }
              }
              return n;
            });
    assertThat(late).as("rounds of %s in which time went on, inline=%s", rounds, inline).isZero();
  }
}
