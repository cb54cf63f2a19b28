package io.github.cloudjobs.engine;

import static io.github.cloudjobs.engine.EngineFixture.every10s;
import static io.github.cloudjobs.engine.EngineFixture.seconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.engine.ScriptedPolls.Reply;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.step.Answers;
import io.github.cloudjobs.step.WaitTermination;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A blocking wait returns at its deadline and grace, whatever the executor does. */
@Timeout(60)
class GiveUpTest {
  private static final Duration DEADLINE = seconds(60);
  private static final Duration BACK = DEADLINE.plus(EngineFixture.GRACE);

  private final Collection<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final EngineFixture stuck = new EngineFixture(tasks::add);
  private final RecordingListener listener = new RecordingListener();

  private static WaitOptions.Builder options() {
    return every10s().timeout(DEADLINE);
  }

  private WaitTermination await(ScriptedPolls polls, WaitOptions.Builder options) throws Exception {
    return stuck.await(stuck.start(polls, options));
  }

  @ParameterizedTest
  @CsvSource({"SUCCESS, Succeeded", "FAIL, Failed", "RUNNING, TimedOut", "INIT, TimedOut"})
  void theResponseThatWaitsForTheExecutorDecides(String status, String outcome) throws Exception {
    Job job = Answers.job(status);
    WaitTermination end = await(stuck.polls(Reply.job(job)), options());
    assertThat(end.outcome().getClass().getSimpleName()).isEqualTo(outcome);
    assertThat(end.state().job()).isSameAs(job);
    assertThat(end.state().polls()).isOne();
    assertThat(stuck.timer.now()).isEqualTo(BACK);
    assertThat(stuck.kept(end.token()).plan().options().timeout()).isEqualTo(DEADLINE);
    stuck.assertIdle();
  }

  @Test
  void manyWaitsHaveOneGraceTogether() throws Exception {
    List<CompletableFuture<WaitTermination>> waits = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      waits.add(stuck.start(stuck.polls(Reply.job("RUNNING")), options()));
    }
    assertThat(stuck.engine.awaitAll(waits))
        .hasSize(10)
        .allMatch(end -> end.outcome() instanceof WaitOutcome.TimedOut);
    assertThat(stuck.timer.now()).isEqualTo(BACK);
  }

  @Test
  void errorsCountAsIfTheExecutorHadRun() throws Exception {
    WaitTermination refused = await(stuck.polls(Reply.error(Answers.unauthorized())), options());
    assertThat(refused.problem()).isEqualTo("polling cannot go on");
    WaitTermination lost = await(stuck.polls(Reply.error(Answers.lost())), options());
    assertThat(lost.exception().getSuppressed()).hasSize(1);
    assertThat(lost.outcome()).isInstanceOf(WaitOutcome.TimedOut.class);
  }

  @Test
  void noScheduleRunsOnTheCallersThreadAndTheListenerOnlyOnceTheExecutorRunsAgain()
      throws Exception {
    List<String> called = new ArrayList<>();
    WaitOptions.Builder options =
        options()
            .addListener(listener)
            .schedule(
                (age, job) -> {
                  called.add("schedule");
                  return seconds(1);
                });
    WaitTermination end = await(stuck.polls(Reply.job("SUCCESS")), options);
    stuck.timer.runUntilIdle();
    assertThat(listener.calls).isEmpty();
    tasks.forEach(Runnable::run);
    assertThat(called).isEmpty();
    assertThat(listener.calls).containsExactly("end Succeeded");
    assertThat(listener.ends.get(0).outcome()).isEqualTo(end.outcome());
  }

  @Test
  void aWaitThatWasClosedReturnsToo() throws Exception {
    var wait = stuck.start(stuck.polls(Reply.never()), options());
    stuck.engine.close(stuck);
    assertThat(stuck.await(wait).problem()).isEqualTo(Engine.CLOSED);
    assertThat(stuck.timer.now()).isEqualTo(BACK);
    stuck.assertIdle();
  }

  @Test
  void aPollThatIsLostAtTheDeadlineEndsTheWaitByWayOfTheExecutor() throws Exception {
    EngineFixture fixture = new EngineFixture();
    var wait = fixture.start(fixture.polls(Reply.never()), options().addListener(listener));
    assertThat(fixture.await(wait).exception())
        .hasMessage("job j-1 was not seen after 65 s and 1 polls");
    assertThat(listener.calls).containsExactly("end TimedOut");
    fixture.assertIdle();
  }

  @Test
  void theListenerIsNotifiedOnceIfTheClientIsClosedThen() throws Exception {
    await(stuck.polls(Reply.job("RUNNING")), options().addListener(listener));
    stuck.engine.close(stuck);
    stuck.engine.close();
    stuck.timer.runUntilIdle();
    tasks.forEach(Runnable::run);
    assertThat(listener.ends).hasSize(1);
  }

  @Test
  void afterTheMachineWasSuspendedTheLastPollIsStillMade() throws Exception {
    EngineFixture fixture = new EngineFixture();
    var wait = fixture.start(fixture.polls(Reply.job("RUNNING"), Reply.job("SUCCESS")), options());
    fixture.timer.suspendNextCall(Duration.ofHours(1));
    assertThat(fixture.await(wait).isSuccess()).isTrue();
  }
}
