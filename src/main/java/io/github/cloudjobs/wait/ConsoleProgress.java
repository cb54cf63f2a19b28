package io.github.cloudjobs.wait;

import static java.util.Objects.requireNonNull;

import io.github.cloudjobs.model.JobRef;
import java.io.Console;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Shows on a console how waits go, any number of them at once. On a terminal each job has a line
 * that is drawn anew as it goes on, {@code [############--------] 00:42 …0955686a createServer
 * RUNNING 3/5 sub-jobs}; when it has ended, a line that tells how stays above the others. Of more
 * than twenty jobs the first twenty are drawn, and the others counted. Where there is no terminal,
 * a line is printed for each change, not for each poll.
 *
 * <p>It draws when it hears something, and at no other time. While jobs are drawn nothing else
 * should be printed there: what is would be drawn over. A listener waits for the console: one that
 * is stopped, by Ctrl-S say, holds up the waits.
 *
 * <p>Thread-safe. One for each console, shared by all waits that it shows.
 */
public final class ConsoleProgress implements WaitListener {
  private static final int MOST_LINES = 20; // with the count and the cursor's, 22 of 24

  // Escape sequences.
  private static final String BEGIN = "\u001b[";
  private static final String UP = "A";
  private static final String ERASE_BELOW = BEGIN + "J";
  private static final String CUT = BEGIN + "?7l"; // do not wrap: each line has to stay one
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
   * Draws if this process has a terminal to read from and to print to, else prints plain lines.
   *
   * @param out as a rule {@link System#out}; of another stream it cannot be known where it leads
   */
  public static ConsoleProgress on(PrintStream out) {
    return new ConsoleProgress(out, hasTerminal());
  }

  /** Draws, on a terminal that understands the usual escape sequences (ANSI X3.64). */
  public static ConsoleProgress live(PrintStream out) {
    return new ConsoleProgress(out, true);
  }

  /** Prints plain lines: into a file or the log of a build, or on a terminal that is shared. */
  public static ConsoleProgress plain(PrintStream out) {
    return new ConsoleProgress(out, false);
  }

  /** Up to 21 there is no console without a terminal; from 22 on there is, and it can be asked. */
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
   * @param ends whether the line that tells its end follows at once
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
   * Takes a job's line away, if it has one: that of a wait that was cancelled or interrupted, which
   * tells no end.
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
