package io.github.cloudjobs.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobFailure;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.model.JobStatus;
import io.github.cloudjobs.model.SubJob;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReadyMadeJobsTest {
  private static final Instant START = SettableClock.START;

  private final SettableClock clock = new SettableClock();
  private final SimulatedJobs cloud = SimulatedJobs.builder().machine(clock).clock(clock).start();
  private final Poller poller = new Poller(cloud, clock);

  @AfterEach
  void close() {
    cloud.close();
  }

  @Test
  void createServerFinishesItsServersOneByOne() {
    JobRef ref = cloud.submit(SimulatedJob.createServer(3));

    Job job = poller.job(ref);
    assertThat(job.status()).isEqualTo(JobStatus.INIT);
    assertThat(job.beginTime()).isEqualTo(START);
    assertThat(job.endTimeText()).isEmpty();
    assertThat(job.subJobsTotal()).isEqualTo(3);
    assertThat(job.subJobs()).extracting(SubJob::status).containsOnly(JobStatus.INIT);
    assertThat(job.subJobs()).extracting(SubJob::beginTime).containsOnlyNulls();

    job = after(2, ref);
    assertThat(job.status()).isEqualTo(JobStatus.RUNNING);
    assertThat(job.subJobs()).extracting(SubJob::status).containsOnly(JobStatus.RUNNING);
    assertThat(job.subJobs()).extracting(SubJob::beginTime).containsOnly(START.plusSeconds(2));

    for (int done = 1; done <= 3; done++) {
      job = after(done == 1 ? 28 : 10, ref);
      assertThat(job.status()).isEqualTo(JobStatus.RUNNING);
      assertThat(job.subJobs())
          .filteredOn(subJob -> subJob.status() == JobStatus.SUCCESS)
          .hasSize(done);
      assertThat(job.ids("server_id")).hasSize(done).doesNotHaveDuplicates();
    }

    job = after(5, ref);
    assertThat(job.status()).isEqualTo(JobStatus.SUCCESS);
    assertThat(job.endTime()).isEqualTo(START.plusSeconds(55));
    assertThat(job.subJobs().get(2).endTime()).isEqualTo(START.plusSeconds(50));
    assertThat(job.errorCode()).isNull();
    assertThat(job.failures()).isEmpty();
  }

  @Test
  void createServerFailingFailsForItsLastServer() {
    JobRef ref = cloud.submit(SimulatedJob.createServerFailing(3));

    Job job = after(50, ref);
    assertThat(job.status()).isEqualTo(JobStatus.RUNNING);
    assertThat(job.subJobs())
        .extracting(SubJob::status)
        .containsExactly(JobStatus.SUCCESS, JobStatus.SUCCESS, JobStatus.FAIL);

    job = after(5, ref);
    assertThat(job.status()).isEqualTo(JobStatus.FAIL);
    assertThat(job.errorCode()).isEqualTo("Ecs.0204");
    assertThat(job.ids("server_id")).hasSize(2);
    SubJob failed = job.subJobs().get(2);
    assertThat(failed.errorCode()).isEqualTo("Ecs.0204");
    assertThat(failed.failReason()).startsWith("CreateServerWithRootVolumeAndDataVolumeTask-fail:");
    assertThat(failed.entities().errorcodeMessage())
        .isEqualTo(
            "{\"forbidden\": {\"code\": 403, \"message\": \"Quota exceeded for instances:"
                + " Requested 3, but already used 200 of 200 instances\"}}");
    assertThat(job.failures())
        .extracting(JobFailure::innermostMessage)
        .anySatisfy(message -> assertThat(message).startsWith("Quota exceeded for instances:"));
  }

  @Test
  void exportImageTellsItsProgress() {
    JobRef ref = cloud.submit(SimulatedJob.exportImage());
    assertThat(poller.job(ref).status()).isEqualTo(JobStatus.INIT);
    String imageId = poller.job(ref).entities().imageId();
    assertThat(imageId).isNotNull();

    Job job = after(93, ref);
    assertThat(job.status()).isEqualTo(JobStatus.RUNNING);
    assertThat(job.entities().get("process_percent")).hasToString("0.50");

    job = after(90, ref);
    assertThat(job.status()).isEqualTo(JobStatus.SUCCESS);
    assertThat(job.entities().imageId()).isEqualTo(imageId);
    assertThat(job.entities().get("process_percent")).isNull();
    assertThat(poller.get("/v1/cloudimages/job/" + ref.jobId()).body())
        .contains("\"process_percent\":1.00");
  }

  @Test
  void deleteLoadBalancerSpellsRunningAsItsDocumentationDoes() {
    JobRef ref = cloud.submit(SimulatedJob.deleteLoadBalancer());
    assertThat(elb(ref).statusText()).isEqualTo("INIT");

    clock.advance(Duration.ofSeconds(1));
    assertThat(elb(ref).statusText()).isEqualTo("RUNNIGN");
    assertThat(elb(ref).status()).isEqualTo(JobStatus.RUNNING);
    assertThat(elb(ref).entities().elbId()).matches("[0-9a-f]{32}");

    clock.advance(Duration.ofSeconds(10));
    assertThat(elb(ref).status()).isEqualTo(JobStatus.SUCCESS);
    assertThat(elb(ref).endTime()).isEqualTo(START.plusSeconds(11));
  }

  @Test
  void refusesToCreateNoServers() {
    assertThatThrownBy(() -> SimulatedJob.createServer(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("servers must be 1 or more: 0");
  }

  private Job after(int seconds, JobRef ref) {
    clock.advance(Duration.ofSeconds(seconds));
    return poller.job(ref);
  }

  private Job elb(JobRef ref) {
    return poller.get("/v1.0/" + ref.projectId() + "/jobs/" + ref.jobId()).job();
  }
}
