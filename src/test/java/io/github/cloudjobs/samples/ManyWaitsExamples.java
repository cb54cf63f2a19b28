package io.github.cloudjobs.samples;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.JobsService;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.testing.SimulatedJob;
import io.github.cloudjobs.testing.SimulatedJobs;
import io.github.cloudjobs.testing.VirtualTime;
import io.github.cloudjobs.wait.JobWaitException;
import io.github.cloudjobs.wait.JobWaitTimeoutException;
import io.github.cloudjobs.wait.LearnedSchedule;
import io.github.cloudjobs.wait.WaitForAllException;
import io.github.cloudjobs.wait.WaitListener;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitOutcome;
import io.github.cloudjobs.wait.WaitProgress;
import io.github.cloudjobs.wait.WaitResult;
import io.github.cloudjobs.wait.WaitToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** The examples of the guide's page on many and long waits, compiled and run. */
final class ManyWaitsExamples {
  private final Consumer<String> lines;

  ManyWaitsExamples(Consumer<String> lines) {
    this.lines = lines;
  }

  private void log(String line) {
    lines.accept(line);
  }

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

  WaitOptions learning() {
    // begin
    LearnedSchedule schedule = new LearnedSchedule(); // one for the application, kept
    WaitOptions options = WaitOptions.builder().schedule(schedule).build();
    // end
    return options;
  }

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

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
}
