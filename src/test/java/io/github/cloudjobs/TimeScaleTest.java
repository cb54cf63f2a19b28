package io.github.cloudjobs;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.testing.SimulatedJob;
import io.github.cloudjobs.testing.SimulatedJobs;
import io.github.cloudjobs.testing.VirtualTime;
import io.github.cloudjobs.wait.PollSchedule;
import io.github.cloudjobs.wait.PollStep;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitToken;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.junit5.StartStop;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client whose waits live sixty times as fast, as an emulator does. */
class TimeScaleTest {
  private static final double SCALE = 60;

  @StartStop private final MockWebServer server = new MockWebServer();
  private final VirtualTime time = new VirtualTime();
  private final SimulatedJobs emulator =
      SimulatedJobs.builder().clock(time.clock()).timeScale(SCALE).start();
  private final JobsClient client =
      JobsClient.builder()
          .service(JobsService.ECS)
          .endpoint(emulator.endpoint())
          .credentials(emulator.credentials())
          .clock(time.clock())
          .timeScale(SCALE)
          .build();

  @AfterEach
  void close() {
    client.close();
    emulator.close();
  }

  @Test
  void pausesDeadlinesAndTheAgeOfTheJobAreScaled() throws Exception {
    JobRef job = emulator.submit(SimulatedJob.exportImage()); // takes 183 s
    List<Duration> elapsed = new ArrayList<>();
    List<Duration> ages = new ArrayList<>();
    WaitOptions options =
        WaitOptions.builder()
            .addListener(progress -> elapsed.add(progress.elapsed()))
            .schedule(
                (age, last) -> {
                  ages.add(age);
                  return Duration.ofSeconds(10);
                })
            .build();
    JobsClient ims = client.with(JobsService.IMS, emulator.endpoint());
    time.run(() -> ims.waitForCompletion(job, options));
    assertThat(time.elapsed()).isBetween(Duration.ofMillis(3_050), Duration.ofMillis(3_300));
    assertThat(elapsed.get(3)).isBetween(Duration.ofSeconds(30), Duration.ofMillis(30_001));
    assertThat(ages.get(3)).isBetween(Duration.ofSeconds(30), Duration.ofSeconds(31));
  }

  @Test
  void aJobThatIsOldWhenItIsFirstSeenIsAsOldAsTheEmulatorTakesItFor() throws Exception {
    JobRef job = emulator.submit(SimulatedJob.exportImage());
    time.advance(Duration.ofSeconds(2)); // two minutes of its life
    List<Duration> ages = new ArrayList<>();
    WaitOptions options =
        WaitOptions.builder()
            .schedule(
                (age, last) -> {
                  ages.add(age);
                  return Duration.ofSeconds(10);
                })
            .build();
    JobsClient ims = client.with(JobsService.IMS, emulator.endpoint());
    time.run(() -> ims.waitForCompletion(job, options));
    assertThat(ages.get(0)).isBetween(Duration.ofSeconds(119), Duration.ofSeconds(121));
  }

  @Test
  void aWaitThatIsKeptTakesTheJobForAsOldAsOthersDo() throws Exception {
    JobRef job = emulator.submit(SimulatedJob.exportImage());
    time.advance(Duration.ofSeconds(2)); // two minutes of its life
    PollSchedule fifth = PollSchedule.exponential(Duration.ofSeconds(1), 1.25, Duration.ofHours(1));
    JobsClient ims = client.with(JobsService.IMS, emulator.endpoint());
    Instant now = time.clock().instant();
    PollStep step = ims.pollOnce(ims.newToken(job, WaitOptions.builder().schedule(fifth).build()));
    Duration pause = Duration.between(now, ((PollStep.Again) step).at());
    assertThat(pause.toMillis()).isBetween(515L, 520L); // 31 s, 60 times as fast
  }

  @ParameterizedTest
  @ValueSource(strings = {"0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "1960-01-01T00:00:00Z"})
  void aBeginThatNoJobCanHaveLosesNoAnswer(String begin) throws Exception {
    String body = "{\"status\":\"SUCCESS\",\"begin_time\":\"" + begin + "\"}";
    server.enqueue(new MockResponse.Builder().body(body).build());
    server.enqueue(new MockResponse.Builder().body(body).build());
    try (JobsClient scaled =
        JobsClient.builder()
            .service(JobsService.ECS)
            .endpoint(server.url("/").toString())
            .credentials(Credentials.token("invented"))
            .timeScale(SCALE)
            .build()) {
      assertThat(scaled.pollJobAsync("p", "j").get(20, SECONDS).beginTime()).isNotNull();
      assertThat(scaled.waitForCompletionAsync("p", "j").get(20, SECONDS)).isNotNull();
    }
  }

  @Test
  void aWaitThatIsKeptIsToldRealTimes() throws Exception {
    JobRef job = emulator.submit(SimulatedJob.createServer(1));
    WaitOptions options =
        WaitOptions.builder().schedule(PollSchedule.fixed(Duration.ofSeconds(30))).build();
    WaitToken token = client.newToken(job, options);
    Instant now = time.clock().instant();
    PollStep first = client.pollOnce(token);
    assertThat(first)
        .isInstanceOfSatisfying(
            PollStep.Again.class,
            again ->
                assertThat(again.at())
                    .isBetween(now.plusMillis(499), now.plusMillis(501))); // 30 s, 60 times as fast
    time.advance(Duration.ofMillis(700));
    assertThat(client.pollOnce(((PollStep.Again) first).token())).isInstanceOf(PollStep.Done.class);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
  void aScaleThatIsNoneIsRefused(double scale) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JobsClient.builder().timeScale(scale))
        .withMessage("timeScale must be more than 0, and finite: " + scale);
  }
}
