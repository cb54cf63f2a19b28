package io.github.cloudjobs.step;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.WaitPlan.Origin;
import io.github.cloudjobs.step.WaitStep.Decision;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitOutcome;
import io.github.cloudjobs.wait.WaitToken;
import java.time.Duration;
import java.time.Instant;

/** A wait without clock or thread: responses at given seconds, and the decisions about them. */
final class WaitScenario {
  static final Instant START = Instant.parse("2024-03-05T06:07:08Z");
  static final JobRef REF = new JobRef("p-1", "j-1");

  static final Origin ORIGIN = new Origin("https://ecs.example/", "ECS", "/v1/{job_id}");

  final WaitPlan plan;
  private Decision decision;
  private long at; // of the latest report

  WaitScenario(WaitOptions.Builder options) {
    this(options, REF);
  }

  WaitScenario(WaitOptions.Builder options, JobRef ref) {
    plan = WaitPlan.of(ref, options.build(), ORIGIN, START);
    decision = WaitStep.first(plan);
  }

  WaitScenario job(double second, String status) {
    return job(second, Answers.job(status));
  }

  WaitScenario job(double second, Job job) {
    return report(second, START.plus(duration(second)), job, null, null);
  }

  WaitScenario error(double second, JobsException error) {
    return report(second, START.plus(duration(second)), null, error, null);
  }

  WaitScenario report(
      double second, Instant now, Job job, JobsException error, Duration retryAfter) {
    assertThat(decision).as("decision before %s s", second).isInstanceOf(Decision.PollAt.class);
    at = duration(second).toNanos();
    decision =
        WaitStep.next(
            plan, decision.state(), new PollResult(job, error, null, retryAfter), at, now);
    return this;
  }

  WaitState state() {
    return decision.state();
  }

  /** Whether the next poll is the last. */
  boolean nextIsLast() {
    return next() == plan.deadline() / 1e9;
  }

  /** The token of the wait as it stands; once it has ended, of its end. */
  WaitToken token() {
    return decision instanceof Decision.PollAt poll
        ? plan.token(poll.state(), at, poll.at())
        : end().token();
  }

  /** The age that the job will have so many seconds after the wait began. */
  double ageAt(double second) {
    return state().age().at(duration(second).toNanos()) / 1e9;
  }

  /** When the next poll is made, in seconds since the wait began. */
  double next() {
    assertThat(decision).isInstanceOf(Decision.PollAt.class);
    return ((Decision.PollAt) decision).at() / 1e9;
  }

  /** Whether it goes on. */
  boolean goesOn() {
    return decision instanceof Decision.PollAt;
  }

  WaitTermination end() {
    assertThat(decision).isInstanceOf(Decision.Ended.class);
    return ((Decision.Ended) decision).end();
  }

  WaitOutcome outcome() {
    return end().outcomeOrThrow();
  }

  static Duration duration(double seconds) {
    return Duration.ofNanos(Math.round(seconds * 1e9));
  }
}
