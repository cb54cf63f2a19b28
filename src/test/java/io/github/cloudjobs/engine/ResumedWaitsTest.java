package io.github.cloudjobs.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.Answers;
import io.github.cloudjobs.step.PollResult;
import io.github.cloudjobs.step.ResumedWait;
import io.github.cloudjobs.step.WaitPlan;
import io.github.cloudjobs.step.WaitTermination;
import io.github.cloudjobs.wait.JobWaitException;
import io.github.cloudjobs.wait.PollSchedule;
import io.github.cloudjobs.wait.PollStep;
import io.github.cloudjobs.wait.WaitListener;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitToken;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Waits that are cut, kept as tokens and resumed, in virtual time: each polls and ends as the one
 * that nobody cut. Each story is made of its seed alone; a failure names the seed.
 */
class ResumedWaitsTest {
  private static final int EACH = 200;

  @ParameterizedTest
  @ValueSource(ints = {1_000, 2_000, 3_000, 4_000})
  void aWaitThatIsCutAndResumedAnywherePollsAndEndsAsTheUncutOne(int from) {
    for (int seed = from; seed < from + EACH; seed++) {
      try {
        new Story(seed).tell();
      } catch (Throwable t) {
        throw new AssertionError("seed " + seed, t);
      }
    }
  }

  /**
   * What the service does at one poll.
   *
   * @param skew by which its clock is ahead of this machine's; null if it does not tell the time
   */
  private record Reply(
      Job job, JobsException error, Duration retryAfter, Duration skew, Duration delay) {
    PollResult at(Instant now) {
      return new PollResult(job, error, skew == null ? null : now.plus(skew), retryAfter);
    }
  }

  private static final class Story {
    final Random random;
    final List<Reply> script = new ArrayList<>();
    final WaitOptions options;
    final JobRef ref;

    Story(int seed) {
      random = new Random(seed);
      Duration skew = random.nextBoolean() ? null : millis(random.nextInt(20_000) - 10_000);
      for (int i = 0; i < 150; i++) {
        script.add(reply(skew));
      }
      options = options();
      ref = new JobRef("p", "j" + random.nextInt(), submitted());
    }

    private Instant submitted() {
      return switch (random.nextInt(3)) {
        case 0 -> EngineFixture.START.minusMillis(random.nextInt(10_000));
        case 1 -> EngineFixture.START.minusSeconds(random.nextInt(1_000));
        default -> null;
      };
    }

    private WaitOptions options() {
      WaitOptions.Builder options =
          WaitOptions.builder()
              .timeout(millis(random.nextInt(600_000)))
              .errorBudget(millis(random.nextInt(60_000)))
              .confirmSuccess(1 + random.nextInt(3))
              .schedule(schedule());
      return (random.nextInt(4) == 0 ? options.stopOnPendingPayment() : options).build();
    }

    private PollSchedule schedule() {
      return switch (random.nextInt(5)) {
        case 0 -> PollSchedule.eager();
        case 1 -> PollSchedule.frugal();
        case 2 -> PollSchedule.fixed(millis(1 + random.nextInt(9_000)));
        case 3 -> PollSchedule.exponential(millis(20), 1.3, Duration.ofSeconds(9));
        default -> PollSchedule.balanced();
      };
    }

    private Reply reply(Duration skew) {
      Duration delay = random.nextInt(3) == 0 ? millis(random.nextInt(4_000)) : Duration.ZERO;
      Duration retryAfter =
          random.nextInt(10) == 0 ? Duration.ofSeconds(random.nextInt(70) - 9) : null;
      return random.nextInt(3) == 0
          ? new Reply(null, error(), retryAfter, skew, delay)
          : new Reply(job(), null, retryAfter, skew, delay);
    }

    private Job job() {
      String status =
          switch (random.nextInt(50)) {
            case 0, 1 -> "SUCCESS";
            case 2 -> random.nextBoolean() ? "FAIL" : "PENDING_PAYMENT";
            case 3, 4 -> "ODD";
            default -> "RUNNING";
          };
      return random.nextInt(3) == 0
          ? Answers.job(status)
          : Answers.job(status, EngineFixture.START.plusSeconds(random.nextInt(5) * 100 - 300));
    }

    private JobsException error() {
      return switch (random.nextInt(60)) {
        case 0 -> Answers.http(403);
        case 1 -> Answers.unauthorized();
        case 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13 -> Answers.notFound();
        case 14, 15, 16, 17, 18, 19, 20, 21, 22 -> Answers.throttled();
        case 23, 24, 25 -> Answers.malformed();
        default -> Answers.lost();
      };
    }

