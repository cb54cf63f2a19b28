package io.github.cloudjobs.wait;

import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.model.SubJob;
import io.github.cloudjobs.text.SafeText;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How a wait stands after a good answer; immutable. Made by the library; the constructor is for
 * tests of listeners, and no part of the promise.
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

  /** Whose job is waited for, by {@code JobsService.name()}. */
  public String service() {
    return service;
  }

  /** Which job is waited for. */
  public JobRef ref() {
    return ref;
  }

  /** The job as just reported. */
  public Job job() {
    return job;
  }

  /** How many polls this wait has made; of one that was resumed, those before too. */
  public int polls() {
    return polls;
  }

  /** Since the wait began; of one that was resumed, since it first began. */
  public Duration elapsed() {
    return elapsed;
  }

  /** Until the next poll; zero if this was the last. */
  public Duration nextPollIn() {
    return nextPollIn;
  }

  /**
   * The wait as it stands, to be kept: if this process ends, another goes on with it. Made anew at
   * each call, in a few microseconds.
   */
  public WaitToken token() {
    return token.get();
  }

  /** How many sub-jobs have ended, well or badly. */
  public int done() {
    return done(job);
  }

  /** How many sub-jobs there are, as far as the service says; zero if there are none. */
  public int total() {
    return job.subJobsTotal();
  }

  /**
   * How far the job is, from 0 to 1: the part of its sub-jobs that has ended, else what it says of
   * itself ({@link Job#progress()}); null if neither tells.
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

  /** How far it is, with a blank before it; empty if nothing tells. */
  static String extent(Job job) {
    Double part = job.progress();
    if (job.subJobsTotal() > 0) {
      return " " + done(job) + "/" + job.subJobsTotal() + " sub-jobs";
    }
    return part == null ? "" : " " + Math.round(part * 100) + " %";
  }

  /** How many of its sub-jobs have ended, well or badly. */
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
