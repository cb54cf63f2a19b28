package io.github.cloudjobs.wait;

import static java.util.Objects.requireNonNull;

import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobFailure;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.text.SafeText;
import io.github.cloudjobs.text.Throwables;
import java.io.Console;
import java.io.PrintStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A listener that shows the progress of any number of waits on a console. On a terminal each job
 * has a line that is redrawn in place, such as {@code [############--------] 00:42 …0955686a
 * createServer RUNNING 3/5 sub-jobs}; when the job ends, a final line remains above the others. Of
 * more than twenty jobs the first twenty are drawn and the others counted. Without a terminal a
 * line is printed for each change, not for each poll.
 *
 * <p>It draws only when a listener method is called. Other output to the same terminal is drawn
 * over while jobs are shown. A console that blocks, by Ctrl-S for example, delays the waits.
 *
 * <p>Thread-safe. Use one for each console, shared by all waits.
 */
public final class ConsoleProgress implements WaitListener {
  private static final int MOST_LINES = 20; // with the count and the cursor's, 22 of 24
  private static final int WIDTH = 79; // of 80: after a full line the cursor may jump
  private static final int BAR = 20;
  private static final int ID_END = 8; // differs within a batch; the beginning is often a date
  private static final int LONGEST_ID = 64;
  private static final int LONGEST_ERROR = 200;

  // Escape sequences.
  private static final String BEGIN = "\u001b[";
  private static final String UP = "A";
  private static final String ERASE_BELOW = BEGIN + "J";
  private static final String CUT = BEGIN + "?7l"; // no wrapping: each job keeps one line
  private static final String WRAP = BEGIN + "?7h";

  private final PrintStream out;
  private final boolean live;

  // Guarded by lines.
  private final Map<JobRef, Line> lines = new LinkedHashMap<>();
  private String drawn = "";

  private ConsoleProgress(PrintStream out, boolean live) {
    this.out = requireNonNull(out, "out");
    this.live = live;
  }

  /**
   * Returns a listener that draws if this process has a terminal, and prints plain lines otherwise.
   *
   * @param out usually {@link System#out}
   */
  public static ConsoleProgress on(PrintStream out) {
    return new ConsoleProgress(out, hasTerminal());
  }

  /** Returns a listener that draws, with the usual escape sequences (ANSI X3.64). */
  public static ConsoleProgress live(PrintStream out) {
    return new ConsoleProgress(out, true);
  }

  /** Returns a listener that prints plain lines, for files, build logs and shared terminals. */
  public static ConsoleProgress plain(PrintStream out) {
    return new ConsoleProgress(out, false);
  }

  /** Before Java 22 there is no console without a terminal; since then the console knows. */
  @SuppressWarnings("SystemConsoleNull")
  private static boolean hasTerminal() {
    Console console = System.console();
    if (console == null || Runtime.version().feature() < 22) {
      return console != null;
    }
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException e) {
      return false; // plain lines are good everywhere
    }
  }

  @Override
  public void onProgress(WaitProgress progress) {
    Line line = new Line(progress.ref().jobId(), progress.job(), progress.elapsed(), null);
    synchronized (lines) {
      show(progress.ref(), line, progress.nextPollIn());
    }
  }

  @Override
  public void onPollFailed(PollFailure failure) {
    JobRef ref = failure.ref();
    synchronized (lines) {
      Line before = lines.get(ref);
      Job job = before == null ? null : before.job();
      Line line = new Line(ref.jobId(), job, failure.elapsed(), failure.error());
      show(ref, line, failure.nextPollIn());
    }
  }

  @Override
  public void onThrottled(PollFailure failure) {
    onPollFailed(failure);
  }

  private void show(JobRef job, Line line, Duration nextPollIn) {
    Line before = lines.put(job, line);
    boolean endFollows = nextPollIn.isZero();
    if (live) {
      draw("");
    } else if (!endFollows && (before == null || !line.gist().equals(before.gist()))) {
      out.println(line.plain());
    }
  }

  @Override
  public void onEnd(WaitResult result) {
    String end = end(result);
    synchronized (lines) {
      lines.remove(result.ref());
      if (live) {
        draw(end + "\n");
      } else {
        out.println(end);
      }
    }
  }

  /**
   * Removes a job's line, if it has one. Call it for a wait that was cancelled or interrupted,
   * which ends without {@link #onEnd}.
   */
  public void forget(JobRef job) {
    synchronized (lines) {
      if (lines.remove(job) != null && live) {
        draw("");
      }
    }
  }

  /** Draws the jobs again if they have changed, below {@code above}, whose lines stay. */
  private void draw(String above) {
    String jobs = jobs();
    if (above.isEmpty() && jobs.equals(drawn)) {
      return;
    }
    long up = drawn.lines().count();
    String start = up == 0 ? "" : "\r" + BEGIN + up + UP + ERASE_BELOW;
    out.print(start + above + (jobs.isEmpty() ? "" : CUT + jobs + WRAP));
    out.flush();
    drawn = jobs;
  }

  private String jobs() {
    StringBuilder all = new StringBuilder();
    lines.values().stream().limit(MOST_LINES).forEach(line -> all.append(line.live()).append('\n'));
    if (lines.size() > MOST_LINES) {
      all.append("... and ").append(lines.size() - MOST_LINES).append(" more\n");
    }
    return all.toString();
  }

  /**
   * What is known of one wait. Its texts are of one line each and safe to print.
   *
   * @param job as last reported; null before the first good response
   * @param elapsed since the wait began, at its last event
   * @param error the error of the last poll; null if it returned the job
   */
  private record Line(
      String jobId, @Nullable Job job, Duration elapsed, @Nullable JobsException error) {

    /**
     * {@code [############--------] 00:42 …0955686a createServer RUNNING 3/5 sub-jobs}; there is no
     * room for an error beside the job, so it replaces the job.
     */
    String live() {
      int full = filled();
      String bar = full < 0 ? ".".repeat(BAR) : "#".repeat(full) + "-".repeat(BAR - full);
      int cut = jobId.length() - ID_END;
      String id = cut > 1 ? "…" + jobId.substring(cut) : jobId;
      String state = error == null ? state() : text(error);
      return SafeText.printable(
          "[" + bar + "] " + Durations.clock(elapsed) + " " + id + " " + state, WIDTH - 1);
    }

    /** {@code 00:42 ff80808288d41e1b018990260955686a createServer RUNNING 3/5 sub-jobs}. */
    String plain() {
      String problem = error == null ? "" : ": " + text(error);
      return Durations.clock(elapsed) + " " + id(jobId) + " " + state() + problem;
    }

    private String state() {
      return job == null ? "no answer yet" : WaitProgress.text(job);
    }

    /** The number of filled characters of the bar; negative if unknown. */
    private int filled() {
      Double part = job == null ? null : WaitProgress.fraction(job);
      return part == null ? -1 : (int) (part * BAR);
    }

    /** All but the time and the details of an error: a change of it is printed. */
    String gist() {
      String kind = error == null ? "" : error.getClass().getSimpleName();
      String status = job == null ? "" : WaitProgress.status(job) + WaitProgress.done(job);
      return filled() + status + " " + kind;
    }
  }

  /** {@code SUCCESS ff80808288d41e1b018990260955686a createServer 5/5 sub-jobs in 01:10}. */
  private static String end(WaitResult result) {
    WaitOutcome outcome = result.outcome();
    if (outcome instanceof WaitOutcome.Succeeded succeeded) {
      return end("SUCCESS", result, succeeded.job(), null);
    }
    if (outcome instanceof WaitOutcome.Failed failed) {
      return end("FAIL", result, failed.job(), reason(failed.job()));
    }
    if (outcome instanceof WaitOutcome.TimedOut timedOut) {
      return end("TIMED OUT", result, timedOut.lastJob(), null);
    }
    if (outcome instanceof WaitOutcome.Vanished vanished) {
      return end("VANISHED", result, vanished.lastJob(), null);
    }
    JobPollException problem = requireNonNull(result.problem());
    return end("STOPPED", result, problem.lastJob(), Throwables.describe(problem));
  }

  private static String end(
      String how, WaitResult result, @Nullable Job job, @Nullable String reason) {
    String state = "";
    if (job != null) { // without a status that equals the first word
      boolean same = WaitProgress.status(job).equals(how);
      state = " " + (same ? WaitProgress.textWithoutStatus(job) : WaitProgress.text(job));
    }
    String because = reason == null ? "" : ": " + SafeText.printable(reason, LONGEST_ERROR);
    String time = Durations.clock(result.elapsed());
    return how + " " + id(result.ref().jobId()) + state + " in " + time + because;
  }

  /** The reason of the innermost failure; null if there is none. */
  private static @Nullable String reason(Job job) {
    String reason = null;
    for (JobFailure failure : job.failures()) {
      String message = failure.innermostMessage();
      message = message == null ? failure.reason() : message;
      message = message == null ? failure.errorCode() : message;
      reason = message == null ? reason : message;
    }
    return reason;
  }

  /** An id in full, for lines without a bar. */
  private static String id(String jobId) {
    return SafeText.printable(jobId, LONGEST_ID);
  }

  private static String text(JobsException error) {
    return SafeText.printable(Throwables.describe(error), LONGEST_ERROR);
  }
}