    private WaitPlan plan() {
      return WaitPlan.of(ref, options, EngineFixture.ORIGIN, EngineFixture.START);
    }

    void tell() {
      Run uncut = new Run();
      uncut.inOnePiece();
      Run cut = new Run();
      while (cut.end == null) {
        if (random.nextBoolean()) {
          cut.inEngine(random.nextInt(4));
        } else {
          cut.stepByStep(random.nextInt(4));
        }
      }
      assertThat(cut.polls).isEqualTo(uncut.polls);
      assertThat(cut.now).isEqualTo(uncut.now);
      assertThat(cut.end).isEqualTo(uncut.end);
    }

    /** One way through the story, perhaps in several pieces. */
    private final class Run {
      final List<Duration> polls = new ArrayList<>();
      WaitToken token = ResumedWait.begin(plan());
      Duration now = Duration.ZERO; // since the beginning
      int inFlight;
      String end;

      void inOnePiece() {
        EngineFixture rig = new EngineFixture();
        CompletableFuture<WaitTermination> wait =
            rig.engine.start(this, 0, plan(), source(rig), Function.identity());
        rig.timer.runUntilIdle();
        end = told(wait.join());
        now = rig.timer.now();
      }

      /** Polls so many times in an engine of its own, which is then closed, or lost. */
      void inEngine(int most) {
        EngineFixture rig = new EngineFixture();
        rig.clock.jump(now);
        int until = polls.size() + most;
        WaitToken[] heard = {null};
        CompletableFuture<WaitTermination> wait =
            resume(rig, progress -> heard[0] = progress.token());
        while (!wait.isDone() && (polls.size() < until || inFlight > 0)) {
          heard[0] = null;
          rig.timer.runNext();
        }
        if (wait.isDone()) {
          end = told(wait.join());
        } else {
          long pause = rig.timer.pending().get(0).minus(rig.timer.now()).toNanos();
          rig.timer.advance(Duration.ofNanos((long) (pause * random.nextDouble())));
          rig.engine.close();
          token = heard[0] == null ? wait.join().token() : heard[0];
        }
        now = now.plus(rig.timer.now());
      }

      /** Some listen: they need options of their own, which here leave the deadline as it is. */
      private CompletableFuture<WaitTermination> resume(EngineFixture rig, WaitListener listener) {
        Instant wall = rig.clock.instant();
        ResumedWait kept = ResumedWait.of(token, EngineFixture.ORIGIN, wall);
        Duration left = options.timeout().minus(Duration.ofNanos(kept.elapsed()));
        if (!left.isNegative() && random.nextBoolean()) {
          WaitOptions listening = options.toBuilder().timeout(left).addListener(listener).build();
          kept = ResumedWait.of(token, EngineFixture.ORIGIN, wall).with(listening);
        }
        return rig.engine.resume(this, 0, kept, source(rig), Function.identity());
      }

      private PollSource source(EngineFixture rig) {
        Duration start = now;
        return (job, mark, sink) -> {
          Reply reply = next(start.plus(rig.timer.now()));
          inFlight++;
          rig.timer.schedule(
              reply.delay,
              () -> {
                inFlight--;
                sink.accept(reply.at(rig.clock.instant()));
              });
          return () -> {};
        };
      }

      void stepByStep(int most) {
        for (int i = 0; i < most && end == null; i++) {
          now =
              Duration.ofNanos(
                  ResumedWait.of(token, EngineFixture.ORIGIN, EngineFixture.START.plus(now))
                      .next()
                      .at());
          ResumedWait kept =
              ResumedWait.of(token, EngineFixture.ORIGIN, EngineFixture.START.plus(now));
          Reply reply = next(now);
          now = now.plus(reply.delay);
          Instant wall = EngineFixture.START.plus(now);
          PollStep step = kept.step(wall, reply.at(wall));
          if (step instanceof PollStep.Again again) {
            token = again.token();
          } else if (step instanceof PollStep.Done done) {
            end = "SUCCESS " + done.job();
          } else {
            end = told(((PollStep.Failed) step).reason());
          }
        }
      }

      private Reply next(Duration begun) {
        polls.add(begun);
        return script.get(Math.min(polls.size(), script.size()) - 1);
      }
    }

    private static String told(WaitTermination end) {
      return end.isSuccess() ? "SUCCESS " + end.state().job() : told(end.exception());
    }

    private static String told(JobsException reason) {
      return reason instanceof JobWaitException ended
          ? ended + " " + ended.polls() + " " + ended.elapsed() + " " + ended.token()
          : reason.toString();
    }

    private static Duration millis(long millis) {
      return Duration.ofMillis(millis);
    }
  }
}
