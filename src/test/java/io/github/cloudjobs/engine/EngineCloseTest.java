package io.github.cloudjobs.engine;

import static io.github.cloudjobs.engine.EngineFixture.every10s;
import static io.github.cloudjobs.engine.EngineFixture.seconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.cloudjobs.engine.ScriptedPolls.Reply;
import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.step.Answers;
import io.github.cloudjobs.step.WaitTermination;
import io.github.cloudjobs.wait.JobPollException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class EngineCloseTest {
  private static final String CLOSED = "the client was closed";

  @Test
  void closingEndsEveryWaitWithWhatItKnows() {
    EngineFixture rig = new EngineFixture();
    Job known = Answers.job("RUNNING");
    CompletableFuture<WaitTermination> pausing = rig.start(rig.polls(Reply.job(known)), every10s());
    ScriptedPolls hanging = rig.polls(Reply.never());
    CompletableFuture<WaitTermination> polling = rig.start(hanging, every10s());
    rig.timer.advance(seconds(3));
    rig.engine.close();

    assertThatExceptionOfType(JobPollException.class)
        .isThrownBy(pausing.join()::jobOrThrow)
        .withMessage("stopped waiting for job j-1: " + CLOSED)
        .withNoCause()
        .satisfies(e -> assertThat(e.lastJob()).isSameAs(known))
        .satisfies(e -> assertThat(e.polls()).isOne())
        .satisfies(e -> assertThat(e.elapsed()).isEqualTo(seconds(3)));
    assertThat(polling.join().problem()).isEqualTo(CLOSED);
    assertThat(polling.join().state().job()).isNull();
    assertThat(hanging.cancelled()).containsExactly(seconds(3));
    assertThat(rig.engine.isClosed()).isTrue();
    rig.assertIdle();
  }

  @Test
  void aWaitStartedOnAClosedEngineEndsAtOnce() {
    EngineFixture rig = new EngineFixture();
    rig.engine.close();
    ScriptedPolls polls = rig.polls(Reply.job("SUCCESS"));
    CompletableFuture<WaitTermination> wait = rig.start(polls, every10s());
    assertThat(wait.join().problem()).isEqualTo(CLOSED);
    assertThat(polls.begun()).isEmpty();
    rig.assertIdle();
  }

  @Test
  void closingTwiceIsClosingOnce() {
    EngineFixture rig = new EngineFixture();
    rig.engine.close();
    rig.engine.close();
    assertThat(rig.engine.isClosed()).isTrue();
  }

  @Test
  void theWaitsOfOneOwnerEndAndThoseOfOthersGoOn() {
    EngineFixture rig = new EngineFixture();
    CompletableFuture<WaitTermination> other =
        rig.start(rig.polls(Reply.job("RUNNING")), every10s());
    Object owner = new Object();
    CompletableFuture<WaitTermination> own =
        rig.start(owner, 0, EngineFixture.REF, rig.polls(Reply.job("RUNNING")), every10s());
    rig.engine.close(owner);
    assertThat(own.join().problem()).isEqualTo(CLOSED);
    assertThat(other).isNotDone();
    assertThat(rig.engine.isClosed()).isFalse();
    assertThat(rig.timer.pending()).hasSize(1);
  }

  @Test
  void refusedCredentialsEndEverybodysWaitsAsSuch() {
    EngineFixture rig = new EngineFixture();
    CompletableFuture<WaitTermination> wait = rig.start(rig.polls(Reply.never()), every10s());
    AuthenticationException refusal = Answers.unauthorized();
    rig.engine.endBefore(1, "the credentials were refused", (source, job) -> refusal);
    assertThatExceptionOfType(JobPollException.class)
        .isThrownBy(wait.join()::jobOrThrow)
        .withCause(refusal);
    assertThat(wait.join().problem()).isEqualTo("the credentials were refused");
    rig.assertIdle();
  }

  @Test
  void refusedCredentialsEndNoWaitThatBeganAfterwards() {
    EngineFixture rig = new EngineFixture();
    CompletableFuture<WaitTermination> later =
        rig.start(this, 1, EngineFixture.REF, rig.polls(Reply.never()), every10s());
    rig.engine.endBefore(
        1, "the credentials were refused", (source, job) -> Answers.unauthorized());
    assertThat(later).isNotDone();
  }

  @Test
  void onceClosedAWaitPollsNoMoreEvenIfItsExecutorIsBusy() {
    Queue<Runnable> tasks = new ArrayDeque<>();
    EngineFixture rig = new EngineFixture(tasks::add);
    ScriptedPolls polls = rig.polls(Reply.job("RUNNING"), Reply.never());
    ScriptedPolls hanging = rig.polls(Reply.never());
    CompletableFuture<WaitTermination> pausing = rig.start(polls, every10s());
    CompletableFuture<WaitTermination> polling = rig.start(hanging, every10s());
    tasks.remove().run();
    rig.engine.close(rig);
    assertThat(rig.timer.pending()).isEmpty();
    assertThat(hanging.cancelled()).hasSize(1);
    assertThat(pausing).isNotDone();
    rig.timer.advance(seconds(100));
    assertThat(polls.begun()).hasSize(1);
    tasks.forEach(Runnable::run);
    assertThat(pausing.join().problem()).isEqualTo(CLOSED);
    assertThat(polling.join().problem()).isEqualTo(CLOSED);
    rig.assertIdle();
  }

  @Test
  void aWaitThatIsClosedWhileItDigestsAnAnswerPollsNoMoreEvenIfItsExecutorIsBusy() {
    Queue<Runnable> tasks = new ArrayDeque<>();
    EngineFixture rig = new EngineFixture(tasks::add);
    ScriptedPolls polls = rig.polls(Reply.job("RUNNING"));
    CompletableFuture<WaitTermination> wait =
        rig.start(polls, every10s().addListener(progress -> rig.engine.close(rig)));
    tasks.remove().run();
    assertThat(rig.timer.pending()).isEmpty();
    assertThat(wait).isNotDone();
    tasks.forEach(Runnable::run);
    assertThat(wait.join().problem()).isEqualTo(CLOSED);
    assertThat(polls.begun()).hasSize(1);
    rig.assertIdle();
  }

  @Test
  void aWaitThatDigestsAnAnswerWhileItIsClosedSaysThatItWasClosed() {
    Queue<Runnable> tasks = new ArrayDeque<>();
    EngineFixture rig = new EngineFixture(tasks::add);
    CompletableFuture<WaitTermination> wait =
        rig.start(rig.polls(Reply.job("RUNNING")), every10s());
    rig.engine.close();
    tasks.forEach(Runnable::run);
    assertThat(wait.join().problem()).isEqualTo(CLOSED);
    rig.assertIdle();
  }

  @Test
  void closingCompletesWaitsEvenIfTheExecutorIsGone() {
    boolean[] gone = {false};
    EngineFixture rig = EngineFixture.whoseExecutorStops(gone);
    CompletableFuture<WaitTermination> wait =
        rig.start(rig.polls(Reply.job("RUNNING")), every10s());
    gone[0] = true;
    rig.engine.close();
    assertThat(wait.join().problem()).isEqualTo(CLOSED);
    rig.assertIdle();
  }

  @Test
  void closingWaitsForAListenerWhoseAnswerIsOnItsWayToTheExecutor() {
    EngineFixture rig = new EngineFixture();
    Object other = new Object();
    List<PendingCallbacks> closing = new ArrayList<>();
    List<Long> left = new ArrayList<>();
    ScriptedPolls polls = rig.polls(Reply.job("RUNNING").held());
    rig.start(
        polls,
        every10s()
            .addListener(
                progress -> {
                  closing.add(rig.engine.close(other)); // its wait is the next to hear
                  left.add(closing.get(0).left());
                }));
    RecordingListener listener = new RecordingListener();
    rig.start(other, 0, EngineFixture.REF, polls, every10s().addListener(listener));
    polls.release();
    assertThat(left).containsExactly(1L);
    assertThat(listener.calls).containsExactly("end Stopped");
    assertThat(closing.get(0).left()).isZero();
  }
}
