package io.github.cloudjobs.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.JobsService;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.model.JobStatus;
import io.github.cloudjobs.wait.PollSchedule;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitOutcome;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Waits of hours on a simulated service over real HTTP. */
class VirtualTimeTest {
  private final VirtualTime time = new VirtualTime();
  private final SimulatedJobs cloud = SimulatedJobs.builder().clock(time.clock()).quota(20).start();
  private final JobsClient client = client().build();

  private JobsClient.Builder client() {
    return JobsClient.builder()
        .service(JobsService.ECS)
        .endpoint(cloud.endpoint())
        .credentials(cloud.credentials())
        .clock(time.clock());
  }

  private JobRef submit(Duration length) {
    return cloud.submit(
        SimulatedJob.builder(SimulatedService.ECS, "createServer").running(length).build());
  }

  private static WaitOptions every(int seconds) {
    PollSchedule schedule = PollSchedule.fixed(Duration.ofSeconds(seconds));
    return WaitOptions.builder().schedule(schedule).build();
  }

  @AfterEach
  void close() {
    client.close();
    cloud.close();
  }

  @Test
  void aWaitOfHoursPollsAtTheSameTimesAsInRealTime() throws Exception {
    time.advance(Duration.ofDays(3)); // signatures are checked by virtual time
    JobRef job = submit(Duration.ofHours(3));
    List<Duration> polls = new ArrayList<>();
    WaitOptions options =
        WaitOptions.builder()
            .timeout(Duration.ofHours(4))
            .addListener(progress -> polls.add(progress.elapsed()))
            .build();

    assertThat(time.run(() -> client.waitForCompletion(job, options)).status())
        .isEqualTo(JobStatus.SUCCESS);
    assertThat(time.elapsed().minusDays(3)).isBetween(Duration.ofHours(3), Duration.ofMinutes(183));
    assertThat(polls.get(0)).isEqualTo(Duration.ofSeconds(2)); // it was just submitted
    assertThat(polls.get(1).minus(polls.get(0)).toMillis()).isCloseTo(1_000, within(200L));
    int n = polls.size();
    assertThat(polls.get(n - 1).minus(polls.get(n - 2)).toSeconds()).isBetween(95L, 145L);
  }

  @Test
  void timeStandsStillDuringAPollAndWhileTheCallIsRunning() throws Exception {
    CompletableFuture<Job> wait = client.waitForCompletionAsync(submit(Duration.ofHours(3)));
    JobRef job = submit(Duration.ofHours(3));
    cloud.inject(1, Fault.slow(Duration.ofMillis(100)));
    CompletableFuture<Duration> received =
        client.pollJobAsync(job).thenApply(polled -> time.elapsed());
    time.await(received);
    assertThat(received.join()).isZero();
    time.run(
        () -> {
          Duration before = time.elapsed();
          long until = System.nanoTime() + Duration.ofMillis(100).toNanos();
          while (System.nanoTime() < until) {
            Thread.onSpinWait();
          }
          for (int i = 0; i < 10; i++) {
            try (JobsClient fresh = client().build()) {
              fresh.pollJob(job);
            }
          }
          assertThat(time.elapsed()).isEqualTo(before);
          return null;
        });
    wait.cancel(true);
  }

  @Test
  void timeAdvancesWhileAnotherWaitBlocksTheCall() throws Exception {
    Object oneAtATime = new Object();
    JobRef job = submit(Duration.ofMinutes(3));
    CompletableFuture<?> inside = new CompletableFuture<>();
    CompletableFuture<Job> other =
        CompletableFuture.supplyAsync(
            () -> {
              synchronized (oneAtATime) {
                inside.complete(null);
                return client.waitForCompletionAsync(job).join();
              }
            });
    Job done =
        time.run(
            () -> {
              inside.join();
              synchronized (oneAtATime) {
                return client.waitForCompletion(job);
              }
            });
    assertThat(done).isEqualTo(other.join());
  }

  @Test
  void noTimePassesBetweenTheEndOfAWaitAndItsCaller() throws Exception {
    CompletableFuture<Job> other =
        client.waitForCompletionAsync(submit(Duration.ofHours(1)), every(1));
    time.run(
        () -> {
          for (int i = 0; i < 10; i++) {
            Duration before = time.elapsed();
            client.waitForCompletion(submit(Duration.ofSeconds(5)), every(10));
            assertThat(time.elapsed().minus(before)).isEqualTo(Duration.ofSeconds(12));
          }
          return null;
        });
    other.cancel(true);
  }

  /** It takes five seconds of real time until the executor no longer counts. */
  @Test
  @Tag("slow")
  void timeAdvancesAlthoughAnExecutorRunsNothing() throws Exception {
    WaitOptions options = WaitOptions.builder().timeout(Duration.ofSeconds(30)).build();
    JobRef job = submit(Duration.ofHours(1));
    try (JobsClient dropping = client().executor(task -> {}).build()) {
      assertThat(time.run(() -> dropping.awaitOutcome(job, options)))
          .isInstanceOf(WaitOutcome.TimedOut.class);
    }
    Duration before = time.elapsed();
    assertThat(time.run(() -> client.awaitOutcome(job, options)))
        .isInstanceOf(WaitOutcome.TimedOut.class);
    assertThat(time.elapsed().minus(before)).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  @Tag("slow")
  void clientsFaultsAndQuotasShareOneTime() throws Exception {
    cloud.injectRandomly(0.1, Fault.badGateway());
    List<CompletableFuture<WaitOutcome>> waits = new ArrayList<>();
    try (JobsClient other = client().build()) {
      for (int i = 0; i < 100; i++) {
        JobRef job = submit(Duration.ofMinutes(1 + i % 30));
        waits.add((i % 2 == 0 ? client : other).awaitOutcomeAsync(job, WaitOptions.defaults()));
      }
      time.await(waits.toArray(CompletableFuture[]::new));
    }
    assertThat(waits).allMatch(wait -> wait.join() instanceof WaitOutcome.Succeeded);
    assertThat(time.elapsed()).isBetween(Duration.ofMinutes(30), Duration.ofMinutes(32));
    assertThat(cloud.received()).extracting(ReceivedPoll::status).contains(429, 502);
    cloud.clearFaults();
    assertThat(client.pollJobAsync(submit(Duration.ZERO)))
        .as("after the other was closed")
        .succeedsWithin(Duration.ofSeconds(30));
  }

  @Test
  void runThrowsTheExceptionOfTheCall() {
    IOException exception = new IOException("thrown by the call");
    LinkageError error = new LinkageError();
    Callable<Job> throwing =
        () -> {
          throw exception;
        };
    Callable<Job> broken =
        () -> {
          throw error;
        };
    assertThatThrownBy(() -> time.run(throwing)).isSameAs(exception);
    assertThatThrownBy(() -> time.run(broken)).isSameAs(error);
  }

  @Test
  void theClockShowsVirtualTimeInAnyZone() {
    Instant start = Instant.parse("2030-01-01T00:00:00Z");
    VirtualTime other = new VirtualTime(start);
    assertThat(other.clock().instant()).isEqualTo(start);
    other.advance(Duration.ofMinutes(5));
    Clock tokyo = other.clock().withZone(ZoneId.of("Asia/Tokyo"));
    assertThat(tokyo.instant()).isEqualTo(start.plusSeconds(300));
    assertThat(tokyo.getZone()).isEqualTo(ZoneId.of("Asia/Tokyo"));
    assertThat(other).hasToString("VirtualTime[PT5M, 0 under way, 0 pending]");
    assertThatIllegalArgumentException().isThrownBy(() -> other.advance(Duration.ofNanos(-1)));
  }
}
