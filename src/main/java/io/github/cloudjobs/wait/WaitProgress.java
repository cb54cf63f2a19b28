package io.github.cloudjobs.wait;

import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.model.SubJob;
import io.github.cloudjobs.text.SafeText;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The state of a wait after a successful poll. Immutable. Created by the library; the constructor
 * is for tests of listeners and may change.
 */
public final class WaitProgress {
  private static final int LONGEST_TYPE = 60;
  private static final int LONGEST_STATUS = 30;

  private final String service;
  private final JobRef ref;
  private final Job job;
  private final int polls;
  private final Duration elapsed;
  private final Duration nextPollIn;
  private final Supplier<WaitToken> token;

  public WaitProgress(
      String service,
      JobRef ref,
      Job job,
      int polls,
      Duration elapsed,
      Duration nextPollIn,
      Supplier<WaitToken> token) {
    this.service = service;
    this.ref = ref;
    this.job = job;
    this.polls = polls;
    this.elapsed = elapsed;
    this.nextPollIn = nextPollIn;
    this.token = token;
  }

  /** Returns the service's {@code JobsService.name()}. */
  public String service() {
    return service;
  }

  /** Returns the job that is waited for. */
  public JobRef ref() {
    return ref;
  }

  /** Returns the job as just reported. */
  public Job job() {
    return job;
  }

  /** Returns the number of polls of this wait, those before a resume included. */
  public int polls() {
    return polls;
  }

  /** Returns the time since the wait first began. */
  public Duration elapsed() {
    return elapsed;
  }

  /** Returns the time until the next poll; zero if this was the last. */
  public Duration nextPollIn() {
    return nextPollIn;
  }

  /**
   * Returns a token that resumes the wait from here, in another process too. Each call encodes it,
   * in a few microseconds.
   */
  public WaitToken token() {
    return token.get();
  }

  /** Returns the number of sub-jobs that have ended, successful or not. */
  public int done() {
    return done(job);
  }

  /** Returns the number of sub-jobs as reported; zero if there are none. */
  public int total() {
    return job.subJobsTotal();
  }

  /**
   * Returns the part of the job that is done, from 0 to 1: the part of its sub-jobs that has ended,
   * or else {@link Job#progress()}; null if both are unknown.
   */
  public @Nullable Double fraction() {
    return total() > 0 ? Double.valueOf((double) done() / total()) : job.progress();
  }

  /**
   * One line for a log: {@code createServer RUNNING 3/5 sub-jobs 00:42}, or {@code imsExportImage
   * RUNNING 40 % 00:42}.
   */
  @Override
  public String toString() {
    return text(job) + " " + Durations.clock(elapsed);
  }

  /** {@code createServer RUNNING 3/5 sub-jobs}, or {@code imsExportImage RUNNING 40 %}. */
  static String text(Job job) {
    return type(job) + " " + status(job) + extent(job);
  }

  static String type(Job job) {
    String said = job.jobType() == null ? "" : SafeText.printable(job.jobType(), LONGEST_TYPE);
    return said.isEmpty() ? "job" : said;
  }

  static String status(Job job) {
    String text = job.statusText();
    String said = text == null ? "" : SafeText.printable(text, LONGEST_STATUS);
    return said.isEmpty() ? "UNKNOWN" : said;
  }

  /** The part that is done, after a blank; empty if unknown. */
  static String extent(Job job) {
    Double part = job.progress();
    if (job.subJobsTotal() > 0) {
      return " " + done(job) + "/" + job.subJobsTotal() + " sub-jobs";
    }
    return part == null ? "" : " " + Math.round(part * 100) + " %";
  }

  /** The number of its sub-jobs that have ended. */
  static int done(Job job) {
    int done = 0;
    for (SubJob subJob : job.subJobs()) {
      if (subJob.status().isFinished()) {
        done++;
      }
    }
    return done;
  }
}
