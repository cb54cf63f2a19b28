package io.github.cloudjobs.step;

import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.wait.JobFailedException;
import io.github.cloudjobs.wait.JobPollException;
import io.github.cloudjobs.wait.JobVanishedException;
import io.github.cloudjobs.wait.JobWaitTimeoutException;
import io.github.cloudjobs.wait.WaitOutcome;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a wait ended, as facts. Exceptions are made of them only where they are thrown, so that their
 * stack traces lead to the caller. Immutable.
 *
 * @param outcome null if the wait could not go on asking; then {@code problem} says why
 * @param problem why, in a few words; empty if there is an outcome
 * @param cause of the problem; null if there is none
 * @param state what the wait had learned
 */
public record WaitEnd(
    JobRef ref,
    @Nullable WaitOutcome outcome,
    String problem,
    @Nullable Throwable cause,
    WaitState state,
    Duration elapsed) {

  static WaitEnd with(WaitPlan plan, WaitState state, long at, WaitOutcome outcome) {
    return new WaitEnd(plan.ref(), outcome, "", null, state, Duration.ofNanos(at));
  }

  /** The wait could not go on asking. */
  public static WaitEnd stopped(
      WaitPlan plan, WaitState state, long at, String problem, @Nullable Throwable cause) {
    return new WaitEnd(plan.ref(), null, problem, cause, state, Duration.ofNanos(at));
  }

  /** Returns how it ended, or throws what is no outcome. */
  public WaitOutcome outcomeOrThrow() {
    if (outcome == null) {
      throw stop();
    }
    return outcome;
  }

  /** Returns the job that succeeded, or throws what kept it from that. */
  public Job jobOrThrow() {
    WaitOutcome how = outcomeOrThrow();
    if (how instanceof WaitOutcome.Succeeded succeeded) {
      return succeeded.job();
    }
    if (how instanceof WaitOutcome.Failed failed) {
      throw new JobFailedException(ref, failed.job(), state.polls(), elapsed);
    }
    if (how instanceof WaitOutcome.Vanished vanished) {
      throw withBorne(new JobVanishedException(ref, vanished.lastJob(), state.polls(), elapsed));
    }
    throw withBorne(new JobWaitTimeoutException(ref, state.job(), state.polls(), elapsed));
  }

  private JobsException stop() {
    if (cause instanceof AuthenticationException refusal) {
      return withBorne(new AuthenticationException(refusal));
    }
    return withBorne(
        new JobPollException(problem, cause, ref, state.job(), state.polls(), elapsed));
  }

  private <T extends Throwable> T withBorne(T thrown) {
    List<JobsException> borne = state.borne();
    borne.stream().filter(error -> error != cause).forEach(thrown::addSuppressed);
    return thrown;
  }
}
