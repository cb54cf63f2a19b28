package io.github.cloudjobs.samples;

import io.github.cloudjobs.Cloud;
import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.JobsService;
import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.auth.CredentialsProvider;
import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.testing.Fault;
import io.github.cloudjobs.testing.SimulatedJob;
import io.github.cloudjobs.testing.SimulatedJobs;
import io.github.cloudjobs.wait.PollSchedule;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The guide's examples, compiled; {@link GuideExamplesTest} runs some. */
final class GuideExamples {
  private GuideExamples() {}

  static JobsClient clients(String ak, String sk, String securityToken) {
    // begin
    JobsClient ecs =
        JobsClient.builder()
            .service(JobsService.ECS)
            .endpoint("https://ecs.eu-de.otc.t-systems.com")
            .credentials(Credentials.temporaryAccessKey(ak, sk, securityToken))
            .build();
    JobsClient elb = ecs.with(JobsService.ELB_V1, "https://elb.eu-de.otc.t-systems.com");
    // end
    return elb;
  }

  static JobsClient region(String ak, String sk) {
    // begin
    JobsClient ecs =
        JobsClient.builder()
            .service(JobsService.ECS)
            .region("eu-de", Cloud.OPEN_TELEKOM_CLOUD)
            .credentials(Credentials.accessKey(ak, sk))
            .build();
    JobsClient ims = ecs.with(JobsService.IMS);
    // end
    return ims;
  }

  static CredentialsProvider provider(Supplier<String> tokens) {
    class Source {
      String readToken() {
        return tokens.get();
      }

      CredentialsProvider provider() {
        // begin
        CredentialsProvider rotating = () -> Credentials.token(readToken());
        // end
        return rotating;
      }
    }
    return new Source().provider();
  }

  /** What an application does with a line of its log, and with a check. */
  abstract static class Application {
    abstract void log(String line);

    abstract void check(boolean claim);

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
  }

  static Application application(Consumer<String> lines, Consumer<Boolean> claims) {
    return new Application() {
      @Override
      void log(String line) {
        lines.accept(line);
      }

      @Override
      void check(boolean claim) {
        claims.accept(claim);
      }
    };
  }
}
