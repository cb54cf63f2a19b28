package io.github.cloudjobs.samples;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.JobsService;
import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.model.Job;

/** The README's first example, compiled. */
final class ReadmeExample {
  private ReadmeExample() {}

  static void follow(String endpoint, String ak, String sk, String projectId, String jobId)
      throws InterruptedException {
    // begin
    try (JobsClient ecs =
        JobsClient.builder()
            .service(JobsService.ECS)
            .endpoint(endpoint)
            .credentials(Credentials.accessKey(ak, sk))
            .build()) {
      Job done = ecs.waitForCompletion(projectId, jobId);
      System.out.println(done.ids("server_id"));
    }
    // end
  }
}
