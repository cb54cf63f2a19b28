package io.github.cloudjobs.step;

import io.github.cloudjobs.error.JobNotFoundException;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.error.MalformedJobException;
import io.github.cloudjobs.error.ThrottledException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobStatus;
import io.github.cloudjobs.model.SubJob;
import io.github.cloudjobs.step.WaitState.ErrorStreak;
import io.github.cloudjobs.text.Throwables;
import io.github.cloudjobs.wait.PollSchedule;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitOutcome;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** Decides after each poll when to poll next, or how the wait ended. Times are nanoseconds. */
public final class WaitStep {
  private static final long FRESH = 10 * Nanos.SECOND;
  private static final long FIRST_POLL_OF_A_FRESH_JOB = 2 * Nanos.SECOND;

  /** A job vanished if it was unknown for this long: a new one may not be known yet. */
  private static final long VANISHED_AFTER = 30 * Nanos.SECOND;

  private static final long SHORTEST_PAUSE = Nanos.SECOND / 100;
  private static final long PAUSE_BETWEEN_CONFIRMATIONS = Nanos.SECOND;
  private static final long LONGEST_RETRY_AFTER = 300 * Nanos.SECOND;

  /** Fewer failed polls in a row than this do not end a wait, however long they took. */
  private static final int TOLERATED_ERRORS = 5;

  private static final int UNKNOWN_HOST_POLLS = 3;

  /** The JVM repeats a failed lookup from its cache for 10 s. */
  private static final long UNKNOWN_HOST_TOLERATED = 11 * Nanos.SECOND;

  private final WaitPlan plan;
  private final PollResult result;
  private final long at;
  private final boolean isLast; // made at the deadline, or under way then

  private WaitStep(WaitPlan plan, PollResult result, long at, boolean isLast) {
    this.plan = plan;
    this.result = result;
    this.at = at;
    this.isLast = isLast;
  }

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

  /** Polls at a time, or at the deadline if that is not later by the shortest pause. */
  static PollAt pollAt(WaitPlan plan, WaitState state, long time, boolean throttled) {
    boolean last = time >= plan.deadline() - SHORTEST_PAUSE;
    return new PollAt(state, last ? plan.deadline() : time, throttled);
  }

  public static Decision next(WaitPlan plan, WaitState before, PollResult result, long at) {
    return new WaitStep(plan, result, at, at >= plan.deadline()).after(before);
  }

  /** Decides how a wait ends if no poll can follow; if it timed out, by what it was held up. */
  public static WaitTermination last(
      WaitPlan plan, WaitState before, PollResult result, long at, long elapsed, String heldUp) {
    WaitTermination end = (WaitTermination) new WaitStep(plan, result, at, true).after(before);
    return end.isTimeout() ? WaitTermination.timedOut(plan, end.state(), elapsed, heldUp) : end;
  }

  private Decision after(WaitState before) {
    JobsException error = result.error();
    return error == null ? afterJob(before, result.jobOrThrow()) : afterError(before, error);
  }

  private Decision afterJob(WaitState before, Job job) {
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
    return options.stopsOnSubJobFailure() && hasFailed(job.subJobs())
        ? ended(state, new WaitOutcome.Failed(job))
        : again(state, 0, false);
  }

  private static boolean hasFailed(List<SubJob> subJobs) {
    for (SubJob each : subJobs) {
      if (each.status() == JobStatus.FAIL || hasFailed(each.subJobs())) {
        return true;
      }
    }
    return false;
  }

  private Decision afterError(WaitState before, JobsException error) {
    WaitState state = before.afterError(error, at);
    ErrorStreak streak = state.streak();
    if (error instanceof JobNotFoundException) {
      return afterMissing(state);
    }
    if (error instanceof ThrottledException) {
      return again(state, streak.throttles(), true);
    }
    boolean first = state.job() == null;
    boolean noHost =
        streak.unknownHosts() >= UNKNOWN_HOST_POLLS
            && at - streak.unknownHostSince() > UNKNOWN_HOST_TOLERATED;
    if (isFatal(error, first) || (first && noHost)) {
      return stopped(state, "polling cannot go on", error);
    }
    boolean budgetSpent =
        at - state.lastGood() >= Nanos.of(plan.options().errorBudget())
            && streak.errors() >= TOLERATED_ERRORS;
    return budgetSpent && !isLast
        ? stopped(state, streak.errors() + " polls in a row failed", error)
        : again(state, streak.errors(), false);
  }

