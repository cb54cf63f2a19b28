package io.github.cloudjobs.engine;

import static io.github.cloudjobs.engine.EngineFixture.every10s;
import static io.github.cloudjobs.engine.EngineFixture.seconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.engine.ScriptedPolls.Reply;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.model.JobStatus;
import io.github.cloudjobs.step.PollResult;
import io.github.cloudjobs.step.WaitTermination;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A poll that is no wait's waits for a free place and for nothing else. */
class DirectPollTest {
  private final EngineFixture rig = new EngineFixture(new PollLimits(1, 1, 1, 1));
  private final List<PollResult> answers = new ArrayList<>();

  private CompletableFuture<PollResult> poll(PollSource polls) {
    return rig.engine.poll(
        polls,
        EngineFixture.REF,
        0,
        answer -> {
          answers.add(answer);
          return answer;
        });
  }

  @Test
  void itsAnswerIsToldOnceAndItsPlaceIsFreeThen() {
    poll(rig.polls(Reply.job("RUNNING")));
    assertThat(answers).hasSize(1);
    assertThat(answers.get(0).job().status()).isEqualTo(JobStatus.RUNNING);
    rig.assertIdle();
  }

  @Test
  void theRateDoesNotHoldItUp() {
    ScriptedPolls polls = rig.polls(Reply.job("RUNNING"));
    for (int i = 0; i < 100; i++) {
      poll(polls);
    }
    assertThat(answers).hasSize(100);
    assertThat(polls.begun()).containsOnly(seconds(0));
    rig.assertIdle();
  }

  @Test
  void whenItIsOverThePollsOfWaitsGoOn() {
    ScriptedPolls held = rig.polls(Reply.never());
    poll(held);
    ScriptedPolls polls = rig.polls(Reply.job("SUCCESS"));
    CompletableFuture<WaitTermination> wait = rig.start(polls, every10s());
    rig.timer.advance(seconds(3));
    assertThat(polls.begun()).isEmpty();
    held.release();
    assertThat(polls.begun()).containsExactly(seconds(3));
    assertThat(wait).isDone();
    rig.assertIdle();
  }

  @Test
  void whoPollsOverAndOverLeavesWaitsTheirTurns() {
    ScriptedPolls direct = rig.polls(Reply.job("RUNNING").after(Duration.ofMillis(100)));
    for (int i = 0; i < 2; i++) {
      pollForEver(direct);
    }
    ScriptedPolls polls = rig.polls(Reply.job("SUCCESS"));
    CompletableFuture<WaitTermination> wait =
        rig.start(new JobRef("p", "w"), polls, every10s().timeout(Duration.ofMinutes(10)));
    rig.timer.advance(seconds(1));
    assertThat(wait).isDone();
  }

  private void pollForEver(PollSource polls) {
    rig.engine.poll(
        polls,
        EngineFixture.REF,
        0,
        answer -> {
          pollForEver(polls);
          return answer;
        });
  }

  @Test
  void oneThatIsCancelledWhileItIsLaunchedLosesNoOtherAnswer() {
    ScriptedPolls first = rig.polls(Reply.job("RUNNING").held());
    poll(first);
    List<CompletableFuture<PollResult>> second = new ArrayList<>();
    PollSource touchy =
        (job, mark, sink) -> {
          second.get(0).cancel(true);
          return () -> {
            throw new IllegalStateException("a listener of the user's HTTP client");
          };
        };
    second.add(poll(touchy));
    first.release();
    assertThat(answers).hasSize(1);
  }

  @Test
  void itTakesTurnsWithWaitsWhoseDeadlineIsFarAndComesAfterTheOthers() {
    ScriptedPolls held = rig.polls(Reply.never());
    poll(held);
    List<String> order = new ArrayList<>();
    rig.start(new JobRef("p", "far"), noting("far", order), every10s());
    rig.start(new JobRef("p", "due"), noting("due", order), every10s().timeout(seconds(5)));
    poll(noting("direct", order));
    rig.timer.advance(seconds(6));
    held.release();
    assertThat(order).containsExactly("due", "far", "direct");
  }

  private PollSource noting(String name, List<String> order) {
    ScriptedPolls polls = rig.polls(Reply.job("SUCCESS"));
    return (job, mark, sink) -> {
      order.add(name);
      return polls.poll(job, mark, sink);
    };
  }

  @Test
  void oneThatIsCancelledBeforeItWasSentIsNeverSent() {
    ScriptedPolls held = rig.polls(Reply.never());
    poll(held);
    ScriptedPolls polls = rig.polls(Reply.job("RUNNING"));
    CompletableFuture<PollResult> poll = poll(polls);
    poll.cancel(true);
    assertThat(poll).isCancelled();
    held.release();
    assertThat(polls.begun()).isEmpty();
    assertThat(answers).as("only the one that was sent").hasSize(1);
    rig.assertIdle();
  }

  @Test
  void oneThatIsCancelledUnderWayIsTakenFromTheWire() {
    ScriptedPolls polls = rig.polls(Reply.never());
    CompletableFuture<PollResult> poll = poll(polls);
    rig.timer.advance(seconds(2));
    poll.cancel(true);
    assertThat(poll).isCancelled();
    assertThat(polls.cancelled()).containsExactly(seconds(2));
    poll.cancel(true);
    assertThat(polls.cancelled()).hasSize(1);
    assertThat(answers).isEmpty();
    rig.assertIdle();
  }

  @Test
  void oneThatIsCancelledWhileItBeginsIsTakenFromTheWire() {
    ScriptedPolls held = rig.polls(Reply.never());
    poll(held);
    ScriptedPolls polls = rig.polls(Reply.never());
    List<CompletableFuture<PollResult>> poll = new ArrayList<>();
    poll.add(
        poll(
            (job, mark, sink) -> {
              poll.get(0).cancel(true);
              return polls.poll(job, mark, sink);
            }));
    held.release();
    assertThat(polls.cancelled()).hasSize(1);
    assertThat(answers).as("only the first one's").hasSize(1);
    rig.assertIdle();
  }

  @Test
  void aSourceThatThrowsIsAnAnswerToo() {
    poll(rig.polls(Reply.thrown(new LinkageError("crash"))));
    assertThat(answers).hasSize(1);
    assertThat(answers.get(0).error())
        .hasMessage("the poll could not be sent: java.lang.LinkageError")
        .hasRootCauseMessage("crash");
    rig.assertIdle();
  }

  @Test
  void closingCancelsWhatWaitsForAPlace() {
    ScriptedPolls held = rig.polls(Reply.never());
    poll(held);
    ScriptedPolls polls = rig.polls(Reply.job("RUNNING"));
    poll(polls);
    rig.engine.close();
    assertThat(answers).hasSize(1);
    poll(polls);
    assertThat(answers).as("one that is asked for on a closed engine").hasSize(2);
    held.release();
    assertThat(polls.begun()).isEmpty();
    rig.assertIdle();
  }

  @Test
  void anyNumberOfPollsMayFailAtOnceBehindAnother() {
    ScriptedPolls held = rig.polls(Reply.never());
    poll(held);
    PollSource crashing = rig.polls(Reply.thrown(new LinkageError("crash")));
    for (int i = 0; i < 20_000; i++) {
      poll(crashing);
    }
    assertThat(answers).isEmpty();
    held.release();
    assertThat(answers).hasSize(20_001);
    rig.assertIdle();
  }
}
