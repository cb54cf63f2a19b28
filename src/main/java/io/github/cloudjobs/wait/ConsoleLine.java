package io.github.cloudjobs.wait;

import static java.util.Objects.requireNonNull;

import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobFailure;
import io.github.cloudjobs.text.SafeText;
import io.github.cloudjobs.text.Throwables;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a console shows of one wait, as texts of one line each that are safe to print.
 *
 * @param jobId the job's id
 * @param job as last reported; null before the first good answer
 * @param part the part that is done, from 0 to 1; null if unknown
 * @param elapsed since the wait began, at its last event
 * @param error the error of the last poll; null if it returned the job
 */
record ConsoleLine(
    String jobId,
    @Nullable Job job,
    @Nullable Double part,
    Duration elapsed,
    @Nullable JobsException error) {
  /** One less than the usual terminal has: a line that is full may jump to the next. */
  static final int WIDTH = 79;

  private static final int BAR = 20;

  /** The end of an id differs within a batch; its beginning is often a date. */
  private static final int ID_END = 8;

  private static final int LONGEST_ID = 64;
  private static final int LONGEST_ERROR = 200;

  static ConsoleLine of(WaitProgress progress) {
    return new ConsoleLine(
        progress.ref().jobId(), progress.job(), progress.fraction(), progress.elapsed(), null);
  }

  /** The line after a failed poll. */
  static ConsoleLine of(@Nullable ConsoleLine before, PollFailure failure) {
    return new ConsoleLine(
        failure.ref().jobId(),
        before == null ? null : before.job(),
        before == null ? null : before.part(),
        failure.elapsed(),
        failure.error());
  }

  /**
   * {@code [############--------] 00:42 …0955686a createServer RUNNING 3/5 sub-jobs}; there is no
   * room for an error beside the job, so it replaces the job.
   */
  String live() {
    int full = filled();
    String bar = full < 0 ? ".".repeat(BAR) : "#".repeat(full) + "-".repeat(BAR - full);
    int cut = jobId.length() - ID_END;
    String id = cut > 1 ? "…" + jobId.substring(cut) : jobId;
    String said = error == null ? news() : text(error);
    return SafeText.printable("[" + bar + "] " + time() + " " + id + " " + said, WIDTH - 1);
  }

  /** {@code 00:42 ff80808288d41e1b018990260955686a createServer RUNNING 3/5 sub-jobs}. */
  String plain() {
    return time() + " " + id(jobId) + " " + news() + (error == null ? "" : ": " + text(error));
  }

  /** An id in full, for lines without a bar. */
  static String id(String jobId) {
    return SafeText.printable(jobId, LONGEST_ID);
  }

  private String time() {
    return Durations.clock(elapsed);
  }

  private String news() {
    return job == null ? "no answer yet" : WaitProgress.text(job);
  }

  private static String text(JobsException error) {
    return SafeText.printable(Throwables.describe(error), LONGEST_ERROR);
  }

  /** The number of filled characters of the bar; negative if unknown. */
  private int filled() {
    return part == null ? -1 : (int) (part * BAR);
  }

  /** Whether more has changed than the time. */
  boolean isNews(@Nullable ConsoleLine before) {
    return before == null || !gist().equals(before.gist());
  }

  private String gist() {
    String kind = error == null ? "" : error.getClass().getSimpleName();
    String status = job == null ? "" : WaitProgress.status(job) + WaitProgress.done(job);
    return filled() + status + " " + kind;
  }

  /** {@code SUCCESS ff80808288d41e1b018990260955686a createServer 5/5 sub-jobs in 01:10}. */
  static String end(WaitResult result) {
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
    JobPollException problem = requireNonNull(result.problem());
    return line("STOPPED", result, problem.lastJob(), Throwables.describe(problem));
  }

  private static String line(
      String how, WaitResult result, @Nullable Job job, @Nullable String reason) {
    return how
        + " "
        + id(result.ref().jobId())
        + (job == null ? "" : " " + what(how, job))
        + " in "
        + Durations.clock(result.elapsed())
        + (reason == null ? "" : ": " + SafeText.printable(reason, LONGEST_ERROR));
  }

  /** Leaves the status out if it equals the first word. */
  private static String what(String how, Job job) {
    return WaitProgress.status(job).equals(how)
        ? WaitProgress.type(job) + WaitProgress.extent(job)
        : WaitProgress.text(job);
  }

  /** The reason of the innermost failure; null if there is none. */
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
