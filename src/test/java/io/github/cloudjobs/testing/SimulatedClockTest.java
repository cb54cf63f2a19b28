package io.github.cloudjobs.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.model.JobStatus;
import io.github.cloudjobs.testing.Poller.Reply;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a clock of the user's own and a clock skew change, and what keeps the machine's time. */
class SimulatedClockTest {
  private final Clock machine = Clock.systemUTC();
  private final VirtualTime time = new VirtualTime(Instant.EPOCH);
  // An offset hides that this is a clock of virtual time, which would replace the machine's.
  private final Clock clock = Clock.offset(time.clock(), Duration.ofDays(1));
  private final Instant before = machine.instant().truncatedTo(ChronoUnit.SECONDS);
  private final SimulatedJobs cloud = SimulatedJobs.builder().clock(clock).start();
  private final JobRef job = cloud.submit(SimulatedJob.createServer(1)); // takes 35 s

  @AfterEach
  void close() {
    cloud.close();
  }

  @Test
  void timesStartAtTheMachinesTimeAndProgressWithTheClock() {
    Poller poller = new Poller(cloud, machine);
    time.advance(Duration.ofSeconds(35));

    Job done = poller.job(job);

    assertThat(job.submittedAt()).isBetween(before, machine.instant());
    assertThat(done.beginTime()).isEqualTo(job.submittedAt().truncatedTo(ChronoUnit.MILLIS));
    assertThat(done.status()).isEqualTo(JobStatus.SUCCESS);
    assertThat(done.endTime()).isEqualTo(done.beginTime().plusSeconds(35));
    assertThat(cloud.received().get(0).at()).isEqualTo(job.submittedAt().plusSeconds(35));
    time.advance(Duration.ofHours(12));
    assertThat(poller.poll(job).status()).as("signatures are as old as before").isEqualTo(200);
    assertThat(poller.poll(job).headers().getInstant("Date")).isBetween(before, machine.instant());
  }

  @ParameterizedTest
  @CsvSource({"-16, 401", "-14, 200", "14, 200", "16, 401"})
  void aSkewOfMoreThan15MinutesExpiresSignatures(long minutes, int status) {
    Duration skew = Duration.ofMinutes(minutes);
    try (SimulatedJobs skewed = SimulatedJobs.builder().clockSkew(skew).start()) {
      JobRef ref = skewed.submit(SimulatedJob.createServer(1));

      Reply reply = new Poller(skewed, machine).poll(ref);

      assertThat(reply.status()).isEqualTo(status);
      assertThat(reply.headers().getInstant("Date")).isBetween(before, machine.instant());
      assertThat(reply.body().contains("signature expired")).isEqualTo(status == 401);
      assertThat(new Poller(skewed, Clock.offset(machine, skew)).poll(ref).status()).isEqualTo(200);
    }
  }
}
