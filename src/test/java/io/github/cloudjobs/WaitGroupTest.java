package io.github.cloudjobs;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.cloudjobs.engine.Engine;
import io.github.cloudjobs.engine.PollLimits;
import io.github.cloudjobs.engine.VirtualTimer;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.WaitEnd;
import io.github.cloudjobs.step.WaitOrigin;
import io.github.cloudjobs.step.WaitPlan;
import io.github.cloudjobs.step.WaitStep;
import io.github.cloudjobs.wait.WaitForAllException;
import io.github.cloudjobs.wait.WaitOptions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class WaitGroupTest {
  private static final int ROUNDS = 5_000;

  @Test
  void theLastEndIsReviewedBeforeItIsReported() throws Exception {
    WaitPlan plan =
        WaitPlan.of(
            new JobRef("p", "j"),
            WaitOptions.defaults(),
            new WaitOrigin("https://ecs.example/", "ECS", "/{job_id}"),
            Instant.EPOCH);
    WaitEnd late = WaitEnd.timedOut(plan, WaitStep.first(plan).state(), 0);
    ExecutorService other = Executors.newSingleThreadExecutor();
    try (Engine engine =
        new Engine(
            new VirtualTimer(),
            Runnable::run,
            Clock.systemUTC(),
            Duration.ZERO,
            PollLimits.defaults(1))) {
      for (int i = 0; i < ROUNDS; i++) {
        CompletableFuture<WaitEnd> wait = new CompletableFuture<>();
        WaitGroup group = new WaitGroup(engine, true);
        group.add(wait);
        other.execute(() -> wait.complete(late));
        assertThatExceptionOfType(WaitForAllException.class).isThrownBy(group::await);
      }
    } finally {
      other.shutdown();
    }
  }
}
