package io.github.cloudjobs.step;

import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobStatus;
import io.github.cloudjobs.model.SubJob;
import io.github.cloudjobs.step.WaitState.ErrorStreak;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitOutcome;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Decides after each poll when to poll next, or how the wait ended. Times are nanoseconds. */
public final class WaitStep {
  private static final long FRESH = Nanos.of(Duration.ofSeconds(10));
  private static final long FIRST_POLL_OF_A_FRESH_JOB = Nanos.of(Duration.ofSeconds(2));

  /** A job vanished if it was unknown for this long: a new one may not be known yet. */
  private static final long VANISHED_AFTER = Nanos.of(Duration.ofSeconds(30));

  /** Fewer failed polls in a row than this do not end a wait, however long they took. */
  private static final int TOLERATED_ERRORS = 5;

  private static final int UNKNOWN_HOST_POLLS = 3;

  /** The JVM repeats a failed lookup from its cache for 10 s. */
  private static final long UNKNOWN_HOST_TOLERATED = Nanos.of(Duration.ofSeconds(11));

  private WaitStep() {}

  /** What follows from a poll: another one, or the end of the wait. */
  public sealed interface Decision permits PollAt, WaitTermination {
    WaitState state();
  }

  /**
   * Poll again.
   *
   * @param at nanoseconds since the wait began; the deadline for the last poll
   * @param throttled whether the last poll was throttled, so this one goes ahead of others
   */
  public record PollAt(WaitState state, long at, boolean throttled) implements Decision {}

  /** Decides when to poll first: at once, but a fresh job later. */
  static PollAt first(WaitPlan plan) {
    boolean fresh = plan.ref().submittedAt() != null && plan.firstAge() < FRESH;
    return pollAt(plan, WaitState.begin(plan), fresh ? FIRST_POLL_OF_A_FRESH_JOB : 0, false);
  }

  public static Decision next(WaitPlan plan, WaitState before, PollResult result, long at) {
    return new Poll(plan, result, at, at >= plan.deadline()).after(before);
  }

  /** Decides how a wait ends if no poll can follow; if it timed out, by what it was held up. */
  public static WaitTermination last(
      WaitPlan plan, WaitState before, PollResult result, long at, long elapsed, String heldUp) {
    WaitTermination end = (WaitTermination) new Poll(plan, result, at, true).after(before);
    return end.outcome() instanceof WaitOutcome.TimedOut
        ? WaitTermination.timedOut(plan, end.state(), elapsed, heldUp)
        : end;
  }

  /** Polls at a time, or at the deadline if that is not later by the shortest pause. */
  static PollAt pollAt(WaitPlan plan, WaitState state, long time, boolean throttled) {
    boolean last = time >= plan.deadline() - PollDelay.SHORTEST;
    return new PollAt(state, last ? plan.deadline() : time, throttled);
  }

  /** The decision about one poll, which may be the last: made at the deadline, or under way. */
  private record Poll(WaitPlan plan, PollResult result, long at, boolean isLast) {
    Decision after(WaitState before) {
      JobsException error = result.error();
      return error == null ? afterJob(before, result.jobOrThrow()) : afterError(before, error);
    }

    Decision afterJob(WaitState before, Job job) {
      WaitOptions options = plan.options();
      Instant date = result.date();
      long now = date == null ? plan.began() + at : Nanos.of(date);
      WaitState state = before.afterJob(job, plan.ref(), now, at);
      if (job.status() == JobStatus.FAIL) {
        return ended(state, new WaitOutcome.Failed(job));
      }
      if (state.successes() >= options.confirmSuccess()) {
        return ended(state, new WaitOutcome.Succeeded(job));
      }
      if (job.status() == JobStatus.PENDING_PAYMENT && options.stopsOnPendingPayment()) {
        return stopped(state, "it waits for an order to be paid", null);
      }
      if (options.stopsOnSubJobFailure() && job.subJobs().stream().anyMatch(Poll::hasFailed)) {
        return ended(state, new WaitOutcome.Failed(job));
      }
      return again(state, 0, false);
    }

    private static boolean hasFailed(SubJob subJob) {
      return subJob.status() == JobStatus.FAIL
          || subJob.subJobs().stream().anyMatch(Poll::hasFailed);
    }

    Decision afterError(WaitState before, JobsException error) {
      ErrorVerdict verdict = ErrorVerdict.of(error, before.job() == null);
      WaitState state = before.afterError(error, verdict, at);
      return switch (verdict) {
        case MISSING -> afterMissing(state);
        case THROTTLED -> again(state, state.throttles(), true);
        case TOLERATED ->
            isBudgetSpent(state)
                ? stopped(state, state.errors() + " polls in a row failed", error)
                : again(state, state.errors(), false);
        case UNKNOWN_HOST ->
            isUnknown(state.streak())
                ? stopped(state, "polling cannot go on", error)
                : again(state, state.errors(), false);
        case FATAL -> stopped(state, "polling cannot go on", error);
      };
    }

    private boolean isBudgetSpent(WaitState state) {
      return !isLast
          && at - state.lastGood() >= Nanos.of(plan.options().errorBudget())
          && state.errors() >= TOLERATED_ERRORS;
    }

    private boolean isUnknown(ErrorStreak streak) {
      return streak.unknownHosts() >= UNKNOWN_HOST_POLLS
          && at - streak.unknownHostSince() > UNKNOWN_HOST_TOLERATED;
    }

    private Decision afterMissing(WaitState state) {
      Job known = state.job();
      if (known != null && state.successes() > 0) { // being confirmed: ended jobs are deleted
        return ended(state, new WaitOutcome.Succeeded(known));
      }
      return at - state.streak().missingSince() >= VANISHED_AFTER
          ? ended(state, new WaitOutcome.Vanished(known))
          : again(state, 0, false);
    }

    /** Polls again, unless this was the last poll; {@code errors} are those in a row. */
    private Decision again(WaitState state, int errors, boolean throttled) {
      if (isLast) {
        return WaitTermination.timedOut(plan, state, at, "");
      }
      try {
        long delay = PollDelay.after(plan, state, at, result.retryAfter(), errors);
        return pollAt(plan, state, at + delay, throttled);
      } catch (Throwable failure) { // the schedule is the caller's code
        return stopped(state, "the poll schedule failed", failure);
      }
    }

    private WaitTermination ended(WaitState state, WaitOutcome outcome) {
      return WaitTermination.with(plan, state, at, outcome);
    }

    private WaitTermination stopped(WaitState state, String problem, @Nullable Throwable cause) {
      return WaitTermination.stopped(plan, state, at, 0, problem, cause);
    }
  }
}
