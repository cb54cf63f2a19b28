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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The machine's clock, the one that a test sets, and the gateway's: which is for what. */
class SimulatedTimeTest {
  private static final Pattern SERVER_TIME = Pattern.compile("server time:(\\d{8}T\\d{6}Z)");
  private static final DateTimeFormatter SDK_DATE =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private final Clock machine = Clock.systemUTC();
  private final SettableClock clock = new SettableClock();
  private final Instant before = machine.instant().truncatedTo(ChronoUnit.SECONDS);
  private final SimulatedJobs cloud = SimulatedJobs.builder().clock(clock).start();
  private final JobRef job = cloud.submit(SimulatedJob.createServer(1)); // takes 35 s

  @AfterEach
  void close() {
    cloud.close();
  }

  @Test
  void theStartIsTheMachinesTimeWhateverTheClockSays() {
    Reply reply = new Poller(cloud, machine).poll(job);

    assertThat(reply.job().beginTime()).isBetween(before, machine.instant());
    assertThat(job.submittedAt()).isBetween(before, machine.instant());
    assertThat(cloud.received().get(0).at()).isEqualTo(job.submittedAt());
    assertThat(reply.headers().getInstant("Date")).isBetween(before, machine.instant());
  }

  @Test
  void fromThereOnTheClockSaysHowMuchTimeHasPassed() {
    clock.advance(Duration.ofSeconds(35));

    Job done = new Poller(cloud, machine).job(job);

    assertThat(done.status()).isEqualTo(JobStatus.SUCCESS);
    assertThat(done.endTime()).isEqualTo(done.beginTime().plusSeconds(35));
  }

  @Test
  void theAgeOfASignatureIsTheMachinesHoweverFarTheClockGoes() {
    clock.advance(Duration.ofHours(12));

    assertThat(new Poller(cloud, machine).poll(job).status()).isEqualTo(200);
    assertThat(new Poller(cloud, skewed(Duration.ofHours(12))).poll(job).body())
        .contains("signature expired");
  }

  @ParameterizedTest
  @ValueSource(longs = {-16, 16})
  void aSkewOfMoreThan15MinutesMakesAFreshSignatureExpire(long minutes) {
    Duration skew = Duration.ofMinutes(minutes);
    try (SimulatedJobs other = SimulatedJobs.builder().clockSkew(skew).start()) {
      JobRef ref = other.submit(SimulatedJob.createServer(1));

      Reply refused = new Poller(other, machine).poll(ref);

      assertThat(refused.status()).isEqualTo(401);
      assertThat(refused.body()).contains("signature expired, signature time:");
      assertThat(serverTime(refused.body()))
          .isCloseTo(machine.instant().plus(skew), within(1, ChronoUnit.MINUTES));
      assertThat(refused.headers().getInstant("Date")).isBetween(before, machine.instant());
      assertThat(new Poller(other, skewed(skew)).poll(ref).status()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {-14, 14})
  void aSmallerSkewIsForgiven(long minutes) {
    try (SimulatedJobs other =
        SimulatedJobs.builder().clockSkew(Duration.ofMinutes(minutes)).start()) {
      JobRef ref = other.submit(SimulatedJob.createServer(1));

      assertThat(new Poller(other, machine).job(ref).status()).isEqualTo(JobStatus.INIT);
    }
  }

  private Clock skewed(Duration ahead) {
    return Clock.offset(machine, ahead);
  }

  private static Instant serverTime(String body) {
    Matcher time = SERVER_TIME.matcher(body);
    assertThat(time.find()).as(body).isTrue();
    return SDK_DATE.parse(time.group(1), Instant::from);
  }
}
