package io.github.cloudjobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.model.JobStatus;
import io.github.cloudjobs.wait.JobPollException;
import io.github.cloudjobs.wait.WaitOptions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import okhttp3.Interceptor;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Siblings share the polls of a job that they poll at the same place. */
class SharingSiblingsTest {
  private static final Instant START = Instant.parse("2024-03-05T06:07:08Z");
  private static final String HERE = "https://ecs.example";

  /** First polled 2 s after it was submitted, when all wait for it. */
  private static final JobRef JOB = new JobRef("p", "j", START);

  private final List<String> polled = new CopyOnWriteArrayList<>();
  private final Machine machine = new Machine(START, this::respond);
  private final JobsClient ecs = machine.client;

  private Response respond(Interceptor.Chain chain) {
    polled.add(chain.request().url().toString());
    return Machine.response(chain, 200, "{\"status\":\"SUCCESS\"}");
  }

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
    JobsClient ims = ecs.with(JobsService.IMS, HERE + "/");
    JobsClient again = ims.with(JobsService.ECS, HERE);
    List<CompletableFuture<Job>> waits = new ArrayList<>();
    for (int i = 0; i < 2_500; i++) {
      waits.add(ecs.waitForCompletionAsync(JOB));
      waits.add(ims.waitForCompletionAsync(JOB));
      waits.add(again.waitForCompletionAsync(JOB));
      waits.add(again.resumeAsync(ecs.newToken(JOB, WaitOptions.defaults())));
    }
    succeed(waits);
    assertThat(polled).containsExactly(HERE + "/v1/p/jobs/j");
  }

  @Test
  void waitsAtOtherPlacesAndOfOtherClientsDoNotShare() throws Exception {
    JobRef otherProject = new JobRef("p2", "j", START);
    JobsClient elsewhere = ecs.with(JobsService.ECS, "https://ecs2.example");
    JobsClient base = ecs.with(JobsService.ECS, HERE + "/base");
    JobsClient elb = ecs.with(JobsService.ELB_V1, HERE);
    succeed(
        List.of(
            ecs.waitForCompletionAsync(JOB),
            ecs.waitForCompletionAsync(otherProject),
            elsewhere.waitForCompletionAsync(JOB),
            base.waitForCompletionAsync(JOB),
            elb.waitForCompletionAsync(JOB)));
    try (Machine other = new Machine(START, this::respond)) {
      other.run(() -> other.client.waitForCompletion(JOB));
    }
    assertThat(polled)
        .containsExactlyInAnyOrder(
            HERE + "/v1/p/jobs/j",
            HERE + "/v1/p2/jobs/j",
            "https://ecs2.example/v1/p/jobs/j",
            HERE + "/base/v1/p/jobs/j",
            HERE + "/v1.0/p/jobs/j",
            HERE + "/v1/p/jobs/j");
  }

  @Test
  void aPollThatBelongsToNoWaitSharesNothing() throws Exception {
    CompletableFuture<Job> wait = ecs.waitForCompletionAsync(JOB);
    assertThat(ecs.pollJob(JOB).status()).isEqualTo(JobStatus.SUCCESS);
    assertThat(ecs.pollJobAsync(JOB).get().status()).isEqualTo(JobStatus.SUCCESS);
    succeed(List.of(wait));
    assertThat(polled).hasSize(3);
  }

  @Test
  void aSiblingThatIsClosedEndsOnlyItsOwnWaits() throws Exception {
    JobsClient ims = ecs.with(JobsService.IMS, HERE);
    CompletableFuture<Job> its = ims.waitForCompletionAsync(JOB);
    CompletableFuture<Job> other = ecs.waitForCompletionAsync(JOB);
    ims.close();
    assertThatThrownBy(its::get)
        .hasCauseInstanceOf(JobPollException.class)
        .hasMessageContaining("the client was closed");
    succeed(List.of(other));
    assertThat(polled).hasSize(1);
  }
}
