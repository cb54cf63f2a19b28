package io.github.cloudjobs;

import static io.github.cloudjobs.http.Gateway.JOB;
import static io.github.cloudjobs.http.Gateway.MAX_SECONDS;
import static io.github.cloudjobs.http.Gateway.PROJECT;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.cloudjobs.http.Gateway;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.model.JobStatus;
import io.github.cloudjobs.wait.JobPollException;
import io.github.cloudjobs.wait.JobWaitTimeoutException;
import io.github.cloudjobs.wait.PollSchedule;
import io.github.cloudjobs.wait.WaitForAllException;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitOutcome;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.junit5.StartStop;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Threads that are busy with something else, or never come: the client's own, and a user's. */
@Tag("slow")
@Timeout(60)
class ExecutorsTest {
  private static final Duration SHORT = Duration.ofMillis(200);
  private static final JobRef REF = new JobRef(PROJECT, JOB);
  private static final JobRef FAILING = new JobRef(PROJECT, "failing");

  @StartStop private final MockWebServer server = Gateway.server();
  private final CountDownLatch released = new CountDownLatch(1);
  private final ExecutorService single = Executors.newSingleThreadExecutor();
  private final Queue<Runnable> postponed = new ConcurrentLinkedQueue<>();

  @AfterEach
  void release() {
    released.countDown();
    single.shutdown();
    for (Runnable task = postponed.poll(); task != null; task = postponed.poll()) {
      task.run();
    }
  }

  private void block() {
    Gateway.await(released);
  }

  private void respondWith(String status) {
    Gateway.respondBy(
        server, request -> Gateway.job(request.getTarget().endsWith("failing") ? "FAIL" : status));
  }

  private static WaitOptions.Builder shortWait() {
    return WaitOptions.builder().timeout(SHORT).schedule(PollSchedule.fixed(SHORT));
  }

  // The client's own.

  @Test
  void blockedCallbacksOfFifteenWaitsHoldNoOtherUp() throws Exception {
    respondWith("RUNNING");
    CountDownLatch blocked = new CountDownLatch(15);
    Runnable block =
        () -> {
          blocked.countDown();
          block();
        };
    WaitOptions listening = WaitOptions.builder().addListener(progress -> block.run()).build();
    WaitOptions scheduling =
        WaitOptions.builder()
            .schedule(
                (age, job) -> {
                  block.run();
                  return Duration.ofSeconds(1);
                })
            .build();
    try (JobsClient client = Gateway.client(server).maxPollsInFlight(1).build()) {
      for (int i = 0; i < 5; i++) {
        client.waitForCompletionAsync(PROJECT, "l-" + i, listening);
        client.waitForCompletionAsync(PROJECT, "s-" + i, scheduling);
        client
            .waitForCompletionAsync("p-" + i, "failing")
            .whenComplete((job, error) -> block.run());
      }
      Gateway.await(blocked);
      respondWith("SUCCESS");
      assertThat(client.waitForCompletion(REF).status()).isEqualTo(JobStatus.SUCCESS);
      released.countDown();
    }
  }

  @Test
  void callbacksThatFindNoFreeThreadWaitForOne() {
    respondWith("SUCCESS");
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    CountDownLatch blocked = new CountDownLatch(16);
    Runnable callback =
        () -> {
          threads.add(Thread.currentThread());
          blocked.countDown();
          block();
        };
    try (JobsClient client = Gateway.client(server).maxPollsInFlight(4).quota(1e6).build()) {
      List<CompletableFuture<Void>> done =
          IntStream.range(0, 100)
              .mapToObj(i -> client.waitForCompletionAsync(PROJECT, "j-" + i).thenRun(callback))
              .toList();
      Gateway.await(blocked);
      released.countDown();
      done.forEach(Gateway::join);
    }
    assertThat(threads)
        .hasSize(16)
        .allMatch(Thread::isDaemon)
        .noneMatch(ForkJoinWorkerThread.class::isInstance);
  }

  @Test
  void callbacksDoNotRunInTheCreatorsContextClassLoader() throws Exception {
    respondWith("SUCCESS");
    Thread current = Thread.currentThread();
    ClassLoader before = current.getContextClassLoader();
    AtomicReference<ClassLoader> seen = new AtomicReference<>();
    WaitOptions options =
        WaitOptions.builder()
            .addListener(progress -> seen.set(Thread.currentThread().getContextClassLoader()))
            .build();
    try (URLClassLoader creators = new URLClassLoader(new URL[0])) {
      current.setContextClassLoader(creators);
      try (JobsClient client = Gateway.client(server).build()) {
        client.waitForCompletion(REF, options);
      }
    } finally {
      current.setContextClassLoader(before);
    }
    assertThat(seen).hasValue(ClassLoader.getSystemClassLoader());
  }

  // A user's.

  private Executor executor(String kind) {
    return switch (kind) {
      case "runs nothing" -> postponed::add;
      case "is busy" -> {
        single.execute(this::block);
        yield single;
      }
      default ->
          task -> {
            block();
            task.run();
          };
    };
  }

