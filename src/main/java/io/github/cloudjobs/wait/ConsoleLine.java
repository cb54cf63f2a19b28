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
 * @param jobId the job's
 * @param job as last reported; null before the first good answer
 * @param part how far it is, from 0 to 1; null if nothing tells
 * @param elapsed how long the wait had lasted at the last news of it
 * @param trouble what the last poll met; null if it brought the job
 */
record ConsoleLine(
    String jobId,
    @Nullable Job job,
    @Nullable Double part,
    Duration elapsed,
    @Nullable JobsException trouble) {
  /** One less than the usual terminal has: a line that is full may jump to the next. */
  static final int WIDTH = 79;

  private static final int BAR = 20;

  /** The end of an id tells the jobs of a batch apart; its beginning is often a date. */
  private static final int ID_END = 8;

  private static final int LONGEST_ID = 64;
  private static final int LONGEST_ERROR = 200;

  static ConsoleLine of(WaitProgress progress) {
    return new ConsoleLine(
        progress.ref().jobId(), progress.job(), progress.fraction(), progress.elapsed(), null);
  }

  /** What the line before has become by a poll that brought no job. */
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
   * room for what a poll met beside the job, so it stands in its place.
   */
  String live() {
    int full = filled();
    String bar = full < 0 ? ".".repeat(BAR) : "#".repeat(full) + "-".repeat(BAR - full);
    int cut = jobId.length() - ID_END;
    String id = cut > 1 ? "…" + jobId.substring(cut) : jobId;
    String said = trouble == null ? news() : met(trouble);
    return SafeText.printable("[" + bar + "] " + time() + " " + id + " " + said, WIDTH - 1);
  }

  /** {@code 00:42 ff80808288d41e1b018990260955686a createServer RUNNING 3/5 sub-jobs}. */
  String plain() {
    return time() + " " + id(jobId) + " " + news() + (trouble == null ? "" : ": " + met(trouble));
  }

  /** An id as it is printed where there is room for it. */
  static String id(String jobId) {
    return SafeText.printable(jobId, LONGEST_ID);
  }

  private String time() {
    return Durations.clock(elapsed);
  }

  private String news() {
    return job == null ? "no answer yet" : WaitProgress.text(job);
  }

  private static String met(JobsException trouble) {
    return SafeText.printable(Throwables.describe(trouble), LONGEST_ERROR);
  }

  /** How much of a bar is filled; negative if nothing tells. */
  private int filled() {
    return part == null ? -1 : (int) (part * BAR);
  }

  /** Whether there is more to tell than that time has passed, or that the same trouble goes on. */
  boolean isNews(@Nullable ConsoleLine before) {
    return before == null || !gist().equals(before.gist());
  }

  private String gist() {
    String met = trouble == null ? "" : trouble.getClass().getSimpleName();
    String status = job == null ? "" : WaitProgress.status(job) + WaitProgress.done(job);
    return filled() + status + " " + met;
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

  /** The status is left out where it has been said. */
  private static String what(String how, Job job) {
    return WaitProgress.status(job).equals(how)
        ? WaitProgress.type(job) + WaitProgress.extent(job)
        : WaitProgress.text(job);
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
