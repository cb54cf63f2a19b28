package io.github.cloudjobs.samples.dbscheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.zaxxer.hikari.HikariDataSource;
import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.JobsService;
import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.testing.Fault;
import io.github.cloudjobs.testing.SimulatedJob;
import io.github.cloudjobs.testing.SimulatedJobs;
import io.github.cloudjobs.testing.SimulatedService;
import io.github.cloudjobs.wait.WaitOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that share waits through a real PostgreSQL. */
class SharedWaitsTest {
  private static final int WAITS = 1_000;
  private static final String ACCESS_KEY = "SIMULATEDACCESSKEY00";
  private static final String SECRET_KEY = "an-invented-secret-that-opens-nothing";

  /** What the JDK says of a process that SIGKILL ended: 128 and the signal's number. */
  private static final int SIGKILLED = 137;

  @TempDir Path logs;
  private final List<Process> processes = new ArrayList<>();
  private final SimulatedJobs cloud =
      SimulatedJobs.builder().credentials(Credentials.accessKey(ACCESS_KEY, SECRET_KEY)).start();
  private final JobsClient ecs =
      JobsClient.builder()
          .service(JobsService.ECS)
          .endpoint(cloud.endpoint())
          .credentials(cloud.credentials())
          .build();
  private HikariDataSource database;

  @BeforeEach
  void open() throws SQLException {
    assumeTrue(url() != null, "needs a PostgreSQL: src/samples/engines/run starts one");
    database = Database.open(url());
    Database.reset(database);
  }

  @AfterEach
  void close() {
    processes.forEach(Process::destroyForcibly);
    if (database != null) {
      database.close();
    }
    ecs.close();
    cloud.close();
  }

  @Test
  void aThousandWaitsEndOnceEachAlthoughOneOfTwoProcessesIsKilled() throws Exception {
    SchedulerClient client = SchedulerClient.Builder.create(database).build();
    Map<String, String> rightEnds = new HashMap<>();
    for (int number = 0; number < WAITS; number++) {
      JobRef job = cloud.submit(script(number));
      JobWaits.begin(client, ecs, job, WaitOptions.defaults());
      rightEnds.put(job.jobId(), end(number));
    }
    Instant started = Instant.now();
    Process first = start("first");
    start("second");
    awaitUntil("both have seen ends", () -> endedBy("first") >= 50 && endedBy("second") >= 50);

    cloud.inject(WAITS, Fault.slow(Duration.ofSeconds(5)));
    int polls = cloud.received().size();
    // Fifteen slow polls are more than one process has threads for.
    awaitUntil("both are polling", () -> cloud.received().size() >= polls + 15);
    first.destroyForcibly();
    cloud.clearFaults();
    assertThat(first.waitFor()).isEqualTo(SIGKILLED);
    Instant killed = Instant.now();
    Set<String> endedByThen = Set.copyOf(column("select job_id from job_ends"));
    List<String> held = heldBy("first").stream().filter(id -> !endedByThen.contains(id)).toList();
    awaitUntil("the dead one holds nothing", () -> heldBy("first").isEmpty());
    Duration takeOver = Duration.between(killed, Instant.now());
    awaitUntil("no wait is left", () -> column("select 1 from scheduled_tasks").isEmpty());

    assertThat(ends()).isEqualTo(rightEnds);
    assertThat(held).isNotEmpty();
    assertThat(held).allSatisfy(job -> assertThat(recorder(job)).isEqualTo("second"));
    System.out.printf(
        "db-scheduler: %d waits with %d polls in %d s. One process was killed when %d had ended; it"
            + " held %d, which the other took over within %.1f s. Seen to end by the first %d, by"
            + " the second %d.%n",
        WAITS,
        rightEnds.keySet().stream().mapToInt(this::polls).sum(),
        Duration.between(started, Instant.now()).toSeconds(),
        endedByThen.size(),
        held.size(),
        takeOver.toMillis() / 1e3,
        endedBy("first"),
        endedBy("second"));
  }

