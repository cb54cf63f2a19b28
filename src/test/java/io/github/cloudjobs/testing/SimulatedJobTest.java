package io.github.cloudjobs.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.model.JobStatus;
import io.github.cloudjobs.model.SubJob;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The bodies of scripted jobs over time. */
class SimulatedJobTest {
  private static final Instant START = Instant.parse("2026-03-05T06:07:08Z");
  private static final SimulatedJob ONE_SECOND =
      ecs("part").running(Duration.ofSeconds(1)).entityAtEnd("server_id", "s-1").build();

  @Test
  void phasesFollowInTheOrderTheyWereAdded() {
    SimulatedJob job =
        ecs("createServer")
            .pendingPayment(Duration.ofSeconds(1))
            .init(Duration.ofSeconds(2))
            .running(Duration.ofSeconds(3))
            .phase("ROLLBACKING", Duration.ofSeconds(4))
            .build();

    assertThat(job(job, 0.0).status()).isEqualTo(JobStatus.PENDING_PAYMENT);
    assertThat(job(job, 1.0).status()).isEqualTo(JobStatus.INIT);
    assertThat(job(job, 2.999).status()).isEqualTo(JobStatus.INIT);
    assertThat(job(job, 3.0).status()).isEqualTo(JobStatus.RUNNING);
    assertThat(job(job, 6.0).statusText()).isEqualTo("ROLLBACKING");
    assertThat(body(job, 10.0))
        .contains("\"status\":\"SUCCESS\"")
        .contains("\"begin_time\":\"2026-03-05T06:07:08.000Z\"")
        .contains("\"end_time\":\"2026-03-05T06:07:18.000Z\"");
  }

  @Test
  void withoutPhasesAJobTakes30Seconds() {
    SimulatedJob job = ecs("resizeServer").build();

    assertThat(job(job, 1.9).status()).isEqualTo(JobStatus.INIT);
    assertThat(job(job, 29.9).status()).isEqualTo(JobStatus.RUNNING);
    assertThat(job(job, 30.0).status()).isEqualTo(JobStatus.SUCCESS);
    assertThat(job).hasToString("ECS resizeServer of PT30S");
  }

  @Test
  void anEndlessJobStaysInItsLastPhase() {
    SimulatedJob unpaid = ecs("createServer").pendingPayment(Duration.ZERO).neverEnds().build();

    assertThat(job(unpaid, 1e9).status()).isEqualTo(JobStatus.PENDING_PAYMENT);
    assertThat(job(unpaid, 1e9).endTime()).isNull();
    assertThat(unpaid).hasToString("ECS createServer without end");
  }

  @Test
  void aFailureHasItsCodeReasonAndMessageOnlyAtTheEnd() {
    SimulatedJob job = ecs("attachVolume").fails("Ecs.0001", "why", "{\"deep\":1}").build();

    assertThat(job(job, 29.0).errorCode()).isNull();
    assertThat(job(job, 29.0).entities().errorcodeMessage()).isNull();
    Job failed = job(job, 30.0);
    assertThat(failed.status()).isEqualTo(JobStatus.FAIL);
    assertThat(failed.errorCode()).isEqualTo("Ecs.0001");
    assertThat(failed.failReason()).isEqualTo("why");
    assertThat(failed.entities().errorcodeMessage()).isEqualTo("{\"deep\":1}");
    assertThat(job(ecs("x").fails(null, null).build(), 30.0).errorCode()).isNull();
  }

  @Test
  void entitiesAreThereFromTheStartOrAppearAtTheEnd() {
    SimulatedJob job =
        ecs("resizeServer")
            .entity("elb", Map.of("id", "e-1"))
            .entityAtEnd("results", List.of("r"))
            .build();

    assertThat(job(job, 29.9).entities().json()).hasToString("{\"elb\":{\"id\":\"e-1\"}}");
    assertThat(job(job, 30.0).entities().json())
        .hasToString("{\"elb\":{\"id\":\"e-1\"},\"results\":[\"r\"]}");
  }

