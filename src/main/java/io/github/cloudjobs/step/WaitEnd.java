package io.github.cloudjobs.step;

import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.wait.JobFailedException;
import io.github.cloudjobs.wait.JobPollException;
import io.github.cloudjobs.wait.JobVanishedException;
import io.github.cloudjobs.wait.JobWaitException;
import io.github.cloudjobs.wait.JobWaitTimeoutException;
import io.github.cloudjobs.wait.LearnedSchedule;
import io.github.cloudjobs.wait.PollStep;
import io.github.cloudjobs.wait.WaitOutcome;
import io.github.cloudjobs.wait.WaitResult;
import io.github.cloudjobs.wait.WaitToken;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a wait ended, as facts. Exceptions are made of them only where they are thrown, so that their
 * stack traces lead to the caller. Immutable.
 *
 * @param outcome null if the wait could not go on asking; then {@code problem} says why
 * @param problem why, in a few words; or what held up a wait that timed out; empty otherwise
 * @param cause of the problem; null if there is none
 * @param state what the wait had learned
 * @param next when its next poll was to be made, in nanoseconds since it began; zero for at once
 */
public record WaitEnd(
    WaitPlan plan,
    @Nullable WaitOutcome outcome,
    String problem,
    @Nullable Throwable cause,
    WaitState state,
    long next,
    Duration elapsed) {

  static WaitEnd with(WaitPlan plan, WaitState state, long at, WaitOutcome outcome) {
    return new WaitEnd(plan, outcome, "", null, state, 0, Duration.ofNanos(at));
  }

  /** The time was over. */
  public static WaitEnd timedOut(WaitPlan plan, WaitState state, long at) {
    return timedOut(plan, state, at, "");
  }

  /**
   * The time was over.
   *
   * @param heldUp what held the wait up until then; empty if nothing did
   */
  public static WaitEnd timedOut(WaitPlan plan, WaitState state, long at, String heldUp) {
    Duration elapsed = Duration.ofNanos(at);
    WaitOutcome outcome =
        new WaitOutcome.TimedOut(state.job(), elapsed, state.polls(), plan.token(state, at, 0));
    return new WaitEnd(plan, outcome, heldUp, null, state, 0, elapsed);
  }

  /** The same end of a wait by another plan. */
  WaitEnd by(WaitPlan other) {
    return new WaitEnd(other, outcome, problem, cause, state, next, elapsed);
  }

  /** The wait could not go on asking. */
  public static WaitEnd stopped(
      WaitPlan plan, WaitState state, long at, String problem, @Nullable Throwable cause) {
    return cutShort(plan, state, at, 0, problem, cause);
  }

  /** The wait could have gone on, and was made to end. */
  public static WaitEnd cutShort(
      WaitPlan plan,
      WaitState state,
      long at,
      long next,
      String problem,
      @Nullable Throwable cause) {
    return new WaitEnd(plan, null, problem, cause, state, next, Duration.ofNanos(at));
  }

  /** Returns how it ended, or throws what is no outcome. */
  public WaitOutcome outcomeOrThrow() {
    if (outcome == null) {
      throw stop();
    }
    return outcome;
  }

  /** Returns how it ended, with what is no outcome as a value too. */
  public WaitResult result() {
    JobPollException why = outcome == null ? stop() : null;
    return new WaitResult(
        plan.origin().service(), plan.ref(), outcome, why, state.polls(), elapsed);
  }

  /** Whether the job succeeded. */
  public boolean isSuccess() {
    return outcome instanceof WaitOutcome.Succeeded;
  }

  /** Returns how it ended as the end of a wait that was kept between its polls. */
  PollStep step() {
    JobWaitException reason = exception();
    return reason == null ? new PollStep.Done(jobOrThrow()) : new PollStep.Failed(reason);
  }

  /** Lets a schedule learn how long the job took, if it ended. */
  public void teach(LearnedSchedule schedule) {
    Job job = state.job();
    if (job != null && job.status().isFinished()) {
      Duration age = Duration.ofNanos(state.age().at(elapsed.toNanos()));
      schedule.learn(job, age);
    }
  }

  /** The job that is asked about. */
  public JobRef ref() {
    return plan.ref();
  }

  /** With what a later wait can go on where this one left off. */
  public WaitToken token() {
    return plan.token(state, elapsed.toNanos(), next);
  }

  /** Returns the job that succeeded, or throws what kept it from that. */
  public Job jobOrThrow() {
    WaitOutcome how = outcomeOrThrow();
    if (how instanceof WaitOutcome.Succeeded succeeded) {
      return succeeded.job();
    }
    throw exception(how);
  }

  /** Returns what {@link #jobOrThrow} throws; null if the job succeeded. */
  public @Nullable JobWaitException exception() {
    if (outcome == null) {
      return stop();
    }
    return outcome instanceof WaitOutcome.Succeeded ? null : exception(outcome);
  }

  private JobWaitException exception(WaitOutcome how) {
    int polls = state.polls();
    if (how instanceof WaitOutcome.Failed failed) {
      return new JobFailedException(ref(), failed.job(), polls, elapsed, token());
    }
    if (how instanceof WaitOutcome.Vanished vanished) {
      return withBorne(
          new JobVanishedException(ref(), vanished.lastJob(), polls, elapsed, token()));
    }
    return withBorne(
        new JobWaitTimeoutException(ref(), state.job(), polls, elapsed, token(), problem));
  }

  private JobPollException stop() {
    return withBorne(
        new JobPollException(problem, cause, ref(), state.job(), state.polls(), elapsed, token()));
  }

  private <T extends Throwable> T withBorne(T thrown) {
    List<JobsException> borne = state.borne();
    borne.stream().filter(error -> error != cause).forEach(thrown::addSuppressed);
    return thrown;
  }
}
