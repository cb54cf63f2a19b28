package io.github.cloudjobs.testing;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.JobsService;
import io.github.cloudjobs.auth.CredentialsProvider;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.model.JobFailure;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.wait.ConsoleProgress;
import io.github.cloudjobs.wait.PollSchedule;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitOutcome;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Demonstrates the library. Without arguments it waits for four jobs of {@link SimulatedJobs}; with
 * a service, an endpoint, a project id and a job id it waits for a real job, with credentials from
 * {@link CredentialsProvider#defaultChain}. The exit code is 0 if the job succeeded, 1 if it
 * failed, and 2 otherwise.
 */
public final class Quickstart {
  private static final int SUCCEEDED = 0;
  private static final int FAILED = 1;
  private static final int OTHER = 2;

  /** The four jobs take five and a half minutes of simulated time. */
  private static final double TIME_SCALE = 12;

  private static final List<JobsService> SERVICES =
      List.of(
          JobsService.ECS,
          JobsService.EVS,
          JobsService.BMS,
          JobsService.IMS,
          JobsService.IMS_PROGRESS,
          JobsService.EIP,
          JobsService.SDRS,
          JobsService.VBS,
          JobsService.ELB_V1);

  private final PrintStream out;
  private final ConsoleProgress progress;

  Quickstart(PrintStream out, ConsoleProgress progress) {
    this.out = out;
    this.progress = progress;
  }

  /**
   * Runs the demonstration and exits the JVM.
   *
   * @param args none, or the name of a constant of {@link JobsService}, an endpoint, a project id
   *     and a job id
   */
  public static void main(String[] args) {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    System.exit(
        new Quickstart(out, ConsoleProgress.on(out))
            .run(List.of(args), CredentialsProvider.defaultChain()));
  }

  /** Returns the exit code. */
  int run(List<String> args, CredentialsProvider credentials) {
    try {
      if (args.isEmpty()) {
        return simulation(TIME_SCALE);
      }
      if (args.size() != 4) {
        out.println("usage: no arguments for a simulation, or: service endpoint project_id job_id");
        return OTHER;
      }
      return real(args, credentials);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      out.println("interrupted; the job continues");
      return OTHER;
    }
  }

  int simulation(double timeScale) throws InterruptedException {
    try (SimulatedJobs service = SimulatedJobs.builder().timeScale(timeScale).start();
        JobsClient ecs = client(JobsService.ECS, service.endpoint(), service::credentials);
        JobsClient ims = ecs.with(JobsService.IMS, service.endpoint());
        JobsClient elb = ecs.with(JobsService.ELB_V1, service.endpoint())) {
      out.println(
          "Simulated services at " + service.endpoint() + ", " + timeScale + " times as fast");
      out.println();
      out.println("ECS creates five servers:");
      int end = waitFor(ecs, service.submit(SimulatedJob.createServer(5)));
      out.println("IMS exports an image:");
      end = Math.max(end, waitFor(ims, service.submit(SimulatedJob.exportImage())));
      out.println("ELB deletes a load balancer, with the status RUNNIGN:");
      end = Math.max(end, waitFor(elb, service.submit(SimulatedJob.deleteLoadBalancer())));
      out.println("ECS creates three servers, and one fails:");
      boolean failed = waitFor(ecs, service.submit(SimulatedJob.createServerFailing(3))) == FAILED;
      return failed ? end : OTHER; // this job is meant to fail
    }
  }

  private int real(List<String> args, CredentialsProvider credentials) throws InterruptedException {
    String name = args.get(0);
    Optional<JobsService> service =
        SERVICES.stream().filter(each -> each.name().equalsIgnoreCase(name)).findFirst();
    if (service.isEmpty()) {
      List<String> names = SERVICES.stream().map(JobsService::name).toList();
      out.println("unknown service " + name + "; known are " + names);
      return OTHER;
    }
    try (JobsClient client = client(service.get(), args.get(1), credentials)) {
      return waitFor(client, new JobRef(args.get(2), args.get(3)));
    } catch (IllegalArgumentException e) {
      out.println(e.getMessage());
      return OTHER;
    }
  }

  private static JobsClient client(
      JobsService service, String endpoint, CredentialsProvider credentials) {
    return JobsClient.builder()
        .service(service)
        .endpoint(endpoint)
        .credentials(credentials)
        .build();
  }

  /** Waits for a job and prints its end; returns the exit code. */
  private int waitFor(JobsClient client, JobRef job) throws InterruptedException {
    WaitOptions.Builder options = WaitOptions.builder().addListener(progress);
    if (client.jobUrl(job).host().equals("127.0.0.1")) {
      options.schedule(PollSchedule.fixed(Duration.ofMillis(400))); // smoother output
    }
    try {
      return print(client.awaitOutcome(job, options.build()));
    } catch (JobsException e) {
      out.println("  " + e.getMessage()); // in full; the line above may be cut
      return OTHER;
    }
  }

  private int print(WaitOutcome outcome) {
    if (outcome instanceof WaitOutcome.Succeeded succeeded) {
      succeeded
          .job()
          .resourceIds()
          .forEach((key, ids) -> out.println("  " + key + " " + String.join(", ", ids)));
      out.println();
      return SUCCEEDED;
    }
    if (outcome instanceof WaitOutcome.Failed failed) {
      out.println(failed.job().describe().indent(2).stripTrailing());
      for (JobFailure failure : failed.job().failures()) {
        out.println("  because " + failure.jobType() + ": " + failure.innermostMessage());
      }
      out.println();
      return FAILED;
    }
    return OTHER;
  }
}
