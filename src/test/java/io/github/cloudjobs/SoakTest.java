package io.github.cloudjobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.testing.Fault;
import io.github.cloudjobs.testing.SimulatedJob;
import io.github.cloudjobs.testing.SimulatedJobs;
import io.github.cloudjobs.testing.SimulatedService;
import io.github.cloudjobs.wait.WaitListener;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitOutcome;
import io.github.cloudjobs.wait.WaitProgress;
import io.github.cloudjobs.wait.WaitResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A hundred thousand waits at once over real HTTP, while nearly every second poll goes wrong. Takes
 * minutes: {@code mvn -Psoak test} runs it, and nothing else does.
 */
@Tag("soak")
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class SoakTest implements WaitListener {
  private static final int JOBS = Integer.getInteger("soak.jobs", 100_000);

  private final AtomicIntegerArray completions = new AtomicIntegerArray(JOBS);
  private final Map<JobRef, List<WaitResult>> reported = new ConcurrentHashMap<>();

  @Override
  public void onProgress(WaitProgress progress) {}

  @Override
  public void onEnd(WaitResult result) {
    reported.merge(result.ref(), List.of(result), (one, two) -> List.of(one.get(0), two.get(0)));
  }

  @Test
  void everyWaitEndsOnceAndNothingIsLost() throws Exception {
    long begun = System.nanoTime();
    try (SimulatedJobs cloud = SimulatedJobs.start();
        JobsClient client =
            JobsClient.builder()
                .service(JobsService.ECS)
                .endpoint(cloud.endpoint())
                .credentials(cloud.credentials())
                .quota(1e5)
                .build()) {
      // Neither 429 nor 503: at random they would reduce the rate to a few polls a second.
      Stream.of(
              Fault.badGateway(),
              Fault.truncated(),
              Fault.slow(Duration.ofMillis(20)),
              Fault.dropped(),
              Fault.notFound(),
              Fault.emptyBody(),
              Fault.errorEnvelopeIn200())
          .forEach(fault -> cloud.injectRandomly(0.05, fault));
      WaitOptions options =
          WaitOptions.builder()
              .timeout(Duration.ofMinutes(25))
              .errorBudget(Duration.ofMinutes(25))
              .addListener(this)
              .build();
      List<JobRef> jobs = new ArrayList<>();
      List<CompletableFuture<WaitOutcome>> waits = new ArrayList<>();
      for (int i = 0; i < JOBS; i++) {
        jobs.add(cloud.submit(job(i)));
      }
      for (int i = 0; i < JOBS; i++) {
        int n = i;
        CompletableFuture<WaitOutcome> wait = client.awaitOutcomeAsync(jobs.get(i), options);
        waits.add(wait.whenComplete((outcome, error) -> completions.incrementAndGet(n)));
      }
      Map<String, Integer> outcomes = new TreeMap<>();
      for (int i = 0; i < JOBS; i++) {
        WaitOutcome outcome = waits.get(i).get();
        outcomes.merge(outcome.getClass().getSimpleName(), 1, Integer::sum);
        assertEndsAsItsScriptSays(i, outcome);
        assertThat(reported.get(jobs.get(i)))
            .as("the ends of job %s", i)
            .extracting(WaitResult::outcome)
            .containsExactly(outcome);
        assertThat(completions.get(i)).isOne();
      }
      assertThat(outcomes.getOrDefault("Vanished", 0)).isLessThan(JOBS / 100);
      long polls = jobs.stream().mapToLong(cloud::polls).sum();
      System.out.printf(
          "%,d waits in %,d s: %s; %,d polls%n",
          JOBS, (System.nanoTime() - begun) / 1_000_000_000, outcomes, polls);
    }
  }

  /** Of every twenty one fails; they take from 5 to 65 s. */
  private static SimulatedJob job(int n) {
    SimulatedJob.Builder job =
        SimulatedJob.builder(SimulatedService.ECS, "createServer")
            .init(Duration.ofSeconds(1))
            .running(Duration.ofSeconds(4 + n % 60))
            .entity("server_id", "server-" + n);
    return (n % 20 == 0 ? job.fails("Ecs.0204", "no capacity") : job).build();
  }

  /** 404s for 30 s without a good response are the end of a job, also if they are faults. */
  private static void assertEndsAsItsScriptSays(int n, WaitOutcome outcome) {
    if (outcome instanceof WaitOutcome.Succeeded succeeded) {
      assertThat(n % 20).isNotZero();
      assertThat(succeeded.job().ids("server_id")).containsExactly("server-" + n);
    } else if (!(outcome instanceof WaitOutcome.Vanished)) {
      assertThat(n % 20).isZero();
      assertThat(outcome).isInstanceOf(WaitOutcome.Failed.class);
    }
  }
}
