package io.github.cloudjobs;

import static io.github.cloudjobs.http.Gateway.JOB;
import static io.github.cloudjobs.http.Gateway.PATIENCE;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.junit5.StartStop;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Threads that are busy with something else, or never come: the client's own, and a user's. */
@Timeout(60)
class ExecutorsTest {
  private static final Duration SHORT = Duration.ofMillis(200);
  private static final Executor DROPPING = task -> {};
  private static final JobRef REF = new JobRef(PROJECT, JOB);

  @StartStop private final MockWebServer server = new MockWebServer();
  private final CountDownLatch released = new CountDownLatch(1);

  @AfterEach
  void releaseBlockedThreads() {
    released.countDown();
  }

  private void block() {
    Gateway.await(released);
  }

  private void answer(String status) {
    Gateway.answerBy(server, request -> Gateway.job(status));
  }

  /** One whose blocking calls are back 200 ms after their deadline. */
  private JobsClient clientOf(Executor executor) {
    return Gateway.client(server).executor(executor).callTimeout(SHORT).build();
  }

  private static WaitOptions.Builder shortWait() {
    return WaitOptions.builder().timeout(SHORT).schedule(PollSchedule.fixed(SHORT));
  }

  // The client's own.

  /** With no thread at all ({@code common.parallelism=0}) it would hold up none either. */
  @Test
  void aBusyCommonPoolHoldsNoWaitUp() throws Exception {
    answer("SUCCESS");
    int tasks = Math.max(12, ForkJoinPool.getCommonPoolParallelism());
    for (int i = 0; i < tasks; i++) {
      ForkJoinPool.commonPool().execute(this::block);
    }
    try (JobsClient client = Gateway.client(server).build()) {
      assertThat(client.waitForCompletion(REF).status()).isEqualTo(JobStatus.SUCCESS);
      assertThat(Gateway.join(client.waitForCompletionAsync(REF))).isNotNull();
      assertThat(Gateway.join(client.pollJobAsync(REF))).isNotNull();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"listener", "schedule", "dependent"})
  void blockedCallbacksOfFifteenWaitsHoldNoOtherUp(String callback) throws Exception {
    answer(callback.equals("schedule") ? "RUNNING" : "SUCCESS");
    CountDownLatch blocked = new CountDownLatch(15);
    Runnable block =
        () -> {
          blocked.countDown();
          block();
        };
    try (JobsClient client = Gateway.client(server).maxPollsInFlight(1).build()) {
      for (int i = 0; i < 15; i++) {
        WaitOptions.Builder options = WaitOptions.builder();
        if (callback.equals("listener")) {
          options.addListener(progress -> block.run());
        } else if (callback.equals("schedule")) {
          options.schedule(
              (age, job) -> {
                block.run();
                return Duration.ofSeconds(1);
              });
        }
        CompletableFuture<Job> wait =
            client.waitForCompletionAsync(PROJECT, "blocked-" + i, options.build());
        if (callback.equals("dependent")) {
          wait.thenRun(block);
        }
      }
      Gateway.await(blocked);
      answer("SUCCESS");
      assertThat(client.waitForCompletion(REF).status()).isEqualTo(JobStatus.SUCCESS);
      released.countDown();
    }
  }

  @Test
  void callbacksThatFindNoFreeThreadWaitForOne() throws Exception {
    answer("SUCCESS");
    int waits = 100;
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    CountDownLatch blocked = new CountDownLatch(16);
    try (JobsClient client = Gateway.client(server).maxPollsInFlight(4).build()) {
      List<CompletableFuture<Void>> done = new ArrayList<>();
      for (int i = 0; i < waits; i++) {
        done.add(
            client
                .waitForCompletionAsync(PROJECT, "j-" + i)
                .thenRun(
                    () -> {
                      threads.add(Thread.currentThread());
                      blocked.countDown();
                      block();
                    }));
      }
      Gateway.await(blocked);
      released.countDown();
      for (CompletableFuture<Void> each : done) {
        Gateway.join(each);
      }
    }
    assertThat(threads).hasSize(16).allMatch(Thread::isDaemon);
  }

  @Test
  void callbacksDoNotRunInTheCreatorsContextClassLoader() throws Exception {
    answer("SUCCESS");
    Thread current = Thread.currentThread();
    ClassLoader before = current.getContextClassLoader();
    try (URLClassLoader creators = new URLClassLoader(new URL[0])) {
      current.setContextClassLoader(creators);
      AtomicReference<ClassLoader> seen = new AtomicReference<>();
      try (JobsClient client = Gateway.client(server).build()) {
        client.waitForCompletion(
            REF,
            WaitOptions.builder()
                .addListener(progress -> seen.set(Thread.currentThread().getContextClassLoader()))
                .build());
      }
      assertThat(seen).hasValue(ClassLoader.getSystemClassLoader());
    } finally {
      current.setContextClassLoader(before);
    }
  }

  // A user's.

  @Test
  void aBlockingWaitReturnsTheSuccessThatItsExecutorDropped() throws Exception {
    answer("SUCCESS");
    try (JobsClient client = clientOf(DROPPING)) {
      assertThat(client.waitForCompletion(REF, SHORT).status()).isEqualTo(JobStatus.SUCCESS);
      assertThat(client.awaitOutcome(REF, shortWait().build()))
          .isInstanceOf(WaitOutcome.Succeeded.class);
      assertThat(client.resume(client.newToken(REF, shortWait().build())).status())
          .isEqualTo(JobStatus.SUCCESS);
      assertThat(client.waitForAll(List.of(REF, REF), shortWait().build()))
          .hasSize(2)
          .allMatch(WaitOutcome.Succeeded.class::isInstance);
    }
  }

