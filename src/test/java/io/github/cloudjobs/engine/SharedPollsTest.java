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
import io.github.cloudjobs.wait.WaitListener;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitOutcome;
import io.github.cloudjobs.wait.WaitProgress;
import io.github.cloudjobs.wait.WaitResult;
import io.github.cloudjobs.wait.WaitToken;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Waits for the same job share its polls, and nothing else. */
class SharedPollsTest {
  private static final Reply RUNNING = Reply.job("RUNNING");
  private static final Reply SUCCESS = Reply.job("SUCCESS");

  private final EngineFixture rig = new EngineFixture();

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
  void aThousandWaitsPollNoMoreThanOne() {
    ScriptedPolls polls = rig.polls(RUNNING, RUNNING.after(seconds(1)), SUCCESS);
    List<CompletableFuture<WaitTermination>> waits =
        IntStream.range(0, 1_000).mapToObj(i -> rig.start(polls, every10s())).toList();
    rig.timer.runUntilIdle();
    // The first is answered before the others are there, so the second asks for all of them.
    assertThat(polls.begun()).containsExactly(seconds(0), seconds(0), seconds(11));
    assertThat(waits).allMatch(wait -> outcome(wait) instanceof WaitOutcome.Succeeded);
    rig.assertIdle();
  }

  @Test
  void waitsThatBeginTogetherPollTogether() {
    Deque<Runnable> tasks = new ArrayDeque<>();
    EngineFixture held = new EngineFixture(tasks::add);
    ScriptedPolls polls = held.polls(RUNNING.after(seconds(1)), RUNNING, SUCCESS);
    List<CompletableFuture<WaitTermination>> waits =
        IntStream.range(0, 1_000).mapToObj(i -> held.start(polls, every10s())).toList();
    while (held.timer.runNext()) {
      while (!tasks.isEmpty()) {
        tasks.remove().run();
      }
    }
    assertThat(polls.begun()).containsExactly(seconds(0), seconds(11), seconds(21));
    assertThat(waits).allMatch(wait -> polls(wait) == 3);
    held.assertIdle();
  }

  @Test
  void theEarliestWishIsWhenAllPoll() {
    ScriptedPolls polls = rig.polls(RUNNING.after(seconds(1)));
    CompletableFuture<WaitTermination> lazy = rig.start(polls, every10s().timeout(seconds(100)));
    CompletableFuture<WaitTermination> eager = rig.start(polls, every(3).timeout(seconds(20)));
    rig.timer.advance(seconds(20));
    assertThat(polls.begun())
        .containsExactly(seconds(0), seconds(4), seconds(8), seconds(12), seconds(16), seconds(20));
    rig.timer.advance(seconds(1));
    assertThat(outcome(eager)).isInstanceOf(WaitOutcome.TimedOut.class);
    assertThat(polls(eager)).isEqualTo(6);
    rig.timer.advance(seconds(20));
    assertThat(polls.begun()).hasSize(7).endsWith(seconds(31));
    lazy.cancel(true);
    rig.assertIdle();
  }

  @Test
  void aWaitCountsThePollsSinceItJoined() {
    ScriptedPolls polls = rig.polls(RUNNING, RUNNING, RUNNING, RUNNING, RUNNING, SUCCESS);
    CompletableFuture<WaitTermination> first = rig.start(polls, every10s());
    rig.timer.advance(seconds(25));
    List<String> heard = new ArrayList<>();
    CompletableFuture<WaitTermination> second =
        rig.start(polls, every10s().addListener(p -> heard.add(p.polls() + " " + p.elapsed())));
    assertThat(polls.begun()).endsWith(seconds(20), seconds(25));
    rig.timer.runUntilIdle();
    assertThat(polls.begun()).endsWith(seconds(25), seconds(35), seconds(45));
    assertThat(heard).containsExactly("1 PT0S", "2 PT10S", "3 PT20S");
    assertThat(polls(first)).isEqualTo(6);
    assertThat(polls(second)).isEqualTo(3);
    assertThat(elapsed(second)).isEqualTo(seconds(20));
  }

