package example.waiting;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.JobsService;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.testing.SimulatedJob;
import io.github.cloudjobs.testing.SimulatedJobs;
import io.github.cloudjobs.wait.PollSchedule;
import io.github.cloudjobs.wait.WaitOptions;
import java.time.Duration;
import javax.net.ssl.SSLContext;

/** Waits for a job on loopback. */
final class Main {
  public static void main(String[] args) throws Exception {
    try (SimulatedJobs cloud = SimulatedJobs.builder().timeScale(60).start();
        JobsClient ecs =
            JobsClient.builder()
                .service(JobsService.ECS)
                .endpoint(cloud.endpoint())
                .credentials(cloud.credentials())
                .build()) {
      WaitOptions options =
          WaitOptions.builder().schedule(PollSchedule.fixed(Duration.ofMillis(100))).build();
      Job done = ecs.waitForCompletion(cloud.submit(SimulatedJob.createServer(2)), options);
      System.out.println("Servers " + done.ids("server_id") + " are ready");
    }
    // Real services speak HTTPS, and most of their keys are on elliptic curves.
    for (String cipher : SSLContext.getDefault().getDefaultSSLParameters().getCipherSuites()) {
      if (cipher.startsWith("TLS_ECDHE_")) {
        return;
      }
    }
    throw new IllegalStateException("This image has no elliptic curves: add jdk.crypto.ec");
  }

  private Main() {}
}
