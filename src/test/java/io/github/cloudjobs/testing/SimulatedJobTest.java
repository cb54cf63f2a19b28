package io.github.cloudjobs.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobStatus;
import io.github.cloudjobs.model.SubJob;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The bodies that a script writes, over its life; nothing here needs a socket. */
class SimulatedJobTest {
  private static final Instant START = SettableClock.START;
  private static final SimulatedJob ONE_SECOND =
      ecs("part").running(Duration.ofSeconds(1)).entityAtEnd("server_id", "s-1").build();

  @Test
  void phasesFollowOneAnotherAsGiven() {
    SimulatedJob job =
        ecs("createServer")
            .pendingPayment(Duration.ofSeconds(1))
            .init(Duration.ofSeconds(2))
            .running(Duration.ofSeconds(3))
            .saying("ROLLBACKING", Duration.ofSeconds(4))
            .build();

    assertThat(read(job, 0.0).status()).isEqualTo(JobStatus.PENDING_PAYMENT);
    assertThat(read(job, 1.0).status()).isEqualTo(JobStatus.INIT);
    assertThat(read(job, 2.999).status()).isEqualTo(JobStatus.INIT);
    assertThat(read(job, 3.0).status()).isEqualTo(JobStatus.RUNNING);
    assertThat(read(job, 6.0).status()).isEqualTo(JobStatus.UNKNOWN);
    assertThat(read(job, 6.0).statusText()).isEqualTo("ROLLBACKING");
    assertThat(read(job, 10.0).status()).isEqualTo(JobStatus.SUCCESS);
    assertThat(read(job, 10.0).endTime()).isEqualTo(START.plusSeconds(10));
  }

  @Test
  void withoutPhasesItTakesHalfAMinute() {
    SimulatedJob job = ecs("resizeServer").build();

    assertThat(read(job, 1.9).status()).isEqualTo(JobStatus.INIT);
    assertThat(read(job, 29.9).status()).isEqualTo(JobStatus.RUNNING);
    assertThat(read(job, 30.0).status()).isEqualTo(JobStatus.SUCCESS);
    assertThat(job.service()).isEqualTo(SimulatedService.ECS);
    assertThat(job.jobType()).isEqualTo("resizeServer");
    assertThat(job).hasToString("ECS resizeServer of PT30S");
  }

  @Test
  void withoutPhasesItEndsWithItsLastSubJob() {
    SimulatedJob job =
        ecs("batch").subJob(Duration.ofSeconds(9), ONE_SECOND).subJob(ONE_SECOND).build();

    assertThat(read(job, 9.9).status()).isEqualTo(JobStatus.RUNNING);
    assertThat(read(job, 10.0).status()).isEqualTo(JobStatus.SUCCESS);
  }

  @Test
  void mayNeverEnd() {
    SimulatedJob unpaid = ecs("createServer").pendingPayment(Duration.ZERO).neverEnds().build();

    assertThat(read(unpaid, 1e9).status()).isEqualTo(JobStatus.PENDING_PAYMENT);
    assertThat(read(unpaid, 1e9).endTime()).isNull();
    assertThat(unpaid).hasToString("ECS createServer without end");
  }

  @Test
  void failsWithCodeReasonAndMessage() {
    SimulatedJob job = ecs("attachVolume").fails("Ecs.0001", "why", "{\"deep\":1}").build();

    assertThat(read(job, 29.0).errorCode()).isNull();
    assertThat(read(job, 29.0).entities().errorcodeMessage()).isNull();
    Job failed = read(job, 30.0);
    assertThat(failed.status()).isEqualTo(JobStatus.FAIL);
    assertThat(failed.errorCode()).isEqualTo("Ecs.0001");
    assertThat(failed.failReason()).isEqualTo("why");
    assertThat(failed.entities().errorcodeMessage()).isEqualTo("{\"deep\":1}");
    assertThat(read(ecs("x").fails(null, null).build(), 30.0).errorCode()).isNull();
  }

  @Test
  void entitiesAppearWhenTheyAreToldTo() {
    SimulatedJob job =
        ecs("resizeServer")
            .entity("size", 40)
            .entityFrom(Duration.ofSeconds(10), "elb", Map.of("id", "e-1"))
            .entityAtEnd("results", List.of("r"))
            .build();

    assertThat(read(job, 9.9).entities().keys()).containsExactly("size");
    assertThat(read(job, 10.0).entities().keys()).containsExactly("size", "elb");
    assertThat(read(job, 30.0).entities().json())
        .hasToString("{\"size\":40,\"elb\":{\"id\":\"e-1\"},\"results\":[\"r\"]}");
  }

  @Test
  void spellsStatusesAsItIsTold() {
    SimulatedJob job =
        ecs("x").spelling(JobStatus.INIT, "init").spelling(JobStatus.SUCCESS, "FINISHED").build();

    assertThat(read(job, 0.0).statusText()).isEqualTo("init");
    assertThat(read(job, 30.0).statusText()).isEqualTo("FINISHED");
    assertThat(read(job, 30.0).status()).isEqualTo(JobStatus.UNKNOWN);
  }

  @ParameterizedTest
  @CsvSource({
    "ISO_MILLIS, \"2026-03-05T06:07:08.000Z\"",
    "ISO_SECONDS, \"2026-03-05T06:07:08Z\"",
    "ISO_OFFSET, \"2026-03-05T06:07:08+0000\"",
    "ISO_NO_ZONE, \"2026-03-05T06:07:08\"",
    "BLANK_NO_ZONE, \"2026-03-05 06:07:08\"",
    "DAY_MONTH_YEAR, \"05-Mar-2026 06:07:08:000\"",
    "GO, \"2026-03-05 06:07:08.000000000 +0000 UTC\"",
    "EPOCH_MILLIS_TEXT, \"1772690828000\"",
    "EPOCH_MILLIS_NUMBER, 1772690828000"
  })
  void writesTimesAsItIsTold(TimeFormat format, String written) {
    assertThat(write(ecs("x").times(format).build(), 30.0))
        .contains("\"begin_time\":" + written + ",");
  }

