package io.github.cloudjobs.engine;

import static io.github.cloudjobs.engine.EngineFixture.every10s;
import static io.github.cloudjobs.engine.EngineFixture.seconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.engine.PollSource.Handle;
import io.github.cloudjobs.engine.ScriptedPolls.Reply;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.Answers;
import io.github.cloudjobs.step.PollResult;
import io.github.cloudjobs.step.WaitTermination;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitOutcome;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Cancels a wait at each single thing it does, as a thread that comes between would. */
class CancelAnywhereTest {
  @Test
  void aWaitThatIsCancelledAtItsNthStepStopsThere() {
    int n = 1;
    while (new Interrupted(n).isCancelled()) {
      n++;
    }
    assertThat(n).as("steps of the whole wait").isGreaterThan(30);
  }

  /** Everything that a wait touches counts steps; at the nth one the future is cancelled. */
  private static final class Interrupted implements WaitTimer {
    final VirtualTimer timer = new VirtualTimer();
    final Engine engine;
    final int until;
    int steps;
    int begunInVain;
    Duration cancelled;
    CompletableFuture<WaitTermination> wait;

    Interrupted(int until) {
      this.until = until;
      this.engine =
          new Engine(
              this,
              task -> {
                step();
                task.run();
                step();
              },
              new TestClock(timer, EngineFixture.START),
              EngineFixture.GRACE,
              EngineFixture.UNLIMITED);
    }

    private void step() {
      if (engine != null && engine.streams().stream().anyMatch(Thread::holdsLock)) {
        return; // no other thread could come between
      }
      if (wait != null && ++steps == until) {
        cancelled = timer.now();
        wait.cancel(true);
      }
    }

    boolean isCancelled() {
      ScriptedPolls polls =
          new ScriptedPolls(
              timer,
              Reply.job("RUNNING"),
              Reply.job("RUNNING"),
              Reply.job("RUNNING").after(seconds(1)),
              Reply.error(Answers.lost()),
              Reply.never());
      PollSource source =
          (job, mark, sink) -> {
            if (wait.isDone()) {
              begunInVain++;
            }
            step();
            Handle call = polls.poll(job, mark, sink);
            step();
            return call;
          };
      WaitOptions.Builder options = every10s().timeout(seconds(60)).addListener(progress -> step());
      // The first poll pauses, so that there is a future to cancel when it begins.
      wait =
          engine.start(
              this,
              0,
              new EngineFixture().plan(new JobRef("p", "j", EngineFixture.START), options),
              source,
              Function.identity());
      timer.runUntilIdle();
      assertThat(wait).isDone();
      assertThat(engine.waiting()).isZero();
      assertThat(polls.unanswered()).as("polls under way after step %s", until).isZero();
      assertThat(begunInVain).as("polls begun after step %s", until).isZero();
      if (cancelled != null) {
        assertThat(timer.now()).as("what the timer still ran").isEqualTo(cancelled);
      }
      return cancelled != null;
    }

    @Override
    public long nanoTime() {
      step();
      return timer.nanoTime();
    }

    @Override
    public void schedule(WaitTimer.Task task, long time) {
      step();
      timer.schedule(task, time);
      step();
    }

    @Override
    public void cancel(WaitTimer.Task task) {
      step();
      timer.cancel(task);
      step();
    }

    @Override
    public boolean await(CompletableFuture<?> future, long time) throws InterruptedException {
      return timer.await(future, time);
    }

    @Override
    public void close() {
      timer.close();
    }
  }

  @Test
  void aTimerThatRunsWhatWasCancelledMakesNoPoll() {
    VirtualTimer timer = new VirtualTimer();
    Queue<WaitTimer.Task> taken = new ArrayDeque<>();
    WaitTimer tooLate =
        new WaitTimer() {
          @Override
          public long nanoTime() {
            return timer.nanoTime();
          }

          @Override
          public void schedule(WaitTimer.Task task, long time) {
            taken.add(task);
          }

          @Override
          public void cancel(WaitTimer.Task task) {}

          @Override
          public boolean await(CompletableFuture<?> future, long time) throws InterruptedException {
            return timer.await(future, time);
          }

          @Override
          public void close() {}
        };
    Engine engine =
        new Engine(
            tooLate,
            Runnable::run,
            new TestClock(timer, EngineFixture.START),
            EngineFixture.GRACE,
            EngineFixture.UNLIMITED);
    ScriptedPolls polls = new ScriptedPolls(timer, Reply.job("RUNNING"));
    CompletableFuture<WaitTermination> wait =
        engine.start(
            this,
            0,
            new EngineFixture().plan(EngineFixture.REF, every10s()),
            polls,
            Function.identity());
    wait.cancel(true);
    while (!taken.isEmpty()) {
      taken.remove().run();
    }
    assertThat(polls.begun()).hasSize(1);
  }

  @Test
  void anAnswerThatWasNotDigestedBeforeTheCancelIsToldToNobody() {
    Queue<Runnable> tasks = new ArrayDeque<>();
    EngineFixture rig = new EngineFixture(tasks::add);
    List<String> heard = new ArrayList<>();
    ScriptedPolls polls = rig.polls(Reply.job("RUNNING"));
    CompletableFuture<WaitTermination> wait =
        rig.start(polls, every10s().addListener(progress -> heard.add(progress.toString())));
    wait.cancel(true);
    tasks.forEach(Runnable::run);
    assertThat(heard).isEmpty();
    rig.assertIdle();
  }

  @Test
  void aPollThatAnswersBecauseItIsCancelledAnswersInVain() {
    EngineFixture rig = new EngineFixture();
    PollSource answering =
        (job, mark, sink) -> () -> sink.accept(new PollResult(null, Answers.lost(), null, null));
    CompletableFuture<WaitTermination> wait =
        rig.start(answering, every10s().timeout(Duration.ZERO));
    rig.timer.runUntilIdle();
    assertThat(wait.join().outcome())
        .isEqualTo(new WaitOutcome.TimedOut(null, EngineFixture.GRACE, 1, wait.join().token()));
    assertThat(wait.join().exception().getSuppressed())
        .singleElement()
        .satisfies(e -> assertThat(e).hasMessageStartingWith("no answer by the deadline"));
    rig.assertIdle();
  }
}
