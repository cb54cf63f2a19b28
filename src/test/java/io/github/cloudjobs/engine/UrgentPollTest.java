package io.github.cloudjobs.engine;

import static io.github.cloudjobs.engine.EngineFixture.every10s;
import static io.github.cloudjobs.engine.EngineFixture.seconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.engine.ScriptedPolls.Reply;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.Answers;
import io.github.cloudjobs.step.PollResult;
import io.github.cloudjobs.step.WaitTermination;
import io.github.cloudjobs.wait.WaitOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** A wait's last poll waits for nothing but a place, and for that no longer than its grace. */
class UrgentPollTest {
  private static final Reply RUNNING = Reply.job("RUNNING");

  /** One poll per second, whatever happens, and so many in flight. */
  private static EngineFixture slow(int inFlight) {
    return new EngineFixture(new PollLimits(inFlight, 1, 1, 1));
  }

  private static JobRef job(int i) {
    return new JobRef("p", "j-" + i);
  }

  private static WaitOutcome.TimedOut timedOut(CompletableFuture<WaitTermination> wait) {
    assertThat(wait).isDone();
    assertThat(wait.join().outcome()).isInstanceOf(WaitOutcome.TimedOut.class);
    return (WaitOutcome.TimedOut) wait.join().outcome();
  }

