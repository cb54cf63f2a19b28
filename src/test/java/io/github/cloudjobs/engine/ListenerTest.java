package io.github.cloudjobs.engine;

import static io.github.cloudjobs.engine.EngineFixture.every10s;
import static io.github.cloudjobs.engine.EngineFixture.seconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.github.cloudjobs.engine.ScriptedPolls.Reply;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobStatus;
import io.github.cloudjobs.step.Answers;
import io.github.cloudjobs.step.WaitTermination;
import io.github.cloudjobs.wait.JobFailedException;
import io.github.cloudjobs.wait.PollFailure;
import io.github.cloudjobs.wait.WaitListener;
import io.github.cloudjobs.wait.WaitOutcome;
import io.github.cloudjobs.wait.WaitProgress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Filter;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What listeners are called with, in which order, and on which threads. */
class ListenerTest {
  private static final Logger LOGGER = Logger.getLogger("io.github.cloudjobs");

  /** A reply of every kind that is reported. */
  private static final Reply[] REPLIES = {
    Reply.job("INIT"),
    Reply.job("ODD"),
    Reply.error(Answers.lost()),
    Reply.error(Answers.malformed()),
    Reply.error(Answers.throttled()),
    Reply.error(Answers.lost()),
    Reply.error(Answers.notFound()),
    Reply.job("ODDER"),
    Reply.error(Answers.lost()),
    Reply.job(batch("RUNNING", sub("a", "INIT", "i-1"), sub("b", "INIT", ""))),
    Reply.job(batch("SUCCESS", sub("a", "SUCCESS", "i-1"), sub("b", "FAIL", "i-2")))
  };

  private static final String[] CALLS = {
    "job INIT 00:00",
    "INIT to UNKNOWN",
    "unknown ODD",
    "job ODD 00:10",
    "failed 1",
    "failed 2",
    "throttled 1",
    "failed 3",
    "job ODDER 01:10",
    "failed 1",
    "UNKNOWN to RUNNING",
    "sub-job a null to INIT",
    "sub-job b null to INIT",
    "new {server_id=[i-1]}",
    "job RUNNING 0/2 sub-jobs 01:30",
    "RUNNING to SUCCESS",
    "sub-job a INIT to SUCCESS",
    "sub-job b INIT to FAIL",
    "new {server_id=[i-2]}",
    "job SUCCESS 2/2 sub-jobs 01:40",
    "end Succeeded"
  };

  private final EngineFixture fixture = new EngineFixture();
  private final RecordingListener listener = new RecordingListener();

  @AfterEach
  void nothingIsLeft() {
    fixture.assertIdle();
  }

  @BeforeAll
  static void logNothing() {
    LOGGER.setLevel(Level.OFF);
  }

  @AfterAll
  static void logAgain() {
    LOGGER.setLevel(null);
  }

  private static String sub(String id, String status, String server) {
    return "{'job_id':'%s','status':'%s','entities':{'server_id':'%s'}}"
        .formatted(id, status, server);
  }

  private static Job batch(String status, String... subJobs) {
    String json =
        "{'status':'" + status + "','entities':{'sub_jobs':[" + String.join(",", subJobs) + "]}}";
    return Job.fromJson(json.replace('\'', '"'));
  }

  /** Runs a wait that sees every kind of reply, with this listener and another after it. */
  private void assertCalledInOrder(RecordingListener first) {
    var wait =
        fixture.start(fixture.polls(REPLIES), every10s().addListener(first).addListener(listener));
    fixture.timer.runUntilIdle();
    assertThat(wait.join().jobOrThrow().status()).isEqualTo(JobStatus.SUCCESS);
    assertThat(fixture.timer.now()).isEqualTo(seconds(100));
    assertThat(first.calls).containsExactly(CALLS);
    assertThat(listener.calls).containsExactly(CALLS);
  }

