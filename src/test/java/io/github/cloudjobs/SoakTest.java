package io.github.cloudjobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.testing.Fault;
import io.github.cloudjobs.testing.SimulatedJob;
import io.github.cloudjobs.testing.SimulatedJobs;
import io.github.cloudjobs.testing.SimulatedService;
import io.github.cloudjobs.wait.PollFailure;
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
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A hundred thousand waits at once over real HTTP, while nearly every second poll goes wrong. Takes
 * minutes: {@code mvn -Psoak test} runs it, and nothing else does.
 */
@Tag("soak")
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class SoakTest {
  private static final int JOBS = Integer.getInteger("soak.jobs", 100_000);
  private static final double SHARE = 0.05;

  private static final List<Fault> FAULTS =
      List.of(
          Fault.throttled(),
          Fault.unavailable(),
          Fault.badGateway(),
          Fault.truncated(),
          Fault.slow(Duration.ofMillis(20)),
          Fault.dropped(),
          Fault.notFound(),
          Fault.emptyBody(),
          Fault.errorEnvelopeIn200());

  private final AtomicIntegerArray completions = new AtomicIntegerArray(JOBS);
  private final Map<JobRef, WaitResult> reported = new ConcurrentHashMap<>();
  private final LongAdder reportedTwice = new LongAdder();
  private final LongAdder errors = new LongAdder();

  @Test
  void everyWaitEndsOnceAndNothingIsLost() throws Exception {
    long begun = System.nanoTime();
    try (SimulatedJobs cloud = SimulatedJobs.start();
        JobsClient client =
            JobsClient.builder()
                .service(JobsService.ECS)
                .endpoint(cloud.endpoint())
                .credentials(cloud.credentials())
                .quota(1e5) // refusals at random are no quota that could be found
                .build()) {
      FAULTS.forEach(fault -> cloud.injectRandomly(SHARE, fault));
      WaitOptions options =
          WaitOptions.builder()
              .timeout(Duration.ofMinutes(25))
              .errorBudget(Duration.ofMinutes(25))
              .addListener(new Recorder())
              .build();
      List<JobRef> jobs = new ArrayList<>();
      for (int i = 0; i < JOBS; i++) {
        jobs.add(cloud.submit(job(i)));
      }
      List<CompletableFuture<WaitOutcome>> waits = new ArrayList<>();
      for (int i = 0; i < JOBS; i++) {
        int n = i;
        CompletableFuture<WaitOutcome> wait = client.awaitOutcomeAsync(jobs.get(i), options);
        waits.add(wait.whenComplete((outcome, error) -> completions.incrementAndGet(n)));
      }
      Map<String, Integer> outcomes = new TreeMap<>();
      for (int i = 0; i < JOBS; i++) {
        WaitOutcome outcome = waits.get(i).get();
        outcomes.merge(outcome.getClass().getSimpleName(), 1, Integer::sum);
        endsAsItsScriptSays(i, outcome);
        WaitResult result = reported.get(jobs.get(i));
        assertThat(result).as("the end of job %s", i).isNotNull();
        assertThat(result.outcome()).isEqualTo(outcome);
        assertThat(completions.get(i)).isOne();
      }
      assertThat(reportedTwice.sum()).isZero();
      assertThat(outcomes.getOrDefault("Vanished", 0)).isLessThan(JOBS / 100);
      long polls = jobs.stream().mapToLong(cloud::polls).sum();
      double seconds = (System.nanoTime() - begun) / 1e9;
      System.out.printf(
          "%,d waits in %.0f s: %s; %,d polls, %.1f a job, %,.0f a second; %,d failed polls%n",
          JOBS, seconds, outcomes, polls, (double) polls / JOBS, polls / seconds, errors.sum());
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

  /**
   * 404s for 30 s without a good response mean that a job has vanished, also if they are faults.
   */
  private static void endsAsItsScriptSays(int n, WaitOutcome outcome) {
    if (outcome instanceof WaitOutcome.Vanished) {
      return;
    }
    if (n % 20 == 0) {
      assertThat(outcome).isInstanceOf(WaitOutcome.Failed.class);
    } else {
      assertThat(outcome)
          .isInstanceOfSatisfying(
              WaitOutcome.Succeeded.class,
              succeeded ->
                  assertThat(succeeded.job().ids("server_id")).containsExactly("server-" + n));
    }
  }

  private final class Recorder implements WaitListener {
    @Override
    public void onProgress(WaitProgress progress) {}

    @Override
    public void onPollFailed(PollFailure failure) {
      errors.increment();
    }

    @Override
    public void onEnd(WaitResult result) {
      if (reported.put(result.ref(), result) != null) {
        reportedTwice.increment();
      }
    }
  }
}
