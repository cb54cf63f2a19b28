package io.github.cloudjobs.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.wait.PollSchedule;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A thousand waits for jobs of about four minutes, begun within ten seconds, on one quota. The
 * simulation of the same rules found, over forty fleets, 15.1 s of lateness on average and 38.4 s
 * at the 95th percentile for 20 polls per second, 7.7 s and 15.2 s for 100; the mean of a fleet
 * differs from another's by 0.3 s. The bounds leave what an average of forty may differ by.
 */
class QuotaTest {
  private static final int FLEETS = 40;

  @Test
  void aQuotaOfTwentyThatNobodyKnowsIsFoundAndUsed() {
    Fleets all = fleets(PollLimits.defaults(64), 20);

    assertThat(all.mean).as("%s", all).isLessThan(15.2);
    assertThat(all.p95).as("%s", all).isLessThan(38.6);
    assertThat(all.refused).as("%s", all).isLessThan(0.02);
  }

  @Test
  void aQuotaOfAHundredThatNobodyKnowsIsFoundAndUsed() {
    Fleets all = fleets(PollLimits.defaults(64), 100);

    assertThat(all.mean).as("%s", all).isLessThan(7.75);
    assertThat(all.p95).as("%s", all).isLessThan(15.3);
    assertThat(all.refused).as("%s", all).isLessThan(0.01);
  }

  @ParameterizedTest
  @ValueSource(ints = {20, 100})
  void aQuotaThatIsKnownIsKept(int quota) {
    assertThat(thousand(PollLimits.quota(64, quota), quota, 1).refused).isZero();
  }

  /** Averages over fleets. */
  private record Fleets(double mean, double p95, double polls, double refused) {}

  private static Fleets fleets(PollLimits limits, double quota) {
    double mean = 0;
    double p95 = 0;
    double polls = 0;
    double refused = 0;
    for (int seed = 1; seed <= FLEETS; seed++) {
      LoadSimulation fleet = thousand(limits, quota, seed);
      mean += LoadSimulation.mean(fleet.late) / FLEETS;
      p95 += LoadSimulation.percentile(fleet.late, 0.95) / FLEETS;
      polls += fleet.pollsPerJob() / FLEETS;
      refused += (double) fleet.refused / fleet.polls / FLEETS;
    }
    return new Fleets(mean, p95, polls, refused);
  }

  private static LoadSimulation thousand(PollLimits limits, double quota, int seed) {
    LoadSimulation fleet =
        new LoadSimulation(limits, PollSchedule.balanced(), quota, seed)
            .submit(1_000, "createServer", 240, Duration.ofSeconds(10))
            .run();
    assertThat(fleet.late).hasSize(1_000);
    return fleet;
  }
}
