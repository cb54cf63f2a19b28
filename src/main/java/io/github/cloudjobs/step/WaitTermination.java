package io.github.cloudjobs.step;

import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.WaitStep.Decision;
import io.github.cloudjobs.wait.JobFailedException;
import io.github.cloudjobs.wait.JobPollException;
import io.github.cloudjobs.wait.JobVanishedException;
import io.github.cloudjobs.wait.JobWaitException;
import io.github.cloudjobs.wait.JobWaitTimeoutException;
import io.github.cloudjobs.wait.LearnedSchedule;
import io.github.cloudjobs.wait.WaitOutcome;
import io.github.cloudjobs.wait.WaitResult;
import io.github.cloudjobs.wait.WaitToken;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a wait ended. Exceptions are created where they are thrown, so that their stack traces lead
 * to the caller; tokens are encoded on request.
 *
 * @param outcome null if it timed out, or was stopped before it came to an outcome
 * @param problem why it was stopped, or what delayed a wait that timed out; otherwise empty
 * @param next when the next poll would have been made; zero for at once
 */
public record WaitTermination(
    WaitPlan plan,
    @Nullable WaitOutcome outcome,
    boolean isTimeout,
    String problem,
    @Nullable Throwable cause,
    WaitState state,
    long next,
    Duration elapsed)
    implements Decision {

  static WaitTermination with(WaitPlan plan, WaitState state, long at, WaitOutcome outcome) {
    return new WaitTermination(plan, outcome, false, "", null, state, 0, Duration.ofNanos(at));
  }

  /** A wait that has reached its deadline; {@code heldUp} is what delayed it, or empty. */
  public static WaitTermination timedOut(WaitPlan plan, WaitState state, long at, String heldUp) {
    return new WaitTermination(plan, null, true, heldUp, null, state, 0, Duration.ofNanos(at));
  }

  /** A wait that cannot poll any more, or was ended from outside. */
  public static WaitTermination stopped(
      WaitPlan plan, WaitState state, long at, long next, String why, @Nullable Throwable cause) {
    return new WaitTermination(plan, null, false, why, cause, state, next, Duration.ofNanos(at));
  }

  public JobRef ref() {
    return plan.ref();
  }

  public boolean isSuccess() {
    return outcome instanceof WaitOutcome.Succeeded;
  }

  /** Whether it ended without an outcome and without a timeout. */
  public boolean isStopped() {
    return outcome == null && !isTimeout;
  }

  /** Returns the outcome; null if the wait was stopped before it came to one. */
  @Override
  public @Nullable WaitOutcome outcome() {
    return isTimeout
        ? new WaitOutcome.TimedOut(state.job(), elapsed, state.polls(), token())
        : outcome;
  }

  public WaitToken token() {
    return plan.token(state, elapsed.toNanos(), next);
  }

  /** Returns the job that succeeded, or throws how the wait ended instead. */
  public Job jobOrThrow() {
    if (outcome instanceof WaitOutcome.Succeeded succeeded) {
      return succeeded.job();
    }
    throw newException();
  }

  public WaitOutcome outcomeOrThrow() {
    WaitOutcome known = outcome();
    if (known == null) {
      throw newException();
    }
    return known;
  }

  /** Returns the exception of {@link #jobOrThrow}; null if the job succeeded. */
  public @Nullable JobWaitException exception() {
    return isSuccess() ? null : newException();
  }

  public WaitResult result() {
    JobPollException why = isStopped() ? (JobPollException) newException() : null;
    return new WaitResult(plan.origin().service(), ref(), outcome(), why, state.polls(), elapsed);
  }

  /** Adds the duration of a job that ended to a schedule that learns. */
  public void teach() {
    Job job = state.job();
    if (job != null
        && job.status().isFinished()
        && plan.options().schedule() instanceof LearnedSchedule learned) {
      learned.learn(job, Duration.ofNanos(state.age(elapsed.toNanos())));
    }
  }

  private JobWaitException newException() {
    Job job = state.job();
    int polls = state.polls();
    JobWaitException exception;
    if (isTimeout) {
      exception = new JobWaitTimeoutException(ref(), job, polls, elapsed, this::token, problem);
    } else if (outcome instanceof WaitOutcome.Failed failed) {
      exception = new JobFailedException(ref(), failed.job(), polls, elapsed, this::token);
    } else if (outcome == null) {
      exception = new JobPollException(problem, cause, ref(), job, polls, elapsed, this::token);
    } else {
      exception = new JobVanishedException(ref(), job, polls, elapsed, this::token);
    }
    for (JobsException error : state.streak().latest()) {
      if (error != cause) {
        exception.addSuppressed(error);
      }
    }
    return exception;
  }
}
