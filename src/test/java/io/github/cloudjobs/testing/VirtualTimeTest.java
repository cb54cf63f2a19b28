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
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Waits of hours on a simulated service over real HTTP. */
class VirtualTimeTest {
  private final VirtualTime time = new VirtualTime();
  private final SimulatedJobs cloud = SimulatedJobs.builder().clock(time.clock()).start();
  private final JobsClient client = client().build();

  private JobsClient.Builder client() {
    return JobsClient.builder()
        .service(JobsService.ECS)
        .endpoint(cloud.endpoint())
        .credentials(cloud.credentials())
        .clock(time.clock());
  }

  @AfterEach
  void close() {
    client.close();
    cloud.close();
  }

  @Test
  void aWaitOfHoursPollsAtTheSameTimesAsInRealTime() throws Exception {
    JobRef job = cloud.submit(lasting(Duration.ofHours(3)));
    List<Duration> polls = new ArrayList<>();
    WaitOptions options =
        WaitOptions.builder()
            .timeout(Duration.ofHours(4))
            .addListener(progress -> polls.add(progress.elapsed()))
            .build();

    Job done = time.run(() -> client.waitForCompletion(job, options));

    assertThat(done.status()).isEqualTo(JobStatus.SUCCESS);
    assertThat(time.elapsed()).isBetween(Duration.ofHours(3), Duration.ofMinutes(183));
    assertThat(polls.get(0)).isEqualTo(Duration.ofSeconds(2)); // it was just submitted
    assertThat(polls.get(1).minus(polls.get(0)).toMillis()).isCloseTo(1_000, within(200L));
    int n = polls.size();
    assertThat(polls.get(n - 1).minus(polls.get(n - 2)).toSeconds()).isBetween(95L, 145L);
  }

  @Test
  void timeStandsStillDuringAPoll() throws Exception {
    CompletableFuture<Job> wait = client.waitForCompletionAsync(submitted());
    Duration[] received = new Duration[1];
    cloud.inject(1, Fault.slow(Duration.ofMillis(100)));
    time.await(client.pollJobAsync(submitted()).thenAccept(job -> received[0] = time.elapsed()));
    assertThat(received[0]).isZero();
    time.run(
        () -> {
          for (int i = 0; i < 100; i++) {
            Duration before = time.elapsed();
            try (JobsClient fresh = client().build()) {
              fresh.pollJob(submitted());
            }
            assertThat(time.elapsed()).isEqualTo(before);
          }
          return null;
        });
    wait.cancel(true);
  }

  @Test
  void timeStandsStillWhileTheCallIsRunning() throws Exception {
    time.run(
        () -> {
          CompletableFuture<Job> wait = client.waitForCompletionAsync(submitted());
          long until = System.nanoTime() + Duration.ofMillis(100).toNanos();
          while (System.nanoTime() < until) {
            Thread.onSpinWait();
          }
          assertThat(time.elapsed()).isZero();
          wait.cancel(true);
          return null;
        });
  }

