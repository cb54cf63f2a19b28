package io.github.cloudjobs.engine;

import static io.github.cloudjobs.engine.EngineFixture.every10s;
import static io.github.cloudjobs.engine.EngineFixture.seconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.engine.ScriptedPolls.Reply;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.PollResults;
import io.github.cloudjobs.step.WaitTermination;
import io.github.cloudjobs.wait.WaitOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rate of a quota, places in flight, and the last poll of a wait, which only needs a place. */
class PollLimiterTest {
  private static final Reply RUNNING = Reply.job("RUNNING");
  private static final Reply SUCCESS = Reply.job("SUCCESS");
  private static final Duration DEADLINE = seconds(20);

  /** A fixture with one poll per second, whatever happens. */
  private static EngineFixture slow(int inFlight) {
    return new EngineFixture(new PollLimits(inFlight, 1, 1, 1));
  }

  private static JobRef job(int i) {
    return new JobRef("p", "j-" + i);
  }

  private static WaitOutcome.TimedOut timedOut(CompletableFuture<WaitTermination> wait) {
    assertThat(wait).isDone();
    return (WaitOutcome.TimedOut) wait.join().outcome();
  }

  // The rate

  @Test
  void aLastPollGoesAheadOfThoseThatTheRateDelaysAndCounts() {
    EngineFixture fixture = slow(10);
    ScriptedPolls others = fixture.polls(SUCCESS);
    List<CompletableFuture<WaitTermination>> waits = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      waits.add(fixture.start(job(i), others, every10s()));
    }
    ScriptedPolls polls = fixture.polls(RUNNING).sharing(others);
    var hasty = fixture.start(job(100), polls, every10s().timeout(seconds(5)));
    fixture.timer.advance(seconds(5));
    polls.assertBegunAt(5);
    assertThat(timedOut(hasty).polls()).isOne();
    fixture.timer.runUntilIdle();
    assertThat(waits).allMatch(wait -> wait.join().isSuccess());
    assertThat(others.begun()).hasSize(100).endsWith(Duration.ofMillis(99_900));
    fixture.assertIdle();
  }

  // Places in flight

  /**
   * The only place is free again some seconds after 20 s, when a wait needs it for its last poll.
   */
  @ParameterizedTest
  @CsvSource({
    "2, false, 22, 22, 1", // sent once
    "4, true, 24, 25, 1", // with the rest of the grace, after which it is cancelled
    "6, false, , 25, 0" // never sent
  })
  void aLastPollWaitsForAPlaceUntilTheGraceIsOver(
      int late, boolean hangs, Integer begun, int end, int polled) {
    EngineFixture fixture = slow(1);
    ScriptedPolls polls = fixture.polls(hangs ? Reply.never() : RUNNING);
    ScriptedPolls blocking = fixture.polls(Reply.never());
    fixture.start(job(0), blocking, every10s());
    var wait = fixture.start(polls, every10s().timeout(DEADLINE));
    fixture.timer.advance(DEADLINE.plusSeconds(late));
    blocking.release();
    fixture.timer.advance(seconds(10_000));
    polls.assertBegunAt(begun == null ? new int[0] : new int[] {begun});
    assertThat(polls.cancelled()).hasSize(hangs ? 1 : 0);
    assertThat(timedOut(wait).elapsed()).isEqualTo(seconds(end));
    assertThat(timedOut(wait).polls()).isEqualTo(polled);
    assertThat(wait.join().exception().getSuppressed()).hasSize(hangs ? 1 : 0);
    fixture.assertIdle();
  }

  @Test
  void aThousandLastPollsAtOnceShareThePlacesInFlight() {
    EngineFixture fixture = slow(10);
    ScriptedPolls polls = fixture.polls(RUNNING.after(Duration.ofMillis(30)));
    List<CompletableFuture<WaitTermination>> waits = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      waits.add(fixture.start(job(i), polls, every10s().timeout(seconds(2))));
    }
    fixture.timer.runUntilIdle();
    assertThat(waits).allMatch(wait -> timedOut(wait).polls() <= 2);
    assertThat(polls.begun())
        .filteredOn(at -> at.compareTo(seconds(2)) >= 0)
        .as("each has one at its deadline")
        .hasSize(1_000)
        .allMatch(at -> at.compareTo(seconds(5)) < 0);
    fixture.assertIdle();
  }

  @Test
  void anyNumberOfQueuedPollsMayFailAtOnce() {
    EngineFixture fixture = slow(1);
    ScriptedPolls blocking = fixture.polls(Reply.never());
    fixture.start(job(0), blocking, every10s());
    PollSource failing = fixture.polls(Reply.thrown(new LinkageError("crash")));
    List<CompletableFuture<WaitTermination>> waits = new ArrayList<>();
    for (int i = 1; i < 20_000; i++) {
      waits.add(fixture.start(job(i), failing, every10s().timeout(DEADLINE)));
    }
    fixture.timer.advance(DEADLINE);
    blocking.release();
    assertThat(waits).allMatch(CompletableFuture::isDone);
    fixture.assertIdle();
  }

  // Which limiters are kept

  private static CompletableFuture<WaitTermination> start(
      EngineFixture fixture, String project, String job, ScriptedPolls polls) {
    return fixture.start(new JobRef(project, job), polls.sharing(project), every10s());
  }

  private static void pollManyOtherProjects(EngineFixture fixture) {
    ScriptedPolls polls = fixture.polls(SUCCESS);
    for (int i = 0; i < 10_000; i++) {
      start(fixture, "other-" + i, "j", polls);
    }
    assertThat(polls.begun()).hasSize(10_000);
  }

  @Test
  void theThousandLimitersUsedLastAreKept() {
    EngineFixture fixture = slow(64);
    start(fixture, "p", "first", fixture.polls(SUCCESS));
    for (int i = 0; i < 999; i++) {
      start(fixture, "other-" + i, "j", fixture.polls(SUCCESS));
    }
    ScriptedPolls polls = fixture.polls(SUCCESS);
    start(fixture, "p", "second", polls);
    start(fixture, "other", "j", fixture.polls(SUCCESS));
    start(fixture, "p", "third", polls);
    fixture.timer.runUntilIdle();
    assertThat(polls.begun())
        .as("by the limiter of the first poll")
        .containsExactly(Duration.ofMillis(900), Duration.ofMillis(1_900));
    assertThat(fixture.limiters()).isEqualTo(1_000);
  }

  @Test
  void theLimiterOfAWaitAndOfAPollInFlightIsKept() {
    EngineFixture fixture = slow(64);
    var wait = start(fixture, "p", "pending", fixture.polls(RUNNING));
    PollSource deaf = (job, generation, sink) -> () -> {}; // it does not respond when cancelled
    fixture.start(new JobRef("q", "left"), deaf, every10s()).cancel(true);
    pollManyOtherProjects(fixture);
    ScriptedPolls first = fixture.polls(SUCCESS);
    ScriptedPolls second = fixture.polls(SUCCESS);
    start(fixture, "p", "another", first);
    fixture.start(new JobRef("q", "another"), second.sharing(deaf), every10s());
    assertThat(first.begun()).as("held up by the wait's poll").isEmpty();
    assertThat(second.begun()).as("held up by the poll in flight").isEmpty();
    wait.cancel(true);
    fixture.timer.runUntilIdle();
    assertThat(first.begun()).hasSize(1);
    assertThat(second.begun()).hasSize(1);
  }

  @Test
  void aLimiterThatWasRefusedIsKeptForFiveMinutes() {
    EngineFixture fixture = slow(64);
    Reply refusal = Reply.error(PollResults.throttled()).retryAfter(Duration.ofMinutes(4));
    for (int i = 0; i < 2_000; i++) {
      start(fixture, "refused-" + i, "j", fixture.polls(refusal)).cancel(true);
    }
    pollManyOtherProjects(fixture);
    assertThat(fixture.limiters()).isGreaterThanOrEqualTo(2_000);
    ScriptedPolls polls = fixture.polls(SUCCESS);
    start(fixture, "refused-0", "another", polls);
    fixture.timer.advance(seconds(1_000));
    assertThat(polls.begun()).containsExactly(Duration.ofMinutes(4));
    pollManyOtherProjects(fixture);
    assertThat(fixture.limiters()).isEqualTo(1_000);
    fixture.assertIdle();
  }
}
