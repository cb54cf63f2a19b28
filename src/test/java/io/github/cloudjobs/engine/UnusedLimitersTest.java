package io.github.cloudjobs.engine;

import static io.github.cloudjobs.engine.EngineFixture.every10s;
import static io.github.cloudjobs.engine.EngineFixture.seconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.engine.ScriptedPolls.Reply;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.Answers;
import io.github.cloudjobs.step.PollResult;
import io.github.cloudjobs.step.WaitTermination;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** A limiter that nobody uses any more is given back, unless it knows something of use. */
class UnusedLimitersTest {
  private static final Reply SUCCESS = Reply.job("SUCCESS");

  private final EngineFixture rig =
      new EngineFixture(new PollLimits(64, 1, 1, 1)); // one poll a second

  /** Polls whose quota is the project's. */
  private record OfProjects(PollSource polls) implements PollSource {
    @Override
    public Handle poll(JobRef job, int mark, Consumer<PollResult> sink) {
      return polls.poll(job, mark, sink);
    }

    @Override
    public Object quota(JobRef job) {
      return job.projectId();
    }
  }

  private CompletableFuture<WaitTermination> start(
      String project, String job, ScriptedPolls polls) {
    return rig.start(new JobRef(project, job), new OfProjects(polls), every10s());
  }

  private void pollManyOtherProjects() {
    ScriptedPolls polls = rig.polls(SUCCESS);
    for (int i = 0; i < 10_000; i++) {
      start("other-" + i, "j", polls);
    }
    assertThat(polls.begun()).hasSize(10_000);
  }

  @Test
  void aThousandAreKeptOfTenThousandThatWereUsedOnce() {
    pollManyOtherProjects();
    assertThat(rig.limiters()).isEqualTo(1_000);
    rig.assertIdle();
  }

  @Test
  void theLastUsedAreKept() {
    start("p", "first", rig.polls(SUCCESS));
    for (int i = 0; i < 999; i++) {
      start("other-" + i, "j", rig.polls(SUCCESS));
    }
    ScriptedPolls polls = rig.polls(SUCCESS);
    start("p", "second", polls);
    start("other", "j", rig.polls(SUCCESS));
    start("p", "third", polls);
    rig.timer.runUntilIdle();
    assertThat(polls.begun())
        .as("by the limiter of the first poll")
        .containsExactly(Duration.ofMillis(900), Duration.ofMillis(1_900));
  }

  @Test
  void oneWithAWaitIsKept() {
    CompletableFuture<WaitTermination> wait =
        start("p", "pending", rig.polls(Reply.job("RUNNING")));
    pollManyOtherProjects();
    ScriptedPolls polls = rig.polls(SUCCESS);
    start("p", "another", polls);
    assertThat(polls.begun()).as("held up by the wait's first poll").isEmpty();
    wait.cancel(true);
    rig.timer.runUntilIdle();
    assertThat(polls.begun()).hasSize(1);
    rig.assertIdle();
  }

  @Test
  void oneWithAPollInFlightIsKeptAlthoughItsWaitHasLeft() {
    PollSource deaf = (job, mark, sink) -> () -> {}; // does not answer when it is cancelled
    rig.start(new JobRef("p", "left"), new OfProjects(deaf), every10s()).cancel(true);
    pollManyOtherProjects();
    ScriptedPolls polls = rig.polls(SUCCESS);
    start("p", "another", polls);
    assertThat(polls.begun()).isEmpty();
    rig.timer.runUntilIdle();
    assertThat(polls.begun()).hasSize(1);
  }

  @Test
  void oneThatWasRefusedIsKeptForFiveMinutes() {
    Reply refusal = Reply.error(Answers.throttled()).retryAfter(Duration.ofMinutes(4));
    start("p", "refused", rig.polls(refusal)).cancel(true);
    pollManyOtherProjects();
    ScriptedPolls polls = rig.polls(SUCCESS);
    start("p", "another", polls);
    rig.timer.advance(seconds(239));
    assertThat(polls.begun()).as("before what the service asked for is over").isEmpty();
    rig.timer.advance(seconds(1));
    assertThat(polls.begun()).containsExactly(Duration.ofMinutes(4));

    rig.timer.advance(Duration.ofMinutes(2));
    pollManyOtherProjects();
    assertThat(rig.limiters()).isEqualTo(1_000);
  }

  @Test
  void manyThatWereRefusedAreGivenBackOnceThatIsLongAgo() {
    ScriptedPolls refusing = rig.polls(Reply.error(Answers.throttled()));
    for (int i = 0; i < 2_000; i++) {
      start("refused-" + i, "j", refusing).cancel(true);
    }
    assertThat(rig.limiters()).isEqualTo(2_000);
    rig.timer.advance(Duration.ofMinutes(6));
    pollManyOtherProjects();
    assertThat(rig.limiters()).isEqualTo(1_000);
    rig.assertIdle();
  }
}