  @Test
  void anEndThatWasRecordedBeforeADeathIsNotRecordedAgain() throws InterruptedException {
    JobRef job = cloud.submit(script(1));
    SchedulerClient client = SchedulerClient.Builder.create(database).build();
    JobWaits.begin(client, ecs, job, WaitOptions.defaults());
    awaitUntil("the job has ended", () -> ecs.pollJob(job).status().isFinished());
    JobEnds dead = new JobEnds(database, "dead");
    dead.record(job.jobId(), ecs.pollOnce(ecs.newToken(job, WaitOptions.defaults())));

    JobEnds alive = new JobEnds(database, "alive");
    Scheduler survivor = JobWaits.scheduler(database, "alive", JobWaits.task(ecs, alive));
    survivor.start();
    awaitUntil("no wait is left", () -> column("select 1 from scheduled_tasks").isEmpty());
    survivor.stop();
    assertThat(ends()).isEqualTo(Map.of(job.jobId(), end(1)));
    assertThat(recorder(job.jobId())).isEqualTo("dead");
  }

  /** Jobs of 3 to 17 seconds; every fiftieth fails. */
  private static SimulatedJob script(int number) {
    SimulatedJob.Builder script =
        SimulatedJob.builder(SimulatedService.ECS, "createServer")
            .running(Duration.ofSeconds(3 + number % 15));
    return number % 50 == 0
        ? script.fails("Ecs.0204", "no quota").build()
        : script.entityAtEnd("server_id", "server-" + number).build();
  }

  private static String end(int number) {
    return number % 50 == 0 ? "JobFailedException {}" : "SUCCESS {server-" + number + "}";
  }

  private Process start(String name) throws IOException {
    ProcessBuilder worker = WorkerProcess.of(name, url(), cloud.endpoint());
    worker.environment().put("HUAWEICLOUD_SDK_AK", ACCESS_KEY);
    worker.environment().put("HUAWEICLOUD_SDK_SK", SECRET_KEY);
    Process process = worker.redirectOutput(logs.resolve(name).toFile()).start();
    processes.add(process);
    return process;
  }

  /** No other process says when it is done, so this looks again and again. */
  private void awaitUntil(String state, BooleanSupplier isReached) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!isReached.getAsBoolean()) {
      assertThat(System.nanoTime())
          .as(() -> "too late for: " + state + said())
          .isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  /** What the processes complained of. */
  private String said() {
    StringBuilder said = new StringBuilder();
    for (String name : List.of("first", "second")) {
      try {
        said.append(System.lineSeparator()).append(Files.readString(logs.resolve(name)));
      } catch (IOException notStarted) {
        said.append(System.lineSeparator()).append(notStarted);
      }
    }
    return said.toString();
  }

  private static String url() {
    return System.getProperty("samples.jdbc.url");
  }

  private List<String> column(String query) {
    return Database.column(database, query);
  }

  /** How each job ended that did. */
  private Map<String, String> ends() {
    Map<String, String> ends = new HashMap<>();
    column("select concat_ws(' ', job_id, outcome, server_ids) from job_ends")
        .forEach(row -> ends.put(row.split(" ", 2)[0], row.split(" ", 2)[1]));
    return ends;
  }

  private int endedBy(String process) {
    return column("select 1 from job_ends where recorded_by = '" + process + "'").size();
  }

  private String recorder(String jobId) {
    return column("select recorded_by from job_ends where job_id = '" + jobId + "'").get(0);
  }

  /** The waits that a process has picked, and neither put back nor removed. */
  private List<String> heldBy(String process) {
    return column("select task_instance from scheduled_tasks where picked_by = '" + process + "'");
  }

  private int polls(String jobId) {
    return cloud.polls(new JobRef(cloud.projectId(), jobId));
  }
}
