package io.github.cloudjobs;

import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.testing.Fault;
import io.github.cloudjobs.testing.SimulatedJob;
import io.github.cloudjobs.testing.SimulatedJobs;
import io.github.cloudjobs.wait.PollSchedule;
import io.github.cloudjobs.wait.WaitOptions;
import java.time.Duration;

/** Polls, waits and is throttled, in a process in which no flight is recorded. */
final class NobodyRecords {
  private NobodyRecords() {}

  public static void main(String[] args) throws InterruptedException {
    try (SimulatedJobs service = SimulatedJobs.builder().timeScale(1000).start();
        JobsClient client =
            JobsClient.builder()
                .service(JobsService.ECS)
                .endpoint(service.endpoint())
                .credentials(service.credentials())
                .build()) {
      JobRef job = service.submit(SimulatedJob.createServer(1));
      service.inject(1, Fault.throttled(Duration.ZERO));
      WaitOptions often =
          WaitOptions.builder().schedule(PollSchedule.fixed(Duration.ofMillis(10))).build();
      client.waitForCompletion(job, often);
      System.out.println(client.pollJob(job).status());
    }
  }
}
