package io.github.cloudjobs.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.PollResult;
import io.github.cloudjobs.step.PollResults;
import io.github.cloudjobs.wait.LearnedSchedule;
import io.github.cloudjobs.wait.PollSchedule;
import io.github.cloudjobs.wait.WaitOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How late the ends of many jobs are noticed, and by how many polls: the simulation by which the
 * schedules and the limiter were designed, with the code itself. The service responds in 0.15 s and
 * refuses what is over its quota; durations are lognormal around a median.
 */
class LoadTest {
  private static final Duration ROUND_TRIP = Duration.ofMillis(150);

  /**
   * A thousand jobs of about four minutes, started within ten seconds. Over forty runs the means
   * were 15.1 s (38.4 s at the 95th percentile) for 20 polls per second, and 7.7 s (15.2 s) for
   * 100.
   */
  @ParameterizedTest
  @CsvSource({"20, 15.5, 39.6, 0.02", "100, 8.1, 15.9, 0.01"})
  void anUnknownQuotaIsFoundAndUsed(int quota, double mean, double p95, double refused) {
    int runs = 4;
    double means = 0;
    double percentiles = 0;
    double refusals = 0;
    for (int seed = 1; seed <= runs; seed++) {
      Simulation simulation = thousand(PollLimits.DEFAULTS, quota, seed);
      means += simulation.meanLateness() / runs;
      percentiles += simulation.percentileOfLateness(0.95) / runs;
      refusals += (double) simulation.refused / simulation.polls / runs;
    }
    assertThat(means).isLessThan(mean);
    assertThat(percentiles).isLessThan(p95);
    assertThat(refusals).isLessThan(refused);
  }

  @Test
  void aKnownQuotaIsKept() {
    assertThat(thousand(PollLimits.DEFAULTS.withQuota(20), 20, 1).refused).isZero();
  }

  private static Simulation thousand(PollLimits limits, double quota, int seed) {
    Simulation simulation = new Simulation(limits, PollSchedule.balanced(), quota, seed);
    simulation.run(1_000, "createServer", 240, Duration.ofSeconds(10));
    assertThat(simulation.late).hasSize(1_000);
    return simulation;
  }

  /** The medians are those of the study, in seconds. */
  @Test
  void afterTwentyJobsTheLearnedScheduleNeedsHalfThePollsForTheSameLateness() {
    LearnedSchedule schedule = new LearnedSchedule();
    double balancedLateness = 0;
    double learnedLateness = 0;
    for (int median : new int[] {8, 45, 240, 900}) {
      Simulation balanced = hour(PollSchedule.balanced(), median);
      Simulation learned = hour(schedule, median);
      assertThat(learned.polls)
          .as("polls for a median of %s s", median)
          .isLessThan(balanced.polls / 2);
      balancedLateness += balanced.meanLateness();
      learnedLateness += learned.meanLateness();
      assertThat(schedule.seen("type-" + median)).isEqualTo(300);
    }
    assertThat(learnedLateness).isLessThan(1.25 * balancedLateness);
  }

  private static Simulation hour(PollSchedule schedule, int median) {
    Simulation simulation = new Simulation(EngineFixture.UNLIMITED, schedule, 0, 1);
    simulation.run(20, "type-" + median, median, Duration.ofSeconds(1));
    simulation.forget();
    simulation.run(300, "type-" + median, median, Duration.ofHours(1));
    return simulation;
  }

  /** Many jobs of one service. */
  private static final class Simulation implements PollSource {
    final EngineFixture fixture;
    final List<Double> late = new ArrayList<>(); // seconds from a job's end until it was noticed
    int polls;
    int refused;
    private final Random random;
    private final PollSchedule schedule;
    private final double quota;
    private final Map<String, Life> lives = new HashMap<>();
    private double left; // of the service's quota
    private Duration filled = Duration.ZERO;

    /** When a job begins and ends. */
    private record Life(String type, Duration begin, Duration end) {}

    /** Its quota is in polls per second, and as many at once; 0 for no limit. */
    Simulation(PollLimits limits, PollSchedule schedule, double quota, int seed) {
      fixture = new EngineFixture(limits);
      random = new Random(seed);
      this.schedule = schedule;
      this.quota = quota;
      left = quota;
    }

    /** Submits jobs evenly over some time, and lets time pass until all have ended. */
    void run(int jobs, String type, double median, Duration over) {
      Duration from = fixture.timer.now();
      for (int i = 0; i < jobs; i++) {
        Duration begin = from.plusNanos((long) (random.nextDouble() * over.toNanos()));
        double length = median * Math.exp(0.5 * random.nextGaussian());
        Life life = new Life(type, begin, begin.plusNanos((long) (length * 1e9)));
        String id = type + "-" + lives.size();
        lives.put(id, life);
        fixture.timer.schedule(begin.minus(from), () -> follow(id, life));
      }
      fixture.timer.runUntilIdle();
    }

    void forget() {
      lives.clear();
      late.clear();
      polls = 0;
    }

    private void follow(String id, Life life) {
      JobRef job = new JobRef("p", id, fixture.clock.instant());
      var wait =
          fixture.start(
              job, this, WaitOptions.builder().schedule(schedule).timeout(Duration.ofHours(6)));
      wait.thenAccept(
          end -> {
            end.jobOrThrow();
            late.add(seconds(fixture.timer.now().minus(life.end)));
          });
    }

    @Override
    public Runnable poll(JobRef ref, int generation, Consumer<PollResult> sink) {
      polls++;
      PollResult result =
          takesQuota()
              ? new PollResult(job(ref), null, null, null)
              : new PollResult(null, PollResults.throttled(), null, null);
      return fixture.timer.schedule(ROUND_TRIP, () -> sink.accept(result));
    }

    private Job job(JobRef ref) {
      Life life = lives.get(ref.jobId());
      Instant begin = EngineFixture.START.plus(life.begin);
      boolean ended = fixture.timer.now().plus(ROUND_TRIP.dividedBy(2)).compareTo(life.end) >= 0;
      return Job.fromJson(
          "{\"job_id\":\"%s\",\"job_type\":\"%s\",\"status\":\"%s\",\"begin_time\":\"%s\"%s}"
              .formatted(
                  ref.jobId(),
                  life.type,
                  ended ? "SUCCESS" : "RUNNING",
                  begin,
                  ended ? ",\"end_time\":\"" + EngineFixture.START.plus(life.end) + "\"" : ""));
    }

    private boolean takesQuota() {
      if (quota == 0) {
        return true;
      }
      Duration now = fixture.timer.now();
      left = Math.min(quota, left + seconds(now.minus(filled)) * quota);
      filled = now;
      if (left < 1) {
        refused++;
        return false;
      }
      left--;
      return true;
    }

    double meanLateness() {
      return late.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }

    double percentileOfLateness(double share) {
      return late.stream().sorted().toList().get((int) (share * late.size()));
    }

    private static double seconds(Duration duration) {
      return duration.toNanos() / 1e9;
    }
  }
}
