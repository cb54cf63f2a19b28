package io.github.cloudjobs.wait;

import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.model.SubJob;
import io.github.cloudjobs.text.SafeText;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The state of a wait after a successful poll. The constructor is for tests of listeners and may
 * change.
 *
 * @param service the service's {@code JobsService.name()}
 * @param job as just reported
 * @param polls the number of polls of this wait, those before a resume included
 * @param elapsed since the wait first began
 * @param nextPollIn until the next poll; zero if this was the last
 * @param tokenSource encodes the {@link #token()}
 */
public record WaitProgress(
    String service,
    JobRef ref,
    Job job,
    int polls,
    Duration elapsed,
    Duration nextPollIn,
    Supplier<WaitToken> tokenSource) {
  private static final int LONGEST_TYPE = 60;
  private static final int LONGEST_STATUS = 30;

  /** Returns a token that resumes the wait from here; each call encodes it. */
  public WaitToken token() {
    return tokenSource.get();
  }

  /** Returns the number of sub-jobs that have ended, successful or not. */
  public int done() {
    return done(job);
  }

  /** Returns the number of sub-jobs; zero if there are none. */
  public int total() {
    return job.subJobsTotal();
  }

  /**
   * Returns the part of the job that is done, from 0 to 1: the part of its sub-jobs that has ended,
   * or else {@link Job#progress()}; null if both are unknown.
   */
  public @Nullable Double fraction() {
    return fraction(job);
  }

  /** One line for a log: {@code createServer RUNNING 3/5 sub-jobs 00:42}. */
  @Override
  public String toString() {
    return text(job) + " " + clock(elapsed);
  }

  /** {@code 00:42}, or {@code 1:00:42} from an hour on. */
  static String clock(Duration time) {
    long seconds = time.toSeconds();
    String minutes = twoDigits(seconds / 60 % 60) + ":" + twoDigits(seconds % 60);
    return seconds < 3600 ? minutes : seconds / 3600 + ":" + minutes;
  }

  private static String twoDigits(long number) {
    return (number < 10 ? "0" : "") + number;
  }

  static int done(Job job) {
    int done = 0;
    for (SubJob subJob : job.subJobs()) {
      done += subJob.status().isFinished() ? 1 : 0;
    }
    return done;
  }

  static @Nullable Double fraction(Job job) {
    int total = job.subJobsTotal();
    return total > 0 ? Double.valueOf((double) done(job) / total) : job.progress();
  }

  /** {@code createServer RUNNING 3/5 sub-jobs}, or {@code imsExportImage RUNNING 40 %}. */
  static String text(Job job) {
    String text = printable(job.jobType(), LONGEST_TYPE, "job") + " " + status(job);
    if (job.subJobsTotal() > 0) {
      return text + " " + done(job) + "/" + job.subJobsTotal() + " sub-jobs";
    }
    Double part = job.progress();
    return part == null ? text : text + " " + Math.round(part * 100) + " %";
  }

  static String status(Job job) {
    return printable(job.statusText(), LONGEST_STATUS, "UNKNOWN");
  }

  private static String printable(@Nullable String text, int longest, String otherwise) {
    String printable = text == null ? "" : SafeText.printable(text, longest);
    return printable.isEmpty() ? otherwise : printable;
  }
}