  // When one joins

  @Test
  void whoJoinsWhileAPollIsUnderWayHearsItsAnswer() {
    ScriptedPolls polls = rig.polls(RUNNING.after(seconds(4)), SUCCESS);
    CompletableFuture<WaitTermination> first = rig.start(polls, every10s());
    rig.timer.advance(seconds(3));
    CompletableFuture<WaitTermination> second = rig.start(polls, every10s());
    rig.timer.runUntilIdle();
    assertThat(polls.begun()).containsExactly(seconds(0), seconds(14));
    assertThat(polls(first)).isEqualTo(2);
    assertThat(polls(second)).isEqualTo(2);
    assertThat(elapsed(second)).isEqualTo(seconds(11));
  }

  @Test
  void whoJoinsWhileAPollWaitsForItsTurnHearsItsAnswer() {
    EngineFixture narrow = new EngineFixture(new PollLimits(1, 1e9, 1e9, 1e9));
    ScriptedPolls other = narrow.polls(Reply.never());
    CompletableFuture<WaitTermination> blocker =
        narrow.start(new JobRef("p", "other"), other, every10s());
    ScriptedPolls polls = narrow.polls(SUCCESS);
    CompletableFuture<WaitTermination> first = narrow.start(polls, every10s());
    narrow.timer.advance(seconds(3));
    CompletableFuture<WaitTermination> second = narrow.start(polls, every10s());
    assertThat(polls.begun()).isEmpty();
    other.release();
    assertThat(outcome(first)).isInstanceOf(WaitOutcome.Succeeded.class);
    assertThat(outcome(second)).isInstanceOf(WaitOutcome.Succeeded.class);
    assertThat(polls.begun()).containsExactly(seconds(3));
    assertThat(outcome(blocker)).isInstanceOf(WaitOutcome.Succeeded.class);
    narrow.assertIdle();
  }

