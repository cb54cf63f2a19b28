package io.github.cloudjobs.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.JobsService;
import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.model.JobStatus;
import io.github.cloudjobs.testing.Fault;
import io.github.cloudjobs.testing.SimulatedJob;
import io.github.cloudjobs.testing.SimulatedJobs;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** The examples do what the guide says they do. */
class GuideExamplesTest {
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final List<Boolean> claims = new CopyOnWriteArrayList<>();
  private final GuideExamples.Application application =
      GuideExamples.application(lines::add, claims::add);

  @Test
  void aUsersTestRunsAgainstSimulatedJobs() throws InterruptedException {
    application.testing();
    assertThat(claims).containsExactly(true);
  }

  @Test
  void anotherServiceIsFoundInTheSameRegion() {
    try (JobsClient ims = GuideExamples.region("ak", "sk")) {
      assertThat(ims.jobUrl("p", "j"))
          .hasToString("https://ims.eu-de.otc.t-systems.com/v1/p/jobs/j");
    }
  }

  @Test
  void anErrorResponseHasAdvice() {
    try (SimulatedJobs service = SimulatedJobs.builder().start();
        JobsClient ecs =
            JobsClient.builder()
                .service(JobsService.ECS)
                .endpoint(service.endpoint())
                .credentials(service.credentials())
                .build()) {
      JobRef job = service.submit(SimulatedJob.createServer(1));
      service.inject(1, Fault.forbidden());
      assertThatThrownBy(() -> application.logging(ecs, job.projectId(), job.jobId()))
          .isInstanceOf(JobsServiceException.class);
      assertThat(lines.get(0)).startsWith("APIGW.0302, request ").endsWith("the permission");
    }
  }

  @Test
  void theWaitsLogProgressAndFailures() throws InterruptedException {
    try (SimulatedJobs service = SimulatedJobs.builder().timeScale(1000).start();
        JobsClient ecs =
            JobsClient.builder()
                .service(JobsService.ECS)
                .endpoint(service.endpoint())
                .credentials(service.credentials())
                .build()) {
      JobRef good = service.submit(SimulatedJob.createServer(1));
      JobRef bad = service.submit(SimulatedJob.createServerFailing(2));
      Job done = application.waiting(ecs, good.projectId(), good.jobId(), null);
      application.deciding(ecs, bad.projectId(), bad.jobId());
      assertThat(done.status()).isEqualTo(JobStatus.SUCCESS);
      assertThat(lines).anyMatch(line -> line.startsWith("createServer SUCCESS 1/1 sub-jobs"));
      assertThat(lines).anyMatch(line -> line.contains("Quota exceeded"));
    }
  }
}
