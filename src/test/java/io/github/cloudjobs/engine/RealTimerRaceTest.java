package io.github.cloudjobs.engine;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.Answers;
import io.github.cloudjobs.step.PollResult;
import io.github.cloudjobs.step.WaitPlan;
import io.github.cloudjobs.step.WaitTermination;
import io.github.cloudjobs.wait.PollSchedule;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitOutcome;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Thousands of waits against the real timer, as fast as polls may follow each other. */
@Timeout(60)
class RealTimerRaceTest {
  private static final int WAITS = 4_000;
  private static final int JOBS = 200;
  private static final PollLimits LIMITS = new PollLimits(50, 100_000, 100_000, 100_000);

  private final Map<String, Integer> polls = new ConcurrentHashMap<>();
  private final AtomicInteger completions = new AtomicInteger();

  /** The job's eighth answer is its last. */
  private PollResult answer(JobRef job) {
    int nth = polls.merge(job.jobId(), 1, Integer::sum);
    return new PollResult(Answers.job(nth < 8 ? "RUNNING" : "SUCCESS"), null, null, null);
  }

  @Test
  void everyWaitCompletesAndNoAlarmIsLeft() throws Exception {
    ExecutorService io = Executors.newFixedThreadPool(2);
    ExecutorService tasks = Executors.newFixedThreadPool(2);
    SystemTimer timer = new SystemTimer();
    Engine engine = new Engine(timer, tasks, Clock.systemUTC(), Duration.ofSeconds(5), LIMITS);
    PollSource source =
        (job, mark, sink) -> {
          io.execute(() -> sink.accept(answer(job)));
          return () -> {};
        };
    WaitOptions options =
        WaitOptions.builder().schedule(PollSchedule.fixed(Duration.ofMillis(10))).build();
    Random random = new Random(11);
    List<CompletableFuture<WaitTermination>> waits = new ArrayList<>();
    List<CompletableFuture<WaitTermination>> counted = new ArrayList<>();
    try {
      for (int i = 0; i < WAITS; i++) {
        JobRef job = new JobRef("p", "j" + random.nextInt(JOBS));
        WaitPlan plan = WaitPlan.of(job, options, EngineFixture.ORIGIN, EngineFixture.START);
        CompletableFuture<WaitTermination> wait =
            engine.start(this, 0, plan, source, Function.identity());
        counted.add(wait.whenComplete((end, error) -> completions.incrementAndGet()));
        waits.add(wait);
        if (random.nextInt(3) == 0) {
          waits.get(random.nextInt(waits.size())).cancel(true);
        }
      }
      CompletableFuture<Void> all =
          CompletableFuture.allOf(counted.toArray(CompletableFuture<?>[]::new));
      all.handle((done, error) -> null).get(40, SECONDS);
      assertThat(completions).hasValue(WAITS);
      for (CompletableFuture<WaitTermination> wait : waits) {
        assertThat(wait.isCancelled() || wait.join().outcome() instanceof WaitOutcome.Succeeded)
            .isTrue();
      }
      assertThat(engine.streams()).isEmpty();
      assertThat(timer.size()).isZero();
    } finally {
      engine.close();
      io.shutdownNow();
      tasks.shutdownNow();
    }
  }
}