  @Test
  void everyEventIsReportedInOrder() {
    assertCalledInOrder(new RecordingListener());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 7, 9, 11, 12, 14, 15, 16, 19, 20, 21})
  void aListenerThatThrowsAtItsNthCallChangesNothing(int n) {
    Throwable thrown = n % 2 == 0 ? new IllegalStateException() : new LinkageError();
    assertCalledInOrder(RecordingListener.throwing(thrown, n, n));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aListenerThatAlwaysThrowsIsLoggedOnce(boolean loggerThrows) {
    AtomicInteger logged = new AtomicInteger();
    Filter counting =
        entry -> {
          logged.incrementAndGet();
          if (loggerThrows) {
            throw new LinkageError("the logger");
          }
          return false;
        };
    LOGGER.setLevel(Level.ALL);
    LOGGER.setFilter(counting);
    try {
      assertCalledInOrder(
          RecordingListener.throwing(new IllegalStateException(), 1, Integer.MAX_VALUE));
    } finally {
      LOGGER.setFilter(null);
      LOGGER.setLevel(Level.OFF);
    }
    assertThat(logged).hasValue(1);
  }

  @Test
  void progressAndFailuresHavePollsTimeAndPause() {
    List<WaitProgress> progress = new ArrayList<>();
    List<PollFailure> failures = new ArrayList<>();
    WaitListener recording =
        new WaitListener() {
          @Override
          public void onProgress(WaitProgress each) {
            progress.add(each);
          }

          @Override
          public void onPollFailed(PollFailure failure) {
            failures.add(failure);
          }

          @Override
          public void onThrottled(PollFailure failure) {
            failures.add(failure);
          }
        };
    JobsException lost = Answers.lost();
    JobsException throttled = Answers.throttled();
    fixture.start(
        fixture.polls(
            Reply.error(lost).after(seconds(1)),
            Reply.error(throttled).retryAfter(seconds(30)),
            Reply.error(throttled),
            Reply.job("RUNNING")),
        every10s().timeout(seconds(60)).addListener(recording));
    fixture.timer.runUntilIdle();
    assertThat(failures)
        .containsExactly(
            new PollFailure("ECS", EngineFixture.REF, lost, 1, 1, seconds(1), seconds(10)),
            new PollFailure("ECS", EngineFixture.REF, throttled, 1, 2, seconds(11), seconds(30)),
            new PollFailure("ECS", EngineFixture.REF, throttled, 2, 3, seconds(41), seconds(10)));
    assertThat(progress)
        .extracting(WaitProgress::polls, WaitProgress::elapsed, WaitProgress::nextPollIn)
        .containsExactly(tuple(4, seconds(51), seconds(9)), tuple(5, seconds(60), Duration.ZERO));
  }

  @Test
  void anErrorThatEndsTheWaitIsNotReportedAsTolerated() {
    fixture.start(
        fixture.polls(Reply.error(Answers.lost())),
        every10s().errorBudget(Duration.ZERO).addListener(listener));
    fixture.timer.runUntilIdle();
    assertThat(listener.calls)
        .containsExactly("failed 1", "failed 2", "failed 3", "failed 4", "end Stopped");
  }

  @Test
  void aWaitThatJoinsLaterIsNotifiedOfAllThatThereIs() {
    RecordingListener other = new RecordingListener();
    Reply failed = Reply.job(batch("RUNNING", sub("a", "FAIL", "i-1")));
    ScriptedPolls polls =
        fixture.polls(Reply.job(batch("RUNNING", sub("a", "INIT", ""))), failed, failed);
    fixture.start(polls, every10s().addListener(listener));
    fixture.timer.advance(seconds(5));
    fixture.start(polls, every10s().addListener(other));
    fixture.timer.advance(seconds(5));
    assertThat(listener.calls).contains("sub-job a INIT to FAIL", "new {server_id=[i-1]}");
    assertThat(other.calls).contains("sub-job a null to FAIL", "new {server_id=[i-1]}");
    fixture.engine.close();
  }

  // Stopping at the failure of a sub-job

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'status':'FAIL','fail_reason':'no room'}",
        "{'status':'SUCCESS','sub_jobs':[{'status':'failed','fail_reason':'no room'}]}",
        "{'sub_jobs':[{'sub_jobs':[{},{'sub_jobs':[{'status':'FAIL','fail_reason':'no room'}]}]}]}",
        "{'status':'RUNNING'},{'status':'FAIL','fail_reason':'no room'}"
      })
  void aSubJobThatFailedEndsAWaitThatStopsThen(String subJobs) {
    Job failing = batch("RUNNING", subJobs);
    var wait =
        fixture.start(
            fixture.polls(Reply.job(batch("RUNNING", "{}")), Reply.job(failing)),
            every10s().stopOnSubJobFailure().addListener(listener));
    fixture.timer.runUntilIdle();
    assertThat(fixture.timer.now()).isEqualTo(seconds(10));
    assertThat(wait.join().outcomeOrThrow()).isEqualTo(new WaitOutcome.Failed(failing));
    assertThatExceptionOfType(JobFailedException.class)
        .isThrownBy(wait.join()::jobOrThrow)
        .withMessageStartingWith("a sub-job of job j-1 (RUNNING) failed")
        .withMessageContaining("no room")
        .satisfies(e -> assertThat(e.failures()).hasSize(1))
        .satisfies(e -> assertThat(e.token()).isNotNull());
    assertThat(listener.calls).last().isEqualTo("end Failed");
  }

  @Test
  void otherwiseTheJobItselfHasToFail() {
    Reply failing = Reply.job(batch("RUNNING", sub("a", "FAIL", "")));
    Reply onlyAnError = Reply.job(batch("RUNNING", "{'status':'RUNNING','error_code':'Ecs.1'}"));
    Reply success = Reply.job(batch("SUCCESS", sub("a", "FAIL", "")));
    var byDefault = fixture.start(fixture.polls(failing, success), every10s());
    var stopping =
        fixture.start(fixture.polls(onlyAnError, success), every10s().stopOnSubJobFailure());
    fixture.timer.runUntilIdle();
    assertThat(byDefault.join().isSuccess()).isTrue();
    assertThat(stopping.join().isSuccess()).as("the job succeeded in spite of it").isTrue();
  }

  // Threads

  @Test
  void listenersAndCompletionsRunOnTheExecutorAndNeverOnTheTimer() throws Exception {
    ExecutorService executor = Executors.newSingleThreadExecutor(task -> new Thread(task, "own"));
    try {
      EngineFixture parallel = new EngineFixture(executor);
      Set<String> threads = ConcurrentHashMap.newKeySet();
      RecordingListener naming =
          new RecordingListener(n -> threads.add(Thread.currentThread().getName()));
      var wait =
          parallel.start(
              parallel.polls(Reply.job("RUNNING"), Reply.error(Answers.lost()), Reply.job("ODD")),
              every10s().timeout(seconds(60)).addListener(naming));
      CompletableFuture<?> dependent =
          wait.thenRun(() -> threads.add(Thread.currentThread().getName()));
      parallel.runUntilDone(List.of(dependent));
      assertThat(threads).containsExactly("own");
    } finally {
      executor.shutdown();
    }
  }

  @Test
  void aListenerIsCalledByOneThreadAtATime() {
    ExecutorService executor = Executors.newFixedThreadPool(4);
    try {
      EngineFixture parallel = new EngineFixture(executor);
      List<CompletableFuture<WaitTermination>> waits = new ArrayList<>();
      List<String> problems = Collections.synchronizedList(new ArrayList<>());
      for (int i = 0; i < 20; i++) {
        AtomicBoolean inside = new AtomicBoolean();
        RecordingListener alone =
            new RecordingListener(
                n -> {
                  if (!inside.compareAndSet(false, true)) {
                    problems.add("two calls at a time");
                  }
                  Thread.yield();
                  inside.set(false);
                });
        waits.add(parallel.start(parallel.polls(REPLIES), every10s().addListener(alone)));
      }
      parallel.runUntilDone(waits);
      assertThat(problems).isEmpty();
    } finally {
      executor.shutdown();
    }
  }
}
