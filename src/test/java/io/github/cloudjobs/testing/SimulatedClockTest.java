package io.github.cloudjobs.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.model.JobStatus;
import io.github.cloudjobs.testing.Poller.Reply;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
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
  void timesStartAtTheMachinesTime() {
    Reply reply = new Poller(cloud, machine).poll(job);

    assertThat(reply.job().beginTime()).isBetween(before, machine.instant());
    assertThat(job.submittedAt()).isBetween(before, machine.instant());
    assertThat(cloud.received().get(0).at()).isEqualTo(job.submittedAt());
    assertThat(reply.headers().getInstant("Date")).isBetween(before, machine.instant());
  }

  @Test
  void jobsProgressWithTheClock() {
    time.advance(Duration.ofSeconds(35));

    Job done = new Poller(cloud, machine).job(job);

    assertThat(done.status()).isEqualTo(JobStatus.SUCCESS);
    assertThat(done.endTime()).isEqualTo(done.beginTime().plusSeconds(35));
  }

  @Test
  void theAgeOfSignaturesIsMeasuredByTheMachinesClock() {
    time.advance(Duration.ofHours(12));

    assertThat(new Poller(cloud, machine).poll(job).status()).isEqualTo(200);
    assertThat(new Poller(cloud, Clock.offset(machine, Duration.ofHours(12))).poll(job).body())
        .contains("signature expired");
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
      if (status == 401) {
        assertThat(serverTime(reply.body()))
            .isCloseTo(machine.instant().plus(skew), within(1, ChronoUnit.MINUTES));
      }
      assertThat(new Poller(skewed, Clock.offset(machine, skew)).poll(ref).status()).isEqualTo(200);
    }
  }

  private static Instant serverTime(String body) {
    String time = body.replaceAll(".*server time:(\\d{8}T\\d{6}Z).*", "$1");
    return DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'")
        .withZone(ZoneOffset.UTC)
        .parse(time, Instant::from);
  }
}
