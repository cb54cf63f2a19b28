package io.github.cloudjobs.benchmark;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.JobsService;
import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.benchmark.harness.Bodies;
import io.github.cloudjobs.benchmark.harness.Contender;
import io.github.cloudjobs.benchmark.harness.Figure;
import io.github.cloudjobs.benchmark.harness.Operation;
import io.github.cloudjobs.benchmark.harness.PollTimes;
import io.github.cloudjobs.benchmark.harness.Usage;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.wait.PollSchedule;
import io.github.cloudjobs.wait.WaitOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** This library, by its public methods. */
public final class LibraryContender implements Contender {
  private static final double UNLIMITED = 1e9;

  @Override
  public Operation prepare(String operation, List<String> arguments) throws Exception {
    String first = arguments.isEmpty() ? "" : arguments.get(0);
    return switch (operation) {
      case "sign" -> {
        JobsClient client = builder().endpoint("https://ecs.eu-de.otc.t-systems.com").build();
        String jobId = Bodies.jobId(1);
        yield Operation.repeated(() -> client.signedRequest(Bodies.PROJECT, jobId));
      }
      case "decode" -> {
        byte[] body = Bodies.named(first);
        yield Operation.repeated(() -> Job.fromJson(body));
      }
      case "retained" -> {
        byte[] body = Bodies.named(first);
        yield Operation.retained(Integer.parseInt(arguments.get(1)), () -> Job.fromJson(body));
      }
      case "poll" -> {
        JobsClient client = overHttp(first);
        String jobId = Bodies.jobId(1);
        yield Operation.repeated(
            Integer.parseInt(arguments.get(1)), () -> client.pollJob(Bodies.PROJECT, jobId));
      }
      case "first-job" ->
          Operation.repeated(() -> overHttp(first).pollJob(Bodies.PROJECT, Bodies.jobId(1)));
      case "waits" -> time -> waits(Integer.parseInt(first), delay(arguments), null, time);
      case "waits-http" ->
          time -> waits(Integer.parseInt(first), delay(arguments), arguments.get(2), time);
      case "loop" -> time -> loop(Integer.parseInt(first), delay(arguments), time);
      case "heap" -> time -> heap(Integer.parseInt(first));
      case "joined" -> joined(Integer.parseInt(first));
      case "projects" -> time -> projects(Integer.parseInt(first));
      default -> throw new IllegalArgumentException(operation);
    };
  }

  private static Duration delay(List<String> arguments) {
    return Duration.ofMillis(Long.parseLong(arguments.get(1)));
  }

  private static JobsClient.Builder builder() {
    return JobsClient.builder()
        .service(JobsService.ECS)
        .credentials(
            Credentials.accessKey(
                "AKEXAMPLE00000000001", "an-invented-secret-that-opens-nothing-01"));
  }

  private static JobsClient overHttp(String endpoint) {
    JobsClient.Builder builder = builder().endpoint(endpoint).quota(UNLIMITED);
    return endpoint.startsWith("https")
        ? builder.trustedCertificates(Path.of(System.getProperty("certificate"))).build()
        : builder.build();
  }

  private static JobsClient inProcess(InProcessJobs jobs) {
    return builder()
        .endpoint("https://ecs.example.com")
        .httpClient(jobs.client())
        .quota(UNLIMITED)
        .build();
  }

  private static JobRef job(int number) {
    return new JobRef(Bodies.PROJECT, Bodies.jobId(number));
  }

  /** Waits with a schedule of their own, in the process or by HTTP if there is an endpoint. */
  private static Map<Figure, Double> waits(
      int waits, Duration delay, String endpoint, Duration time) throws InterruptedException {
    PollTimes times = new PollTimes(waits, delay);
    // Over HTTP a poll is timed when its schedule is asked for the next, which is after it.
    InProcessJobs jobs = new InProcessJobs(times::polled);
    try (JobsClient client = endpoint == null ? inProcess(jobs) : overHttp(endpoint)) {
      for (int i = 0; i < waits; i++) {
        int wait = i;
        PollSchedule schedule =
            (age, last) -> {
              if (endpoint != null) {
                times.polled(wait);
              }
              return times.nextDelay(wait);
            };
        WaitOptions options = WaitOptions.builder().schedule(schedule).build();
        client.waitForCompletionAsync(job(i), options);
      }
      return times.measure(time);
    }
  }

