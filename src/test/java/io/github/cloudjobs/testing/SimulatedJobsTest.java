package io.github.cloudjobs.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.model.JobStatus;
import io.github.cloudjobs.testing.Poller.Reply;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimulatedJobsTest {
  private final SettableClock clock = new SettableClock();
  private final SimulatedJobs cloud = SimulatedJobs.builder().machine(clock).clock(clock).start();
  private final Poller poller = new Poller(cloud, clock);

  @AfterEach
  void close() {
    cloud.close();
  }

  @Test
  void listensOnTheLoopbackInterface() {
    assertThat(HttpUrl.get(cloud.endpoint()).host()).isEqualTo("127.0.0.1");
    assertThat(cloud.toString()).isEqualTo("SimulatedJobs[" + cloud.endpoint() + "]");
  }

  @Test
  void knowsWhenAJobWasSubmitted() {
    JobRef job = cloud.submit(SimulatedJob.createServer(1));

    assertThat(job.submittedAt()).isEqualTo(SettableClock.START);
    assertThat(job.projectId()).isEqualTo(cloud.projectId());
    assertThat(job.jobId()).matches("[0-9a-f]{32}");
  }

  @Test
  void ecsJobsAnswerUnderV1Alone() {
    JobRef job = cloud.submit(SimulatedJob.createServer(1));

    assertThat(poller.get(path("/v1/%s/jobs/%s", job)).job().jobType()).isEqualTo("createServer");
    assertNotPublished(poller.get(path("/v1.0/%s/jobs/%s", job)));
    assertNotPublished(poller.get("/v1/cloudimages/job/" + job.jobId()));
  }

  @Test
  void imsJobsAnswerUnderV1AndTellTheirProgressUnderCloudimages() {
    JobRef job = cloud.submit(SimulatedJob.exportImage());
    clock.advance(Duration.ofSeconds(61));

    assertThat(poller.get(path("/v1/%s/jobs/%s", job)).job().status()).isEqualTo(JobStatus.RUNNING);
    assertThat(poller.get("/v1/cloudimages/job/" + job.jobId()).body())
        .contains("\"process_percent\":0.33");
    assertNotPublished(poller.get(path("/v1.0/%s/jobs/%s", job)));
  }

  @Test
  void elbJobsAnswerUnderV10Alone() {
    JobRef job = cloud.submit(SimulatedJob.deleteLoadBalancer());

    assertThat(poller.get(path("/v1.0/%s/jobs/%s", job)).job().jobType()).isEqualTo("deleteELB");
    assertNotPublished(poller.get(path("/v1/%s/jobs/%s", job)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/", "/v1/p/jobs", "/v1/p/jobs/", "/v2/p/jobs/j", "/v1/p/job/j", "/v1/p/jobs/j/x"})
  void otherPathsAreNotPublished(String path) {
    assertNotPublished(poller.get(path));
  }

  @Test
  void anUnknownJobIsNotFoundInTheServicesEnvelope() {
    Reply reply = poller.get("/v1/" + cloud.projectId() + "/jobs/unknown");

    assertThat(reply.status()).isEqualTo(404);
    assertThat(reply.body()).startsWith("{\"error\":{\"code\":\"SIM.0404\"");
  }

  @Test
  void aJobIsNotFoundInAnotherProject() {
    JobRef job = cloud.submit("project-a", SimulatedJob.createServer(1));

    assertThat(poller.poll(job).status()).isEqualTo(200);
    assertThat(poller.get("/v1/project-b/jobs/" + job.jobId()).status()).isEqualTo(404);
  }

  @Test
  void idsMayBePercentEncoded() {
    SimulatedJob script =
        SimulatedJob.builder(SimulatedService.ECS, "resizeServer").jobId("job 1").build();
    cloud.submit("project", script);

    assertThat(poller.get("/v1/project/jobs/job%201").job().jobId()).isEqualTo("job 1");
  }

  @Test
  void onlyGetIsAllowed() {
    JobRef job = cloud.submit(SimulatedJob.createServer(1));
    Request post =
        poller
            .signed(path("/v1/%s/jobs/%s", job), cloud.credentials())
            .post(RequestBody.create(new byte[1000]))
            .build();

    Reply reply = poller.send(post);

    assertThat(reply.status()).isEqualTo(405);
    assertThat(reply.headers().get("Allow")).isEqualTo("GET");
    assertThat(poller.poll(job).status()).isEqualTo(200); // the connection is still in step
  }

  @Test
  void evenHeadIsNotAllowed() {
    JobRef job = cloud.submit(SimulatedJob.createServer(1));
    Request head = poller.signed(path("/v1/%s/jobs/%s", job), cloud.credentials()).head().build();

    Reply reply = poller.send(head);

    assertThat(reply.status()).isEqualTo(405);
    assertThat(reply.body()).isEmpty();
    assertThat(poller.poll(job).status()).isEqualTo(200);
  }

  @Test
  void everyAnswerHasTheMachinesDateAndARequestId() {
    Instant before = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    for (String path : List.of("/nowhere", "/v1/p/jobs/unknown")) {
      Reply reply = poller.get(path);

      assertThat(reply.headers().values("Date")).hasSize(1);
      assertThat(reply.headers().getInstant("Date")).isBetween(before, Instant.now());
      assertThat(reply.headers().get("X-Request-Id")).matches("[0-9a-f]{32}");
    }
  }

  @Test
  void anEndedJobIsForgottenAfterADay() {
    JobRef job = cloud.submit(SimulatedJob.exportImage()); // takes 3 min 3 s

    clock.advance(Duration.ofDays(1).plusMinutes(3));
    assertThat(poller.poll(job).status()).isEqualTo(200);

    clock.advance(Duration.ofSeconds(3));
    assertThat(poller.poll(job).status()).isEqualTo(404);
  }

  @Test
  void withoutRetentionAJobIsForgottenWhenItEnds() {
    try (SimulatedJobs brief =
        SimulatedJobs.builder().machine(clock).clock(clock).retention(Duration.ZERO).start()) {
      JobRef job = brief.submit(SimulatedJob.createServer(1));
      clock.advance(Duration.ofSeconds(34));
      assertThat(new Poller(brief, clock).poll(job).status()).isEqualTo(200);

      clock.advance(Duration.ofSeconds(1));
      assertThat(new Poller(brief, clock).poll(job).status()).isEqualTo(404);
    }
  }

  @Test
  void aSubJobCanBeAskedForByItsOwnId() {
    JobRef job = cloud.submit(SimulatedJob.createServer(2));
    String subJobId = poller.job(job).subJobs().get(0).jobId();

    assertThat(poller.job(new JobRef(job.projectId(), subJobId, null)).jobType())
        .isEqualTo("createSingleServer");
  }

  @Test
  void theTimeScaleShortensAJobButLeavesTheClockAlone() {
    try (SimulatedJobs fast =
        SimulatedJobs.builder().machine(clock).clock(clock).timeScale(60).start()) {
      Poller fastPoller = new Poller(fast, clock);
      JobRef job = fast.submit(SimulatedJob.createServer(3)); // takes 55 s
      clock.advance(Duration.ofMillis(900));
      assertThat(fastPoller.job(job).status()).isEqualTo(JobStatus.RUNNING);

      clock.advance(Duration.ofMillis(100));

      assertThat(fastPoller.job(job).status()).isEqualTo(JobStatus.SUCCESS);
      assertThat(fastPoller.job(job).endTime()).isEqualTo("2026-03-05T06:07:08.916Z");
    }
  }

  @Test
  void remembersWhatItReceived() {
    JobRef job = cloud.submit(SimulatedJob.createServer(1));
    poller.poll(job);
    poller.get("/nowhere");

    assertThat(cloud.polls(job)).isEqualTo(1);
    assertThat(cloud.received())
        .containsExactly(
            new ReceivedPoll(
                SettableClock.START, "GET", path("/v1/%s/jobs/%s", job), job.jobId(), 200),
            new ReceivedPoll(SettableClock.START, "GET", "/nowhere", null, 404));
  }

  @Test
  void remembersTheLatestOnly() {
    ReceivedPolls polls = new ReceivedPolls();
    for (int n = 0; n <= ReceivedPolls.REMEMBERED; n++) {
      polls.add(new ReceivedPoll(SettableClock.START, "GET", "/" + n, "job", 200));
    }

    assertThat(polls.latest()).hasSize(ReceivedPolls.REMEMBERED);
    assertThat(polls.latest().get(0).path()).isEqualTo("/1");
    assertThat(polls.of("job")).isEqualTo(ReceivedPolls.REMEMBERED + 1);
  }

  @Test
  void anIdCanBeTakenOnlyOnce() {
    SimulatedJob script =
        SimulatedJob.builder(SimulatedService.ECS, "resizeServer").jobId("mine").build();
    SimulatedJob twins =
        SimulatedJob.builder(SimulatedService.ECS, "batch")
            .subJob(SimulatedJob.builder(SimulatedService.ECS, "one").jobId("twin").build())
            .subJob(SimulatedJob.builder(SimulatedService.ECS, "two").jobId("twin").build())
            .build();
    cloud.submit(script);

    assertThatThrownBy(() -> cloud.submit(script))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("there is already a job mine");
    assertThatThrownBy(() -> cloud.submit(twins)).hasMessage("there is already a job twin");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a/b"})
  void refusesAnImpossibleProject(String projectId) {
    SimulatedJob script = SimulatedJob.createServer(1);

    assertThatThrownBy(() -> cloud.submit(projectId, script))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + projectId + "'");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
  void refusesAnImpossibleTimeScale(double factor) {
    assertThatThrownBy(() -> SimulatedJobs.builder().timeScale(factor))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("timeScale must be positive and finite: " + factor);
  }

  @Test
  void refusesANegativeRetention() {
    assertThatThrownBy(() -> SimulatedJobs.builder().retention(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("retention must not be negative: PT-1S");
  }

  @Test
  void offersTheFirstOfItsCredentials() {
    Credentials first = Credentials.token("first");
    try (SimulatedJobs other =
        SimulatedJobs.builder().credentials(first).credentials(cloud.credentials()).start()) {
      assertThat(other.credentials()).isEqualTo(first);
    }
  }

  private static String path(String template, JobRef job) {
    return template.formatted(job.projectId(), job.jobId());
  }

  private static void assertNotPublished(Reply reply) {
    assertThat(reply.status()).isEqualTo(404);
    assertThat(reply.body())
        .startsWith("{\"error_msg\":\"The API does not exist")
        .contains("\"error_code\":\"APIGW.0101\"");
  }
}
