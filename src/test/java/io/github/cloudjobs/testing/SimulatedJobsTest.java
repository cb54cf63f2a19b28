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
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
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

  private void restart(Clock signing, UnaryOperator<SimulatedJobs.Builder> settings) {
    cloud.close();
    cloud = settings.apply(SimulatedJobs.builder().clock(time.clock())).start();
    poller = new Poller(cloud, signing);
  }

  private JobRef submitServer() {
    return cloud.submit(SimulatedJob.createServer(1)); // takes 35 s
  }

  @AfterEach
  void close() {
    cloud.close();
  }

  @Test
  void aSubmittedJobHasAnIdAProjectAndASubmissionTime() {
    JobRef job = submitServer();

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

  @ParameterizedTest
  @ValueSource(strings = {"POST", "HEAD"})
  void otherMethodsAreNotPublished(String method) {
    JobRef job = submitServer();
    RequestBody body = method.equals("POST") ? RequestBody.create(new byte[1000]) : null;
    Request.Builder request = poller.signed(Poller.path(job), cloud.credentials());

    Reply reply = poller.send(request.method(method, body).build());

    assertThat(reply.status()).isEqualTo(404);
    assertThat(reply.body().isEmpty()).isEqualTo(method.equals("HEAD"));
    assertThat(poller.poll(job).status()).as("on the same connection").isEqualTo(200);
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
    JobRef job = submitServer();
    time.advance(Duration.ofDays(1).plusSeconds(34));
    assertThat(poller.poll(job).status()).isEqualTo(200);

    time.advance(Duration.ofSeconds(1));
    assertThat(poller.poll(job).status()).isEqualTo(404);

    restart(time.clock(), settings -> settings.retention(Duration.ZERO));
    JobRef removed = submitServer();
    time.advance(Duration.ofSeconds(35));
    assertThat(poller.poll(removed).status()).isEqualTo(404);
  }

  @Test
  void theTimeScaleSpeedsUpJobsButNotTheClock() {
    restart(time.clock(), settings -> settings.timeScale(60));
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
  void timesStartAtTheMachinesTimeAndProgressWithAnyClock() {
    Clock machine = Clock.systemUTC();
    Instant before = machine.instant().truncatedTo(ChronoUnit.MILLIS);
    // An offset hides that this is a clock of virtual time, which would replace the machine's.
    restart(machine, settings -> settings.clock(Clock.offset(time.clock(), Duration.ofDays(1))));
    JobRef job = submitServer();
    time.advance(Duration.ofSeconds(35));

    Job done = poller.job(job);

    assertThat(done.beginTime()).isBetween(before, machine.instant());
    assertThat(done.endTime()).isEqualTo(done.beginTime().plusSeconds(35));
    assertThat(cloud.received().get(0).at()).isEqualTo(job.submittedAt().plusSeconds(35));
    time.advance(Duration.ofHours(12));
    assertThat(poller.poll(job).status()).as("signatures are as old as before").isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({"-16, 401", "-14, 200", "14, 200", "16, 401"})
  void aSkewOfMoreThan15MinutesExpiresSignatures(long minutes, int status) {
    Duration skew = Duration.ofMinutes(minutes);
    restart(time.clock(), settings -> settings.clockSkew(skew));
    JobRef job = submitServer();

    assertThat(poller.poll(job).status()).isEqualTo(status);
    Poller skewed = new Poller(cloud, Clock.offset(time.clock(), skew));
    assertThat(skewed.poll(job).status()).isEqualTo(200);
  }

  @Test
  void pollsOverTheQuotaOfAProjectAreThrottled() {
    restart(time.clock(), settings -> settings.quota(2));
    JobRef job = submitServer();
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

    restart(time.clock(), settings -> settings.quota(0.5));
    JobRef rare = submitServer();
    time.advance(Duration.ofHours(1));
    assertThat(poller.poll(rare).status()).isEqualTo(200);
    assertThat(poller.poll(rare).status()).isEqualTo(429);
  }

  @Test
  void countsAndListsTheRequestsReceived() {
    JobRef job = submitServer();
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
    JobService service = new JobService(SimulatedJobs.builder(), Set.of());
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

    assertRefused(() -> cloud.submit(twins), "there is already a job mine");
    cloud.submit(script);
    assertRefused(() -> cloud.submit(script), "there is already a job mine");
  }

  @Test
  void refusesInvalidArguments() {
    SimulatedJobs.Builder builder = SimulatedJobs.builder();
    for (String projectId : List.of("", " ", "a/b")) {
      assertRefused(
          () -> cloud.submit(projectId, SimulatedJob.createServer(1)),
          "projectId must not be blank or contain a slash: '" + projectId + "'");
    }
    for (double value : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertRefused(
          () -> builder.timeScale(value), "timeScale must be positive and finite: " + value);
      assertRefused(() -> builder.quota(value), "quota must be positive and finite: " + value);
    }
    assertRefused(
        () -> builder.retention(Duration.ofSeconds(-1)), "retention must not be negative: PT-1S");
  }

  private static void assertRefused(Runnable call, String message) {
    assertThatIllegalArgumentException().isThrownBy(call::run).withMessage(message);
  }

  private static void assertNotPublished(Reply reply) {
    assertThat(reply.status()).isEqualTo(404);
    assertThat(reply.body())
        .startsWith("{\"error_msg\":\"The API does not exist")
        .contains("\"error_code\":\"APIGW.0101\"");
  }
}
