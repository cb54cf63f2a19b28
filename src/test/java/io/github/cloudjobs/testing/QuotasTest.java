package io.github.cloudjobs.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.testing.Poller.Reply;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuotasTest {
  @Test
  void aProjectsPollsAreRefusedOnceItsQuotaIsUsedUpAndTakenAgainLater() {
    SettableClock clock = new SettableClock();
    try (SimulatedJobs cloud = SimulatedJobs.builder().clock(clock).quota(2).start()) {
      JobRef job = cloud.submit(SimulatedJob.createServer(1));
      JobRef other = cloud.submit("another-project", SimulatedJob.createServer(1));
      Poller poller = new Poller(cloud, Clock.systemUTC());
      assertThat(poller.poll(job).status()).isEqualTo(200);
      assertThat(poller.poll(job).status()).isEqualTo(200);
      Reply refused = poller.poll(job);
      assertThat(refused.status()).isEqualTo(429);
      assertThat(refused.body()).contains("APIGW.0308");
      assertThat(poller.poll(other).status()).as("another project").isEqualTo(200);
      clock.advance(Duration.ofMillis(500));
      assertThat(poller.poll(job).status()).isEqualTo(200);
      assertThat(poller.poll(job).status()).isEqualTo(429);
    }
  }

  @Test
  void afterALongPauseNoMoreThanOneSecondsWorthIsLetThrough() {
    SettableClock clock = new SettableClock();
    try (SimulatedJobs cloud = SimulatedJobs.builder().clock(clock).quota(0.5).start()) {
      JobRef job = cloud.submit(SimulatedJob.createServer(1));
      Poller poller = new Poller(cloud, Clock.systemUTC());
      clock.advance(Duration.ofHours(1));
      assertThat(poller.poll(job).status()).as("less than one is one").isEqualTo(200);
      assertThat(poller.poll(job).status()).isEqualTo(429);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
  void aQuotaThatIsNoneIsRefused(double quota) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SimulatedJobs.builder().quota(quota))
        .withMessageStartingWith("quota must be more than 0 and finite");
  }
}