  @ParameterizedTest
  @CsvSource({"0, 0.0", "61, 0.33", "182.9, 0.99", "183, 1.0"})
  void theProgressOfAnExportGrowsUntilItsEnd(double seconds, String percent) {
    SimulatedJob export = SimulatedJob.exportImage();

    assertThat(body(export, seconds)).contains("\"process_percent\":" + percent + "}");
    assertThat(job(export, seconds).entities().imageId()).isNotNull();
    assertThat(job(export, seconds).status().isFinished()).isEqualTo(seconds == 183);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ECS    | \"entities\":{\"sub_jobs_total\":1,\"sub_jobs\":[{",
        "IMS    | ,\"sub_jobs_result\":[{",
        "ELB_V1 | ,\"fail_reason\":null,\"sub_jobs\":[{"
      })
  void theServiceDeterminesWhereSubJobsAreListed(SimulatedService service, String written) {
    SimulatedJob subJob = ecs("part").jobId("sub-1").entity("server_id", "s-1").build();
    String body = body(SimulatedJob.builder(service, "batch").subJob(subJob).build(), 1.0);

    assertThat(body).contains(written);
    assertThat(Job.fromJson(body).subJobs()).extracting(SubJob::jobId).containsExactly("sub-1");
    assertThat(Job.fromJson(body).ids("server_id")).containsExactly("s-1");
  }

  @Test
  void aSubJobIsInitUntilItsOffsetAndAJobWithoutPhasesEndsWithItsLast() {
    SimulatedJob inner = ecs("inner").subJob(ONE_SECOND).build();
    SimulatedJob job = ecs("batch").subJob(Duration.ofSeconds(5), ONE_SECOND).subJob(inner).build();

    SubJob waiting = job(job, 4.9).subJobs().get(0);
    assertThat(waiting.status()).isEqualTo(JobStatus.INIT);
    assertThat(waiting.beginTimeText()).isEmpty();
    SubJob begun = job(job, 5.0).subJobs().get(0);
    assertThat(begun.status()).isEqualTo(JobStatus.RUNNING);
    assertThat(begun.beginTime()).isEqualTo(START.plusSeconds(5));
    assertThat(job(job, 5.9).status()).isEqualTo(JobStatus.RUNNING);
    Job done = job(job, 6.0);
    assertThat(done.status()).isEqualTo(JobStatus.SUCCESS);
    assertThat(done.subJobs().get(1).subJobs()).hasSize(1);
  }

  @Test
  void createServerCompletesOneServerAfterAnother() {
    SimulatedJob script = SimulatedJob.createServer(3);

    assertThat(job(script, 1.9).subJobs()).extracting(SubJob::beginTime).containsOnlyNulls();
    for (int done = 0; done <= 3; done++) {
      Job running = job(script, done == 0 ? 2 : 20 + 10 * done);
      assertThat(running.status()).isEqualTo(JobStatus.RUNNING);
      assertThat(running.subJobs())
          .extracting(SubJob::beginTime)
          .containsOnly(START.plusSeconds(2))
          .hasSize(3);
      assertThat(running.ids("server_id")).hasSize(done).doesNotHaveDuplicates();
    }
    assertThat(job(script, 55.0).status()).isEqualTo(JobStatus.SUCCESS);
    assertThat(job(script, 55.0).subJobs().get(2).endTime()).isEqualTo(START.plusSeconds(50));
  }

  @Test
  void createServerFailingFailsBecauseOfItsLastServer() {
    Job job = job(SimulatedJob.createServerFailing(3), 55.0);

    assertThat(job.status()).isEqualTo(JobStatus.FAIL);
    assertThat(job.errorCode()).isEqualTo("Ecs.0204");
    assertThat(job.ids("server_id")).hasSize(2);
    assertThat(job.subJobs())
        .extracting(SubJob::status)
        .containsExactly(JobStatus.SUCCESS, JobStatus.SUCCESS, JobStatus.FAIL);
    assertThat(job.failures().toString())
        .contains(
            "Quota exceeded for instances: Requested 3, but already used 200 of 200 instances");
  }

  @Test
  void deleteLoadBalancerSpellsRunningAsItsDocumentationDoes() {
    SimulatedJob script = SimulatedJob.deleteLoadBalancer();

    assertThat(job(script, 119.9).statusText()).isEqualTo("RUNNIGN");
    assertThat(job(script, 119.9).entities().elbId()).matches("[0-9a-f]{32}");
    assertThat(job(script, 120.0).status()).isEqualTo(JobStatus.SUCCESS);
  }

  @Test
  void refusesInvalidArguments() {
    Duration negative = Duration.ofSeconds(-1);
    assertRefused(() -> ecs(" "), "jobType must not be blank");
    assertRefused(() -> ecs("x").jobId(""), "jobId must not be blank");
    assertRefused(() -> ecs("x").jobId("a/b"), "jobId must not contain a slash: a/b");
    assertRefused(() -> ecs("x").init(negative), "length must not be negative: PT-1S");
    assertRefused(
        () -> ecs("x").subJob(negative, ONE_SECOND), "offset must not be negative: PT-1S");
    assertRefused(() -> SimulatedJob.createServer(0), "servers must be 1 or more: 0");
  }

  private static void assertRefused(ThrowingCallable call, String message) {
    assertThatIllegalArgumentException().isThrownBy(call).withMessage(message);
  }

  private static SimulatedJob.Builder ecs(String jobType) {
    return SimulatedJob.builder(SimulatedService.ECS, jobType);
  }

  private static Job job(SimulatedJob script, double seconds) {
    return Job.fromJson(body(script, seconds));
  }

  private static String body(SimulatedJob script, double seconds) {
    VirtualTime time = new VirtualTime(START);
    try (SimulatedJobs cloud = SimulatedJobs.builder().clock(time.clock()).start()) {
      JobRef ref = cloud.submit(script);
      time.advance(Duration.ofMillis(Math.round(seconds * 1000)));
      String path = Poller.path(ref);
      return new Poller(cloud, time.clock())
          .get(script.service() == SimulatedService.ELB_V1 ? path.replace("v1", "v1.0") : path)
          .body();
    }
  }
}
