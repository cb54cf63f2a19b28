package io.github.cloudjobs.engine;

import static io.github.cloudjobs.engine.EngineFixture.every10s;
import static io.github.cloudjobs.engine.EngineFixture.seconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.engine.ScriptedPolls.Reply;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobStatus;
import io.github.cloudjobs.step.Answers;
import io.github.cloudjobs.step.WaitTermination;
import io.github.cloudjobs.wait.PollFailure;
import io.github.cloudjobs.wait.WaitListener;
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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListenerTest {
  private static final Logger LOGGER = Logger.getLogger("io.github.cloudjobs");

  /** A reply of every kind that a listener hears of. */
  private static final Reply[] EVENTFUL = {
    Reply.job("INIT"),
    Reply.job("ODD"),
    Reply.error(Answers.lost()),
    Reply.error(Answers.malformed()),
    Reply.error(Answers.throttled()),
    Reply.error(Answers.lost()),
    Reply.error(Answers.notFound()),
    Reply.job("ODDER"),
    Reply.job(
        Job.fromJson(
            """
            {"status": "RUNNING", "entities": {"sub_jobs": [
              {"job_id": "s-1", "status": "INIT", "entities": {"server_id": "i-1"}}]}}\
            """)),
    Reply.job("SUCCESS")
  };

  /** What a listener hears of them. */
  private static final String[] HEARD = {
    "job INIT 00:00",
    "INIT to UNKNOWN",
    "unknown ODD",
    "job ODD 00:10",
    "borne 1",
    "borne 2",
    "throttled 1",
    "borne 3",
    "job ODDER 01:10",
    "UNKNOWN to RUNNING",
    "sub-job s-1 null to INIT",
    "new {server_id=[i-1]}",
    "job RUNNING 0/1 sub-jobs 01:20",
    "RUNNING to SUCCESS",
    "job SUCCESS 01:30",
    "end Succeeded"
  };

  @BeforeAll
  static void hush() {
    LOGGER.setLevel(Level.OFF);
  }

  @AfterAll
  static void speak() {
    LOGGER.setLevel(null);
  }

  @Test
  void aListenerIsToldWhatHappensInOrder() {
    EngineFixture rig = new EngineFixture();
    RecordingListener scribe = new RecordingListener();
    rig.start(rig.polls(EVENTFUL), every10s().addListener(scribe));
    rig.timer.runUntilIdle();
    assertThat(scribe.calls).containsExactly(HEARD);
  }

  @Test
  void whatOneListenerThrowsDoesNotKeepTheNextFromBeingCalled() {
    EngineFixture rig = new EngineFixture();
    RecordingListener throwing = new RecordingListener();
    throwing.throwing = new IllegalStateException();
    throwing.to = Integer.MAX_VALUE;
    RecordingListener scribe = new RecordingListener();
    rig.start(rig.polls(EVENTFUL), every10s().addListener(throwing).addListener(scribe));
    rig.timer.runUntilIdle();
    assertThat(throwing.calls).containsExactly(HEARD);
    assertThat(scribe.calls).containsExactly(HEARD);
  }

  @Test
  void progressTellsPollsTimeAndPause() {
    EngineFixture rig = new EngineFixture();
    List<WaitProgress> heard = new ArrayList<>();
    ScriptedPolls polls =
        rig.polls(
            Reply.job("RUNNING").after(seconds(2)),
            Reply.error(Answers.lost()),
            Reply.job("RUNNING"));
    rig.start(polls, every10s().timeout(seconds(25)).addListener(heard::add));
    rig.timer.runUntilIdle();
    assertThat(heard).extracting(WaitProgress::polls).containsExactly(1, 3, 4);
    assertThat(heard)
        .extracting(WaitProgress::elapsed)
        .containsExactly(seconds(2), seconds(22), seconds(25));
    assertThat(heard)
        .extracting(WaitProgress::nextPollIn)
        .containsExactly(seconds(10), seconds(3), Duration.ZERO);
  }

  @Test
  void aSetbackTellsPollsTimeAndPause() {
    EngineFixture rig = new EngineFixture();
    List<PollFailure> heard = new ArrayList<>();
    WaitListener listener =
        new WaitListener() {
          @Override
          public void onProgress(WaitProgress progress) {}

          @Override
          public void onPollFailed(PollFailure failure) {
            heard.add(failure);
          }

          @Override
          public void onThrottled(PollFailure failure) {
            heard.add(failure);
          }
        };
    JobsException lost = Answers.lost();
    JobsException throttled = Answers.throttled();
    rig.start(
        rig.polls(
            Reply.error(lost).after(seconds(1)),
            Reply.error(throttled).retryAfter(seconds(30)),
            Reply.error(throttled)),
        every10s().timeout(seconds(45)).addListener(listener));
    rig.timer.runUntilIdle();
    assertThat(heard)
        .containsExactly(
            new PollFailure("ECS", EngineFixture.REF, lost, 1, 1, seconds(1), seconds(10)),
            new PollFailure("ECS", EngineFixture.REF, throttled, 1, 2, seconds(11), seconds(30)),
            new PollFailure("ECS", EngineFixture.REF, throttled, 2, 3, seconds(41), seconds(4)),
            new PollFailure("ECS", EngineFixture.REF, throttled, 3, 4, seconds(45), Duration.ZERO));
  }

  @Test
  void theErrorsInARowAreCountedFromTheLastGoodAnswer() {
    EngineFixture rig = new EngineFixture();
    RecordingListener scribe = new RecordingListener();
    Reply lost = Reply.error(Answers.lost());
    rig.start(
        rig.polls(lost, lost, Reply.job("RUNNING"), lost, Reply.job("SUCCESS")),
        every10s().addListener(scribe));
    rig.timer.runUntilIdle();
    assertThat(scribe.calls)
        .containsSubsequence("borne 1", "borne 2", "borne 1")
        .doesNotContain("borne 3");
  }

  @Test
  void anErrorThatEndsTheWaitWasNotBorne() {
    EngineFixture rig = new EngineFixture();
    RecordingListener scribe = new RecordingListener();
    rig.start(
        rig.polls(Reply.error(Answers.lost())),
        every10s().errorBudget(Duration.ZERO).addListener(scribe));
    rig.start(rig.polls(Reply.error(Answers.http(403))), every10s().addListener(scribe));
    rig.timer.runUntilIdle();
    assertThat(scribe.calls)
        .containsExactly("borne 1", "end Stopped", "borne 2", "borne 3", "borne 4", "end Stopped");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
  void aListenerThatThrowsAtItsNthCallChangesNothing(int n) {
    for (Throwable thrown : List.of(new IllegalStateException(), new LinkageError())) {
      RecordingListener scribe = new RecordingListener();
      scribe.throwing = thrown;
      scribe.from = n;
      scribe.to = n;
      changesNothing(scribe);
    }
  }

  @Test
  void aListenerThatAlwaysThrowsChangesNothingAndIsLoggedOnce() {
    AtomicInteger logged = new AtomicInteger();
    Filter counting =
        entry -> {
          logged.incrementAndGet();
          return false;
        };
    LOGGER.setLevel(Level.ALL);
    LOGGER.setFilter(counting);
    try {
      RecordingListener scribe = new RecordingListener();
      scribe.throwing = new IllegalStateException();
      changesNothing(scribe);
    } finally {
      LOGGER.setFilter(null);
      LOGGER.setLevel(Level.OFF);
    }
    assertThat(logged).hasValue(1);
  }

  @Test
  void aLoggerThatThrowsTooChangesNothing() {
    LOGGER.setLevel(Level.ALL);
    LOGGER.setFilter(
        entry -> {
          throw new LinkageError("the logger");
        });
    try {
      RecordingListener scribe = new RecordingListener();
      scribe.throwing = new IllegalStateException();
      changesNothing(scribe);
    } finally {
      LOGGER.setFilter(null);
      LOGGER.setLevel(Level.OFF);
    }
  }

  private static void changesNothing(RecordingListener scribe) {
    EngineFixture quiet = new EngineFixture();
    ScriptedPolls expected = quiet.polls(EVENTFUL);
    quiet.start(expected, every10s());
    quiet.timer.runUntilIdle();

    EngineFixture rig = new EngineFixture();
    ScriptedPolls polls = rig.polls(EVENTFUL);
    CompletableFuture<WaitTermination> wait = rig.start(polls, every10s().addListener(scribe));
    rig.timer.runUntilIdle();
    assertThat(wait.join().jobOrThrow().status()).isEqualTo(JobStatus.SUCCESS);
    assertThat(polls.begun()).isEqualTo(expected.begun());
    assertThat(scribe.calls).containsExactly(HEARD);
    rig.assertIdle();
  }

  @Test
  void listenersAndCompletionsRunOnTheExecutorAndNeverOnTheTimer() throws Exception {
    ExecutorService executor = Executors.newSingleThreadExecutor(task -> new Thread(task, "own"));
    try {
      EngineFixture rig = new EngineFixture(executor);
      Set<String> threads = ConcurrentHashMap.newKeySet();
      WaitListener listener = progress -> threads.add(Thread.currentThread().getName());
      ScriptedPolls polls =
          rig.polls(Reply.job("RUNNING"), Reply.error(Answers.lost()), Reply.job("ODD"));
      CompletableFuture<WaitTermination> wait =
          rig.start(polls, every10s().timeout(seconds(60)).addListener(listener));
      CompletableFuture<?> told = wait.thenRun(() -> threads.add(Thread.currentThread().getName()));
      rig.runUntilDone(List.of(wait));
      told.get();
      assertThat(threads).containsExactly("own");
    } finally {
      executor.shutdown();
    }
  }

  @Test
  void aListenerIsCalledByOneThreadAtATime() throws Exception {
    ExecutorService executor = Executors.newFixedThreadPool(4);
    try {
      EngineFixture rig = new EngineFixture(executor);
      List<CompletableFuture<WaitTermination>> waits = new ArrayList<>();
      List<String> trouble = Collections.synchronizedList(new ArrayList<>());
      for (int i = 0; i < 20; i++) {
        AtomicBoolean inside = new AtomicBoolean();
        WaitListener listener =
            progress -> {
              if (!inside.compareAndSet(false, true)) {
                trouble.add("two at once");
              }
              Thread.yield();
              inside.set(false);
            };
        ScriptedPolls polls =
            rig.polls(Reply.job("RUNNING"), Reply.job("ODD"), Reply.job("INIT"), Reply.job("FAIL"));
        waits.add(rig.start(polls, every10s().addListener(listener)));
      }
      rig.runUntilDone(waits);
      assertThat(trouble).isEmpty();
      assertThat(waits).allSatisfy(wait -> assertThat(wait.join().state().polls()).isEqualTo(4));
    } finally {
      executor.shutdown();
    }
  }
}
