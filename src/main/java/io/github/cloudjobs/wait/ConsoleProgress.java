package io.github.cloudjobs.wait;

import static java.util.Objects.requireNonNull;

import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.text.SafeText;
import io.github.cloudjobs.text.Throwables;
import java.io.Console;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A listener that shows the progress of any number of waits on a console. On a terminal each of the
 * first twenty jobs has a line that is redrawn in place, such as {@code [############--------]
 * 00:42 …0955686a createServer RUNNING 3/5 sub-jobs}, with the time since the wait began. When a
 * job ends, its line remains above the others, with a full bar of {@code #} for SUCCESS or of
 * {@code x} for FAIL. Without a terminal a line is printed for each change, not for each poll.
 *
 * <p>It draws only when a listener method is called. Other output to the same terminal is drawn
 * over while jobs are shown. A console that blocks, by Ctrl-S for example, delays the waits.
 *
 * <p>Thread-safe. Use one for each console, shared by all waits.
 */
public final class ConsoleProgress implements WaitListener {
  private static final int MOST_LINES = 20; // with the count and the cursor's, 22 of 24
  private static final int BAR = 20;
  private static final int WIDTH = 55; // beside the bar; after 80 columns the cursor may jump
  private static final int ID_END = 8; // differs within a batch; the beginning is often a date
  private static final int LONGEST_ID = 64;
  private static final int LONGEST_REASON = 1_000;

  // Escape sequences.
  private static final String BEGIN = "\u001b[";
  private static final String CUT = BEGIN + "?7l"; // no wrapping: each job keeps one line
  private static final String WRAP = BEGIN + "?7h";
  private static final int RED = 31;
  private static final int GREEN = 32;
  private static final int YELLOW = 33;
  private static final int CYAN = 36;

  private final PrintStream out;
  private final boolean live;
  private final boolean coloured;

  // Guarded by this object: what is drawn or, without a terminal, what a line was printed for.
  private final Map<JobRef, String> lines = new LinkedHashMap<>();
  private final Map<JobRef, String> bars = new LinkedHashMap<>();
  private String drawn = "";
  private int drawnLines;

  private ConsoleProgress(PrintStream out, boolean live, boolean coloured) {
    this.out = requireNonNull(out, "out");
    this.live = live;
    this.coloured = coloured;
  }

  /**
   * Returns a listener that draws like {@link #live} if this process has a terminal, unless the
   * environment variable {@code TERM} is {@code dumb}, and prints {@link #plain} lines otherwise.
   */
  public static ConsoleProgress on(PrintStream out) {
    return on(out, hasTerminal(), System.getenv("TERM"), System.getenv("NO_COLOR"));
  }

  /** For tests: the terminal and the environment are parameters. */
  static ConsoleProgress on(
      PrintStream out, boolean terminal, @Nullable String term, @Nullable String noColor) {
    boolean live = terminal && !"dumb".equals(term);
    return new ConsoleProgress(out, live, noColor == null || noColor.isEmpty());
  }

  /**
   * Returns a listener that draws on a terminal, with ANSI escape sequences, and in colours unless
   * the environment variable {@code NO_COLOR} is set and not empty.
   */
  public static ConsoleProgress live(PrintStream out) {
    return on(out, true, null, System.getenv("NO_COLOR"));
  }

  /** Returns a listener that prints lines to a file, a build log or a shared terminal. */
  public static ConsoleProgress plain(PrintStream out) {
    return new ConsoleProgress(out, false, false);
  }

  /** Before Java 22 {@code System.console()} is null without a terminal. */
  @SuppressWarnings("SystemConsoleNull")
  private static boolean hasTerminal() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException before22) {
      return true;
    }
  }

  @Override
  public synchronized void onProgress(WaitProgress progress) {
    Job job = progress.job();
    if (!progress.nextPollIn().isZero()) { // else the end follows at once
      bars.put(progress.ref(), bar(job));
      String change = WaitProgress.status(job) + progress.done();
      show(progress.ref(), progress.elapsed(), CYAN, WaitProgress.text(job), change);
    }
  }

  @Override
  public synchronized void onPollFailed(PollFailure failure) {
    JobsException error = failure.error();
    if (!failure.nextPollIn().isZero()) {
      bars.putIfAbsent(failure.ref(), bar(null));
      String state = Throwables.describe(error);
      show(failure.ref(), failure.elapsed(), YELLOW, state, error.getClass().getName());
    }
  }

  @Override
  public void onThrottled(PollFailure failure) {
    onPollFailed(failure);
  }

  /** Without a terminal, prints a line only if the bar or {@code change} differs. */
  private void show(JobRef job, Duration elapsed, int colour, String state, String change) {
    String bar = bars.getOrDefault(job, "");
    String line = line(job, elapsed, bar, colour, state, "");
    String shown = live ? line : bar + change;
    boolean changed = !shown.equals(lines.put(job, shown));
    if (live) {
      draw("");
    } else if (changed) {
      out.println(line);
    }
  }

  @Override
  public synchronized void onEnd(WaitResult result) {
    WaitOutcome outcome = result.outcome();
    JobPollException problem = result.problem();
    Job job = null;
    String end = "STOPPED";
    String reason = "";
    int colour = YELLOW;
    if (outcome instanceof WaitOutcome.Succeeded succeeded) {
      job = succeeded.job();
      end = "SUCCESS";
      colour = GREEN;
    } else if (outcome instanceof WaitOutcome.Failed failed) {
      job = failed.job();
      end = "FAIL";
      reason = JobFailedException.reason(job);
      colour = RED;
    } else if (outcome instanceof WaitOutcome.TimedOut timedOut) {
      job = timedOut.lastJob();
      end = "TIMED OUT";
    } else if (outcome instanceof WaitOutcome.Vanished vanished) {
      job = vanished.lastJob();
      end = "VANISHED";
    } else if (problem != null) {
      job = problem.lastJob();
      reason = Throwables.describe(problem);
    }
    String bar = colour == YELLOW ? bar(job) : (colour == GREEN ? "#" : "x").repeat(BAR);
    boolean same = job != null && end.equals(WaitProgress.status(job));
    String state = (same ? "" : end + " ") + (job == null ? "" : WaitProgress.text(job));
    String line = line(result.ref(), result.elapsed(), bar, colour, state.strip(), reason);
    lines.remove(result.ref());
    bars.remove(result.ref());
    if (live) {
      draw(line + "\n");
    } else {
      out.println(line);
    }
  }

  private static String bar(@Nullable Job job) {
    Double part = job == null ? null : WaitProgress.fraction(job);
    if (part == null) {
      return ".".repeat(BAR);
    }
    int filled = (int) (part * BAR);
    return "#".repeat(filled) + "-".repeat(BAR - filled);
  }

  /** The line of a job; on a terminal the {@code reason} of an end is on a second one. */
  private String line(
      JobRef job, Duration elapsed, String bar, int colour, String state, String reason) {
    String id = job.jobId();
    int cut = id.length() - ID_END;
    String shown = live && cut > 1 ? "…" + id.substring(cut) : SafeText.printable(id, LONGEST_ID);
    String text = WaitProgress.clock(elapsed) + " " + shown + " " + state;
    String colours = coloured ? BEGIN + colour + "m" + bar + BEGIN + "m" : bar;
    return (live ? "[" + colours + "] " : "")
        + SafeText.printable(text, live ? WIDTH : LONGEST_REASON)
        + (reason.isEmpty() ? "" : live ? "\n    " : ": ")
        + SafeText.printable(reason, LONGEST_REASON);
  }

  /** Removes a job's line. Call it for a cancelled or interrupted wait, which has no end. */
  public synchronized void forget(JobRef job) {
    lines.remove(job);
    bars.remove(job);
    if (live) {
      draw("");
    }
  }

  /** Draws the jobs again if they have changed, below the lines of {@code above}, which stay. */
  private void draw(String above) {
    StringBuilder drawing = new StringBuilder();
    int count = 0;
    Iterator<String> each = lines.values().iterator();
    for (; count < MOST_LINES && each.hasNext(); count++) {
      drawing.append(each.next() + "\n");
    }
    if (each.hasNext()) {
      drawing.append("... and " + (lines.size() - count) + " more\n");
      count++;
    }
    String jobs = drawing.toString();
    if (above.isEmpty() && jobs.equals(drawn)) {
      return;
    }
    String erase = drawnLines == 0 ? "" : "\r" + BEGIN + drawnLines + "A" + BEGIN + "J";
    out.print(erase + above + (jobs.isEmpty() ? "" : CUT + jobs + WRAP));
    out.flush();
    drawn = jobs;
    drawnLines = count;
  }
}
