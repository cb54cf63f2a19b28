package io.github.cloudjobs.testing;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.JobsService;
import io.github.cloudjobs.auth.CredentialsProvider;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.wait.ConsoleProgress;
import io.github.cloudjobs.wait.PollSchedule;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitOutcome;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Demonstrates the library. Without arguments it waits for four jobs of {@link SimulatedJobs}, for
 * about ten seconds; with a constant of {@link JobsService}, an endpoint, a project id and a job id
 * it waits for a real job, with credentials from {@link CredentialsProvider#defaultChain}. The exit
 * code is 0 if the job succeeded, 1 if it failed, and 2 otherwise.
 */
public final class Quickstart {
  private static final int SUCCEEDED = 0;
  private static final int FAILED = 1;
  private static final int OTHER = 2;

  private static final String INTRODUCTION =
      """
      Waits for four jobs of a simulated cloud at once. It takes about ten seconds,
      and no request leaves this computer.

        createServer             five servers
        imsNativeExportImageJob  an image; the gateway fails once meanwhile
        deleteELB                a load balancer; RUNNIGN is ELB's documented typo
        createServer             three servers, one more than the quota allows
      """;

  private static final String CODE =
      """

      The code for one of them, and in comments for a real cloud:

        try (JobsClient ecs = JobsClient.builder()
            .service(JobsService.ECS)
            .endpoint(cloud.endpoint()) // .region("eu-de", Cloud.OPEN_TELEKOM_CLOUD)
            .credentials(cloud.credentials()) // CredentialsProvider.defaultChain()
            .build()) {
          WaitOptions options =
              WaitOptions.builder().addListener(ConsoleProgress.on(out)).build();
          Job done = ecs.waitForCompletion(projectId, jobId, options);
          out.println(done.ids("server_id"));
        }

      Next: README.md, src/site/markdown/guide.md, or a job of your own:

        mvn -q compile exec:java -Dexec.args="ECS https://<host> <project_id> <job_id>"
      """;

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
  private final WaitOptions.Builder options;

  Quickstart(PrintStream out, ConsoleProgress progress) {
    this.out = out;
    options = WaitOptions.builder().addListener(progress);
  }

  /** Runs the demonstration and exits the JVM. */
  public static void main(String[] args) {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    Quickstart quickstart = new Quickstart(out, ConsoleProgress.on(out));
    System.exit(quickstart.run(List.of(args), CredentialsProvider.defaultChain()));
  }

  /** Returns the exit code. */
  int run(List<String> args, CredentialsProvider credentials) {
    try {
      return args.isEmpty() ? simulation(18) : real(args, credentials);
    } catch (IllegalArgumentException e) {
      out.println(e.getMessage());
      return OTHER;
    } catch (CompletionException e) {
      return OTHER; // the console has the reason
    }
  }

  /** The longest job is of three minutes: with a time scale of 18 it takes ten seconds. */
  int simulation(double timeScale) {
    out.println(INTRODUCTION);
    options.schedule(PollSchedule.fixed(Duration.ofMillis(250))); // smoother output
    try (SimulatedJobs cloud = SimulatedJobs.builder().timeScale(timeScale).start();
        JobsClient ecs = client("ECS", cloud.endpoint()).credentials(cloud.credentials()).build()) {
      JobsClient ims = ecs.with(JobsService.IMS, cloud.endpoint()); // closed with the other
      JobsClient elb = ecs.with(JobsService.ELB_V1, cloud.endpoint());
      JobRef image = cloud.submit(SimulatedJob.exportImage());
      List<CompletableFuture<WaitOutcome>> waits =
          List.of(
              start(ecs, cloud.submit(SimulatedJob.createServer(5))),
              start(ims, image),
              start(elb, cloud.submit(SimulatedJob.deleteLoadBalancer())),
              start(ecs, cloud.submit(SimulatedJob.createServerFailing(3))));
      waits.get(0).join();
      cloud.inject(image, 1, Fault.badGateway());
      CompletableFuture.allOf(waits.toArray(new CompletableFuture<?>[0])).join();
      out.println("\nTheir resources, those of the failed job too:\n");
      int sum = 0;
      for (CompletableFuture<WaitOutcome> wait : waits) {
        sum += print(wait.join(), false);
      }
      out.print(CODE);
      return sum == FAILED ? SUCCEEDED : OTHER; // one of them has to fail
    }
  }

  private int real(List<String> args, CredentialsProvider credentials) {
    if (args.size() != 4) {
      throw new IllegalArgumentException("usage: nothing, or service endpoint project_id job_id");
    }
    JobsClient.Builder builder = client(args.get(0), args.get(1));
    try (JobsClient client = builder.credentials(credentials).build()) {
      return print(start(client, new JobRef(args.get(2), args.get(3))).join(), true);
    }
  }

  private static JobsClient.Builder client(String serviceName, String endpoint) {
    List<String> names = new ArrayList<>();
    for (JobsService service : SERVICES) {
      if (service.name().equalsIgnoreCase(serviceName)) {
        return JobsClient.builder().service(service).endpoint(endpoint);
      }
      names.add(service.name());
    }
    throw new IllegalArgumentException("unknown service " + serviceName + "; known are " + names);
  }

  private CompletableFuture<WaitOutcome> start(JobsClient client, JobRef job) {
    return client.awaitOutcomeAsync(job, options.build());
  }

  /** Prints the ids of a job's resources, all or the first of each kind; returns the exit code. */
  private int print(WaitOutcome outcome, boolean all) {
    if (outcome instanceof WaitOutcome.Succeeded succeeded) {
      print(succeeded.job(), all);
      return SUCCEEDED;
    } else if (outcome instanceof WaitOutcome.Failed failed) {
      print(failed.job(), all);
      return FAILED;
    }
    return OTHER;
  }

  private void print(Job job, boolean all) {
    for (Map.Entry<String, List<String>> resources : job.resourceIds().entrySet()) {
      List<String> ids = resources.getValue();
      int more = all ? 0 : ids.size() - 1;
      String shown = String.join(", ", ids.subList(0, ids.size() - more));
      String rest = more == 0 ? "" : " and " + more + " more";
      out.println("  " + resources.getKey() + " " + shown + rest);
    }
  }
}
