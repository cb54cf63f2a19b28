package io.github.cloudjobs.engine;

import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.Answers;
import io.github.cloudjobs.step.PollResult;
import io.github.cloudjobs.step.WaitTermination;
import io.github.cloudjobs.wait.PollSchedule;
import io.github.cloudjobs.wait.WaitOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Many jobs on one service that answers in 0.15 s and refuses what is over its quota, waited for by
 * a real engine in virtual time: the simulation that the schedule and the limiter were designed by,
 * with the code itself.
 */
final class LoadSimulation implements PollSource {
  private static final Duration ROUND_TRIP = Duration.ofMillis(150);
  private static final double SIGMA = 0.5;

  final EngineFixture rig;
  final List<Double> late = new ArrayList<>(); // seconds from a job's end until it was known
  final List<Double> relative = new ArrayList<>(); // the same, as a part of the job's duration
  int polls;
  int refused;

  private final Random random;
  private final PollSchedule schedule;
  private final double quota;
  private final Map<String, Life> lives = new HashMap<>();
  private double places; // left in the service's bucket
  private Duration filled = Duration.ZERO;

  /** When a job begins and ends. */
  private record Life(String type, Duration begin, Duration end) {
    double seconds() {
      return seconds(end.minus(begin));
    }

    static double seconds(Duration duration) {
      return duration.toNanos() / 1e9;
    }
  }

  /**
   * @param quota polls per second, and as many at once; 0 for no limit
   */
  LoadSimulation(PollLimits limits, PollSchedule schedule, double quota, int seed) {
    rig = new EngineFixture(limits);
    random = new Random(seed);
    this.schedule = schedule;
    this.quota = quota;
    places = quota;
  }

  /** Submits jobs whose durations are lognormal around a median, evenly spread over some time. */
  LoadSimulation submit(int jobs, String type, double median, Duration over) {
    Duration from = rig.timer.now();
    for (int i = 0; i < jobs; i++) {
      Duration begin = from.plusNanos((long) (random.nextDouble() * over.toNanos()));
      double length = median * Math.exp(SIGMA * random.nextGaussian());
      Life life = new Life(type, begin, begin.plusNanos((long) (length * 1e9)));
      String id = type + "-" + lives.size();
      lives.put(id, life);
      rig.timer.schedule(begin.minus(from), () -> follow(id, life));
    }
    return this;
  }

  /** Lets time pass until all have ended. */
  LoadSimulation run() {
    rig.timer.runUntilIdle();
    return this;
  }

  /** Counts anew from here. */
  void forget() {
    lives.clear();
    late.clear();
    relative.clear();
    polls = 0;
    refused = 0;
  }

  private void follow(String id, Life life) {
    JobRef job = new JobRef("p", id, rig.clock.instant());
    CompletableFuture<WaitTermination> wait =
        rig.start(job, this, WaitOptions.builder().schedule(schedule).timeout(Duration.ofHours(6)));
    wait.thenAccept(
        end -> {
          end.jobOrThrow();
          double seconds = Life.seconds(rig.timer.now().minus(life.end));
          late.add(seconds);
          relative.add(seconds / life.seconds());
        });
  }

  @Override
  public Handle poll(JobRef ref, int mark, Consumer<PollResult> sink) {
    polls++;
    boolean isRefused = !takesPlace();
    Life life = lives.get(ref.jobId());
    boolean ended = rig.timer.now().plus(ROUND_TRIP.dividedBy(2)).compareTo(life.end) >= 0;
    PollResult answer =
        isRefused
            ? new PollResult(null, Answers.throttled(), null, null)
            : new PollResult(job(ref, life, ended), null, null, null);
    return rig.timer.schedule(ROUND_TRIP, () -> sink.accept(answer));
  }

  private static Job job(JobRef ref, Life life, boolean ended) {
    Instant begin = EngineFixture.START.plus(life.begin);
    return Job.fromJson(
        "{\"job_id\":\"%s\",\"job_type\":\"%s\",\"status\":\"%s\",\"begin_time\":\"%s\"%s}"
            .formatted(
                ref.jobId(),
                life.type,
                ended ? "SUCCESS" : "RUNNING",
                begin,
                ended ? ",\"end_time\":\"" + EngineFixture.START.plus(life.end) + "\"" : ""));
  }

  private boolean takesPlace() {
    if (quota == 0) {
      return true;
    }
    Duration now = rig.timer.now();
    places = Math.min(quota, places + Life.seconds(now.minus(filled)) * quota);
    filled = now;
    if (places < 1) {
      refused++;
      return false;
    }
    places--;
    return true;
  }

  double pollsPerJob() {
    return (double) polls / lives.size();
  }

  static double mean(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }

  static double percentile(List<Double> values, double share) {
    List<Double> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    return sorted.get((int) Math.min(sorted.size() - 1, share * sorted.size()));
  }

  /** As the study's tables have it. */
  @Override
  public String toString() {
    return "late %.1f s, p95 %.1f s, relative %.1f %%, p95 %.0f %%, %.1f polls a job, %.1f %% refused"
        .formatted(
            mean(late),
            percentile(late, 0.95),
            100 * mean(relative),
            100 * percentile(relative, 0.95),
            pollsPerJob(),
            100.0 * refused / polls);
  }
}
