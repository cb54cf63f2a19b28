package app;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.JobsService;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.testing.SimulatedJob;
import io.github.cloudjobs.testing.SimulatedJobs;
import io.github.cloudjobs.wait.PollSchedule;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitOutcome.Failed;
import io.github.cloudjobs.wait.WaitOutcome.Succeeded;
import io.github.cloudjobs.wait.WaitOutcome.TimedOut;
import io.github.cloudjobs.wait.WaitOutcome.Vanished;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** A thousand blocking waits, each on a virtual thread of its own. For Java 21 and later. */
final class VirtualThreads {
  private static final int WAITS = 1_000;

  /** A thousand polls every half second, so that they end soon; the default pauses grow to 15 s. */
  private static final WaitOptions OPTIONS =
      WaitOptions.builder().schedule(PollSchedule.fixed(Duration.ofMillis(500))).build();

  public static void main(String[] args) throws Exception {
    try (SimulatedJobs cloud = SimulatedJobs.builder().timeScale(10).start();
        JobsClient ecs =
            JobsClient.builder()
                .service(JobsService.ECS)
                .endpoint(cloud.endpoint())
                .credentials(cloud.credentials())
                .quota(10_000) // without it a client begins with 50 polls a second
                .build()) {
      CountDownLatch begun = new CountDownLatch(WAITS);
      List<Future<String>> ends = new ArrayList<>();
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < WAITS; i++) {
          JobRef job =
              cloud.submit(
                  i % 100 == 0
                      ? SimulatedJob.createServerFailing(1)
                      : SimulatedJob.createServer(1));
          ends.add(
              threads.submit(
                  () -> {
                    begun.countDown();
                    return await(ecs, job);
                  }));
        }
        // The program runs with one carrier thread. A wait that occupied it would stop the others.
        require(begun.await(10, TimeUnit.SECONDS), "all waits begin before the first job ends");
      }
      long ready = ends.stream().filter(end -> end.resultNow().startsWith("ready")).count();
      require(ready == WAITS - WAITS / 100, "990 servers: " + ready);
      System.out.println(ready + " of " + WAITS + " servers, each awaited by a thread");
    }
  }

  /** Blocks. Since 21 a {@code switch} over an outcome is complete without a default. */
  private static String await(JobsClient ecs, JobRef job) throws InterruptedException {
    return switch (ecs.awaitOutcome(job, OPTIONS)) {
      case Succeeded(var done) -> "ready: " + done.ids("server_id");
      case Failed failed -> "failed: " + failed.job().failures();
      case TimedOut timedOut -> "still running: " + timedOut.lastJob();
      case Vanished vanished -> "unknown to the service: " + vanished.lastJob();
    };
  }

  private static void require(boolean condition, String expected) {
    if (!condition) {
      throw new IllegalStateException("Expected " + expected);
    }
  }

  private VirtualThreads() {}
}
