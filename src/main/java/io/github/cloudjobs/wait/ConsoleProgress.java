package io.github.cloudjobs.wait;

import static java.util.Objects.requireNonNull;

import io.github.cloudjobs.model.JobRef;
import java.io.Console;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;

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

  // Escape sequences.
  private static final String BEGIN = "\u001b[";
  private static final String UP = "A";
  private static final String ERASE_BELOW = BEGIN + "J";
  private static final String CUT = BEGIN + "?7l"; // no wrapping: each job keeps one line
  private static final String WRAP = BEGIN + "?7h";

  private final PrintStream out;
  private final boolean live;

  // Guarded by lines.
  private final Map<JobRef, ConsoleLine> lines = new LinkedHashMap<>();
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
    show(progress.ref(), ConsoleLine.of(progress), progress.nextPollIn().isZero());
  }

  @Override
  public void onPollFailed(PollFailure failure) {
    set(failure);
  }

  @Override
  public void onThrottled(PollFailure failure) {
    set(failure);
  }

  private void set(PollFailure failure) {
    synchronized (lines) {
      ConsoleLine before = lines.get(failure.ref());
      show(failure.ref(), ConsoleLine.of(before, failure), failure.nextPollIn().isZero());
    }
  }

  /**
   * Shows news of a job.
   *
   * @param ends whether the final line follows at once
   */
  private void show(JobRef job, ConsoleLine line, boolean ends) {
    synchronized (lines) {
      ConsoleLine before = lines.put(job, line);
      if (live) {
        draw("");
      } else if (!ends && line.isNews(before)) {
        out.println(line.plain());
      }
    }
  }

  @Override
  public void onEnd(WaitResult result) {
    String end = ConsoleLine.end(result);
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

  /**
   * Draws what has changed, in one go: from the line on where the first job was drawn before.
   *
   * @param above lines that stay
   */
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

  /** The lines of those that are drawn; the cursor is left below. */
  private String jobs() {
    StringBuilder all = new StringBuilder();
    lines.values().stream().limit(MOST_LINES).forEach(line -> all.append(line.live()).append('\n'));
    if (lines.size() > MOST_LINES) {
      all.append("... and ").append(lines.size() - MOST_LINES).append(" more\n");
    }
    return all.toString();
  }
}
