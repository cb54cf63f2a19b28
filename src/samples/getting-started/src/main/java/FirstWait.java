// begin
import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.JobsService;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.testing.SimulatedJob;
import io.github.cloudjobs.testing.SimulatedJobs;

public class FirstWait {
  public static void main(String[] args) throws InterruptedException {
    try (SimulatedJobs cloud = SimulatedJobs.builder().timeScale(60).start();
        JobsClient ecs =
            JobsClient.builder()
                .service(JobsService.ECS)
                .endpoint(cloud.endpoint()) // later: .region("eu-de", Cloud.OPEN_TELEKOM_CLOUD)
                .credentials(cloud.credentials()) // later: CredentialsProvider.defaultChain()
                .build()) {
      JobRef job = cloud.submit(SimulatedJob.createServer(2));
      Job done = ecs.waitForCompletion(job);
      System.out.println(done.describe());
    }
  }
}
// end