  @ParameterizedTest
  @EnumSource(TimeFormat.class)
  void everyTimeFormatCanBeRead(TimeFormat format) {
    Job job = read(ecs("x").times(format).build(), 30.0);

    assertThat(job.beginTime()).isEqualTo(START);
    assertThat(job.endTime()).isEqualTo(START.plusSeconds(30));
  }

  @Test
  void timesMayBeMissing() {
    String body = write(ecs("x").withoutBeginTime().withoutEndTime().build(), 30.0);

    assertThat(body).contains("\"status\":\"SUCCESS\"").contains("\"end_time\":\"\"");
    assertThat(body).doesNotContain("begin_time");
  }

  @Test
  void processPercentGoesUpUntilTheEnd() {
    SimulatedJob job = ecs("x").processPercent().build();

    assertThat(write(job, 0.0)).contains("\"process_percent\":0.00");
    assertThat(write(job, 29.9)).contains("\"process_percent\":0.99");
    assertThat(write(job, 30.0)).doesNotContain("process_percent");
    SimulatedJob endless = ecs("x").running(Duration.ZERO).neverEnds().processPercent().build();
    assertThat(write(endless, 1.0)).contains("\"process_percent\":1.00");
  }

  @Test
  void subJobsStandWhereTheirParentsServicePutsThem() {
    assertThat(write(batch(SimulatedService.ECS), 0.0))
        .contains("\"entities\":{\"sub_jobs_total\":1,\"sub_jobs\":[{");
    assertThat(write(batch(SimulatedService.IMS), 0.0))
        .contains("\"entities\":{\"sub_jobs_result\":[{", "}],\"sub_jobs_list\":[\"id-2\"]}");
    assertThat(write(batch(SimulatedService.ELB_V1), 0.0))
        .contains("\"entities\":{},")
        .contains(",\"fail_reason\":null,\"sub_jobs\":[{");
  }

  @ParameterizedTest
  @EnumSource(SimulatedService.class)
  void subJobsCanBeReadFromEveryService(SimulatedService service) {
    Job job = read(batch(service), 1.0);

    assertThat(job.subJobs()).extracting(SubJob::jobId).containsExactly("id-2");
    assertThat(job.ids("server_id")).containsExactly("s-1");
  }

  @Test
  void subJobsNest() {
    SimulatedJob job = ecs("outer").subJob(batch(SimulatedService.ECS)).build();

    assertThat(read(job, 1.0).subJobs().get(0).subJobs()).hasSize(1);
    assertThat(read(job, 1.0).ids("server_id")).containsExactly("s-1");
  }

  @Test
  void aSubJobBeginsAfterItsOffset() {
    SimulatedJob job = ecs("batch").subJob(Duration.ofSeconds(5), ONE_SECOND).build();

    SubJob waiting = read(job, 4.9).subJobs().get(0);
    assertThat(waiting.status()).isEqualTo(JobStatus.INIT);
    assertThat(waiting.beginTimeText()).isEmpty();
    SubJob begun = read(job, 5.0).subJobs().get(0);
    assertThat(begun.status()).isEqualTo(JobStatus.RUNNING);
    assertThat(begun.beginTime()).isEqualTo(START.plusSeconds(5));
  }

  @Test
  void aRunningEcsJobLooksLikeThis() {
    assertThat(write(ecs("resizeServer").entity("server_id", "s-1").build(), 3.0))
        .isEqualTo(
            "{\"status\":\"RUNNING\",\"entities\":{\"server_id\":\"s-1\"},\"job_id\":\"id-1\","
                + "\"job_type\":\"resizeServer\",\"begin_time\":\"2026-03-05T06:07:08.000Z\","
                + "\"end_time\":\"\",\"error_code\":null,\"fail_reason\":null}");
  }

  @Test
  void refusesWhatCannotBe() {
    Duration negative = Duration.ofSeconds(-1);
    assertRefused(() -> ecs(" "), "jobType must not be blank");
    assertRefused(() -> ecs("x").jobId(""), "jobId must not be blank");
    assertRefused(() -> ecs("x").jobId("a/b"), "jobId must not hold a slash: a/b");
    assertRefused(() -> ecs("x").init(negative), "length must not be negative: PT-1S");
    assertRefused(
        () -> ecs("x").subJob(negative, ONE_SECOND), "offset must not be negative: PT-1S");
    assertRefused(
        () -> ecs("x").entityFrom(negative, "k", "v"), "from must not be negative: PT-1S");
  }

  private static void assertRefused(Runnable call, String message) {
    assertThatThrownBy(call::run).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }

  private static SimulatedJobBuilder ecs(String jobType) {
    return SimulatedJob.builder(SimulatedService.ECS, jobType);
  }

  private static SimulatedJob batch(SimulatedService service) {
    return SimulatedJob.builder(service, "batch").subJob(ONE_SECOND).build();
  }

  private static Job read(SimulatedJob job, double seconds) {
    return Job.fromJson(write(job, seconds));
  }

  private static String write(SimulatedJob job, double seconds) {
    int[] next = {0};
    SubmittedJob submitted =
        SubmittedJob.of("project", job, new Timeline(START, 1), () -> "id-" + ++next[0]);
    return JobBody.at(submitted, START.plusMillis(Math.round(seconds * 1000)), false);
  }
}