  /**
   * Whether later polls would fail too. Before the first job, a wrong certificate or a redirect
   * means a wrong endpoint, and not an outage or a sign-in page of the network.
   */
  private static boolean isFatal(JobsException error, boolean first) {
    if (error instanceof JobsServiceException response) {
      return !isTolerated(response, first);
    }
    if (error instanceof JobsTransportException) {
      return first
          && (isCausedBy(error, SSLPeerUnverifiedException.class)
              || isCausedBy(error, CertificateException.class));
    }
    return !(error instanceof MalformedJobException);
  }

  /** A 404 here is from a proxy; a response with a status below 300 has an error in its body. */
  private static boolean isTolerated(JobsServiceException response, boolean first) {
    int status = response.statusCode();
    String code = response.errorCode();
    return switch (status) {
      case 404 -> !"APIGW.0101".equals(code) && !"APIG.0101".equals(code); // a wrong endpoint
      case 408, 409, 425 -> true;
      default -> status >= 500 || status < 300 || (status < 400 && !first);
    };
  }

  static boolean isCausedBy(JobsException error, Class<?> type) {
    for (Throwable each : Throwables.chain(error)) {
      if (type.isInstance(each)) {
        return true;
      }
    }
    return false;
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
      long pause = Math.max(scheduledPause(state), shortestPause(errors));
      return pollAt(plan, state, at + pause, throttled);
    } catch (Throwable failure) { // the schedule is the caller's code
      return stopped(state, "the poll schedule failed", failure);
    }
  }

  private long scheduledPause(WaitState state) {
    PollSchedule schedule = plan.options().schedule();
    long age = state.age(at);
    @Nullable Duration delay = schedule.nextDelay(Duration.ofNanos(age), state.job());
    double jitter = schedule.jitter();
    if (delay == null || delay.isNegative() || !(jitter >= 0 && jitter < 1)) {
      String returned = delay + " with jitter " + jitter;
      throw new IllegalStateException(
          "a schedule must return zero or more, and a jitter from 0 to below 1: " + returned);
    }
    double jittered = Nanos.of(delay) * (1 + jitter * spread(plan.ref().jobId(), age));
    return Math.min(
        (long) jittered, state.successes() > 0 ? PAUSE_BETWEEN_CONFIRMATIONS : Nanos.ENDLESS);
  }

  /** A number from -1 to 1 that looks random, and is the same for the same job at the same age. */
  private static double spread(String jobId, long age) {
    long hash = jobId.hashCode() * 0x9E3779B97F4A7C15L + age / 1_000_000;
    hash = (hash ^ (hash >>> 30)) * 0xBF58476D1CE4E5B9L; // SplitMix64's finisher
    hash = (hash ^ (hash >>> 27)) * 0x94D049BB133111EBL;
    hash ^= hash >>> 31;
    return (hash >> 11) * 0x1p-52;
  }

  /** The pause that the service requested, and at least 2 s, 4 s, 8 s ... after errors in a row. */
  private long shortestPause(int errors) {
    Duration asked = result.retryAfter();
    long requested = asked == null ? 0 : Math.min(Nanos.of(asked), LONGEST_RETRY_AFTER);
    long backoff = errors == 0 ? 0 : Math.min(1L << Math.min(errors, 5), 30) * Nanos.SECOND;
    return Math.max(SHORTEST_PAUSE, Math.max(requested, backoff));
  }

  private Decision ended(WaitState state, WaitOutcome outcome) {
    return WaitTermination.with(plan, state, at, outcome);
  }

  private Decision stopped(WaitState state, String problem, @Nullable Throwable cause) {
    return WaitTermination.stopped(plan, state, at, 0, problem, cause);
  }
}
