package io.github.cloudjobs.engine;

import static io.github.cloudjobs.engine.EngineFixture.every10s;
import static io.github.cloudjobs.engine.EngineFixture.seconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.engine.ScriptedPolls.Reply;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.model.JobStatus;
import io.github.cloudjobs.step.Answers;
import io.github.cloudjobs.step.ResumedWait;
import io.github.cloudjobs.step.WaitTermination;
import io.github.cloudjobs.wait.PollSchedule;
import io.github.cloudjobs.wait.WaitListener;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitOutcome;
import io.github.cloudjobs.wait.WaitProgress;
import io.github.cloudjobs.wait.WaitResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The thread that waits is back at the deadline and grace, whatever the executor does. */
@Timeout(60)
class GiveUpTest {
  private static final Duration DEADLINE = seconds(60);
  private static final Duration BACK = DEADLINE.plus(EngineFixture.GRACE);

  private final Collection<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final EngineFixture rig = EngineFixture.whoseExecutorRunsNothing(tasks);

  private static WaitOptions.Builder options() {
    return every10s().timeout(DEADLINE);
  }

  private WaitTermination await(EngineFixture its, CompletableFuture<WaitTermination> wait)
      throws Exception {
    return its.timer.run(() -> its.engine.await(wait, wait));
  }

  private WaitTermination await(ScriptedPolls polls, WaitOptions.Builder options) throws Exception {
    return await(rig, rig.start(polls, options));
  }

  @ParameterizedTest
  @CsvSource({"SUCCESS, Succeeded", "FAIL, Failed", "RUNNING, TimedOut", "INIT, TimedOut"})
  void theAnswerThatWaitsForTheExecutorSaysHowItEnds(String status, String outcome)
      throws Exception {
    Job job = Answers.job(status);
    WaitTermination end = await(rig.polls(Reply.job(job)), options());
    assertThat(end.outcome().getClass().getSimpleName()).isEqualTo(outcome);
    assertThat(end.state().job()).isSameAs(job);
    assertThat(end.state().polls()).isOne();
    assertThat(rig.timer.now()).isEqualTo(BACK);
    rig.assertIdle();
  }

