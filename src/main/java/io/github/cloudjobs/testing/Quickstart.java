package io.github.cloudjobs.testing;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.JobsService;
import io.github.cloudjobs.auth.CredentialsProvider;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.model.Job;
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
import java.util.Map;
import java.util.TreeMap;

/**
 * Shows the library at work. Without arguments it follows four jobs of {@link SimulatedJobs}; with
 * a service, an endpoint, a project id and a job id it follows a real one, with the credentials
 * that {@link CredentialsProvider#defaultChain} finds. Exits with 0 if the job succeeded, 1 if it
 * failed, 2 for anything else.
 */
public final class Quickstart {
  private static final int SUCCEEDED = 0;
  private static final int FAILED = 1;
  private static final int UNDECIDED = 2;

  /** Four jobs of five and a half minutes in all are shown in under half a minute. */
  private static final double TIME_SCALE = 12;

  private static final Map<String, JobsService> SERVICES =
      new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

  static {
    for (JobsService service :
        List.of(
            JobsService.ECS,
            JobsService.EVS,
            JobsService.BMS,
            JobsService.IMS,
            JobsService.IMS_PROGRESS,
            JobsService.EIP,
            JobsService.SDRS,
            JobsService.VBS,
            JobsService.ELB_V1)) {
      SERVICES.put(service.name(), service);
    }
  }

  private final PrintStream out;
  private final ConsoleProgress progress;

  /**
   * @param progress shows how the waits go, on {@code out}
   */
  Quickstart(PrintStream out, ConsoleProgress progress) {
    this.out = out;
    this.progress = progress;
  }

  /**
   * Runs it, and ends the JVM with its exit code.
   *
   * @param args none, or the name of one of {@link JobsService}'s constants, an endpoint, a project
   *     id and a job id
   */
  public static void main(String[] args) {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    System.exit(
        new Quickstart(out, ConsoleProgress.on(out))
            .run(List.of(args), CredentialsProvider.defaultChain()));
  }

  /** Runs it; returns the exit code. */
  int run(List<String> args, CredentialsProvider credentials) {
    try {
      if (args.isEmpty()) {
        return simulation(TIME_SCALE);
      }
      if (args.size() != 4) {
        out.println("usage: no arguments for a simulation, or: service endpoint project_id job_id");
        return UNDECIDED;
      }
      return real(args, credentials);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      out.println("interrupted; the job goes on");
      return UNDECIDED;
    }
  }

  /** Follows one job of each kind on simulated services. */
  int simulation(double timeScale) throws InterruptedException {
    try (SimulatedJobs service = SimulatedJobs.builder().timeScale(timeScale).start();
        JobsClient ecs = client(JobsService.ECS, service.endpoint(), service::credentials);
        JobsClient ims = ecs.with(JobsService.IMS, service.endpoint());
        JobsClient elb = ecs.with(JobsService.ELB_V1, service.endpoint())) {
      out.println(
          "Simulated services at " + service.endpoint() + ", " + timeScale + " times as fast");
      out.println();
      out.println("ECS creates five servers:");
      int end = follow(ecs, service.submit(SimulatedJob.createServer(5)));
      out.println("IMS exports an image:");
      end = Math.max(end, follow(ims, service.submit(SimulatedJob.exportImage())));
      out.println("ELB deletes a load balancer, and says RUNNIGN:");
      end = Math.max(end, follow(elb, service.submit(SimulatedJob.deleteLoadBalancer())));
      out.println("ECS creates three servers, and one fails:");
      boolean failed = follow(ecs, service.submit(SimulatedJob.createServerFailing(3))) == FAILED;
      return failed ? end : UNDECIDED; // that this one fails is what it is there to show
    }
  }

  private int real(List<String> args, CredentialsProvider credentials) throws InterruptedException {
    JobsService service = SERVICES.get(args.get(0));
    if (service == null) {
      out.println("unknown service " + args.get(0) + "; there are " + SERVICES.keySet());
      return UNDECIDED;
    }
    try (JobsClient client = client(service, args.get(1), credentials)) {
      return follow(client, new JobRef(args.get(2), args.get(3)));
    } catch (IllegalArgumentException e) {
      out.println(e.getMessage());
      return UNDECIDED;
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

  /** Waits for one job and tells how it ended; returns the exit code for it. */
  private int follow(JobsClient client, JobRef job) throws InterruptedException {
    WaitOptions.Builder options = WaitOptions.builder().listener(progress);
    if (client.jobUrl(job).host().equals("127.0.0.1")) {
      options.schedule(PollSchedule.fixed(Duration.ofMillis(400))); // smoother to look at
    }
    try {
      return tell(client.awaitOutcome(job, options.build()));
    } catch (JobsException e) {
      out.println("  " + e.getMessage()); // whole: the line above may be cut
      return UNDECIDED;
    }
  }

  private int tell(WaitOutcome outcome) {
    if (outcome instanceof WaitOutcome.Succeeded succeeded) {
      tellIds(succeeded.job());
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
    return UNDECIDED;
  }

  private void tellIds(Job job) {
    job.resourceIds().forEach((key, ids) -> out.println("  " + key + " " + String.join(", ", ids)));
  }
}
