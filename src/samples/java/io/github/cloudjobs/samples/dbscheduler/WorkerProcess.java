package io.github.cloudjobs.samples.dbscheduler;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.zaxxer.hikari.HikariDataSource;
import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.JobsService;
import io.github.cloudjobs.auth.CredentialsProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/** A process that polls for all due waits, until its standard input ends. */
final class WorkerProcess {
  private WorkerProcess() {}

  /** How to start one. Of this process's environment it gets only what leads to the database. */
  static ProcessBuilder of(String name, String jdbcUrl, String endpoint) {
    ProcessBuilder process =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-cp",
            System.getProperty("java.class.path"),
            WorkerProcess.class.getName(),
            name,
            jdbcUrl,
            endpoint);
    process.environment().keySet().retainAll(Set.of("PGPASSFILE"));
    return process.redirectErrorStream(true);
  }

  /**
   * @param args the process's name, the database's JDBC URL and the endpoint of ECS
   */
  public static void main(String[] args) throws IOException {
    try (HikariDataSource database = Database.open(args[1]);
        JobsClient ecs =
            JobsClient.builder()
                .service(JobsService.ECS)
                .endpoint(args[2])
                .credentials(CredentialsProvider.environment())
                .build()) {
      JobEnds ends = new JobEnds(database, args[0]);
      Scheduler scheduler = JobWaits.scheduler(database, args[0], JobWaits.task(ecs, ends));
      scheduler.start();
      while (System.in.read() >= 0) {
        // the parent writes nothing; when it ends, so does the input
      }
      scheduler.stop();
    }
  }
}
