package io.github.cloudjobs.samples;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.JobsService;
import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.model.JobStatus;
import io.github.cloudjobs.model.JobsModule;
import io.github.cloudjobs.model.SubJob;
import io.github.cloudjobs.testing.Fault;
import io.github.cloudjobs.testing.SimulatedJob;
import io.github.cloudjobs.testing.SimulatedJobs;
import io.github.cloudjobs.testing.VirtualTime;
import io.github.cloudjobs.wait.ConsoleProgress;
import io.github.cloudjobs.wait.JobWaitException;
import io.github.cloudjobs.wait.JobWaitTimeoutException;
import io.github.cloudjobs.wait.LearnedSchedule;
import io.github.cloudjobs.wait.PollFailure;
import io.github.cloudjobs.wait.PollSchedule;
import io.github.cloudjobs.wait.WaitForAllException;
import io.github.cloudjobs.wait.WaitListener;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitOutcome;
import io.github.cloudjobs.wait.WaitProgress;
import io.github.cloudjobs.wait.WaitResult;
import io.github.cloudjobs.wait.WaitToken;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An application that waits for jobs: the examples of the documents, compiled and run. */
record WaitExamples(Consumer<String> lines) {
  private void log(String line) {
    lines.accept(line);
  }

  private void check(boolean claim) {
    lines.accept("checked: " + claim);
  }

  // One job

  Job waiting(JobsClient ecs, String projectId, String jobId, @Nullable Instant submittedAt)
      throws InterruptedException {
    // begin
    WaitOptions options =
        WaitOptions.builder()
            .timeout(Duration.ofMinutes(20))
            .confirmSuccess(2)
            .addListener(progress -> log(progress.toString()))
            .build();
    Job done = ecs.waitForCompletion(new JobRef(projectId, jobId, submittedAt), options);
    // end
    return done;
  }

  void deciding(JobsClient ecs, String projectId, String jobId) throws InterruptedException {
    // begin
    WaitOutcome outcome = ecs.awaitOutcome(projectId, jobId);
    if (outcome instanceof WaitOutcome.Failed failed) {
      failed
          .job()
          .failures()
          .forEach(failure -> log(failure.jobType() + ": " + failure.innermostMessage()));
    }
    // end
  }

  CompletableFuture<Job> later(JobsClient ecs, String projectId, String jobId) {
    // begin
    CompletableFuture<Job> created = ecs.waitForCompletionAsync(projectId, jobId);
    created.thenAccept(job -> log(job.ids("server_id").toString()));
    // end
    return created;
  }

  Job logging(JobsClient ecs, String projectId, String jobId) {
    // begin
    try {
      return ecs.pollJob(projectId, jobId);
    } catch (JobsServiceException e) {
      log(e.errorCode() + ", request " + e.requestId() + ": " + e.advice());
      throw e;
    }
    // end
  }

  void batch(Job job) {
    // begin
    List<SubJob> made = job.succeededSubJobs();
    List<SubJob> lost = job.failedSubJobs();
    Map<String, List<String>> named = job.resourceIds(); // {"server_id": [..], "volume_id": [..]}
    // end
    log(made.size() + " made, " + lost.size() + " lost, " + named);
  }

  Job stored(JobRef ref, Job job) throws JsonProcessingException {
    // begin
    record Order(String customer, JobRef ref, Job lastSeen) {}
    ObjectMapper mapper = JsonMapper.builder().addModule(new JobsModule()).build();
    String stored = mapper.writeValueAsString(new Order("c-1", ref, job));
    Order again = mapper.readValue(stored, Order.class);
    // end
    return again.lastSeen();
  }

  static WaitOptions listeners(PrintStream out, MeterRegistry meters, Tracer tracer) {
    // begin
    ConsoleProgress console = ConsoleProgress.on(out);
    WaitOptions options =
        WaitOptions.builder()
            .addListener(console)
            .addListener(new JobMetrics(meters))
            .addListener(WaitSpan.begin(tracer))
            .build();
    // end
    return options;
  }

  static WaitOptions learning() {
    // begin
    LearnedSchedule schedule = new LearnedSchedule(); // one for the application, kept
    WaitOptions options = WaitOptions.builder().schedule(schedule).build();
    // end
    return options;
  }

  // Many jobs

  void all(JobsClient ecs, List<JobRef> jobs) throws InterruptedException {
    // begin
    WaitListener ends =
        new WaitListener() {
          @Override
          public void onProgress(WaitProgress progress) {}

          @Override
          public void onEnd(WaitResult result) {
            log(result.ref().jobId() + " after " + result.elapsed().toSeconds() + " s");
          }
        };
    WaitOptions options = WaitOptions.builder().addListener(ends).build();
    List<WaitOutcome> outcomes = ecs.waitForAll(jobs, options);
    // end
    log(outcomes.size() + " outcomes");
  }

