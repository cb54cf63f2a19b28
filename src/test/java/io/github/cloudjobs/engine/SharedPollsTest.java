package io.github.cloudjobs.engine;

import static io.github.cloudjobs.engine.EngineFixture.every10s;
import static io.github.cloudjobs.engine.EngineFixture.seconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.engine.ScriptedPolls.Reply;
import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.PollResults;
import io.github.cloudjobs.step.WaitTermination;
import io.github.cloudjobs.wait.WaitOutcome;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Waits for the same job share its polls, and nothing else. */
class SharedPollsTest {
  private static final Reply RUNNING = Reply.job("RUNNING");
  private static final Reply SUCCESS = Reply.job("SUCCESS");

  private final EngineFixture fixture = new EngineFixture();

  @AfterEach
  void nothingIsLeft() {
    fixture.assertIdle();
  }

  private static WaitOutcome outcome(CompletableFuture<WaitTermination> wait) {
    assertThat(wait).isDone();
    return wait.join().outcomeOrThrow();
  }

  private static int polls(CompletableFuture<WaitTermination> wait) {
    return wait.join().state().polls();
  }

  @Test
  void manyThatJoinWithinASecondShareOneResponse() {
    ScriptedPolls polls = fixture.polls(RUNNING);
    List<CompletableFuture<WaitTermination>> waits = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      waits.add(fixture.start(polls, every10s().timeout(seconds(10).plusMillis(1))));
      fixture.timer.advance(Duration.ofNanos(999_000));
    }
    // The response to the first, who was alone, is not kept: the second polls for all others.
    assertThat(polls.begun()).containsExactly(Duration.ZERO, Duration.ofNanos(999_000));
    fixture.timer.advance(Duration.ofMillis(2));
    waits.add(fixture.start(polls, every10s()));
    assertThat(polls.begun()).as("it is more than a second old").hasSize(3);
    fixture.engine.close();
    assertThat(waits).extracting(SharedPollsTest::polls).startsWith(3, 2, 2).endsWith(2, 1);
  }

  @Test
  void aFailedPollIsNotShared() {
    ScriptedPolls polls = fixture.polls(RUNNING, RUNNING, Reply.error(PollResults.lost()));
    fixture.start(polls, every10s());
    fixture.start(polls, every10s());
    fixture.timer.advance(seconds(10)); // both lose their second poll
    fixture.start(polls, every10s());
    fixture.start(polls, every10s());
    polls.assertBegunAt(0, 0, 10, 10, 10);
    fixture.engine.close();
  }

  @Test
  void aWaitThatStartsAfterARejectionReceivesNothingOfEarlierPolls() {
    for (boolean completed : new boolean[] {true, false}) {
      Reply refusal = Reply.error(PollResults.unauthorized()).held();
      ScriptedPolls polls = fixture.polls(refusal, SUCCESS);
      var before = fixture.start(fixture, 0, EngineFixture.REF, polls, every10s());
      var after = fixture.start(fixture, 1, EngineFixture.REF, polls, every10s());
      if (!completed) {
        fixture.engine.endBefore(1, "refused", (source, job) -> PollResults.unauthorized());
      }
      polls.release();
      fixture.timer.runUntilIdle();
      assertThat(before.join().exception()).hasCauseInstanceOf(AuthenticationException.class);
      assertThat(outcome(after)).isInstanceOf(WaitOutcome.Succeeded.class);
      assertThat(polls(after)).isOne();
      assertThat(polls.begun()).hasSize(2);
    }
  }

  @Test
  void aSlowListenerHoldsUpItsOwnWaitAndNoOther() {
    Deque<Runnable> tasks = new ArrayDeque<>();
    EngineFixture held = new EngineFixture(tasks::add);
    ScriptedPolls polls = held.polls(RUNNING.after(seconds(1)));
    List<String> slowReceived = new ArrayList<>();
    var slow =
        held.start(polls, every10s().addListener(p -> slowReceived.add(p.elapsed().toString())));
    var quick = held.start(polls, every10s());
    held.timer.advance(seconds(1));
    Runnable slows = tasks.remove();
    Runnable quicks = tasks.remove();
    quicks.run();
    for (int i = 0; i < 3; i++) {
      held.timer.advance(seconds(11));
      assertThat(tasks).as("callbacks of round %s", i).hasSize(1);
      tasks.remove().run();
    }
    polls.assertBegunAt(0, 11, 22, 33);
    assertThat(slowReceived).isEmpty();

    slows.run();
    assertThat(slowReceived).containsExactly("PT1S");
    assertThat(polls.begun()).as("its next poll is overdue").hasSize(5).endsWith(seconds(34));
    held.timer.advance(seconds(1));
    tasks.forEach(Runnable::run);
    assertThat(slowReceived).containsExactly("PT1S", "PT35S");
    slow.cancel(true);
    quick.cancel(true);
    held.assertIdle();
  }

  @Test
  void aWaitThatLeavesLeavesThePollToTheOthersAndTheLastOneCancelsIt() {
    ScriptedPolls polls = fixture.polls(Reply.never());
    var owned = fixture.start(this, 0, EngineFixture.REF, polls, every10s());
    var cancelled = fixture.start(polls, every10s());
    var last = fixture.start(polls, every10s());
    fixture.engine.close(this);
    cancelled.cancel(true);
    assertThat(owned).isDone();
    assertThat(last).isNotDone();
    assertThat(polls.cancelled()).isEmpty();
    last.complete(null);
    assertThat(polls.cancelled()).hasSize(1);
  }

  @Test
  void aCallbackThatReturnsAfterItsGraceStillGetsThePollOfTheOthers() {
    Queue<Runnable> tasks = new ArrayDeque<>();
    EngineFixture fixture = new EngineFixture(tasks::add);
    ScriptedPolls polls = fixture.polls(RUNNING, RUNNING, SUCCESS.held());
    var late = fixture.start(polls, every10s().timeout(seconds(10)));
    var other = fixture.start(polls, every10s());
    Runnable callback = tasks.remove();
    tasks.remove().run();
    fixture.timer.advance(seconds(20));
    callback.run();
    fixture.timer.advance(seconds(4));
    polls.release();
    tasks.forEach(Runnable::run);
    assertThat(outcome(late)).isEqualTo(outcome(other));
  }

  @Test
  void aFutureThatIsKeptKeepsNoneOfThoseThatJoinedLater() {
    ScriptedPolls polls = fixture.polls(Reply.never());
    var last = fixture.start(polls, every10s());
    var kept = fixture.start(polls, every10s());
    List<WeakReference<?>> later = new ArrayList<>();
    leave(kept, 10, polls, later);
    System.gc(); // clears the references before it returns
    assertThat(later).hasSize(10).allMatch(each -> each.get() == null);
    assertThat(kept).isCancelled();
    last.cancel(true);
  }

  /** The wait leaves when the next one has joined, and so on. */
  private void leave(
      CompletableFuture<?> wait, int more, ScriptedPolls polls, List<WeakReference<?>> later) {
    CompletableFuture<?> leaving = wait;
    for (int i = 0; i < more; i++) {
      CompletableFuture<?> next = fixture.start(polls, every10s());
      leaving.cancel(true);
      later.add(new WeakReference<>(next));
      leaving = next;
    }
    leaving.cancel(true);
  }

  @Test
  void onlyWaitsForTheSameJobOfEqualSourcesShare() {
    ScriptedPolls polls = fixture.polls(Reply.never());
    fixture.start(new JobRef("p", "j"), polls, every10s());
    fixture.start(new JobRef("p", "j", EngineFixture.START.minusSeconds(60)), polls, every10s());
    assertThat(polls.begun()).hasSize(1);
    fixture.start(new JobRef("p2", "j"), polls, every10s());
    fixture.start(new JobRef("p", "j2"), polls, every10s());
    fixture.start(new JobRef("p", "j"), fixture.polls(Reply.never()), every10s());
    assertThat(polls.begun()).hasSize(3);
    fixture.engine.close();
  }
}