  @Test
  void aBlockingWaitWhoseExecutorDropsTasksTimesOutAndSaysSo() {
    answer("RUNNING");
    try (JobsClient client = clientOf(DROPPING)) {
      assertThatExceptionOfType(JobWaitTimeoutException.class)
          .isThrownBy(() -> client.waitForCompletion(REF, SHORT))
          .withMessageMatching(
              "job "
                  + JOB
                  + " is still RUNNING after 0 s and 1 polls;"
                  + " the executor ran nothing of this wait for 0\\.[2-9] s")
          .satisfies(e -> assertThat(e.polls()).isOne())
          .satisfies(e -> assertThat(e.elapsed()).isGreaterThanOrEqualTo(SHORT.multipliedBy(2)));
    }
  }

  @Test
  void aFailureThatTheExecutorDroppedEndsAllWaitsForAGroup() throws Exception {
    Gateway.answerBy(
        server,
        request -> Gateway.job(request.getTarget().endsWith("failing") ? "FAIL" : "RUNNING"));
    try (JobsClient client = clientOf(DROPPING)) {
      List<JobRef> jobs = List.of(REF, new JobRef(PROJECT, "failing"));
      assertThat(client.waitForAll(jobs, shortWait().build()))
          .hasExactlyElementsOfTypes(WaitOutcome.TimedOut.class, WaitOutcome.Failed.class);
      assertThatExceptionOfType(WaitForAllException.class)
          .isThrownBy(() -> client.waitForAll(jobs, shortWait().stopAtFirstFailure().build()))
          .withCauseInstanceOf(JobWaitTimeoutException.class);
    }
  }

  @Test
  void aGroupIsBackAlthoughItsExecutorBlocksWhoeverPassesItATask() {
    answer("RUNNING");
    List<JobRef> jobs = List.of(new JobRef(PROJECT, "a"), new JobRef(PROJECT, "b"));
    WaitOptions options = shortWait().stopAtFirstFailure().build();
    try (JobsClient client =
        clientOf(
            task -> {
              block();
              task.run();
            })) {
      assertThatExceptionOfType(WaitForAllException.class)
          .isThrownBy(() -> client.waitForAll(jobs, options));
      released.countDown();
    }
  }

  @Test
  void aBlockingWaitIsBackAlthoughSomethingElseBlocksTheExecutorsOnlyThread() {
    answer("RUNNING");
    ExecutorService single = Executors.newSingleThreadExecutor();
    try (JobsClient client = clientOf(single)) {
      single.execute(this::block);
      assertThatExceptionOfType(JobWaitTimeoutException.class)
          .isThrownBy(() -> client.waitForCompletion(REF, SHORT))
          .withMessageContaining("the executor ran nothing of this wait");
      released.countDown();
    } finally {
      single.shutdown();
    }
  }

  @Test
  void aBlockingWaitIsBackAlthoughItsOwnListenerBlocks() throws Exception {
    WaitOptions blocking = shortWait().addListener(progress -> block()).build();
    try (JobsClient client = Gateway.client(server).callTimeout(SHORT).build()) {
      answer("RUNNING");
      assertThatExceptionOfType(JobWaitTimeoutException.class)
          .isThrownBy(() -> client.waitForCompletion(REF, blocking))
          .withMessageContaining("; a callback of this wait has not returned for 0.");
      answer("SUCCESS");
      assertThat(client.waitForCompletion(REF, blocking).status()).isEqualTo(JobStatus.SUCCESS);
      released.countDown();
    }
  }

  /** Each task runs on the thread that hands it over: here the one that keeps time. */
  @Test
  void aBlockingWaitIsBackAlthoughItsExecutorBlocksTheTimersThread() throws Exception {
    CountDownLatch blocked = new CountDownLatch(1);
    Gateway.answerBy(
        server, request -> new MockResponse.Builder().headersDelay(PATIENCE, SECONDS).build());
    Executor callerRuns =
        task -> {
          blocked.countDown();
          block();
          task.run();
        };
    try (JobsClient client = clientOf(callerRuns)) {
      CompletableFuture<Job> blocking =
          client.waitForCompletionAsync(
              PROJECT, "other", WaitOptions.builder().timeout(SHORT).build());
      Gateway.await(blocked);
      assertThatExceptionOfType(JobWaitTimeoutException.class)
          .isThrownBy(() -> client.waitForCompletion(REF, SHORT));
      released.countDown();
      assertThat(blocking).failsWithin(PATIENCE, SECONDS);
    }
  }

  @Test
  void aWaitWhoseExecutorRefusesFailsAtOnce() {
    answer("RUNNING");
    Executor full =
        task -> {
          throw new RejectedExecutionException("full");
        };
    try (JobsClient client = Gateway.client(server).executor(full).build()) {
      assertThatExceptionOfType(JobPollException.class)
          .isThrownBy(() -> client.waitForCompletion(REF))
          .withCauseInstanceOf(RejectedExecutionException.class);
    }
  }
}
