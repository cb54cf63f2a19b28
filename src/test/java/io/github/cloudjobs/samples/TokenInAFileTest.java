package io.github.cloudjobs.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.JobsService;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.testing.SimulatedJob;
import io.github.cloudjobs.testing.SimulatedJobs;
import io.github.cloudjobs.testing.SimulatedService;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenInAFileTest {
  @TempDir Path folder;

  @Test
  void anotherClientResumesAnInterruptedWait() throws Exception {
    Path file = folder.resolve("wait");
    try (SimulatedJobs cloud = SimulatedJobs.builder().timeScale(100).start()) {
      JobRef job =
          cloud.submit(
              SimulatedJob.builder(SimulatedService.ECS, "createServer")
                  .running(Duration.ofSeconds(50))
                  .entityAtEnd("server_id", "server-1")
                  .build());
      try (JobsClient stopped = client(cloud)) {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> TokenInAFile.await(stopped, job, file))
            .isInstanceOf(InterruptedException.class);
      }
      assertThat(file).exists();
      try (JobsClient next = client(cloud)) {
        assertThat(TokenInAFile.await(next, job, file).ids("server_id"))
            .containsExactly("server-1");
      }
      assertThat(file).doesNotExist();
    }
  }

  private static JobsClient client(SimulatedJobs cloud) {
    return JobsClient.builder()
        .service(JobsService.ECS)
        .endpoint(cloud.endpoint())
        .credentials(cloud.credentials())
        .build();
  }
}