  @Test
  void timeAdvancesWhileAnotherWaitBlocksTheCall() throws Exception {
    Object oneAtATime = new Object();
    JobRef first = cloud.submit(lasting(Duration.ofMinutes(3)));
    JobRef second = cloud.submit(lasting(Duration.ofMinutes(3)));
    Job done =
        time.run(
            () -> {
              CountDownLatch inside = new CountDownLatch(1);
              Thread other =
                  new Thread(
                      () -> {
                        synchronized (oneAtATime) {
                          inside.countDown();
                          try {
                            client.waitForCompletion(first);
                          } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                          }
                        }
                      });
              other.setDaemon(true);
              other.start();
              inside.await();
              synchronized (oneAtATime) {
                return client.waitForCompletion(second);
              }
            });
    assertThat(done).isNotNull();
  }

  @Test
  void noTimePassesBetweenTheEndOfAWaitAndItsCaller() throws Exception {
    WaitOptions everySecond =
        WaitOptions.builder().schedule(PollSchedule.fixed(Duration.ofSeconds(1))).build();
    WaitOptions every10s =
        WaitOptions.builder().schedule(PollSchedule.fixed(Duration.ofSeconds(10))).build();
    CompletableFuture<Job> other =
        client.waitForCompletionAsync(cloud.submit(lasting(Duration.ofHours(1))), everySecond);
    time.run(
        () -> {
          for (int i = 0; i < 10; i++) {
            Duration before = time.elapsed();
            client.waitForCompletion(cloud.submit(lasting(Duration.ofSeconds(5))), every10s);
            assertThat(time.elapsed().minus(before)).isEqualTo(Duration.ofSeconds(12));
          }
          return null;
        });
    other.cancel(true);
  }

  /** It takes five seconds of real time until the executor no longer counts. */
  @Test
  void timeAdvancesAlthoughAnExecutorRunsNothing() throws Exception {
    WaitOptions options = WaitOptions.builder().timeout(Duration.ofSeconds(30)).build();
    JobRef job = cloud.submit(lasting(Duration.ofHours(1)));
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
  void signaturesAreCheckedByVirtualTime() throws Exception {
    time.advance(Duration.ofDays(3));
    JobRef job = cloud.submit(SimulatedJob.createServer(1));
    assertThat(time.run(() -> client.pollJob(job)).status()).isEqualTo(JobStatus.INIT);
    assertThat(cloud.polls(job)).isOne();
  }

  @Test
  void severalClientsShareOneTime() throws Exception {
    try (JobsClient other = client().build()) {
      List<CompletableFuture<Job>> waits = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        JobRef job = cloud.submit(lasting(Duration.ofMinutes(1 + i % 30)));
        waits.add((i % 2 == 0 ? client : other).waitForCompletionAsync(job));
      }
      time.await(waits.toArray(CompletableFuture[]::new));
      assertThat(waits).allMatch(wait -> wait.join().status() == JobStatus.SUCCESS);
      assertThat(time.elapsed()).isBetween(Duration.ofMinutes(30), Duration.ofMinutes(31));
    }
    assertThat(client.pollJobAsync(cloud.submit(lasting(Duration.ZERO))).join().status())
        .as("after the other client was closed")
        .isEqualTo(JobStatus.SUCCESS);
  }

  @Test
  void faultsAndQuotasTakeVirtualTime() throws Exception {
    try (SimulatedJobs strict = SimulatedJobs.builder().clock(time.clock()).quota(5).start();
        JobsClient client =
            client().endpoint(strict.endpoint()).credentials(strict.credentials()).build()) {
      strict.injectRandomly(0.1, Fault.badGateway());
      List<JobRef> jobs = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        jobs.add(strict.submit(lasting(Duration.ofMinutes(4))));
      }
      List<WaitOutcome> outcomes = time.run(() -> client.waitForAll(jobs, WaitOptions.defaults()));
      assertThat(outcomes).hasSize(100).allMatch(WaitOutcome.Succeeded.class::isInstance);
      assertThat(strict.received()).anyMatch(poll -> poll.status() == 502);
      long refused = strict.received().stream().filter(poll -> poll.status() == 429).count();
      assertThat(refused).isPositive().isLessThan(strict.received().size() / 10);
    }
  }

  @Test
  void runThrowsTheExceptionOfTheCall() {
    for (Throwable thrown : List.of(new IOException("thrown by the call"), new LinkageError())) {
      assertThatThrownBy(
              () ->
                  time.run(
                      () -> {
                        if (thrown instanceof Error error) {
                          throw error;
                        }
                        throw (Exception) thrown;
                      }))
          .isSameAs(thrown);
    }
  }

  @Test
  void theClockShowsVirtualTimeInAnyZone() {
    Instant start = Instant.parse("2030-01-01T00:00:00Z");
    VirtualTime other = new VirtualTime(start);
    assertThat(other.clock().instant()).isEqualTo(start);
    other.advance(Duration.ofMinutes(5));
    assertThat(other.clock().withZone(ZoneId.of("Asia/Tokyo")).instant())
        .isEqualTo(start.plusSeconds(300));
    assertThat(other.clock().withZone(ZoneId.of("Asia/Tokyo")).getZone())
        .isEqualTo(ZoneId.of("Asia/Tokyo"));
    assertThatIllegalArgumentException().isThrownBy(() -> other.advance(Duration.ofNanos(-1)));
  }

  private JobRef submitted() {
    return cloud.submit(lasting(Duration.ofHours(3)));
  }

  private static SimulatedJob lasting(Duration length) {
    return SimulatedJob.builder(SimulatedService.ECS, "createServer").running(length).build();
  }
}
