package io.github.cloudjobs.engine;

import static io.github.cloudjobs.engine.EngineFixture.every10s;
import static io.github.cloudjobs.engine.EngineFixture.seconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.engine.ScriptedPolls.Reply;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.PollResult;
import io.github.cloudjobs.step.ResumedWait;
import io.github.cloudjobs.step.WaitPlan;
import io.github.cloudjobs.step.WaitTermination;
import io.github.cloudjobs.wait.JobWaitException;
import io.github.cloudjobs.wait.PollStep;
import io.github.cloudjobs.wait.WaitListener;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitToken;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Waits that are cut, kept as tokens and resumed. */
class ResumedWaitsTest {
  private static final int EACH = 150;

  /** Each story is made of its seed alone; a failure names the seed. */
  @ParameterizedTest
  @ValueSource(ints = {1_000, 2_000, 3_000})
  void aWaitThatIsCutAndResumedAnywherePollsAndEndsAsTheUncutOne(int from) {
    for (int seed = from; seed < from + EACH; seed++) {
      try {
        new Story(seed).run();
      } catch (Throwable t) {
        throw new AssertionError("seed " + seed, t);
      }
    }
  }

  private static final class Story {
    /** The service's response to one poll; it may have the server's time. */
    private record Scripted(PollResult result, Duration skew, Duration delay) {
      PollResult at(Instant now) {
        Instant date = skew == null ? null : now.plus(skew);
        return new PollResult(result.job(), result.error(), date, result.retryAfter());
      }
    }

    final RandomInput input;
    final List<Scripted> script = new ArrayList<>();
    final WaitOptions options;
    final JobRef ref;

    Story(int seed) {
      input = new RandomInput(seed);
      Duration skew = input.oneIn(2) ? null : input.millis(20_000).minusSeconds(10);
      for (int i = 0; i < 150; i++) {
        Duration delay = input.oneIn(3) ? input.millis(4_000) : Duration.ZERO;
        script.add(new Scripted(input.result(null), skew, delay));
      }
      options = input.options().timeout(input.millis(600_000)).build();
      Instant submitted =
          input.oneIn(3)
              ? null
              : EngineFixture.START.minus(input.millis(input.oneIn(2) ? 10_000 : 1_000_000));
      ref = new JobRef("p", "j", submitted);
    }

    private WaitPlan plan() {
      return WaitPlan.of(ref, options, EngineFixture.ORIGIN, EngineFixture.START, 0);
    }

    void run() {
      Run uncut = new Run();
      uncut.inEngine(Integer.MAX_VALUE);
      Run cut = new Run();
      while (cut.end == null) {
        if (input.oneIn(2)) {
          cut.inEngine(input.random.nextInt(4));
        } else {
          cut.stepByStep(input.random.nextInt(4));
        }
      }
      assertThat(cut.polls).isEqualTo(uncut.polls);
      assertThat(cut.now).isEqualTo(uncut.now);
      assertThat(cut.end).isEqualTo(uncut.end);
    }

    /** One way through the story, perhaps in several pieces. */
    private final class Run {
      final List<Duration> polls = new ArrayList<>();
      WaitToken token = ResumedWait.begin(plan()).token();
      Duration now = Duration.ZERO; // since the beginning
      int inFlight;
      String end;

      /** Makes at most {@code most} polls in an engine of its own, which is then closed or lost. */
      void inEngine(int most) {
        EngineFixture fixture = new EngineFixture();
        fixture.clock.jump(now);
        int until = polls.size() + most;
        WaitToken[] latest = {null};
        var wait = resume(fixture, progress -> latest[0] = progress.token());
        while (!wait.isDone() && (polls.size() < until || inFlight > 0)) {
          latest[0] = null;
          fixture.timer.runNext();
        }
        if (wait.isDone()) {
          end = describe(wait.join());
        } else {
          long pause = fixture.timer.untilNext().toNanos();
          fixture.timer.advance(Duration.ofNanos((long) (pause * input.random.nextDouble())));
          fixture.engine.close();
          token = latest[0] == null ? wait.join().token() : latest[0];
        }
        now = now.plus(fixture.timer.now());
      }

      /** Some have listeners, which need options of their own; the deadline stays as it is. */
      private CompletableFuture<WaitTermination> resume(
          EngineFixture fixture, WaitListener listener) {
        ResumedWait kept = fixture.kept(token);
        Duration left = options.timeout().minus(Duration.ofNanos(kept.elapsed()));
        if (!left.isNegative() && input.oneIn(2)) {
          kept = kept.with(options.toBuilder().timeout(left).addListener(listener).build());
        }
        return fixture.engine.start(this, 0, kept, source(fixture), Function.identity());
      }

      private PollSource source(EngineFixture fixture) {
        Duration start = now;
        return (job, generation, sink) -> {
          Scripted next = next(start.plus(fixture.timer.now()));
          inFlight++;
          fixture.timer.schedule(
              next.delay,
              () -> {
                inFlight--;
                sink.accept(next.at(fixture.clock.instant()));
              });
          return () -> {};
        };
      }

      void stepByStep(int most) {
        for (int i = 0; i < most && end == null; i++) {
          now = Duration.ofNanos(kept().next().at());
          ResumedWait kept = kept();
          Scripted next = next(now);
          now = now.plus(next.delay);
          Instant wall = EngineFixture.START.plus(now);
          PollStep step = kept.step(wall, next.at(wall));
          if (step instanceof PollStep.Again again) {
            token = again.token();
          } else if (step instanceof PollStep.Done done) {
            end = "SUCCESS " + done.job();
          } else {
            end = describe(((PollStep.Failed) step).reason());
          }
        }
      }

      private ResumedWait kept() {
        return ResumedWait.of(token, EngineFixture.ORIGIN, EngineFixture.START.plus(now));
      }

      private Scripted next(Duration begun) {
        polls.add(begun);
        return script.get(Math.min(polls.size(), script.size()) - 1);
      }
    }

    private static String describe(WaitTermination end) {
      return end.isSuccess() ? "SUCCESS " + end.state().job() : describe(end.exception());
    }

    private static String describe(JobWaitException end) {
      return end + " " + end.polls() + " " + end.elapsed() + " " + end.token();
    }
  }

  // The wall clock is set during a wait, before the process starts anew

  @ParameterizedTest
  @ValueSource(ints = {-2, 0, 2})
  void aTokenHoldsHowLongTheWaitReallyLastedAlthoughTheWallClockWasSet(int hours) {
    EngineFixture fixture = new EngineFixture();
    List<WaitToken> tokens = new ArrayList<>();
    var wait =
        fixture.start(
            fixture.polls(Reply.job("RUNNING")),
            every10s().addListener(progress -> tokens.add(progress.token())));
    fixture.timer.advance(seconds(61));
    fixture.clock.jump(Duration.ofHours(hours));
    fixture.timer.advance(seconds(61));
    fixture.engine.close(fixture);
    WaitToken ofTheEnd = wait.join().token();
    WaitToken ofTheLastPoll = tokens.get(tokens.size() - 1);
    fixture.timer.advance(seconds(5));
    for (WaitToken token : List.of(ofTheEnd, ofTheLastPoll)) {
      ResumedWait kept = fixture.kept(token);
      assertThat(Duration.ofNanos(kept.elapsed())).isEqualTo(seconds(127));
      assertThat(Duration.ofNanos(kept.next().at())).isEqualTo(seconds(130));
    }
  }
}