  @Test
  void manyWaitsAreBackTogetherAndNotOneGraceAfterTheOther() throws Exception {
    List<CompletableFuture<WaitTermination>> waits = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      waits.add(rig.start(rig.polls(Reply.job("RUNNING")), options()));
    }
    List<WaitTermination> ends = rig.timer.run(() -> rig.engine.awaitAll(waits, waits));
    assertThat(ends).hasSize(10).allMatch(end -> end.outcome() instanceof WaitOutcome.TimedOut);
    assertThat(rig.timer.now()).isEqualTo(BACK);
  }

  @Test
  void aTimeoutSaysForHowLongTheExecutorRanNothing() throws Exception {
    WaitTermination end = await(rig.polls(Reply.job("RUNNING")), options());
    assertThat(end.exception())
        .hasMessage(
            "job j-1 is still RUNNING after 65 s and 1 polls;"
                + " the executor ran nothing of this wait for 65.0 s");
    ResumedWait kept = ResumedWait.of(end.token(), EngineFixture.ORIGIN, rig.clock.instant());
    assertThat(kept.plan().options().schedule()).isEqualTo(PollSchedule.fixed(seconds(10)));
  }

  @Test
  void errorsCountAsIfTheExecutorHadRun() throws Exception {
    WaitTermination refused = await(rig.polls(Reply.error(Answers.unauthorized())), options());
    assertThat(refused.problem()).isEqualTo("polling cannot go on");
    WaitTermination lost = await(rig.polls(Reply.error(Answers.lost())), options());
    assertThat(lost.exception().getSuppressed()).hasSize(1);
    assertThat(lost.outcome()).isInstanceOf(WaitOutcome.TimedOut.class);
  }

  @Test
  void noScheduleAndNoListenerRunsOnTheCallersThread() throws Exception {
    List<String> called = new ArrayList<>();
    WaitTermination end =
        await(
            rig.polls(Reply.job("RUNNING")),
            options()
                .addListener(progress -> called.add("listener"))
                .schedule(
                    (age, job) -> {
                      called.add("schedule");
                      return seconds(1);
                    }));
    assertThat(end.outcome()).isInstanceOf(WaitOutcome.TimedOut.class);
    assertThat(called).isEmpty();
  }

  @Test
  void theListenerIsNotifiedOfTheEndOnceTheExecutorRunsAgain() throws Exception {
    List<WaitResult> ends = new ArrayList<>();
    WaitTermination end =
        await(rig.polls(Reply.job("SUCCESS")), options().addListener(onEnd(ends::add)));
    rig.timer.runUntilIdle();
    assertThat(ends).isEmpty();
    tasks.forEach(Runnable::run);
    assertThat(ends)
        .singleElement()
        .satisfies(e -> assertThat(e.outcome()).isEqualTo(end.outcome()));
  }

  @Test
  void aWaitThatWasClosedIsBackToo() throws Exception {
    CompletableFuture<WaitTermination> wait = rig.start(rig.polls(Reply.never()), options());
    rig.engine.close(rig);
    assertThat(await(rig, wait).problem()).isEqualTo(Engine.CLOSED);
    assertThat(rig.timer.now()).isEqualTo(BACK);
    rig.assertIdle();
  }

  @Test
  void othersGoOnInVirtualTimeAfterAnExecutorThatDropsTasks() throws Exception {
    await(rig.polls(Reply.job("RUNNING")), options());
    EngineFixture other = new EngineFixture(Runnable::run, EngineFixture.UNLIMITED, rig.timer);
    ScriptedPolls polls = other.polls(Reply.job("RUNNING"));
    WaitTermination end = await(other, other.start(polls, options()));
    assertThat(polls.begun()).hasSize(7);
    assertThat(end.elapsed()).isEqualTo(DEADLINE);
  }

  @Test
  void aListenerThatBlocksDoesNotKeepTheCaller() throws Exception {
    assertThat(blockedListener("RUNNING").exception())
        .hasMessage(
            "job j-1 is still RUNNING after 65 s and 1 polls;"
                + " a callback of this wait has not returned for 65.0 s");
  }

  @Test
  void anEndThatIsKnownIsReturnedAlthoughAListenerBlocks() throws Exception {
    assertThat(blockedListener("SUCCESS").jobOrThrow().status()).isEqualTo(JobStatus.SUCCESS);
  }

  private WaitTermination blockedListener(String status) throws Exception {
    CountDownLatch released = new CountDownLatch(1);
    ExecutorService executor = Executors.newCachedThreadPool();
    EngineFixture blocked =
        new EngineFixture(executor, EngineFixture.UNLIMITED, new VirtualTimer(2));
    try {
      WaitListener blocking =
          progress -> {
            try {
              released.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          };
      return await(
          blocked,
          blocked.start(blocked.polls(Reply.job(status)), options().addListener(blocking)));
    } finally {
      released.countDown();
      executor.shutdown();
    }
  }

  @Test
  void aPollThatIsLostAtTheDeadlineEndsTheWaitByWayOfTheExecutor() throws Exception {
    EngineFixture sound = new EngineFixture();
    List<Thread> notified = new ArrayList<>();
    WaitListener listener =
        new WaitListener() {
          @Override
          public void onProgress(WaitProgress progress) {}

          @Override
          public void onEnd(WaitResult result) {
            notified.add(Thread.currentThread());
          }
        };
    CompletableFuture<WaitTermination> wait =
        sound.start(sound.polls(Reply.never()), options().addListener(listener));
    FutureTask<WaitTermination> caller = new FutureTask<>(() -> sound.engine.await(wait, wait));
    new Thread(caller).start();
    while (sound.timer.pending(task -> true).size() < 2) {
      Thread.onSpinWait(); // until the caller's task stands beside the poll's
    }
    sound.timer.advance(BACK);
    assertThat(caller.get(20, TimeUnit.SECONDS).exception())
        .hasMessage("job j-1 was not seen after 65 s and 1 polls");
    assertThat(notified).containsExactly(Thread.currentThread());
    sound.assertIdle();
  }

  @Test
  void anInterruptEndsTheWaitAndLeavesTheTimerFree() throws Exception {
    JobRef job = new JobRef("p", "other");
    ScriptedPolls polls = rig.polls(Reply.never());
    CompletableFuture<WaitTermination> wait = rig.start(job, polls, options());
    Thread.currentThread().interrupt();
    try {
      rig.engine.await(wait, wait);
      throw new AssertionError("not interrupted");
    } catch (InterruptedException e) {
      assertThat(wait).isCancelled();
    }
    assertThat(rig.timer).hasToString("VirtualTimer[PT0S, 0 under way, 0 pending]");
  }

  @Test
  void theAnswerThatIsOnItsWayToTheExecutorSaysHowItEnds() {
    EngineFixture sound = new EngineFixture();
    List<CompletableFuture<WaitTermination>> wait = new ArrayList<>();
    ScriptedPolls polls = sound.polls(Reply.job("SUCCESS").held());
    sound.start(
        polls, options().addListener(progress -> ((Wait<?>) wait.get(0)).giveUp())); // heard first
    wait.add(sound.start(polls, options()));
    polls.release();
    assertThat(wait.get(0).join().isSuccess()).isTrue();
    sound.assertIdle();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aClientThatIsClosedRightAfterItsCallerGaveUpNotifiesTheListenerFirst(boolean all)
      throws Exception {
    List<WaitResult> ends = new ArrayList<>();
    await(rig.polls(Reply.job("RUNNING")), options().addListener(onEnd(ends::add)));
    PendingCallbacks pending = all ? rig.engine.shutDown() : rig.engine.close(rig);
    assertThat(pending.left()).isOne();
    tasks.forEach(Runnable::run);
    assertThat(ends).hasSize(1);
    assertThat(pending.left()).isZero();
    tasks.clear();
    rig.timer.runUntilIdle();
    tasks.forEach(Runnable::run);
    assertThat(ends).hasSize(1);
    assertThat(rig.engine.close(rig).left()).isZero();
  }

  /** Time goes far beyond the end of a blocking call before its thread gets to look. */
  private record Leap(VirtualTimer timer, AtomicBoolean over) implements WaitTimer {
    @Override
    public boolean await(CompletableFuture<?> future, long time) {
      hold();
      if (over.compareAndSet(false, true)) {
        timer.advance(Duration.ofHours(1));
      }
      return future.isDone();
    }

    @Override
    public long nanoTime() {
      return timer.nanoTime();
    }

    @Override
    public void schedule(Task task, long time) {
      timer.schedule(task, time);
    }

    @Override
    public void cancel(Task task) {
      timer.cancel(task);
    }

    @Override
    public void hold() {
      timer.hold();
    }

    @Override
    public void release() {
      timer.release();
    }

    @Override
    public void close() {}
  }

  @Test
  void aCallerThatFindsMuchTimeGoneLeavesTheTimerFree() throws Exception {
    WaitTimer leap = new Leap(rig.timer, new AtomicBoolean());
    Engine engine =
        new Engine(leap, tasks::add, rig.clock, EngineFixture.GRACE, EngineFixture.UNLIMITED);
    CompletableFuture<WaitTermination> wait =
        engine.start(
            this,
            0,
            rig.plan(EngineFixture.REF, options()),
            rig.polls(Reply.job("RUNNING")),
            Function.identity());
    assertThat(engine.await(wait, wait).outcome()).isInstanceOf(WaitOutcome.TimedOut.class);
    assertThat(rig.timer).hasToString("VirtualTimer[PT1H, 0 under way, 0 pending]");
  }

  @Test
  void aListenerIsNotifiedOfAWaitThatIsClosedWhileItsCallerGivesUp() throws Exception {
    List<WaitResult> ends = new ArrayList<>();
    CompletableFuture<WaitTermination> wait =
        rig.start(rig.polls(Reply.job("RUNNING")), options().addListener(onEnd(ends::add)));
    AtomicBoolean closed = new AtomicBoolean();
    rig.clock.whenRead( // as it is by the caller, when it has taken the answer
        () -> {
          if (closed.compareAndSet(false, true)) {
            rig.engine.close(rig);
          }
        });
    assertThat(await(rig, wait).problem()).isEqualTo(Engine.CLOSED);
    rig.timer.runUntilIdle();
    tasks.forEach(Runnable::run);
    assertThat(ends).hasSize(1);
  }

  private static WaitListener onEnd(Consumer<WaitResult> told) {
    return new WaitListener() {
      @Override
      public void onProgress(WaitProgress progress) {}

      @Override
      public void onEnd(WaitResult result) {
        told.accept(result);
      }
    };
  }
}
