package io.github.cloudjobs.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.model.JobStatus;
import io.github.cloudjobs.testing.Poller.Reply;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
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

  private void restart(UnaryOperator<SimulatedJobs.Builder> settings) {
    cloud.close();
    cloud = settings.apply(SimulatedJobs.builder().clock(time.clock())).start();
    poller = new Poller(cloud, time.clock());
  }

  @AfterEach
  void close() {
    cloud.close();
  }

  @Test
  void aSubmittedJobHasAnIdAProjectAndASubmissionTime() {
    JobRef job = cloud.submit(SimulatedJob.createServer(1));

    assertThat(job.submittedAt()).isEqualTo(START);
    assertThat(job.projectId()).isEqualTo(cloud.projectId());
    assertThat(job.jobId()).matches("[0-9a-f]{32}");
    assertThat(cloud).hasToString("SimulatedJobs[" + cloud.endpoint() + "]");
  }

  @ParameterizedTest
  @CsvSource({
    "ECS,    200, 404, 404",
    "IMS,    200, 404, 200",
    "ELB_V1, 404, 200, 404",
  })
  void aJobIsServedOnlyAtThePathsOfItsService(
      SimulatedService service, int v1, int v1Point0, int imsProgress) {
    JobRef job = cloud.submit(SimulatedJob.builder(service, "a job").build());
    String path = Poller.path(job);

    assertThat(poller.get(path).status()).isEqualTo(v1);
    assertThat(poller.get(path.replace("v1", "v1.0")).status()).isEqualTo(v1Point0);
    assertThat(poller.get("/v1/cloudimages/job/" + job.jobId()).status()).isEqualTo(imsProgress);
    String elsewhere = service == SimulatedService.ELB_V1 ? path : path.replace("v1", "v1.0");
    assertNotPublished(poller.get(elsewhere));
  }

  @Test
  void theProgressPathOfImsAlwaysShowsTheProgress() {
    JobRef job = cloud.submit(SimulatedJob.exportImage()); // takes 183 s
    time.advance(Duration.ofSeconds(61));
    assertThat(poller.get("/v1/cloudimages/job/" + job.jobId()).body())
        .contains("\"process_percent\":0.33");

    time.advance(Duration.ofSeconds(122));
    assertThat(poller.get("/v1/cloudimages/job/" + job.jobId()).body())
        .contains("\"process_percent\":1.00");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/v1/p/jobs",
        "/v1/p/jobs/",
        "/v1//jobs/j",
        "/v2/p/jobs/j",
        "/v1/p/job/j",
        "/v1/p/jobs/j/x"
      })
  void otherPathsAreNotPublished(String path) {
    assertNotPublished(poller.get(path));
  }

  @Test
  void aJobIsNotFoundInAnotherProject() {
    JobRef job = cloud.submit("project-a", SimulatedJob.createServer(1));

    assertThat(poller.poll(job).status()).isEqualTo(200);
    Reply reply = poller.get("/v1/project-b/jobs/" + job.jobId());
    assertThat(reply.status()).isEqualTo(404);
    assertThat(reply.body()).startsWith("{\"error\":{\"code\":\"SIM.0404\"");
  }

  @Test
  void idsAreDecodedOnceAndAPlusStaysAPlus() {
    SimulatedJob script =
        SimulatedJob.builder(SimulatedService.ECS, "resizeServer").jobId("job+1 x").build();
    cloud.submit("project", script);

    assertThat(poller.get("/v1/project/jobs/job+1%20x").job().jobId()).isEqualTo("job+1 x");
    assertThat(poller.get("/v1/project/jobs/job+1%2520x").status()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "HEAD", "OPTIONS"})
  void onlyGetIsAllowed(String method) {
    JobRef job = cloud.submit(SimulatedJob.createServer(1));
    RequestBody body = method.equals("POST") ? RequestBody.create(new byte[1000]) : null;
    Request.Builder request = poller.signed(Poller.path(job), cloud.credentials());

    Reply reply = poller.send(request.method(method, body).build());

    assertThat(reply.status()).isEqualTo(405);
    assertThat(reply.headers().get("Allow")).isEqualTo("GET");
    assertThat(reply.body().isEmpty()).isEqualTo(method.equals("HEAD"));
    assertThat(poller.poll(job).status()).as("on the same connection").isEqualTo(200);
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
    JobRef job = cloud.submit(SimulatedJob.exportImage()); // takes 3 min 3 s

    time.advance(Duration.ofDays(1).plusMinutes(3));
    assertThat(poller.poll(job).status()).isEqualTo(200);

    time.advance(Duration.ofSeconds(3));
    assertThat(poller.poll(job).status()).isEqualTo(404);

    restart(settings -> settings.retention(Duration.ZERO));
    JobRef removed = cloud.submit(SimulatedJob.exportImage());
    time.advance(Duration.ofSeconds(183));
    assertThat(poller.poll(removed).status()).isEqualTo(404);
  }

  @Test
  void theTimeScaleSpeedsUpJobsButNotTheClock() {
    restart(settings -> settings.timeScale(60));
    JobRef job = cloud.submit(SimulatedJob.createServer(3)); // takes 55 s
    assertThat(job.submittedAt()).isNull();
    time.advance(Duration.ofMillis(900));
    assertThat(poller.job(job).status()).isEqualTo(JobStatus.RUNNING);

    time.advance(Duration.ofMillis(100));

    assertThat(poller.job(job).status()).isEqualTo(JobStatus.SUCCESS);
    assertThat(poller.job(job).endTime()).isEqualTo("2026-03-05T06:07:08.916Z");
    assertThat(poller.job(job).subJobs().get(0).beginTime()).isEqualTo("2026-03-05T06:07:08.033Z");
  }

  @Test
  void pollsOverTheQuotaOfAProjectAreThrottled() {
    restart(settings -> settings.quota(2));
    JobRef job = cloud.submit(SimulatedJob.createServer(1));
    JobRef other = cloud.submit("another-project", SimulatedJob.createServer(1));

    assertThat(poller.poll(job).status()).isEqualTo(200);
    assertThat(poller.poll(job).status()).isEqualTo(200);
    Reply refused = poller.poll(job);
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.body()).contains("APIGW.0308");
    assertThat(poller.poll(other).status()).as("another project").isEqualTo(200);
    time.advance(Duration.ofMillis(500));
    assertThat(poller.poll(job).status()).isEqualTo(200);
    assertThat(poller.poll(job).status()).isEqualTo(429);

    restart(settings -> settings.quota(0.5));
    JobRef rare = cloud.submit(SimulatedJob.createServer(1));
    time.advance(Duration.ofHours(1));
    assertThat(poller.poll(rare).status()).isEqualTo(200);
    assertThat(poller.poll(rare).status()).isEqualTo(429);
  }

  @Test
  void countsAndListsTheRequestsReceived() {
    JobRef job = cloud.submit(SimulatedJob.createServer(1));
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
    JobService service =
        new JobService(
            time.clock(),
            new Authenticator(time.clock(), List.of()),
            new FaultQueue(),
            Duration.ZERO,
            Double.POSITIVE_INFINITY);
    Request request = new Request.Builder().url("http://localhost/v1/p/jobs/j").build();
    for (int n = 0; n <= 10_000; n++) {
      service.respond(n == 0 ? "HEAD" : "GET", request);
    }

    assertThat(service.latestPolls()).hasSize(10_000);
    assertThat(service.latestPolls().get(0).method()).isEqualTo("GET");
    assertThat(service.polls("j")).isEqualTo(10_001);
  }

  @Test
  void refusesASecondJobWithTheSameId() {
    SimulatedJob script =
        SimulatedJob.builder(SimulatedService.ECS, "resizeServer").jobId("mine").build();
    SimulatedJob twins =
        SimulatedJob.builder(SimulatedService.ECS, "batch").subJob(script).subJob(script).build();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> cloud.submit(twins))
        .withMessage("there is already a job mine");
    cloud.submit(script);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> cloud.submit(script))
        .withMessage("there is already a job mine");
  }

  @Test
  void refusesInvalidArguments() {
    SimulatedJob script = SimulatedJob.createServer(1);
    SimulatedJobs.Builder builder = SimulatedJobs.builder();
    for (String projectId : List.of("", " ", "a/b")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> cloud.submit(projectId, script))
          .withMessage("projectId must not be blank or contain a slash: '" + projectId + "'");
    }
    for (double value : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> builder.timeScale(value))
          .withMessage("timeScale must be positive and finite: " + value);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> builder.quota(value))
          .withMessage("quota must be positive and finite: " + value);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.retention(Duration.ofSeconds(-1)))
        .withMessage("retention must not be negative: PT-1S");
  }

  private static void assertNotPublished(Reply reply) {
    assertThat(reply.status()).isEqualTo(404);
    assertThat(reply.body())
        .startsWith("{\"error_msg\":\"The API does not exist")
        .contains("\"error_code\":\"APIGW.0101\"");
  }
}
