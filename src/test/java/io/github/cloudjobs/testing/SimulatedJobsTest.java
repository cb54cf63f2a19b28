package io.github.cloudjobs.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.model.JobStatus;
import io.github.cloudjobs.testing.Poller.Reply;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SimulatedJobsTest {
  private static final Instant START = Instant.parse("2026-03-05T06:07:08Z");

  private final VirtualTime time = new VirtualTime(START);
  private SimulatedJobs cloud = SimulatedJobs.builder().clock(time.clock()).start();
  private Poller poller = new Poller(cloud, time.clock());
  private JobRef job = cloud.submit(SimulatedJob.createServer(1)); // takes 35 s

  private void restart(UnaryOperator<SimulatedJobs.Builder> settings, Clock signing) {
    cloud.close();
    cloud = settings.apply(SimulatedJobs.builder().clock(time.clock())).start();
    poller = new Poller(cloud, signing);
    job = cloud.submit(SimulatedJob.createServer(1));
  }

  @AfterEach
  void close() {
    cloud.close();
  }

  private void assertPoll(int status, String path, String body) {
    Reply reply = poller.get(path);
    assertThat(reply.status()).as(path).isEqualTo(status);
    assertThat(reply.body()).contains(body);
  }

  private void assertPoll(int status) {
    assertPoll(status, Poller.path(job), "");
  }

  @Test
  void aSubmittedJobHasAnIdAProjectAndASubmissionTime() {
    assertThat(job.submittedAt()).isEqualTo(START);
    assertThat(job.projectId()).isEqualTo(cloud.projectId());
    assertThat(job.jobId()).matches("[0-9a-f]{32}");
    assertThat(cloud).hasToString("SimulatedJobs[" + cloud.endpoint() + "]");
  }

  @ParameterizedTest
  @CsvSource({
    "ECS,    /v1/{project}/jobs/{job},   /v1.0/{project}/jobs/{job}",
    "ECS,    /v1/{project}/jobs/{job},   /v1/cloudimages/job/{job}",
    "IMS,    /v1/{project}/jobs/{job},   /v1.0/{project}/jobs/{job}",
    "IMS,    /v1/cloudimages/job/{job},  /v1/{project}/job/{job}",
    "ELB_V1, /v1.0/{project}/jobs/{job}, /v1/{project}/jobs/{job}",
    "ELB_V1, /v1.0/{project}/jobs/{job}, /v2/{project}/jobs/{job}",
    "ECS,    /v1/{project}/jobs/{job},   /v1//jobs/{job}",
    "ECS,    /v1/{project}/jobs/{job},   /v1/{project}/jobs/",
    "ECS,    /v1/{project}/jobs/{job},   /v1/{project}/jobs/{job}/x",
  })
  void aJobIsServedOnlyAtThePathsOfItsService(SimulatedService service, String at, String not) {
    JobRef ref = cloud.submit(SimulatedJob.builder(service, "a job").build());

    assertPoll(200, path(at, ref), ref.jobId());
    assertPoll(404, path(not, ref), "\"error_code\":\"APIGW.0101\"");
  }

  @Test
  void theProgressPathOfImsAlwaysHasAProcessPercent() {
    JobRef ref = cloud.submit(SimulatedJob.builder(SimulatedService.IMS, "a job").build());
    time.advance(Duration.ofDays(1));

    assertPoll(200, "/v1/cloudimages/job/" + ref.jobId(), "\"process_percent\":1.00");
    assertThat(poller.poll(ref).body()).doesNotContain("process_percent");
  }

  private static String path(String template, JobRef ref) {
    return template.replace("{project}", ref.projectId()).replace("{job}", ref.jobId());
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "HEAD"})
  void onlyGetIsAllowed(String method) {
    RequestBody body = method.equals("POST") ? RequestBody.create(new byte[1000]) : null;
    Request.Builder request = poller.signed(Poller.path(job), cloud.credentials());

    Reply reply = poller.send(request.method(method, body).build());

    assertThat(reply.status()).isEqualTo(405);
    assertThat(reply.headers().get("Allow")).isEqualTo("GET");
    assertThat(reply.body().isEmpty()).isEqualTo(method.equals("HEAD"));
    assertPoll(200); // on the same connection
  }

  @Test
  void aScriptWhoseFunctionThrowsSaysSo() {
    Function<Instant, String> needsAZone = DateTimeFormatter.ISO_LOCAL_DATE_TIME::format;
    JobRef ref =
        cloud.submit(SimulatedJob.builder(SimulatedService.ECS, "a job").times(needsAZone).build());

    assertPoll(500, Poller.path(ref), "UnsupportedTemporalTypeException: Unsupported field: Year");
  }

  @Test
  void aJobIsFoundInItsProjectByItsDecodedId() {
    cloud.submit(
        "project-a",
        SimulatedJob.builder(SimulatedService.ECS, "resizeServer").jobId("job+1 x").build());

    assertPoll(200, "/v1/project-a/jobs/job+1%20x", "\"job_id\":\"job+1 x\"");
    assertPoll(404, "/v1/project-a/jobs/job+1%2520x", "{\"error\":{\"code\":\"SIM.0404\"");
    assertPoll(404, "/v1/project-b/jobs/job+1%20x", "{\"error\":{\"code\":\"SIM.0404\"");
  }

  @Test
  void everyResponseHasTheMachinesDateAndARequestId() {
    Instant before = Instant.now().truncatedTo(ChronoUnit.SECONDS);

    Reply reply = poller.get("/nowhere");

    assertThat(reply.headers().values("Date")).hasSize(1);
    assertThat(reply.headers().getInstant("Date")).isBetween(before, Instant.now());
    assertThat(reply.headers().get("X-Request-Id")).matches("[0-9a-f]{32}");
  }

  @Test
  void aJobCanBePolledForOneDayAfterItsEnd() {
    time.advance(Duration.ofDays(1).plusSeconds(34));
    assertPoll(200);
    time.advance(Duration.ofSeconds(1));
    assertPoll(404);

    restart(settings -> settings.retention(Duration.ZERO), time.clock());
    time.advance(Duration.ofSeconds(35));
    assertPoll(404);
  }

  @Test
  void theTimeScaleSpeedsUpJobsButNotTheClock() {
    restart(settings -> settings.timeScale(60), time.clock());
    JobRef fast = cloud.submit(SimulatedJob.createServer(3)); // takes 55 s
    assertThat(fast.submittedAt()).isNull();
    time.advance(Duration.ofMillis(900));
    assertThat(poller.job(fast).status()).isEqualTo(JobStatus.RUNNING);

    time.advance(Duration.ofMillis(100));

    Job done = poller.job(fast);
    assertThat(done.status()).isEqualTo(JobStatus.SUCCESS);
    assertThat(done.endTime()).isEqualTo("2026-03-05T06:07:08.916Z");
    assertThat(done.subJobs().get(0).beginTime()).isEqualTo("2026-03-05T06:07:08.033Z");
  }

  @Test
  void timesStartAtTheMachinesTimeAndProgressWithAnyClock() {
    Clock machine = Clock.systemUTC();
    Instant before = machine.instant().truncatedTo(ChronoUnit.MILLIS);
    // An offset hides that this is a clock of virtual time, which would replace the machine's.
    Clock hidden = Clock.offset(time.clock(), Duration.ofDays(1));
    restart(settings -> settings.clock(hidden), machine);
    time.advance(Duration.ofSeconds(35));

    Job done = poller.job(job);

    assertThat(done.beginTime()).isBetween(before, machine.instant());
    assertThat(done.endTime()).isEqualTo(done.beginTime().plusSeconds(35));
    assertThat(cloud.received().get(0).at()).isEqualTo(job.submittedAt().plusSeconds(35));
    time.advance(Duration.ofHours(12));
    assertPoll(200); // signatures are as old as before
  }

  @ParameterizedTest
  @CsvSource({"-16, 401", "-14, 200", "14, 200", "16, 401"})
  void aSkewOfMoreThan15MinutesExpiresSignatures(long minutes, int status) {
    Duration skew = Duration.ofMinutes(minutes);
    restart(settings -> settings.clockSkew(skew), time.clock());

    assertPoll(status);
    Poller skewed = new Poller(cloud, Clock.offset(time.clock(), skew));
    assertThat(skewed.poll(job).status()).isEqualTo(200);
  }

  @Test
  void pollsOverTheQuotaOfAProjectAreThrottled() {
    restart(settings -> settings.quota(2), time.clock());
    assertPoll(200);
    assertPoll(200);
    assertPoll(429, Poller.path(job), "APIGW.0308");
    assertPoll(404, "/v1/another-project/jobs/x", "");
    time.advance(Duration.ofMillis(500));
    assertPoll(200);
    assertPoll(429);

    restart(settings -> settings.quota(0.5), time.clock());
    time.advance(Duration.ofSeconds(30));
    assertPoll(200);
    assertPoll(429);
  }

  @Test
  void countsAndListsTheRequestsReceived() {
    poller.poll(job);
    poller.get("/nowhere");

    assertThat(cloud.polls(job)).isEqualTo(1);
    assertThat(cloud.received())
        .containsExactly(
            new ReceivedPoll(START, "GET", Poller.path(job), job.jobId(), 200),
            new ReceivedPoll(START, "GET", "/nowhere", null, 404));
  }

  @Test
  void listsTheLatest10000RequestsButCountsAll() {
    Request request = new Request.Builder().url(cloud.endpoint() + Poller.path(job)).build();
    for (int n = 0; n <= 10_000; n++) {
      cloud.respond(n == 0 ? "HEAD" : "GET", request);
    }

    assertThat(cloud.received()).hasSize(10_000);
    assertThat(cloud.received().get(0).method()).isEqualTo("GET");
    assertThat(cloud.polls(job)).isEqualTo(10_001);
  }

  @Test
  void refusesInvalidArguments() {
    SimulatedJobs.Builder builder = SimulatedJobs.builder();
    SimulatedJob mine = SimulatedJob.builder(SimulatedService.ECS, "x").jobId("mine").build();
    SimulatedJob twins =
        SimulatedJob.builder(SimulatedService.ECS, "batch").subJob(mine).subJob(mine).build();

    assertRefused(() -> cloud.submit(twins), "there is already a job mine");
    cloud.submit(mine);
    assertRefused(() -> cloud.submit(mine), "there is already a job mine");
    for (String projectId : List.of("", " ", "a/b")) {
      String message = "projectId must not be blank or contain a slash: '" + projectId + "'";
      assertRefused(() -> cloud.submit(projectId, twins), message);
    }
    for (double value : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      String message = " must be positive and finite: " + value;
      assertRefused(() -> builder.timeScale(value), "timeScale" + message);
      assertRefused(() -> builder.quota(value), "quota" + message);
    }
    assertRefused(
        () -> builder.retention(Duration.ofSeconds(-1)), "retention must not be negative: PT-1S");
  }

  private static void assertRefused(Runnable call, String message) {
    assertThatIllegalArgumentException().isThrownBy(call::run).withMessage(message);
  }
}
