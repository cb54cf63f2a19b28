package io.github.cloudjobs.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.JobsService;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.model.JobStatus;
import io.github.cloudjobs.testing.SimulatedJob;
import io.github.cloudjobs.testing.SimulatedJobs;
import io.github.cloudjobs.testing.VirtualTime;
import io.github.cloudjobs.wait.JobWaitTimeoutException;
import io.github.cloudjobs.wait.WaitOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples do what the guide says they do. */
class ManyWaitsExamplesTest {
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final ManyWaitsExamples examples = new ManyWaitsExamples(lines::add);
  private final VirtualTime time = new VirtualTime();
  private final SimulatedJobs cloud = SimulatedJobs.builder().clock(time.clock()).start();
  private final JobsClient ecs = client();

  private JobsClient client() {
    return JobsClient.builder()
        .service(JobsService.ECS)
        .endpoint(cloud.endpoint())
        .credentials(cloud.credentials())
        .clock(time.clock())
        .build();
  }

  @AfterEach
  void close() {
    ecs.close();
    cloud.close();
  }

  @Test
  void theListenerIsCalledForEveryEnd() throws Exception {
    List<JobRef> jobs = List.of(server(1), server(2));
    time.run(
        () -> {
          examples.all(ecs, jobs);
          return null;
        });
    assertThat(lines).hasSize(3).endsWith("2 outcomes");
  }

  @Test
  void theFirstFailureEndsAllWaits() throws Exception {
    JobRef bad = cloud.submit(SimulatedJob.createServerFailing(3));
    List<JobRef> jobs = List.of(server(1), bad, server(100));
    time.run(
        () -> {
          examples.untilTheFirstFailure(ecs, jobs);
          return null;
        });
    assertThat(lines.get(0))
        .startsWith("1 succeeded before job " + bad.jobId() + " (FAIL) failed: ");
  }

  @Test
  void aWaitThatTimedOutIsResumed(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("wait");
    JobRef job = server(20);
    WaitOptions.Builder short1 = WaitOptions.builder().timeout(Duration.ofMinutes(1));
    assertThatExceptionOfType(JobWaitTimeoutException.class)
        .isThrownBy(() -> time.run(() -> examples.keeping(ecs, job, file, short1)));
    assertThatExceptionOfType(JobWaitTimeoutException.class)
        .as("its deadline is what it was")
        .isThrownBy(() -> time.run(() -> examples.goingOn(ecs, file)));
    WaitOptions.Builder long1 = WaitOptions.builder();
    assertThat(time.run(() -> examples.keeping(ecs, job, file, long1)).status())
        .isEqualTo(JobStatus.SUCCESS);
    assertThat(time.run(() -> examples.goingOn(ecs, file)).status()).isEqualTo(JobStatus.SUCCESS);
  }

  @Test
  void closingTheClientSavesTheToken(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("wait");
    CompletableFuture<Job> wait = examples.keepingWhenClosed(ecs, server(20), file);
    ecs.close();
    assertThat(wait).isCompletedExceptionally();
    try (JobsClient next = client()) {
      assertThat(time.run(() -> examples.goingOn(next, file)).status())
          .isEqualTo(JobStatus.SUCCESS);
    }
  }

  @Test
  void minutesOfVirtualTimePass() throws Exception {
    examples.inNoTime();
    assertThat(lines).containsExactly("SUCCESS after 3 minutes");
    assertThat(examples.learning().schedule()).hasToString("LearnedSchedule[0 job types]");
  }

  private JobRef server(int servers) {
    return cloud.submit(SimulatedJob.createServer(servers));
  }
}
