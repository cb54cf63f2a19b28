package io.github.cloudjobs;

import static io.github.cloudjobs.Machine.ENDPOINT;
import static io.github.cloudjobs.Machine.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.model.JobStatus;
import io.github.cloudjobs.wait.WaitOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Siblings share the polls of a job that they poll at the same place. */
class SharingSiblingsTest {
  private final Machine.Script script = new Machine.Script();
  private final JobRef job = script.job("j", "SUCCESS");
  private final Machine machine = new Machine(START, script);
  private final JobsClient ecs = machine.client;

  @AfterEach
  void close() {
    machine.close();
  }

  private void succeed(List<CompletableFuture<Job>> waits) throws Exception {
    machine.time.await(waits.toArray(CompletableFuture<?>[]::new));
    for (CompletableFuture<Job> wait : waits) {
      assertThat(wait.get().status()).isEqualTo(JobStatus.SUCCESS);
    }
  }

  @Test
  void tenThousandWaitsAtTheSamePlacePollOnce() throws Exception {
    JobsClient ims = ecs.with(JobsService.IMS, ENDPOINT);
    JobsClient again = ims.with(JobsService.ECS, ENDPOINT + "/");
    List<CompletableFuture<Job>> waits = new ArrayList<>();
    for (int i = 0; i < 2_500; i++) {
      waits.add(ecs.waitForCompletionAsync(job));
      waits.add(ims.waitForCompletionAsync(job));
      waits.add(again.waitForCompletionAsync(job));
      waits.add(again.resumeAsync(ecs.newToken(job, WaitOptions.defaults())));
    }
    succeed(waits);
    assertThat(script.urls).containsExactly(ENDPOINT + "/v1/p/jobs/j");
  }

  @Test
  void waitsAtOtherPlacesAndOfOtherClientsDoNotShare() throws Exception {
    JobsClient elsewhere = ecs.with(JobsService.ECS, "https://ecs2.example");
    JobsClient base = ecs.with(JobsService.ECS, ENDPOINT + "/base");
    JobsClient elb = ecs.with(JobsService.ELB_V1, ENDPOINT);
    succeed(
        List.of(
            ecs.waitForCompletionAsync(job),
            ecs.waitForCompletionAsync(new JobRef("p2", "j", START)),
            elsewhere.waitForCompletionAsync(job),
            base.waitForCompletionAsync(job),
            elb.waitForCompletionAsync(job)));
    try (Machine other = new Machine(START, script)) {
      other.run(() -> other.client.waitForCompletion(job));
    }
    assertThat(script.urls)
        .containsExactlyInAnyOrder(
            ENDPOINT + "/v1/p/jobs/j",
            ENDPOINT + "/v1/p2/jobs/j",
            "https://ecs2.example/v1/p/jobs/j",
            ENDPOINT + "/base/v1/p/jobs/j",
            ENDPOINT + "/v1.0/p/jobs/j",
            ENDPOINT + "/v1/p/jobs/j");
  }
}