  /** A client with a grace of 200 ms: its blocking calls return 200 ms after their deadline. */
  private JobsClient clientOf(String kind) {
    return Gateway.client(server).executor(executor(kind)).callTimeout(SHORT).build();
  }

  @ParameterizedTest
  @ValueSource(strings = {"runs nothing", "is busy", "blocks its caller"})
  void aBlockingWaitReturnsInTimeWhateverItsExecutorDoes(String kind) {
    respondWith("RUNNING");
    try (JobsClient client = clientOf(kind)) {
      assertThatExceptionOfType(JobWaitTimeoutException.class)
          .isThrownBy(() -> client.waitForCompletion(REF, SHORT))
          .withMessageMatching(
              ".* after 0 s and 1 polls; the executor ran nothing of this wait for 0\\.[2-9] s")
          .satisfies(e -> assertThat(e.polls()).isOne())
          .satisfies(e -> assertThat(e.elapsed()).isGreaterThanOrEqualTo(SHORT.multipliedBy(2)));
      assertThatExceptionOfType(WaitForAllException.class)
          .isThrownBy(
              () ->
                  client.waitForAll(
                      List.of(REF, FAILING), shortWait().stopAtFirstFailure().build()))
          .withCauseInstanceOf(JobWaitTimeoutException.class);
      release();
    }
  }

  /** The token of a timeout has the text of the schedule, and asks the user's code for it. */
  @Test
  void aScheduleWhoseTextTakesLongHoldsNoOtherWaitUp() {
    respondWith("RUNNING");
    try (JobsClient client = clientOf("runs nothing")) {
      AtomicBoolean othersGoOn = new AtomicBoolean();
      PollSchedule slow =
          new PollSchedule() {
            @Override
            public Duration nextDelay(Duration age, Job job) {
              return SHORT;
            }

            @Override
            public String toString() {
              Gateway.join(CompletableFuture.runAsync(() -> client.pollJobAsync(REF).cancel(true)));
              othersGoOn.set(true);
              return "slow";
            }
          };
      assertThatExceptionOfType(JobWaitTimeoutException.class)
          .isThrownBy(() -> client.waitForCompletion(REF, shortWait().schedule(slow).build()))
          .satisfies(timeout -> assertThat(timeout.token()).isNotNull());
      assertThat(othersGoOn).isTrue();
      release();
    }
  }

  @Test
  void aBlockingWaitProcessesAResponseThatItsExecutorDidNot() throws Exception {
    respondWith("SUCCESS");
    try (JobsClient client = clientOf("runs nothing")) {
      assertThat(client.waitForCompletion(REF, SHORT).status()).isEqualTo(JobStatus.SUCCESS);
      assertThat(client.resumeOutcome(client.newToken(REF, shortWait().build())))
          .isInstanceOf(WaitOutcome.Succeeded.class);
      assertThat(client.waitForAll(List.of(REF, FAILING, REF), shortWait().build()))
          .hasExactlyElementsOfTypes(
              WaitOutcome.Succeeded.class, WaitOutcome.Failed.class, WaitOutcome.Succeeded.class);
      release();
    }
  }

  @Test
  void aBlockingWaitReturnsAlthoughItsOwnListenerBlocks() throws Exception {
    WaitOptions blocking = shortWait().addListener(progress -> block()).build();
    try (JobsClient client = Gateway.client(server).callTimeout(SHORT).build()) {
      respondWith("RUNNING");
      assertThatExceptionOfType(JobWaitTimeoutException.class)
          .isThrownBy(() -> client.waitForCompletion(REF, blocking))
          .withMessageContaining("; a callback of this wait has not returned for 0.");
      respondWith("SUCCESS");
      assertThat(client.waitForCompletion(REF, blocking).status()).isEqualTo(JobStatus.SUCCESS);
      released.countDown();
    }
  }

  /** Which passes the end of another wait to the executor. */
  @Test
  void aBlockingWaitReturnsAlthoughItsExecutorBlocksTheTimersThread() {
    Gateway.respondBy(
        server, request -> new MockResponse.Builder().headersDelay(MAX_SECONDS, SECONDS).build());
    CountDownLatch blocked = new CountDownLatch(1);
    Executor callerRuns =
        task -> {
          blocked.countDown();
          block();
          task.run();
        };
    try (JobsClient client =
        Gateway.client(server).executor(callerRuns).callTimeout(SHORT).build()) {
      client.waitForCompletionAsync(PROJECT, "other", shortWait().build());
      Gateway.await(blocked);
      assertThatExceptionOfType(JobWaitTimeoutException.class)
          .isThrownBy(() -> client.waitForCompletion(REF, SHORT));
      released.countDown();
    }
  }

  @Test
  void aWaitWhoseExecutorRefusesFailsAtOnceAndAPollCompletes() {
    respondWith("RUNNING");
    Executor full =
        task -> {
          throw new RejectedExecutionException("full");
        };
    try (JobsClient client = Gateway.client(server).executor(full).build()) {
      assertThatExceptionOfType(JobPollException.class)
          .isThrownBy(() -> client.waitForCompletion(REF))
          .withCauseInstanceOf(RejectedExecutionException.class);
      assertThat(Gateway.join(client.pollJobAsync(REF))).isNotNull();
    }
  }
}
