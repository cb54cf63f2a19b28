package io.github.cloudjobs.samples.temporal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.JobsService;
import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.testing.ReceivedPoll;
import io.github.cloudjobs.testing.SimulatedJob;
import io.github.cloudjobs.testing.SimulatedJobs;
import io.github.cloudjobs.testing.SimulatedService;
import io.github.cloudjobs.wait.WaitOptions;
import io.temporal.client.WorkflowFailedException;
import io.temporal.failure.ApplicationFailure;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerOptions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The engine, the jobs and the client share one clock, which skips idle time. */
class ServerOrderTest {
  /** A job of an hour is polled once a minute at the end, and a fifth later at most. */
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(73);

  private final TestWorkflowEnvironment engine = TestWorkflowEnvironment.newInstance();
  private final Clock clock = new EngineClock(engine);
  // A token, because signatures are checked against the machine's clock, which skips nothing.
  private final SimulatedJobs cloud =
      SimulatedJobs.builder().clock(clock).credentials(Credentials.token("a-token")).start();
  private final JobsClient ecs =
      JobsClient.builder()
          .service(JobsService.ECS)
          .endpoint(cloud.endpoint())
          .credentials(cloud.credentials())
          .clock(clock)
          .build();

  private final List<WorkerFactory> workers = new ArrayList<>();

  @AfterEach
  void close() {
    workers.forEach(ServerOrderTest::kill);
    engine.close();
    ecs.close();
    cloud.close();
  }

  @Test
  void aWorkflowSurvivesTheDeathOfItsWorkerInMidWait() {
    Instant began = Instant.now();
    WorkerFactory first = startWorker();
    JobRef job = cloud.submit(serverAfter(Duration.ofHours(1)));
    String order = begin(job);
    engine.sleep(Duration.ofMinutes(20));
    kill(first);
    assertThat(first.isTerminated()).isTrue();
    int pollsOfTheFirst = cloud.polls(job);
    startWorker();
    assertThat(result(order)).isEqualTo(List.of("server-1"));

    int polls = cloud.polls(job);
    assertThat(pollsOfTheFirst).isGreaterThan(50);
    assertThat(polls - pollsOfTheFirst).isGreaterThan(30);
    assertThat(pauses()).allMatch(pause -> pause.compareTo(LONGEST_PAUSE) <= 0);
    System.out.printf(
        "Temporal: a job of 1 h, %d polls by one worker and %d by the next, the longest pause"
            + " %d s, %d history events, in %d s%n",
        pollsOfTheFirst,
        polls - pollsOfTheFirst,
        pauses().stream().mapToLong(Duration::toSeconds).max().orElse(0),
        events(order),
        Duration.between(began, Instant.now()).toSeconds());
  }

  @Test
  void theHistoryDoesNotGrowWithThePolls() {
    startWorker();
    JobRef brief = cloud.submit(serverAfter(Duration.ofSeconds(5)));
    JobRef lengthy = cloud.submit(serverAfter(Duration.ofHours(1)));
    String briefOrder = begin(brief);
    String lengthyOrder = begin(lengthy);
    result(briefOrder);
    result(lengthyOrder);
    assertThat(cloud.polls(lengthy)).isGreaterThan(10 * cloud.polls(brief));
    assertThat(events(lengthyOrder)).isEqualTo(events(briefOrder));
  }

  @Test
  void aJobThatFailsEndsTheWorkflowWithTheReason() {
    startWorker();
    String order = begin(cloud.submit(SimulatedJob.createServerFailing(1)));
    assertThatThrownBy(() -> result(order))
        .isInstanceOf(WorkflowFailedException.class)
        .rootCause()
        .isInstanceOfSatisfying(
            ApplicationFailure.class,
            failure -> {
              assertThat(failure.getType()).isEqualTo("JobFailedException");
              assertThat(failure.getOriginalMessage()).contains("Quota exceeded");
            });
  }

  private WorkerFactory startWorker() {
    WorkerFactory factory = WorkerFactory.newInstance(engine.getWorkflowClient());
    // The server in this process never takes a task back from the queue that a worker keeps to
    // itself, as a real one does after five seconds: so no worker has one.
    WorkerOptions shared =
        WorkerOptions.newBuilder().setStickyQueueScheduleToStartTimeout(Duration.ZERO).build();
    ServerOrders.register(factory.newWorker(ServerOrders.QUEUE, shared), ecs, clock);
    factory.start();
    workers.add(factory);
    return factory;
  }

  private static void kill(WorkerFactory worker) {
    worker.shutdownNow();
    worker.awaitTermination(30, TimeUnit.SECONDS);
  }

  private String begin(JobRef job) {
    WaitOptions options = WaitOptions.builder().timeout(Duration.ofHours(6)).build();
    return ServerOrders.begin(engine.getWorkflowClient(), ecs, job, options);
  }

  private Object result(String order) {
    return engine.getWorkflowClient().newUntypedWorkflowStub(order).getResult(Object.class);
  }

  private int events(String order) {
    return engine.getWorkflowClient().fetchHistory(order).getEvents().size();
  }

  /** Between one poll and the next, in the order in which they came. */
  private List<Duration> pauses() {
    List<Instant> polls = cloud.received().stream().map(ReceivedPoll::at).toList();
    return IntStream.range(1, polls.size())
        .mapToObj(next -> Duration.between(polls.get(next - 1), polls.get(next)))
        .toList();
  }

  private static SimulatedJob serverAfter(Duration length) {
    return SimulatedJob.builder(SimulatedService.ECS, "createServer")
        .running(length)
        .entityAtEnd("server_id", "server-1")
        .build();
  }
}
