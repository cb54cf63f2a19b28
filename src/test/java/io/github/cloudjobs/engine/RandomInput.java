package io.github.cloudjobs.engine;

import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.step.PollResult;
import io.github.cloudjobs.step.PollResults;
import io.github.cloudjobs.wait.PollSchedule;
import io.github.cloudjobs.wait.WaitOptions;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;

/** Jobs, errors, schedules and options at random, all from one seed. */
class RandomInput {
  final Random random;

  RandomInput(int seed) {
    random = new Random(seed);
  }

  boolean oneIn(int n) {
    return random.nextInt(n) == 0;
  }

  /** Less than this many milliseconds. */
  Duration millis(int bound) {
    return Duration.ofMillis(random.nextInt(bound));
  }

  void throwOneIn(int n) {
    if (oneIn(n)) {
      throw ScriptedPolls.<RuntimeException>sneaky(
          random.nextBoolean() ? new IllegalStateException() : new LinkageError());
    }
  }

  WaitOptions.Builder options() {
    WaitOptions.Builder options =
        WaitOptions.builder()
            .errorBudget(millis(60_000))
            .confirmSuccess(1 + random.nextInt(3))
            .schedule(schedule());
    if (oneIn(4)) {
      options.stopOnPendingPayment();
    }
    return oneIn(4) ? options.stopOnSubJobFailure() : options;
  }

  /** One that can be kept in a token. */
  PollSchedule schedule() {
    return switch (random.nextInt(5)) {
      case 0 -> PollSchedule.eager();
      case 1 -> PollSchedule.frugal();
      case 2 -> PollSchedule.fixed(Duration.ofMillis(1 + random.nextInt(5_000)));
      case 3 -> PollSchedule.exponential(Duration.ofMillis(20), 1.3, Duration.ofSeconds(9));
      default -> PollSchedule.balanced();
    };
  }

  /** One of the caller's own, which throws now and then. */
  PollSchedule faultySchedule() {
    return (age, last) -> {
      throwOneIn(100);
      return oneIn(300) ? Duration.ofMillis(-1) : millis(4_000);
    };
  }

  PollResult result(Instant date) {
    Duration retryAfter = oneIn(10) ? Duration.ofSeconds(random.nextInt(90) - 9) : null;
    return oneIn(3)
        ? new PollResult(null, error(), date, retryAfter)
        : new PollResult(job(), null, date, retryAfter);
  }

  private Job job() {
    String status =
        switch (random.nextInt(40)) {
          case 0 -> "SUCCESS";
          case 1 -> random.nextBoolean() ? "FAIL" : "PENDING_PAYMENT";
          case 2 -> "ODD";
          default -> "RUNNING";
        };
    if (oneIn(50)) {
      return Job.fromJson("{\"status\":\"RUNNING\",\"sub_jobs\":[{\"status\":\"FAIL\"}]}");
    }
    return random.nextBoolean()
        ? PollResults.job(status)
        : PollResults.job(status, EngineFixture.START.plusSeconds(random.nextInt(600) - 300));
  }

  private JobsException error() {
    int kind = random.nextInt(60);
    if (kind == 0) {
      return PollResults.http(403);
    } else if (kind == 1) {
      return PollResults.unauthorized();
    } else if (kind < 10) {
      return PollResults.notFound();
    } else if (kind < 22) {
      return PollResults.throttled();
    } else if (kind < 26) {
      return PollResults.malformed();
    } else if (kind < 28) {
      return PollResults.http(302);
    } else if (kind < 34) {
      return PollResults.lost(new UnknownHostException("ecs.example"));
    }
    return PollResults.lost();
  }
}
