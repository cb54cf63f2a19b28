package io.github.cloudjobs.engine;

import static io.github.cloudjobs.engine.EngineFixture.every10s;
import static io.github.cloudjobs.engine.EngineFixture.seconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.engine.ScriptedPolls.Reply;
import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.Answers;
import io.github.cloudjobs.step.ResumedWait;
import io.github.cloudjobs.step.WaitPlan;
import io.github.cloudjobs.step.WaitTermination;
import io.github.cloudjobs.wait.PollSchedule;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitOutcome;
import io.github.cloudjobs.wait.WaitToken;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Waits for the same job share its polls, and nothing else. */
class SharedPollsTest {
  private static final Reply RUNNING = Reply.job("RUNNING");
  private static final Reply SUCCESS = Reply.job("SUCCESS");

  private final EngineFixture fixture = new EngineFixture();

  @AfterEach
  void nothingIsLeft() {
    fixture.assertIdle();
  }

  private static WaitOptions.Builder every(long seconds) {
    return WaitOptions.builder().schedule(PollSchedule.fixed(seconds(seconds)));
  }

  private static WaitOutcome outcome(CompletableFuture<WaitTermination> wait) {
    assertThat(wait).isDone();
    return wait.join().outcomeOrThrow();
  }

  private static int polls(CompletableFuture<WaitTermination> wait) {
    return wait.join().state().polls();
  }

  private static Duration elapsed(CompletableFuture<WaitTermination> wait) {
    return wait.join().elapsed();
  }

  // One stream for all

  @Test
  void allPollAtTheEarliestTimeThatOneAskedFor() {
    ScriptedPolls polls = fixture.polls(RUNNING.after(seconds(1)));
    var lazy = fixture.start(polls, every10s().timeout(seconds(100)));
    var eager = fixture.start(polls, every(3).timeout(seconds(20)));
    fixture.timer.advance(seconds(20));
    polls.assertBegunAt(0, 4, 8, 12, 16, 20);
    fixture.timer.advance(seconds(1));
    assertThat(outcome(eager)).isInstanceOf(WaitOutcome.TimedOut.class);
    assertThat(polls(eager)).isEqualTo(6);
    fixture.timer.advance(seconds(20));
    assertThat(polls.begun()).hasSize(7).endsWith(seconds(31));
    lazy.cancel(true);
  }

  @Test
  void aWaitCountsThePollsSinceItJoined() {
    ScriptedPolls polls = fixture.polls(RUNNING, RUNNING, RUNNING, RUNNING, RUNNING, SUCCESS);
    var first = fixture.start(polls, every10s());
    fixture.timer.advance(seconds(25));
    List<String> received = new ArrayList<>();
    var second =
        fixture.start(
            polls, every10s().addListener(p -> received.add(p.polls() + " " + p.elapsed())));
    assertThat(polls.begun()).endsWith(seconds(20), seconds(25));
    fixture.timer.runUntilIdle();
    assertThat(polls.begun()).endsWith(seconds(25), seconds(35), seconds(45));
    assertThat(received).containsExactly("1 PT0S", "2 PT10S", "3 PT20S");
    assertThat(polls(first)).isEqualTo(6);
    assertThat(polls(second)).isEqualTo(3);
    assertThat(elapsed(second)).isEqualTo(seconds(20));
  }

  // When one joins

