package io.github.cloudjobs.wait;

import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobFailure;
import io.github.cloudjobs.text.SafeText;
import io.github.cloudjobs.text.Throwables;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The line of a wait on a console; its texts are safe to print.
 *
 * @param job as last reported; null before the first good response
 * @param elapsed since the wait began, at its last event
 * @param end how the wait ended; null while it goes on
 * @param error of the last poll, or that ended the wait; null if there is none
 */
record ConsoleLine(
    String jobId,
    @Nullable Job job,
    Duration elapsed,
    @Nullable String end,
    @Nullable JobsException error) {
  private static final String SUCCESS = "SUCCESS";
  private static final String FAIL = "FAIL";
  private static final int BAR = 20;
  private static final int WIDTH = 55; // beside the bar; after 80 columns the cursor may jump
  private static final int ID_END = 8; // differs within a batch; the beginning is often a date
  private static final int LONGEST_ID = 64;
  private static final int LONGEST_ERROR = 200;
  private static final int LONGEST_REASON = 1_000; // of an end, which is printed once

  static ConsoleLine of(WaitResult result) {
    WaitOutcome outcome = result.outcome();
    if (outcome instanceof WaitOutcome.Succeeded succeeded) {
      return of(result, SUCCESS, succeeded.job());
    } else if (outcome instanceof WaitOutcome.Failed failed) {
      return of(result, FAIL, failed.job());
    } else if (outcome instanceof WaitOutcome.TimedOut timedOut) {
      return of(result, "TIMED OUT", timedOut.lastJob());
    } else if (outcome instanceof WaitOutcome.Vanished vanished) {
      return of(result, "VANISHED", vanished.lastJob());
    }
    JobPollException problem = result.problem();
    return of(result, "STOPPED", problem == null ? null : problem.lastJob());
  }

  private static ConsoleLine of(WaitResult result, String end, @Nullable Job job) {
    return new ConsoleLine(result.ref().jobId(), job, result.elapsed(), end, result.problem());
  }

  /**
   * {@code [############--------] 00:42 …0955686a createServer RUNNING 3/5 sub-jobs}. There is no
   * room for an error beside the job, so it replaces the job; the reason of an end has its own
   * line.
   */
  String live(boolean coloured) {
    int cut = jobId.length() - ID_END;
    String id = cut > 1 ? "…" + jobId.substring(cut) : jobId;
    String problem = problem();
    String state = end == null && !problem.isEmpty() ? problem : state();
    String text = SafeText.printable(Durations.clock(elapsed) + " " + id + " " + state, WIDTH);
    String reason = end == null || problem.isEmpty() ? "" : "\n    " + problem;
    return "["
        + (coloured ? "\u001b[" + colour() + "m" + bar() + "\u001b[m" : bar())
        + "] "
        + text
        + reason;
  }

  /** {@code 00:42 ff80808288d41e1b018990260955686a createServer RUNNING 3/5 sub-jobs}. */
  String plain() {
    String id = SafeText.printable(jobId, LONGEST_ID);
    String problem = problem();
    return Durations.clock(elapsed)
        + " "
        + id
        + " "
        + state()
        + (problem.isEmpty() ? "" : ": " + problem);
  }

  private String state() {
    if (job == null) {
      return end == null ? "no response yet" : end;
    }
    boolean same = end == null || end.equals(WaitProgress.status(job));
    return (same ? "" : end + " ") + WaitProgress.text(job);
  }

  private String bar() {
    if (SUCCESS.equals(end) || FAIL.equals(end)) {
      return (SUCCESS.equals(end) ? "#" : "x").repeat(BAR);
    }
    int filled = filled();
    return filled < 0 ? ".".repeat(BAR) : "#".repeat(filled) + "-".repeat(BAR - filled);
  }

  /** The number of filled characters of the bar; negative if unknown. */
  private int filled() {
    Double part = job == null ? null : WaitProgress.fraction(job);
    return part == null ? -1 : (int) (part * BAR);
  }

  /** The number of a colour: green, red, cyan while all is well, otherwise yellow. */
  private int colour() {
    if (SUCCESS.equals(end)) {
      return 32;
    }
    return FAIL.equals(end) ? 31 : end == null && error == null ? 36 : 33;
  }

  /** All but the time and the details of an error: a change of it is printed. */
  String summary() {
    String kind = error == null ? "" : error.getClass().getSimpleName();
    String status = job == null ? "" : WaitProgress.status(job) + WaitProgress.done(job);
    return filled() + status + " " + kind;
  }

  /** The error, or the innermost reason of a failed job; empty if there is none. */
  private String problem() {
    String problem = error == null ? null : Throwables.describe(error);
    if (job != null && FAIL.equals(end)) {
      for (JobFailure failure : job.failures()) {
        String message = failure.innermostMessage();
        message = message == null ? failure.reason() : message;
        message = message == null ? failure.errorCode() : message;
        problem = message == null ? problem : message;
      }
    }
    return problem == null
        ? ""
        : SafeText.printable(problem, end == null ? LONGEST_ERROR : LONGEST_REASON);
  }
}