  void untilTheFirstFailure(JobsClient ecs, List<JobRef> jobs) throws InterruptedException {
    // begin
    WaitOptions options = WaitOptions.builder().stopAtFirstFailure().build();
    try {
      ecs.waitForAll(jobs, options);
    } catch (WaitForAllException e) {
      long made = e.results().stream().filter(WaitResult::succeeded).count();
      log(made + " succeeded before " + e.getCause().getMessage());
    }
    // end
  }

  // Waits that outlive their process

  Job keeping(JobsClient ecs, JobRef job, Path file, WaitOptions.Builder waiting)
      throws InterruptedException, IOException {
    // begin
    WaitOptions options = waiting.addListener(p -> write(file, p.token().text())).build();
    try {
      return ecs.waitForCompletion(job, options);
    } catch (JobWaitTimeoutException e) {
      write(file, e.token().text()); // nothing is lost: the wait can go on
      throw e;
    }
    // end
  }

  Job goingOn(JobsClient ecs, Path file) throws InterruptedException, IOException {
    // begin
    Job done = ecs.resume(new WaitToken(Files.readString(file)));
    // end
    return done;
  }

  CompletableFuture<Job> keepingWhenClosed(JobsClient ecs, JobRef job, Path file) {
    // begin
    CompletableFuture<Job> wait =
        ecs.waitForCompletionAsync(job)
            .whenComplete(
                (done, error) -> {
                  if (error instanceof JobWaitException stopped) {
                    write(file, stopped.token().text());
                  }
                });
    // end
    return wait;
  }

  Job once(JobsClient ecs, JobRef job, Path file) throws IOException, InterruptedException {
    // begin
    if (Files.notExists(file)) {
      Files.writeString(file, ecs.newToken(job, WaitOptions.defaults()).text());
    }
    Job done = ecs.resume(new WaitToken(Files.readString(file)));
    Files.delete(file);
    // end
    return done;
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // Tests of the application

  void testing() throws InterruptedException {
    // begin
    try (SimulatedJobs service = SimulatedJobs.builder().timeScale(60).start();
        JobsClient client =
            JobsClient.builder()
                .service(JobsService.ECS)
                .endpoint(service.endpoint())
                .credentials(service.credentials())
                .build()) {
      JobRef job = service.submit(SimulatedJob.createServer(2));
      service.inject(1, Fault.badGateway());
      WaitOptions often =
          WaitOptions.builder().schedule(PollSchedule.fixed(Duration.ofMillis(10))).build();
      Job done = client.waitForCompletion(job, often);
      check(done.ids("server_id").size() == 2);
    }
    // end
  }

  void inNoTime() throws Exception {
    // begin
    VirtualTime time = new VirtualTime();
    try (SimulatedJobs service = SimulatedJobs.builder().clock(time.clock()).start();
        JobsClient client =
            JobsClient.builder()
                .service(JobsService.IMS)
                .endpoint(service.endpoint())
                .credentials(service.credentials())
                .clock(time.clock())
                .build()) {
      JobRef job = service.submit(SimulatedJob.exportImage());
      Job done = time.run(() -> client.waitForCompletion(job, Duration.ofMinutes(20)));
      log(done.status() + " after " + time.elapsed().toMinutes() + " minutes");
    }
    // end
  }

  // Listeners that report to other libraries

  // begin
  /** Times waits and counts polls; one instance for all waits. */
  record JobMetrics(MeterRegistry meters) implements WaitListener {
    @Override
    public void onProgress(WaitProgress progress) {
      count(progress.service(), "job");
    }

    @Override
    public void onPollFailed(PollFailure failure) {
      count(failure.service(), "error");
    }

    @Override
    public void onThrottled(PollFailure failure) {
      count(failure.service(), "throttled");
    }

    private void count(String service, String result) {
      meters.counter("jobs.polls", "service", service, "result", result).increment();
    }

    @Override
    public void onEnd(WaitResult result) {
      meters
          .timer("jobs.waits", "service", result.service(), "ending", result.ending())
          .record(result.elapsed());
    }
  }

  // end

  // begin
  /** A span for one wait, inside the caller's span; each wait needs its own instance. */
  record WaitSpan(Span span) implements WaitListener {
    static WaitSpan begin(Tracer tracer) {
      return new WaitSpan(tracer.spanBuilder("wait for job").startSpan());
    }

    @Override
    public void onStatusChange(JobStatus before, WaitProgress progress) {
      span.addEvent(before + " to " + progress.job().status());
    }

    @Override
    public void onProgress(WaitProgress progress) {
      span.setAttribute("job.polls", progress.polls());
    }

    @Override
    public void onPollFailed(PollFailure failure) {
      span.recordException(failure.error());
    }

    @Override
    public void onThrottled(PollFailure failure) {
      span.addEvent("throttled");
    }

    @Override
    public void onEnd(WaitResult result) {
      span.setAttribute("job.service", result.service())
          .setAttribute("job.id", result.ref().jobId())
          .setStatus(result.succeeded() ? StatusCode.OK : StatusCode.ERROR, result.ending())
          .end();
    }
  }
  // end
}
