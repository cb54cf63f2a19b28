package io.github.cloudjobs.step;

import static java.util.Objects.requireNonNull;

import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobStatus;
import io.github.cloudjobs.model.SubJob;
import io.github.cloudjobs.step.Decision.Ended;
import io.github.cloudjobs.step.Decision.PollAt;
import io.github.cloudjobs.wait.PollSchedule;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitOutcome;
import io.github.cloudjobs.wait.WaitOutcome.TimedOut;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Decides, after each answer, when to poll next or how the wait ended. Pure. */
public final class WaitStep {
  /**
   * A job vanished if the service did not know it for this long: a new one may not be known yet.
   */
  private static final long VANISHED_AFTER = Nanos.of(Duration.ofSeconds(30));

  /** However long they took, fewer errors in a row than this do not end a wait. */
  private static final int ERRORS_IN_A_ROW = 5;

  /** An unknown host ends a wait after so many polls in a row found no address for it, ... */
  private static final int UNKNOWN_HOST_POLLS = 3;

  /** ... over more than this: the JVM repeats a failed lookup from its cache for 10 s. */
  private static final long UNKNOWN_HOST_BORNE = Nanos.of(Duration.ofSeconds(11));

  private WaitStep() {}

  /** Decides when to poll first. */
  public static PollAt first(WaitPlan plan) {
    return at(plan, WaitState.begin(plan), plan.firstPoll(), false);
  }

  /**
   * Decides when a wait polls first that goes on where another left off.
   *
   * @param at when its next poll was to be made
   */
  static PollAt again(WaitPlan plan, WaitState state, long at) {
    return at(plan, state, at, false);
  }

  /** Decides what follows from an answer. */
  public static Decision next(WaitPlan plan, WaitState before, PollReport report) {
    Job job = report.job();
    JobsException error = report.error();
    return job != null
        ? afterJob(plan, before, report, job)
        : afterError(plan, before, report, requireNonNull(error));
  }

  /**
   * Decides how a wait ends after whose answer no poll can follow. Calls no user code.
   *
   * @param now how long the wait has lasted
   * @param heldUp what held it up, if it times out
   */
  public static WaitEnd last(
      WaitPlan plan, WaitState before, PollReport report, long now, String heldUp) {
    Decision decision = next(plan.with(PollSchedule.fixed(Duration.ofSeconds(1))), before, report);
    return decision instanceof Ended ended && !(ended.end().outcome() instanceof TimedOut)
        ? ended.end().by(plan)
        : WaitEnd.timedOut(plan, decision.state(), now, heldUp);
  }

  private static Decision afterJob(WaitPlan plan, WaitState before, PollReport report, Job job) {
    WaitOptions options = plan.options();
    WaitState state =
        before.answered(
            job, before.age().seen(job, plan.ref(), report.now(), report.at()), report.at());
    if (job.status() == JobStatus.FAIL) {
      return ended(plan, state, report, new WaitOutcome.Failed(job));
    }
    if (state.successes() >= options.confirmSuccess()) {
      return ended(plan, state, report, new WaitOutcome.Succeeded(job));
    }
    if (job.status() == JobStatus.PENDING_PAYMENT && options.stopsOnPendingPayment()) {
      return stopped(plan, state, report, "it waits for an order to be paid", null);
    }
    if (options.stopsOnSubJobFailure() && job.subJobs().stream().anyMatch(WaitStep::hasFailed)) {
      return ended(plan, state, report, new WaitOutcome.Failed(job));
    }
    return again(plan, state, report, 0, false);
  }

  /** Whether a sub-job says FAIL, or one of its own does. */
  private static boolean hasFailed(SubJob subJob) {
    return subJob.status() == JobStatus.FAIL
        || subJob.subJobs().stream().anyMatch(WaitStep::hasFailed);
  }

  private static Decision afterError(
      WaitPlan plan, WaitState before, PollReport report, JobsException error) {
    WaitState met = before.met(error);
    return switch (ErrorVerdict.of(error, before.job() == null)) {
      case MISSING -> afterMissing(plan, met, report);
      case THROTTLED -> {
        WaitState state = met.throttled();
        long backoff = PollDelay.backoff(state.setbacks().throttles());
        yield again(plan, state, report, backoff, true);
      }
      case BEAR -> {
        WaitState state = met.lost();
        boolean spent =
            !isOver(plan, report)
                && report.at() - state.lastGood() >= Nanos.of(plan.options().errorBudget())
                && state.errors() >= ERRORS_IN_A_ROW;
        yield spent
            ? stopped(plan, state, report, state.errors() + " answers in a row were lost", error)
            : again(plan, state, report, PollDelay.backoff(state.errors()), false);
      }
      case UNKNOWN_HOST -> {
        WaitState state = before.unknownHost(error, report.at());
        Setbacks setbacks = state.setbacks();
        boolean unknown =
            setbacks.unknownHosts() >= UNKNOWN_HOST_POLLS
                && report.at() - setbacks.unknownHostSince() > UNKNOWN_HOST_BORNE;
        yield unknown
            ? stopped(plan, state, report, "polling cannot go on", error)
            : again(plan, state, report, PollDelay.backoff(state.errors()), false);
      }
      case FATAL -> stopped(plan, met, report, "polling cannot go on", error);
    };
  }

  private static Decision afterMissing(WaitPlan plan, WaitState met, PollReport report) {
    Job known = met.job();
    if (known != null && met.successes() > 0) {
      // It said SUCCESS and is being confirmed: ended jobs are deleted.
      return ended(plan, met, report, new WaitOutcome.Succeeded(known));
    }
    long since = met.setbacks().missingSince();
    if (since < 0) {
      return again(plan, met.missing(report.at()), report, 0, false);
    }
    return report.at() - since >= VANISHED_AFTER
        ? ended(plan, met, report, new WaitOutcome.Vanished(known))
        : again(plan, met, report, 0, false);
  }

  /** Polls again, no sooner than {@code floor} from now, unless the time is over. */
  private static Decision again(
      WaitPlan plan, WaitState state, PollReport report, long floor, boolean throttled) {
    if (isOver(plan, report)) {
      return new Ended(state, WaitEnd.timedOut(plan, state, report.at()));
    }
    long delay;
    try {
      delay = PollDelay.after(plan, state, report, floor);
    } catch (Throwable failure) { // it is the caller's code: whatever it throws ends the wait
      return stopped(plan, state, report, "the poll schedule failed", failure);
    }
    return at(plan, state, report.at() + delay, throttled);
  }

  /** Whether that was the last poll: made at the deadline, or under way then. */
  private static boolean isOver(WaitPlan plan, PollReport report) {
    return report.at() >= plan.deadline();
  }

  private static PollAt at(WaitPlan plan, WaitState state, long time, boolean throttled) {
    boolean last = time >= plan.deadline() - PollDelay.SHORTEST;
    return new PollAt(state, last ? plan.deadline() : time, throttled);
  }

  private static Ended ended(
      WaitPlan plan, WaitState state, PollReport report, WaitOutcome outcome) {
    return new Ended(state, WaitEnd.with(plan, state, report.at(), outcome));
  }

  private static Ended stopped(
      WaitPlan plan,
      WaitState state,
      PollReport report,
      String problem,
      @Nullable Throwable cause) {
    return new Ended(state, WaitEnd.stopped(plan, state, report.at(), problem, cause));
  }
}