  @Test
  void itGoesAheadOfAllThatTheRateHoldsUp() {
    EngineFixture rig = slow(10);
    ScriptedPolls others = rig.polls(Reply.job("SUCCESS"));
    List<CompletableFuture<WaitTermination>> waits = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      waits.add(rig.start(job(i), others, every10s()));
    }
    ScriptedPolls polls = rig.polls(RUNNING);
    CompletableFuture<WaitTermination> hasty =
        rig.start(job(100), new SameQuota(polls, others), every10s().timeout(seconds(5)));
    rig.timer.advance(seconds(5));
    assertThat(polls.begun()).containsExactly(seconds(5));
    assertThat(timedOut(hasty).polls()).isOne();
    rig.timer.runUntilIdle();
    assertThat(waits).allMatch(wait -> wait.join().isSuccess());
    assertThat(others.begun()).hasSize(100);
    assertThat(others.begun().get(99))
        .as("the urgent one counts too")
        .isEqualTo(Duration.ofMillis(99_900));
    rig.assertIdle();
  }

  @Test
  void itGoesAheadOfWhatTheServiceAskedFor() {
    EngineFixture rig = slow(10);
    Reply refusal = Reply.error(Answers.throttled()).retryAfter(seconds(200));
    ScriptedPolls polls = rig.polls(RUNNING, refusal, refusal, RUNNING);
    CompletableFuture<WaitTermination> wait = rig.start(polls, every10s().timeout(seconds(30)));
    rig.timer.runUntilIdle();
    assertThat(polls.begun()).containsExactly(seconds(0), seconds(10), seconds(30));
    assertThat(timedOut(wait).elapsed()).isEqualTo(seconds(30));
    assertThat(timedOut(wait).polls()).isEqualTo(3);
    rig.assertIdle();
  }

  @Test
  void whenTheRateHoldsItUpUntilThenItIsSentOnce() {
    EngineFixture rig = new EngineFixture(new PollLimits(10, 0.01, 0.01, 0.01));
    ScriptedPolls polls = rig.polls(RUNNING);
    CompletableFuture<WaitTermination> wait = rig.start(polls, every10s().timeout(seconds(50)));
    rig.timer.advance(seconds(10_000));
    assertThat(polls.begun()).containsExactly(seconds(0), seconds(50));
    assertThat(timedOut(wait).polls()).isEqualTo(2);
    rig.assertIdle();
  }

  @Test
  void oneThatWaitsForAPlaceAtTheDeadlineIsNotSentTwice() {
    EngineFixture rig = slow(1);
    ScriptedPolls blocking = rig.polls(Reply.never());
    rig.start(job(0), blocking, every10s());
    ScriptedPolls polls = rig.polls(RUNNING);
    CompletableFuture<WaitTermination> wait = rig.start(polls, every10s().timeout(seconds(20)));
    rig.timer.advance(seconds(22));
    assertThat(wait).isNotDone();
    blocking.release();
    assertThat(polls.begun()).containsExactly(seconds(22));
    assertThat(timedOut(wait).elapsed()).isEqualTo(seconds(22));
    rig.timer.advance(seconds(10_000));
    assertThat(polls.begun()).hasSize(1);
    rig.assertIdle();
  }

  @Test
  void withoutAPlaceItTimesOutWhenTheGraceIsOverAndIsNeverSent() {
    EngineFixture rig = slow(1);
    ScriptedPolls blocking = rig.polls(Reply.never());
    CompletableFuture<WaitTermination> blocker = rig.start(job(0), blocking, every10s());
    ScriptedPolls polls = rig.polls(RUNNING);
    CompletableFuture<WaitTermination> wait = rig.start(polls, every10s().timeout(seconds(20)));
    rig.timer.advance(seconds(25).minusNanos(1));
    assertThat(wait).isNotDone();
    rig.timer.advance(Duration.ofNanos(1));
    assertThat(timedOut(wait).elapsed()).isEqualTo(seconds(25));
    assertThat(timedOut(wait).polls()).isZero();
    assertThat(wait.join().exception())
        .hasMessage("job j-1 was not seen after 25 s and 0 polls")
        .hasNoSuppressedExceptions();
    blocking.release();
    assertThat(blocker.join().isSuccess()).isTrue();
    rig.timer.advance(seconds(10_000));
    assertThat(polls.begun()).isEmpty();
    rig.assertIdle();
  }

  @Test
  void aPlaceThatComesFreeDuringTheGraceLeavesItTheRestOfThat() {
    EngineFixture rig = slow(1);
    ScriptedPolls blocking = rig.polls(Reply.never());
    rig.start(job(0), blocking, every10s());
    ScriptedPolls polls = rig.polls(Reply.never());
    CompletableFuture<WaitTermination> wait = rig.start(polls, every10s().timeout(seconds(20)));
    rig.timer.advance(seconds(24));
    blocking.release();
    assertThat(polls.begun()).containsExactly(seconds(24));
    rig.timer.advance(seconds(1));
    assertThat(timedOut(wait).polls()).isOne();
    assertThat(polls.cancelled()).containsExactly(seconds(25));
    rig.assertIdle();
  }

  @Test
  void oneThatIsCancelledWhileItWaitsForAPlaceIsNotSent() {
    EngineFixture rig = slow(1);
    ScriptedPolls blocking = rig.polls(Reply.never());
    rig.start(job(0), blocking, every10s());
    ScriptedPolls polls = rig.polls(RUNNING);
    CompletableFuture<WaitTermination> wait = rig.start(polls, every10s().timeout(seconds(20)));
    rig.timer.advance(seconds(21));
    wait.cancel(true);
    blocking.release();
    rig.timer.advance(seconds(100));
    assertThat(polls.begun()).isEmpty();
    rig.assertIdle();
  }

  @Test
  void aThousandDeadlinesAtOnceTakeTurnsInThePlacesThereAre() {
    EngineFixture rig = slow(10);
    ScriptedPolls polls = rig.polls(RUNNING.after(Duration.ofMillis(30)));
    List<CompletableFuture<WaitTermination>> waits = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      waits.add(rig.start(job(i), polls, every10s().timeout(seconds(2))));
    }
    rig.timer.runUntilIdle();
    assertThat(waits).allMatch(wait -> timedOut(wait).polls() <= 2);
    long last = polls.begun().stream().filter(at -> at.compareTo(seconds(2)) >= 0).count();
    assertThat(last).as("each has one, at its deadline").isEqualTo(1_000);
    assertThat(polls.begun().get(polls.begun().size() - 1)).isLessThan(seconds(5));
    rig.assertIdle();
  }

  @Test
  void aThousandOfThemDoNotStopAllOthers() {
    EngineFixture rig = slow(10_000);
    ScriptedPolls polls = rig.polls(RUNNING);
    for (int i = 0; i < 1_000; i++) {
      rig.start(job(i), polls, every10s().timeout(seconds(2)));
    }
    rig.timer.advance(seconds(2));
    ScriptedPolls later = rig.polls(Reply.job("SUCCESS"));
    CompletableFuture<WaitTermination> wait =
        rig.start(job(1_000), new SameQuota(later, polls), every10s());
    rig.timer.advance(seconds(2));
    assertThat(later.begun()).containsExactly(seconds(4));
    assertThat(wait.join().isSuccess()).isTrue();
    rig.assertIdle();
  }

  /** Polls that count against another's quota. */
  private record SameQuota(PollSource polls, Object quota) implements PollSource {
    @Override
    public Handle poll(JobRef job, int mark, Consumer<PollResult> sink) {
      return polls.poll(job, mark, sink);
    }

    @Override
    public Object quota(JobRef job) {
      return quota;
    }
  }
}
