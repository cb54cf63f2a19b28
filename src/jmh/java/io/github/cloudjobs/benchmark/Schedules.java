package io.github.cloudjobs.benchmark;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.JobsService;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.testing.SimulatedJob;
import io.github.cloudjobs.testing.SimulatedJobs;
import io.github.cloudjobs.testing.SimulatedService;
import io.github.cloudjobs.testing.VirtualTime;
import io.github.cloudjobs.wait.LearnedSchedule;
import io.github.cloudjobs.wait.PollSchedule;
import io.github.cloudjobs.wait.WaitOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * How late the end of a job is noticed, and for how many requests: our schedules by waits in
 * virtual time against a simulated service, those of others by their documented rule. Durations are
 * lognormal with a sigma of 0.5 around four medians.
 */
final class Schedules {
  static final Map<String, Double> MEDIANS = new LinkedHashMap<>();
  private static final double SIGMA = 0.5;
  private static final int SEED = 20;

  /** As many jobs as {@link LearnedSchedule} asks for before it uses what it has learned. */
  private static final int LESSONS = 20;

  static {
    MEDIANS.put("8 s", 8.0);
    MEDIANS.put("45 s", 45.0);
    MEDIANS.put("4 min", 240.0);
    MEDIANS.put("15 min", 900.0);
  }

  /**
   * A schedule's result for one type of job.
   *
   * @param lateness the mean, in per cent of the job's duration
   */
  record Result(String name, boolean ours, double requests, double lateness) {
    /** The mean over types of job, each with the same weight. */
    static Result mean(List<Result> types) {
      return new Result(
          types.get(0).name(),
          types.get(0).ours(),
          types.stream().mapToDouble(Result::requests).average().orElseThrow(),
          types.stream().mapToDouble(Result::lateness).average().orElseThrow());
    }
  }

  private final int jobs;

  Schedules(int jobs) {
    this.jobs = jobs;
  }

  /** Returns the results of all schedules for one type of job. */
  List<Result> results(String type) throws Exception {
    Random random = new Random(SEED);
    double median = MEDIANS.get(type);
    double[] lessons = durations(LESSONS, median, random);
    double[] durations = durations(jobs, median, random);
    List<Result> results = new ArrayList<>();
    results.add(wait("eager", PollSchedule.eager(), durations, 0));
    results.add(wait("balanced", PollSchedule.balanced(), durations, 0));
    results.add(wait("frugal", PollSchedule.frugal(), durations, 0));
    double[] all = new double[LESSONS + jobs];
    System.arraycopy(lessons, 0, all, 0, LESSONS);
    System.arraycopy(durations, 0, all, LESSONS, jobs);
    results.add(wait("learned", new LearnedSchedule(), all, LESSONS));
    for (Peer peer : Peer.ALL) {
      results.add(peer.wait(durations));
    }
    return results;
  }

  private static double[] durations(int count, double median, Random random) {
    return random
        .doubles(count)
        .map(unused -> median * Math.exp(SIGMA * random.nextGaussian()))
        .toArray();
  }

  private static Result wait(String name, PollSchedule schedule, double[] durations, int skipped)
      throws Exception {
    VirtualTime time = new VirtualTime();
    WaitOptions options =
        WaitOptions.builder().schedule(schedule).timeout(Duration.ofHours(12)).build();
    try (SimulatedJobs cloud = SimulatedJobs.builder().clock(time.clock()).start();
        JobsClient client =
            JobsClient.builder()
                .service(JobsService.ECS)
                .endpoint(cloud.endpoint())
                .credentials(cloud.credentials())
                .clock(time.clock())
                .build()) {
      double requests = 0;
      double lateness = 0;
      for (int i = 0; i < durations.length; i++) {
        Duration duration = Duration.ofNanos((long) (durations[i] * 1e9));
        JobRef job =
            cloud.submit(
                SimulatedJob.builder(SimulatedService.ECS, "createServer")
                    .running(duration)
                    .build());
        Duration start = time.elapsed();
        time.run(() -> client.waitForCompletion(job, options));
        if (i >= skipped) {
          double waited = time.elapsed().minus(start).toNanos() / 1e9;
          lateness += (waited - durations[i]) / durations[i];
          requests += cloud.polls(job);
        }
      }
      int counted = durations.length - skipped;
      return new Result(name, true, requests / counted, 100 * lateness / counted);
    }
  }

  /** The pause after a number of polls, in seconds; after 0, the pause before the first. */
  private interface Delay {
    double after(int polls, Random random);
  }

  /** A schedule of another library, without its limits on attempts and time. */
  private record Peer(String name, Delay delay) {
    static final List<Peer> ALL =
        List.of(
            new Peer("Azure data, 1 s", (n, random) -> n == 0 ? 0 : 1),
            new Peer("openstacksdk, 2 s", (n, random) -> n == 0 ? 0 : 2),
            new Peer("fixed 5 s", (n, random) -> n == 0 ? 0 : 5),
            new Peer("Terraform provider, 10 s", (n, random) -> 10),
            new Peer("golangsdk", (n, random) -> n == 0 ? 5 : 10),
            new Peer("AWS EC2, 15 s", (n, random) -> n == 0 ? 0 : 15),
            new Peer("Azure ARM, 30 s", (n, random) -> n == 0 ? 0 : 30),
            new Peer(
                "Smithy",
                (n, random) ->
                    n == 0 ? 0 : 2 + (exponential(2, 2, 120, n) - 2) * random.nextDouble()),
            new Peer("gax", (n, random) -> exponential(5, 1.5, 45, n + 1) * random.nextDouble()),
            new Peer("OCI", (n, random) -> exponential(2, 2, 30, n)),
            new Peer("Terraform core", (n, random) -> exponential(0.2, 2, 10, n)),
            new Peer("1 s × 1.5", (n, random) -> exponential(1, 1.5, 30, n)));

    private static double exponential(double first, double factor, double most, int polls) {
      return polls == 0 ? 0 : Math.min(most, first * Math.pow(factor, polls - 1));
    }

    Result wait(double[] durations) {
      Random random = new Random(SEED);
      double requests = 0;
      double lateness = 0;
      for (double duration : durations) {
        double now = delay.after(0, random);
        int polls = 1;
        while (now < duration) {
          now += delay.after(polls, random);
          polls++;
        }
        requests += polls;
        lateness += (now - duration) / duration;
      }
      return new Result(
          name, false, requests / durations.length, 100 * lateness / durations.length);
    }
  }
}
