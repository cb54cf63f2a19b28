package io.github.cloudjobs.wait;

import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobFailure;
import io.github.cloudjobs.text.SafeText;
import io.github.cloudjobs.text.Throwables;
import org.jspecify.annotations.Nullable;

/** What a console shows of a wait that has ended, on one line that is safe to print. Pure. */
final class ConsoleEnd {
  private static final int LONGEST_REASON = 200;

  private ConsoleEnd() {}

  /** {@code SUCCESS ff80808288d41e1b018990260955686a createServer 5/5 sub-jobs in 01:10}. */
  static String of(WaitResult result) {
    WaitOutcome outcome = result.outcome();
    if (outcome instanceof WaitOutcome.Succeeded succeeded) {
      return line("SUCCESS", result, succeeded.job(), null);
    }
    if (outcome instanceof WaitOutcome.Failed failed) {
      return line("FAIL", result, failed.job(), reason(failed.job()));
    }
    if (outcome instanceof WaitOutcome.TimedOut timedOut) {
      return line("TIMED OUT", result, timedOut.lastJob(), null);
    }
    if (outcome instanceof WaitOutcome.Vanished vanished) {
      return line("VANISHED", result, vanished.lastJob(), null);
    }
    JobsException problem = result.problem();
    Job known = problem instanceof JobWaitException stopped ? stopped.lastJob() : null;
    return line("STOPPED", result, known, problem == null ? null : Throwables.describe(problem));
  }

  private static String line(
      String how, WaitResult result, @Nullable Job job, @Nullable String reason) {
    return how
        + " "
        + ConsoleLine.id(result.ref().jobId())
        + (job == null ? "" : " " + what(how, job))
        + " in "
        + Durations.clock(result.elapsed())
        + (reason == null ? "" : ": " + SafeText.printable(reason, LONGEST_REASON));
  }

  /** The status is left out where it has been said. */
  private static String what(String how, Job job) {
    return JobText.status(job).equals(how)
        ? JobText.type(job) + JobText.extent(job)
        : JobText.of(job);
  }

  /** What failed furthest down; null if the job does not say. */
  private static @Nullable String reason(Job job) {
    String reason = null;
    for (JobFailure failure : job.failures()) {
      String said =
          failure.innermostMessage() == null ? failure.reason() : failure.innermostMessage();
      if (said != null || failure.errorCode() != null) {
        reason = said == null ? failure.errorCode() : said;
      }
    }
    return reason;
  }
}
