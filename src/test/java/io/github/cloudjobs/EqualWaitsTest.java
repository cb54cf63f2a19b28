package io.github.cloudjobs;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.testing.SimulatedJob;
import io.github.cloudjobs.testing.SimulatedJobs;
import io.github.cloudjobs.testing.SimulatedService;
import io.github.cloudjobs.testing.VirtualTime;
import io.github.cloudjobs.wait.PollSchedule;
import io.github.cloudjobs.wait.WaitOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class EqualWaitsTest {
  private static final int MANY = 10_000;

  @Test
  void tenThousandWaitsForOneJobPollNoMoreThanOneWould() throws Exception {
    VirtualTime time = new VirtualTime();
    CountDownLatch responses = new CountDownLatch(MANY); // the first of each wait
    WaitOptions options =
        WaitOptions.builder()
            .schedule(PollSchedule.fixed(Duration.ofSeconds(10)))
            .addListener(
                progress -> {
                  if (progress.polls() == 1) {
                    responses.countDown();
                  }
                })
            .build();
    try (SimulatedJobs cloud = SimulatedJobs.builder().clock(time.clock()).start();
        JobsClient client =
            JobsClient.builder()
                .service(JobsService.ECS)
                .endpoint(cloud.endpoint())
                .credentials(cloud.credentials())
                .clock(time.clock())
                .build()) {
      JobRef job =
          cloud.submit(
              SimulatedJob.builder(SimulatedService.ECS, "createServer")
                  .running(Duration.ofSeconds(55))
                  .build());
      List<CompletableFuture<Job>> waits = new ArrayList<>();
      for (int i = 0; i < MANY; i++) {
        waits.add(client.waitForCompletionAsync(new JobRef(job.projectId(), job.jobId()), options));
      }
      assertThat(responses.await(30, SECONDS)).isTrue();
      // The first has been answered before the second was there, or it has not.
      assertThat(cloud.polls(job)).as("polls while they join").isBetween(1, 2);

      time.await(waits.toArray(CompletableFuture<?>[]::new));
      assertThat(waits).allMatch(wait -> wait.join().status().isFinished());
      assertThat(cloud.polls(job)).as("polls until it has succeeded").isBetween(7, 8);
    }
  }
}
