package io.github.cloudjobs.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.wait.LearnedSchedule;
import io.github.cloudjobs.wait.PollSchedule;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What is learned from twenty jobs is worth half the polls, at the same lateness. */
class LearnedLoadTest {
  /** The medians of the study's four types of jobs, in seconds. */
  private static final double[] MEDIANS = {8, 45, 240, 900};

  private static final int TEACHERS = 20;
  private static final int JOBS = 1_000;
  private static final int SEEDS = 5;

  @Test
  void theFourTypesOfTheStudyTakeHalfThePollsAtTheSameLateness() {
    double balancedLate = 0;
    double learnedLate = 0;
    for (double median : MEDIANS) {
      double balancedPolls = 0;
      double learnedPolls = 0;
      for (int seed = 1; seed <= SEEDS; seed++) {
        LoadSimulation balanced = fleet(PollSchedule.balanced(), median, seed);
        LoadSimulation learned = fleet(new LearnedSchedule(), median, seed);
        balancedPolls += balanced.pollsPerJob();
        learnedPolls += learned.pollsPerJob();
        balancedLate += LoadSimulation.mean(balanced.late) / MEDIANS.length / SEEDS;
        learnedLate += LoadSimulation.mean(learned.late) / MEDIANS.length / SEEDS;
      }
      assertThat(learnedPolls)
          .as("polls for a median of %s s", median)
          .isLessThan(0.5 * balancedPolls);
    }
    assertThat(learnedLate).isLessThan(1.2 * balancedLate);
  }

  /** Several types at once are told apart, and teach each other nothing. */
  @Test
  void typesAreLearnedApart() {
    LearnedSchedule schedule = new LearnedSchedule();
    LoadSimulation fleet = new LoadSimulation(EngineFixture.UNLIMITED, schedule, 0, 3);
    fleet.submit(100, "createVolume", 8, Duration.ofMinutes(1));
    fleet.submit(100, "createImage", 900, Duration.ofMinutes(1)).run();
    assertThat(schedule.seen("createVolume")).isEqualTo(100);
    assertThat(schedule.seen("createImage")).isEqualTo(100);
  }

  private static LoadSimulation fleet(PollSchedule schedule, double median, int seed) {
    LoadSimulation fleet = new LoadSimulation(EngineFixture.UNLIMITED, schedule, 0, seed);
    fleet.submit(TEACHERS, "createServer", median, Duration.ofSeconds(1)).run();
    fleet.forget();
    return fleet.submit(JOBS, "createServer", median, Duration.ofHours(1)).run();
  }
}