  @Test
  void aWaitThatJoinsDuringAPollReceivesItsResponse() {
    ScriptedPolls polls = fixture.polls(RUNNING.after(seconds(4)), SUCCESS);
    var first = fixture.start(polls, every10s());
    fixture.timer.advance(seconds(3));
    var second = fixture.start(polls, every10s());
    fixture.timer.runUntilIdle();
    polls.assertBegunAt(0, 14);
    assertThat(polls(first)).isEqualTo(2);
    assertThat(polls(second)).isEqualTo(2);
    assertThat(elapsed(second)).isEqualTo(seconds(11));
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
    ScriptedPolls polls = fixture.polls(RUNNING, RUNNING, Reply.error(Answers.lost()));
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
    for (boolean answered : new boolean[] {true, false}) {
      Reply refusal = Reply.error(Answers.unauthorized()).held();
      ScriptedPolls polls = fixture.polls(refusal, SUCCESS);
      var before = fixture.start(fixture, 0, EngineFixture.REF, polls, every10s());
      var after = fixture.start(fixture, 1, EngineFixture.REF, polls, every10s());
      if (!answered) {
        fixture.engine.endBefore(1, "refused", (source, job) -> Answers.unauthorized());
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
  void theOnlyPollOfAWaitIsMade() {
    ScriptedPolls polls = fixture.polls(RUNNING, RUNNING, SUCCESS);
    fixture.start(polls, every10s());
    fixture.start(polls, every10s());
    var once = fixture.start(polls, every10s().timeout(Duration.ZERO));
    assertThat(outcome(once)).isInstanceOf(WaitOutcome.Succeeded.class);
    assertThat(polls.begun()).hasSize(3);
  }

  // What is each one's own

  @Test
  void eachHasItsOwnDeadlineAndExactlyOnePollAtIt() {
    ScriptedPolls polls = fixture.polls(RUNNING);
    var a = fixture.start(polls, every10s().timeout(seconds(25)));
    var b = fixture.start(polls, every10s().timeout(seconds(27)));
    var c = fixture.start(polls, every10s().timeout(seconds(27)));
    fixture.timer.runUntilIdle();
    polls.assertBegunAt(0, 0, 10, 20, 25, 27);
    assertThat(elapsed(a)).isEqualTo(seconds(25));
    assertThat(elapsed(b)).isEqualTo(seconds(27));
    assertThat(elapsed(c)).isEqualTo(seconds(27));
  }

  @Test
  void aDeadlineDuringAPollOfOthersMakesThatItsLast() {
    ScriptedPolls polls = fixture.polls(RUNNING.after(seconds(3)));
    var patient = fixture.start(polls, every10s());
    var hasty = fixture.start(polls, every10s().timeout(seconds(2)));
    fixture.timer.advance(seconds(4));
    assertThat(elapsed(hasty)).isEqualTo(seconds(3));
    assertThat(outcome(hasty)).isInstanceOf(WaitOutcome.TimedOut.class);
    assertThat(polls.begun()).hasSize(1);
    assertThat(patient).isNotDone();
    patient.cancel(true);
  }

  @Test
  void eachGivesUpAPollThatHangsAtItsOwnTime() {
    ScriptedPolls polls = fixture.polls(Reply.never(), SUCCESS);
    var hasty = fixture.start(polls, every10s().timeout(seconds(2)));
    var patient = fixture.start(polls, every10s().timeout(seconds(60)));
    fixture.timer.advance(seconds(7));
    assertThat(outcome(hasty)).isInstanceOf(WaitOutcome.TimedOut.class);
    assertThat(elapsed(hasty)).isEqualTo(seconds(7));
    assertThat(polls.cancelled()).isEmpty();
    assertThat(patient).isNotDone();
    polls.release();
    assertThat(outcome(patient)).isInstanceOf(WaitOutcome.Succeeded.class);
    assertThat(polls.begun()).hasSize(1);
  }

  /** A wait that is resumed after its deadline joins 2 s or, nearly, 5 s before the response. */
  @ParameterizedTest
  @CsvSource({"PT2S, Succeeded, PT2S", "PT5.000000001S, TimedOut, PT5S"})
  void aWaitThatJoinsAfterItsDeadlineGivesThePollInFlightItsGrace(
      Duration left, String outcome, Duration lasts) {
    ScriptedPolls polls = fixture.polls(SUCCESS.after(seconds(12).plus(left)));
    var first = fixture.start(polls, every10s());
    fixture.timer.advance(seconds(12));
    var late = resumeLate(polls);
    fixture.timer.advance(lasts.minusNanos(1));
    assertThat(late).isNotDone();
    fixture.timer.advance(Duration.ofNanos(1));
    assertThat(outcome(late).getClass().getSimpleName()).isEqualTo(outcome);
    fixture.timer.runUntilIdle();
    assertThat(outcome(first)).isInstanceOf(WaitOutcome.Succeeded.class);
    assertThat(polls.begun()).hasSize(1);
  }

  /** A wait that was kept, and whose deadline passed meanwhile. */
  private CompletableFuture<WaitTermination> resumeLate(PollSource polls) {
    Instant longAgo = EngineFixture.START.minusSeconds(10_000);
    WaitToken token =
        ResumedWait.begin(
            WaitPlan.of(
                EngineFixture.REF,
                every10s().timeout(seconds(5)).build(),
                EngineFixture.ORIGIN,
                longAgo));
    return fixture.engine.resume(this, 0, fixture.kept(token), polls, Function.identity());
  }

  @Test
  void whatEndsOneWaitDoesNotEndTheOthers() {
    Reply lost = Reply.error(Answers.lost());
    ScriptedPolls polls =
        fixture.polls(
            RUNNING.after(seconds(1)),
            Reply.job("PENDING_PAYMENT"),
            lost,
            lost,
            lost,
            lost,
            lost,
            SUCCESS);
    PollSchedule faulty =
        (age, last) -> {
          throw new LinkageError("faulty");
        };
    var paying = fixture.start(polls, every10s().stopOnPendingPayment());
    var strict = fixture.start(polls, every10s().errorBudget(Duration.ZERO));
    var broken = fixture.start(polls, every10s().schedule(faulty));
    var other = fixture.start(polls, every10s());
    fixture.timer.runUntilIdle();
    assertThat(paying.join().problem()).isEqualTo("it waits for an order to be paid");
    assertThat(strict.join().problem()).isEqualTo("5 polls in a row failed");
    assertThat(broken.join().problem()).isEqualTo("the poll schedule failed");
    assertThat(outcome(other)).isInstanceOf(WaitOutcome.Succeeded.class);
    assertThat(polls.begun()).hasSize(8);
  }

  @Test
  void eachConfirmsSuccessForItself() {
    ScriptedPolls polls = fixture.polls(RUNNING.after(seconds(1)), SUCCESS);
    var once = fixture.start(polls, every10s());
    var thrice = fixture.start(polls, every10s().confirmSuccess(3));
    fixture.timer.runUntilIdle();
    assertThat(elapsed(once)).isEqualTo(seconds(11));
    assertThat(elapsed(thrice)).isEqualTo(seconds(13));
    polls.assertBegunAt(0, 11, 12, 13);
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
    assertThat(tasks).hasSize(2);
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
    held.timer.advance(seconds(10));
    assertThat(polls.begun()).hasSize(6).endsWith(seconds(45));
    slow.cancel(true);
    quick.cancel(true);
    held.assertIdle();
  }

  @Test
  void aListenerThatIsBusyAtItsDeadlineIsNotifiedWhenItReturns() {
    Deque<Runnable> tasks = new ArrayDeque<>();
    EngineFixture held = new EngineFixture(tasks::add);
    ScriptedPolls polls = held.polls(RUNNING);
    var wait = held.start(polls, every10s().timeout(seconds(15)));
    held.timer.advance(seconds(100));
    assertThat(wait).isNotDone();
    tasks.remove().run();
    polls.assertBegunAt(0, 100);
    tasks.remove().run();
    assertThat(outcome(wait)).isInstanceOf(WaitOutcome.TimedOut.class);
    assertThat(polls(wait)).isEqualTo(2);
    held.assertIdle();
  }

  // When some leave

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void aWaitThatLeavesLeavesThePollToTheOthersAndTheLastOneCancelsIt(int way) {
    ScriptedPolls polls = fixture.polls(Reply.never());
    Object owner = new Object();
    var one = fixture.start(owner, 0, EngineFixture.REF, polls, every10s());
    var other = fixture.start(polls, every10s());
    leave(way, one, owner);
    assertThat(one).isDone();
    assertThat(other).isNotDone();
    assertThat(polls.cancelled()).isEmpty();
    other.complete(null);
    assertThat(polls.cancelled()).hasSize(1);
  }

  private void leave(int way, CompletableFuture<WaitTermination> wait, Object owner) {
    switch (way) {
      case 0 -> wait.cancel(true);
      case 1 -> wait.complete(null);
      case 2 -> fixture.engine.close(owner);
      default -> {
        fixture.engine.end(List.of(wait), "given up");
        fixture.timer.advance(Duration.ZERO);
      }
    }
  }

  @Test
  void aCancelledWaitNoLongerSchedulesPolls() {
    ScriptedPolls polls = fixture.polls(RUNNING.after(seconds(1)));
    var eager = fixture.start(polls, every(2));
    var lazy = fixture.start(polls, every10s());
    fixture.timer.advance(seconds(2));
    eager.cancel(true);
    fixture.timer.advance(seconds(9));
    polls.assertBegunAt(0, 11);
    lazy.cancel(true);
  }

  // Who shares

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
