package io.github.cloudjobs.samples;

import io.github.cloudjobs.Cloud;
import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.JobsService;
import io.github.cloudjobs.auth.CredentialsProvider;
import io.github.cloudjobs.model.Job;

/** The README's first example, compiled. */
final class ReadmeExample {
  private ReadmeExample() {}

  static void follow(String projectId, String jobId) throws InterruptedException {
    // begin
    try (JobsClient ecs =
        JobsClient.builder()
            .service(JobsService.ECS)
            .region("eu-de", Cloud.OPEN_TELEKOM_CLOUD) // or .endpoint("https://…")
            .credentials(CredentialsProvider.defaultChain()) // environment, file, ECS agency
            .build()) {
      Job done = ecs.waitForCompletion(projectId, jobId);
      System.out.println(done.ids("server_id"));
    }
    // end
  }
}
