package io.github.cloudjobs.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.github.cloudjobs.model.JobRef;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RandomFaultsTest {
  private final SimulatedJobs cloud = SimulatedJobs.start();
  private final JobRef job = cloud.submit(SimulatedJob.createServer(1));

  @AfterEach
  void close() {
    cloud.close();
  }

  @Test
  void aShareOfAllPollsMeetsEachTroubleTheSameInEveryRun() {
    List<Integer> first = statuses(cloud, job);
    assertThat(first.stream().filter(status -> status == 503)).hasSizeBetween(60, 140);
    assertThat(first.stream().filter(status -> status == 502)).hasSizeBetween(10, 50);
    try (SimulatedJobs again = SimulatedJobs.start()) {
      JobRef other = again.submit(SimulatedJob.createServer(1));
      assertThat(statuses(again, other)).isEqualTo(first);
    }
  }

  private static List<Integer> statuses(SimulatedJobs cloud, JobRef job) {
    cloud.injectRandomly(0.2, Fault.unavailable());
    cloud.injectRandomly(0.05, Fault.badGateway());
    Poller poller = new Poller(cloud, Clock.systemUTC());
    List<Integer> statuses = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      statuses.add(poller.poll(job).status());
    }
    return statuses;
  }

  @Test
  void whatIsAskedForByNumberComesFirstAndCalmEndsAll() {
    cloud.injectRandomly(1, Fault.unavailable());
    cloud.inject(job, 1, Fault.badGateway());
    Poller poller = new Poller(cloud, Clock.systemUTC());
    assertThat(poller.poll(job).status()).isEqualTo(502);
    assertThat(poller.poll(job).status()).isEqualTo(503);
    cloud.clearFaults();
    assertThat(poller.poll(job).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
  void aShareThatIsNoneIsRefused(double share) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> cloud.injectRandomly(share, Fault.unavailable()))
        .withMessageStartingWith("shares must be from 0 to 1");
  }

  @Test
  void sharesOfMoreThanTheWholeAreRefused() {
    cloud.injectRandomly(0.7, Fault.unavailable());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> cloud.injectRandomly(0.4, Fault.badGateway()));
    assertThatNullPointerException().isThrownBy(() -> cloud.injectRandomly(0.1, null));
  }
}