  @Test
  void manyThatJoinWithinASecondShareOneResponse() {
    ScriptedPolls polls = rig.polls(RUNNING);
    List<CompletableFuture<WaitTermination>> waits = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      waits.add(rig.start(polls, every10s().timeout(seconds(10).plusMillis(1))));
      rig.timer.advance(Duration.ofNanos(999_000));
    }
    // The response to the first, who was alone, is not kept: the second polls for all others.
    assertThat(polls.begun()).containsExactly(Duration.ZERO, Duration.ofNanos(999_000));
    rig.timer.advance(Duration.ofMillis(2));
    waits.add(rig.start(polls, every10s()));
    assertThat(polls.begun()).as("it is more than a second old").hasSize(3);
    rig.engine.close();
    assertThat(waits).extracting(SharedPollsTest::polls).startsWith(3, 2, 2).endsWith(2, 1);
    rig.assertIdle();
  }

  @Test
  void aFailedPollIsNotShared() {
    ScriptedPolls polls = rig.polls(RUNNING, RUNNING, Reply.error(Answers.lost()));
    rig.start(polls, every10s());
    rig.start(polls, every10s());
    rig.timer.advance(seconds(10)); // both lose their second poll
    rig.start(polls, every10s());
    rig.start(polls, every10s());
    assertThat(polls.begun())
        .containsExactly(seconds(0), seconds(0), seconds(10), seconds(10), seconds(10));
    rig.engine.close();
    rig.assertIdle();
  }

  @Test
  void theOnlyPollOfAWaitIsMade() {
    ScriptedPolls polls = rig.polls(RUNNING, RUNNING, SUCCESS);
    rig.start(polls, every10s());
    rig.start(polls, every10s());
    CompletableFuture<WaitTermination> once = rig.start(polls, every10s().timeout(Duration.ZERO));
    assertThat(outcome(once)).isInstanceOf(WaitOutcome.Succeeded.class);
    assertThat(polls.begun()).hasSize(3);
    rig.assertIdle();
  }

  @Test
  void whoJoinsAfterCredentialsWereRefusedDoesNotHearOfARefusalBefore() {
    Reply refusal = Reply.error(Answers.unauthorized()).after(seconds(2));
    ScriptedPolls polls = rig.polls(refusal, SUCCESS);
    CompletableFuture<WaitTermination> before =
        rig.start(rig, 0, EngineFixture.REF, polls, every10s());
    rig.timer.advance(seconds(1));
    CompletableFuture<WaitTermination> after =
        rig.start(rig, 1, EngineFixture.REF, polls, every10s());
    rig.timer.runUntilIdle();
    assertThat(before.join().exception()).hasCauseInstanceOf(AuthenticationException.class);
    assertThat(outcome(after)).isInstanceOf(WaitOutcome.Succeeded.class);
    assertThat(polls(after)).isOne();
    assertThat(polls.begun()).containsExactly(seconds(0), seconds(2));
    rig.assertIdle();
  }

  @Test
  void whoJoinsAfterCredentialsWereRefusedPollsAlthoughTheOthersAreMadeToEnd() {
    ScriptedPolls polls = rig.polls(Reply.never(), SUCCESS);
    CompletableFuture<WaitTermination> before =
        rig.start(rig, 0, EngineFixture.REF, polls, every10s());
    CompletableFuture<WaitTermination> after =
        rig.start(rig, 1, EngineFixture.REF, polls, every10s());
    rig.engine.endBefore(1, "refused", (source, job) -> Answers.unauthorized());
    assertThat(before.join().problem()).isEqualTo("refused");
    assertThat(after).isNotDone();
    polls.release();
    rig.timer.runUntilIdle();
    assertThat(outcome(after)).isInstanceOf(WaitOutcome.Succeeded.class);
    assertThat(polls.begun()).hasSize(2);
    rig.assertIdle();
  }

  @Test
  void whoJoinsAsTheLastLeavesPollsAnew() {
    ScriptedPolls polls = rig.polls(RUNNING, SUCCESS);
    List<CompletableFuture<WaitTermination>> second = new ArrayList<>();
    CompletableFuture<WaitTermination> first =
        rig.start(
            polls,
            every10s()
                .addListener(
                    new WaitListener() {
                      @Override
                      public void onProgress(WaitProgress progress) {}

                      @Override
                      public void onEnd(WaitResult result) {
                        second.add(rig.start(polls, every10s()));
                      }
                    }));
    rig.timer.runUntilIdle();
    assertThat(outcome(first)).isInstanceOf(WaitOutcome.Succeeded.class);
    assertThat(outcome(second.get(0))).isInstanceOf(WaitOutcome.Succeeded.class);
    assertThat(polls.begun()).containsExactly(seconds(0), seconds(10), seconds(10));
    rig.assertIdle();
  }

  @Test
  void aListenerMayWaitForItsOwnJob() {
    ScriptedPolls polls = rig.polls(RUNNING, RUNNING, SUCCESS);
    List<CompletableFuture<WaitTermination>> inner = new ArrayList<>();
    CompletableFuture<WaitTermination> outer =
        rig.start(
            polls,
            every10s()
                .addListener(
                    progress -> {
                      if (inner.isEmpty()) {
                        inner.add(rig.start(polls, every10s()));
                      }
                    }));
    rig.timer.runUntilIdle();
    assertThat(polls(outer)).isEqualTo(2);
    assertThat(polls(inner.get(0))).isEqualTo(2);
    rig.assertIdle();
  }

  // What is each one's own

  @Test
  void eachHasItsOwnDeadlineAndExactlyOnePollAtIt() {
    ScriptedPolls polls = rig.polls(RUNNING);
    CompletableFuture<WaitTermination> a = rig.start(polls, every10s().timeout(seconds(25)));
    CompletableFuture<WaitTermination> b = rig.start(polls, every10s().timeout(seconds(27)));
    CompletableFuture<WaitTermination> c = rig.start(polls, every10s().timeout(seconds(27)));
    rig.timer.runUntilIdle();
    assertThat(polls.begun())
        .containsExactly(
            seconds(0), seconds(0), seconds(10), seconds(20), seconds(25), seconds(27));
    assertThat(elapsed(a)).isEqualTo(seconds(25));
    assertThat(elapsed(b)).isEqualTo(seconds(27));
    assertThat(elapsed(c)).isEqualTo(seconds(27));
    rig.assertIdle();
  }

  @Test
  void aDeadlineDuringAPollOfOthersMakesThatItsLast() {
    ScriptedPolls polls = rig.polls(RUNNING.after(seconds(3)));
    CompletableFuture<WaitTermination> patient = rig.start(polls, every10s());
    CompletableFuture<WaitTermination> hasty = rig.start(polls, every10s().timeout(seconds(2)));
    rig.timer.advance(seconds(4));
    assertThat(elapsed(hasty)).isEqualTo(seconds(3));
    assertThat(outcome(hasty)).isInstanceOf(WaitOutcome.TimedOut.class);
    assertThat(polls.begun()).hasSize(1);
    assertThat(patient).isNotDone();
    patient.cancel(true);
    rig.assertIdle();
  }

  @Test
  void aPollThatHangsIsGivenUpByEachWhenItsOwnTimeIsOver() {
    ScriptedPolls polls = rig.polls(Reply.never(), SUCCESS);
    CompletableFuture<WaitTermination> hasty = rig.start(polls, every10s().timeout(seconds(2)));
    CompletableFuture<WaitTermination> patient = rig.start(polls, every10s().timeout(seconds(60)));
    rig.timer.advance(seconds(7));
    assertThat(outcome(hasty)).isInstanceOf(WaitOutcome.TimedOut.class);
    assertThat(elapsed(hasty)).isEqualTo(seconds(7));
    assertThat(polls.cancelled()).isEmpty();
    assertThat(patient).isNotDone();
    polls.release();
    assertThat(outcome(patient)).isInstanceOf(WaitOutcome.Succeeded.class);
    assertThat(polls.begun()).hasSize(1);
    rig.assertIdle();
  }

  @Test
  void whoseTimeWasOverBeforeItJoinedGivesThePollUnderWayItsGrace() {
    ScriptedPolls polls = rig.polls(SUCCESS.after(seconds(14)));
    CompletableFuture<WaitTermination> first = rig.start(polls, every10s());
    rig.timer.advance(seconds(12));
    CompletableFuture<WaitTermination> late = resumeLate(polls);
    assertThat(late).isNotDone();
    rig.timer.advance(seconds(2));
    assertThat(outcome(late)).isInstanceOf(WaitOutcome.Succeeded.class);
    assertThat(outcome(first)).isInstanceOf(WaitOutcome.Succeeded.class);
    assertThat(polls.begun()).hasSize(1);
    rig.assertIdle();
  }

  @Test
  void whoseTimeWasOverBeforeItJoinedWaitsNoLongerThanTheGrace() {
    ScriptedPolls polls = rig.polls(Reply.never());
    CompletableFuture<WaitTermination> first = rig.start(polls, every10s());
    rig.timer.advance(seconds(12));
    CompletableFuture<WaitTermination> late = resumeLate(polls);
    rig.timer.advance(EngineFixture.GRACE.minusNanos(1));
    assertThat(late).isNotDone();
    rig.timer.advance(Duration.ofNanos(1));
    assertThat(outcome(late)).isInstanceOf(WaitOutcome.TimedOut.class);
    assertThat(first).isNotDone();
    first.cancel(true);
    rig.assertIdle();
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
    return rig.engine.resume(
        this,
        0,
        ResumedWait.of(token, EngineFixture.ORIGIN, rig.clock.instant()),
        polls,
        Function.identity());
  }

  @Test
  void eachConfirmsSuccessForItself() {
    ScriptedPolls polls = rig.polls(RUNNING.after(seconds(1)), SUCCESS);
    CompletableFuture<WaitTermination> once = rig.start(polls, every10s());
    CompletableFuture<WaitTermination> thrice = rig.start(polls, every10s().confirmSuccess(3));
    rig.timer.runUntilIdle();
    assertThat(elapsed(once)).isEqualTo(seconds(11));
    assertThat(elapsed(thrice)).isEqualTo(seconds(13));
    assertThat(polls.begun()).containsExactly(seconds(0), seconds(11), seconds(12), seconds(13));
  }

  @Test
  void eachHasItsOwnErrorBudget() {
    Reply lost = Reply.error(Answers.lost());
    ScriptedPolls polls =
        rig.polls(RUNNING.after(seconds(1)), lost, lost, lost, lost, lost, SUCCESS);
    CompletableFuture<WaitTermination> strict =
        rig.start(polls, every10s().errorBudget(Duration.ZERO));
    CompletableFuture<WaitTermination> lenient =
        rig.start(polls, every10s().errorBudget(seconds(1_000)));
    rig.timer.runUntilIdle();
    assertThat(strict.join().problem()).isEqualTo("5 polls in a row failed");
    assertThat(outcome(lenient)).isInstanceOf(WaitOutcome.Succeeded.class);
    assertThat(polls.begun()).hasSize(7);
  }

  @Test
  void whatOneIsToStopAtDoesNotStopTheOthers() {
    ScriptedPolls polls =
        rig.polls(RUNNING.after(seconds(1)), Reply.job("PENDING_PAYMENT"), SUCCESS);
    CompletableFuture<WaitTermination> stops = rig.start(polls, every10s().stopOnPendingPayment());
    CompletableFuture<WaitTermination> goesOn = rig.start(polls, every10s());
    rig.timer.runUntilIdle();
    assertThat(stops.join().problem()).contains("paid");
    assertThat(outcome(goesOn)).isInstanceOf(WaitOutcome.Succeeded.class);
  }

  @Test
  void aScheduleThatThrowsEndsOnlyItsOwnWait() {
    ScriptedPolls polls = rig.polls(RUNNING.after(seconds(1)), SUCCESS);
    WaitOptions.Builder faulty =
        WaitOptions.builder()
            .schedule(
                (age, last) -> {
                  throw new LinkageError("faulty");
                });
    CompletableFuture<WaitTermination> failed = rig.start(polls, faulty);
    CompletableFuture<WaitTermination> other = rig.start(polls, every10s());
    rig.timer.runUntilIdle();
    assertThat(failed.join().problem()).isEqualTo("the poll schedule failed");
    assertThat(outcome(other)).isInstanceOf(WaitOutcome.Succeeded.class);
    rig.assertIdle();
  }

  @Test
  void aSlowListenerHoldsUpItsOwnWaitAndNoOther() {
    Deque<Runnable> tasks = new ArrayDeque<>();
    EngineFixture held = new EngineFixture(tasks::add);
    ScriptedPolls polls = held.polls(RUNNING.after(seconds(1)));
    List<String> slowHeard = new ArrayList<>();
    CompletableFuture<WaitTermination> slow =
        held.start(polls, every10s().addListener(p -> slowHeard.add(p.elapsed().toString())));
    CompletableFuture<WaitTermination> quick = held.start(polls, every10s());
    held.timer.advance(seconds(1));
    assertThat(tasks).hasSize(2);
    Runnable slows = tasks.remove();
    Runnable quicks = tasks.remove();
    quicks.run();
    for (int i = 0; i < 3; i++) {
      held.timer.advance(seconds(11));
      assertThat(tasks).as("what %s hears", i).hasSize(1);
      tasks.remove().run();
    }
    assertThat(polls.begun()).containsExactly(seconds(0), seconds(11), seconds(22), seconds(33));
    assertThat(slowHeard).isEmpty();

    slows.run();
    assertThat(slowHeard).containsExactly("PT1S");
    assertThat(polls.begun()).as("its wish is overdue").hasSize(5).endsWith(seconds(34));
    held.timer.advance(seconds(1));
    tasks.forEach(Runnable::run);
    assertThat(slowHeard).containsExactly("PT1S", "PT35S");
    assertThat(held.timer.pending()).containsExactly(seconds(45));
    slow.cancel(true);
    quick.cancel(true);
    held.assertIdle();
  }

  @Test
  void aPollThatIsSentWhileAnAnswerIsToldIsNotTakenForTheLast() {
    ScriptedPolls polls = rig.polls(RUNNING, RUNNING, RUNNING, RUNNING.after(seconds(1)), RUNNING);
    CompletableFuture<WaitTermination> first = rig.start(polls, every10s().timeout(seconds(25)));
    rig.timer.advance(seconds(21));
    WaitListener slow =
        progress -> {
          if (progress.polls() == 1) { // an answer that the first has yet to hear
            rig.timer.advance(seconds(4));
            rig.timer.runTooEarly(); // the third's poll, at the first's deadline
          }
        };
    CompletableFuture<WaitTermination> second = rig.start(polls, every10s().addListener(slow));
    rig.timer.advance(Duration.ofMillis(500));
    CompletableFuture<WaitTermination> third =
        rig.start(rig, 1, EngineFixture.REF, polls, every10s());
    assertThat(polls.begun()).hasSize(4).endsWith(seconds(21));
    rig.timer.advance(Duration.ofMillis(500));
    assertThat(outcome(first)).isInstanceOf(WaitOutcome.TimedOut.class);
    assertThat(elapsed(first)).isGreaterThanOrEqualTo(seconds(25));
    second.cancel(true);
    third.cancel(true);
    rig.assertIdle();
  }

  @Test
  void aListenerThatIsBusyAtItsDeadlineIsToldWhenItReturns() {
    Deque<Runnable> tasks = new ArrayDeque<>();
    EngineFixture held = new EngineFixture(tasks::add);
    ScriptedPolls polls = held.polls(RUNNING);
    CompletableFuture<WaitTermination> wait = held.start(polls, every10s().timeout(seconds(15)));
    held.timer.advance(seconds(100));
    assertThat(wait).isNotDone();
    tasks.remove().run();
    assertThat(polls.begun()).containsExactly(seconds(0), seconds(100));
    tasks.remove().run();
    assertThat(outcome(wait)).isInstanceOf(WaitOutcome.TimedOut.class);
    assertThat(polls(wait)).isEqualTo(2);
    held.assertIdle();
  }

  @Test
  void eachOfManyWithOtherTimesEndsAtItsOwnDeadline() {
    Random random = new Random(1);
    ScriptedPolls polls = rig.polls(RUNNING);
    Map<CompletableFuture<WaitTermination>, Duration> waits = startMany(random, polls);
    rig.timer.runUntilIdle();
    waits.forEach((wait, timeout) -> assertThat(elapsed(wait)).isEqualTo(timeout));
    assertThat(polls.begun()).endsWith(Collections.max(waits.values()));
    rig.assertIdle();
  }

  @Test
  void eachOfManyGivesUpAPollThatHangsAtItsOwnTime() {
    Random random = new Random(2);
    Map<CompletableFuture<WaitTermination>, Duration> waits =
        startMany(random, rig.polls(Reply.never()));
    rig.timer.runUntilIdle();
    waits.forEach(
        (wait, timeout) -> assertThat(elapsed(wait)).isEqualTo(timeout.plus(EngineFixture.GRACE)));
    rig.assertIdle();
  }

  /** Starts 600 waits at once, of which a third leave; the others with their timeouts. */
  private Map<CompletableFuture<WaitTermination>, Duration> startMany(
      Random random, PollSource polls) {
    Map<CompletableFuture<WaitTermination>, Duration> waits = new LinkedHashMap<>();
    List<CompletableFuture<WaitTermination>> leaving = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      Duration timeout = Duration.ofMillis(30_000 + random.nextInt(60_000));
      CompletableFuture<WaitTermination> wait =
          rig.start(polls, every(1 + random.nextInt(20)).timeout(timeout));
      if (i % 3 == 0) {
        leaving.add(wait);
      } else {
        waits.put(wait, timeout);
      }
    }
    Collections.shuffle(leaving, random);
    for (CompletableFuture<WaitTermination> wait : leaving) {
      rig.timer.advance(Duration.ofMillis(random.nextInt(100)));
      wait.cancel(true);
    }
    return waits;
  }

  // When some leave

  @Test
  void cancellingOneLeavesTheOthersTheirPoll() {
    ScriptedPolls polls = rig.polls(SUCCESS.after(seconds(5)));
    CompletableFuture<WaitTermination> a = rig.start(polls, every10s());
    CompletableFuture<WaitTermination> b = rig.start(polls, every10s());
    CompletableFuture<WaitTermination> c = rig.start(polls, every10s());
    rig.timer.advance(seconds(1));
    b.cancel(true);
    a.cancel(true);
    assertThat(polls.cancelled()).isEmpty();
    rig.timer.advance(seconds(4));
    assertThat(outcome(c)).isInstanceOf(WaitOutcome.Succeeded.class);
    rig.assertIdle();
  }

  @Test
  void theLastOutStopsThePoll() {
    ScriptedPolls polls = rig.polls(Reply.never());
    CompletableFuture<WaitTermination> a = rig.start(polls, every10s());
    CompletableFuture<WaitTermination> b = rig.start(polls, every10s());
    a.cancel(true);
    assertThat(polls.cancelled()).isEmpty();
    b.complete(null);
    assertThat(polls.cancelled()).hasSize(1);
    rig.assertIdle();
  }

  @Test
  void whoLeavesTakesItsWishAlong() {
    ScriptedPolls polls = rig.polls(RUNNING.after(seconds(1)));
    CompletableFuture<WaitTermination> eager = rig.start(polls, every(2));
    CompletableFuture<WaitTermination> lazy = rig.start(polls, every10s());
    rig.timer.advance(seconds(2));
    eager.cancel(true);
    rig.timer.advance(seconds(9));
    assertThat(polls.begun()).containsExactly(seconds(0), seconds(11));
    lazy.cancel(true);
    rig.assertIdle();
  }

  @Test
  void closingAnOwnerEndsItsOwnAndLeavesTheOthersTheirPoll() {
    ScriptedPolls polls = rig.polls(SUCCESS.after(seconds(5)));
    Object owner = new Object();
    CompletableFuture<WaitTermination> own =
        rig.start(owner, 0, EngineFixture.REF, polls, every10s());
    CompletableFuture<WaitTermination> other = rig.start(polls, every10s());
    rig.engine.close(owner);
    assertThat(own.join().problem()).isEqualTo("the client was closed");
    assertThat(polls.cancelled()).isEmpty();
    rig.timer.runUntilIdle();
    assertThat(outcome(other)).isInstanceOf(WaitOutcome.Succeeded.class);
    assertThat(polls.begun()).hasSize(1);
    rig.assertIdle();
  }

  @Test
  void aSourceThatThrowsEndsAllThatWait() {
    ScriptedPolls polls =
        rig.polls(RUNNING.after(seconds(1)), Reply.thrown(new LinkageError("crash")));
    List<CompletableFuture<WaitTermination>> waits =
        IntStream.range(0, 3).mapToObj(i -> rig.start(polls, every10s())).toList();
    rig.timer.runUntilIdle();
    assertThat(waits).allSatisfy(wait -> assertThat(wait.join().cause()).hasMessage("crash"));
    rig.assertIdle();
  }

  // Who shares

  @Test
  void onlyWaitsForTheSameJobOfEqualSourcesShare() {
    ScriptedPolls polls = rig.polls(Reply.never());
    rig.start(new JobRef("p", "j"), polls, every10s());
    rig.start(new JobRef("p", "j", EngineFixture.START.minusSeconds(60)), polls, every10s());
    assertThat(polls.begun()).hasSize(1);
    rig.start(new JobRef("p2", "j"), polls, every10s());
    rig.start(new JobRef("p", "j2"), polls, every10s());
    rig.start(new JobRef("p", "j"), rig.polls(Reply.never()), every10s());
    assertThat(polls.begun()).hasSize(3);
    rig.engine.close();
    rig.assertIdle();
  }
}