  /** The same polls without waits: one scheduled thread calls {@code pollJobAsync}. */
  private static Map<Figure, Double> loop(int waits, Duration delay, Duration time)
      throws InterruptedException {
    PollTimes times = new PollTimes(waits, delay);
    ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(1);
    try (JobsClient client = inProcess(new InProcessJobs(times::polled))) {
      for (int i = 0; i < waits; i++) {
        int wait = i;
        JobRef job = job(i);
        new Runnable() {
          @Override
          public void run() {
            client.pollJobAsync(job).thenAccept(answer -> rearm());
          }

          private void rearm() {
            scheduler.schedule(this, times.nextDelay(wait).toNanos(), TimeUnit.NANOSECONDS);
          }
        }.run();
      }
      return times.measure(time);
    } finally {
      scheduler.shutdownNow();
    }
  }

  /** Pending waits that have polled once, without the job that each has received. */
  private static Map<Figure, Double> heap(int waits) throws InterruptedException {
    CountDownLatch polled = new CountDownLatch(waits);
    InProcessJobs jobs = new InProcessJobs(number -> polled.countDown());
    WaitOptions options =
        WaitOptions.builder()
            .schedule(PollSchedule.fixed(Duration.ofMinutes(30)))
            .timeout(Duration.ofDays(1))
            .build();
    Object[] kept = new Object[waits];
    long before = Usage.liveHeap();
    for (int i = 0; i < waits; i++) {
      kept[i] = Job.fromJson(jobs.running(i));
    }
    double jobsAlone = Usage.liveHeap() - before;
    CompletableFuture<?>[] futures = new CompletableFuture<?>[waits];
    Arrays.fill(kept, null);
    try (JobsClient client = inProcess(jobs)) {
      client.pollJob(job(0));
      before = Usage.liveHeap();
      for (int i = 0; i < waits; i++) {
        futures[i] = client.waitForCompletionAsync(job(i), options);
      }
      polled.await();
      double bytes = Usage.liveHeap() - before - jobsAlone;
      if (futures[waits - 1].isDone()) {
        throw new IllegalStateException("the waits have ended");
      }
      return Map.of(Figure.RETAINED, bytes / waits);
    }
  }

  /** Waits for one job that all join while it is running, and that then succeeds. */
  private static Operation joined(int waits) {
    InProcessJobs jobs = new InProcessJobs(number -> {});
    JobsClient client = inProcess(jobs);
    WaitOptions options =
        WaitOptions.builder().schedule(PollSchedule.fixed(Duration.ofMillis(10))).build();
    return Operation.repeated(
        () -> {
          jobs.setEnded(false);
          CompletableFuture<?>[] futures = new CompletableFuture<?>[waits];
          for (int i = 0; i < waits; i++) {
            futures[i] = client.waitForCompletionAsync(job(0), options);
          }
          jobs.setEnded(true);
          return CompletableFuture.allOf(futures).join();
        });
  }

  /** The heap that is left of each project of which one job was waited for. */
  private static Map<Figure, Double> projects(int projects) throws InterruptedException {
    InProcessJobs jobs = new InProcessJobs(number -> {});
    jobs.setEnded(true);
    try (JobsClient client = inProcess(jobs)) {
      client.waitForCompletion(job(0));
      long before = Usage.liveHeap();
      for (int i = 0; i < projects; i++) {
        client.waitForCompletion(new JobRef(String.format("5ca1ab1e%024d", i), Bodies.jobId(i)));
      }
      double bytes = Usage.liveHeap() - before;
      return Map.of(Figure.RETAINED, bytes / projects);
    }
  }
}
