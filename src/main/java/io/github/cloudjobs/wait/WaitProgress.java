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
  private final JobRef ref;
  private final Job job;
  private final int polls;
  private final Duration elapsed;
  private final Duration nextPollIn;
  private final Supplier<WaitToken> token;

  public WaitProgress(
      JobRef ref,
      Job job,
      int polls,
      Duration elapsed,
      Duration nextPollIn,
      Supplier<WaitToken> token) {
    this.ref = ref;
    this.job = job;
    this.polls = polls;
    this.elapsed = elapsed;
    this.nextPollIn = nextPollIn;
    this.token = token;
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
    int done = 0;
    for (SubJob subJob : job.subJobs()) {
      if (subJob.status().isFinished()) {
        done++;
      }
    }
    return done;
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
    StringBuilder line = new StringBuilder();
    Double part = job.progress();
    String type = job.jobType() == null ? "job" : SafeText.printable(job.jobType(), 60);
    String said = job.statusText() == null ? "" : SafeText.printable(job.statusText(), 30);
    String status = said.isEmpty() ? "UNKNOWN" : said;
    line.append(type).append(' ').append(status);
    if (total() > 0) {
      line.append(' ').append(done()).append('/').append(total()).append(" sub-jobs");
    } else if (part != null) {
      line.append(' ').append(Math.round(part * 100)).append(" %");
    }
    return line.append(' ').append(clock(elapsed)).toString();
  }

  private static String clock(Duration time) {
    String minutes = twoDigits(time.toMinutesPart()) + ":" + twoDigits(time.toSecondsPart());
    return time.toHours() == 0 ? minutes : time.toHours() + ":" + minutes;
  }

  private static String twoDigits(int number) {
    return number < 10 ? "0" + number : Integer.toString(number);
  }
}
