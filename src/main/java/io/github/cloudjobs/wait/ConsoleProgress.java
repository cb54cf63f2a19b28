package io.github.cloudjobs.wait;

import static java.util.Objects.requireNonNull;

import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.text.SafeText;
import io.github.cloudjobs.text.Throwables;
import java.io.Console;
import java.io.PrintStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
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

  // Guarded by lines.
  private final Map<JobRef, Line> lines = new LinkedHashMap<>();
  private String drawn = "";

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
    return on(out, hasTerminal(), System::getenv);
  }

  /** For tests: the terminal and the environment are parameters. */
  static ConsoleProgress on(
      PrintStream out, boolean terminal, Function<String, @Nullable String> environment) {
    boolean live = terminal && !"dumb".equals(environment.apply("TERM"));
    return new ConsoleProgress(out, live, hasColours(environment));
  }

  private static boolean hasColours(Function<String, @Nullable String> environment) {
    String no = environment.apply("NO_COLOR");
    return no == null || no.isEmpty();
  }

  /**
   * Returns a listener that draws on a terminal, with ANSI escape sequences, and in colours unless
   * the environment variable {@code NO_COLOR} is set and not empty.
   */
  public static ConsoleProgress live(PrintStream out) {
    return new ConsoleProgress(out, true, hasColours(System::getenv));
  }

  /** Returns a listener that prints lines to a file, a build log or a shared terminal. */
  public static ConsoleProgress plain(PrintStream out) {
    return new ConsoleProgress(out, false, false);
  }

  /** Before Java 22 {@code System.console()} is null without a terminal. */
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
    Job job = progress.job();
    String bar = bar(job);
    String change = bar + WaitProgress.status(job) + progress.done();
    String state = WaitProgress.text(job);
    Line line = new Line(progress.ref(), progress.elapsed(), bar, CYAN, state, "", change);
    show(line, progress.nextPollIn());
  }

  @Override
  public void onPollFailed(PollFailure failure) {
    synchronized (lines) {
      Line before = lines.get(failure.ref());
      String bar = before == null ? bar(null) : before.bar;
      String change = bar + failure.error().getClass();
      String error = Throwables.describe(failure.error());
      Line line = new Line(failure.ref(), failure.elapsed(), bar, YELLOW, error, "", change);
      show(line, failure.nextPollIn());
    }
  }

  @Override
  public void onThrottled(PollFailure failure) {
    onPollFailed(failure);
  }

  private void show(Line line, Duration nextPollIn) {
    synchronized (lines) {
      Line before = lines.put(line.job, line);
      if (nextPollIn.isZero()) {
        return; // the end follows at once
      }
      if (live) {
        draw("");
      } else if (before == null || !line.change.equals(before.change)) {
        out.println(line.plain());
      }
    }
  }

  @Override
  public void onEnd(WaitResult result) {
    WaitOutcome outcome = result.outcome();
    Line line;
    if (outcome instanceof WaitOutcome.Succeeded succeeded) {
      line = end(result, "SUCCESS", succeeded.job(), "#".repeat(BAR), GREEN, "");
    } else if (outcome instanceof WaitOutcome.Failed failed) {
      String reason = JobFailedException.reason(failed.job());
      line = end(result, "FAIL", failed.job(), "x".repeat(BAR), RED, reason);
    } else if (outcome instanceof WaitOutcome.TimedOut timedOut) {
      line = end(result, "TIMED OUT", timedOut.lastJob(), bar(timedOut.lastJob()), YELLOW, "");
    } else if (outcome instanceof WaitOutcome.Vanished vanished) {
      line = end(result, "VANISHED", vanished.lastJob(), bar(vanished.lastJob()), YELLOW, "");
    } else {
      JobPollException problem = requireNonNull(result.problem());
      Job job = problem.lastJob();
      line = end(result, "STOPPED", job, bar(job), YELLOW, Throwables.describe(problem));
    }
    synchronized (lines) {
      lines.remove(result.ref());
      if (live) {
        draw(line.live(coloured) + "\n");
      } else {
        out.println(line.plain());
      }
    }
  }

  private static Line end(
      WaitResult result, String end, @Nullable Job job, String bar, int colour, String reason) {
    boolean same = job != null && end.equals(WaitProgress.status(job));
    String state = (same ? "" : end + " ") + (job == null ? "" : WaitProgress.text(job));
    return new Line(result.ref(), result.elapsed(), bar, colour, state.strip(), reason, "");
  }

  private static String bar(@Nullable Job job) {
    Double part = job == null ? null : WaitProgress.fraction(job);
    if (part == null) {
      return ".".repeat(BAR);
    }
    int filled = (int) (part * BAR);
    return "#".repeat(filled) + "-".repeat(BAR - filled);
  }

  /** Removes a job's line. Call it for a cancelled or interrupted wait, which has no end. */
  public void forget(JobRef job) {
    synchronized (lines) {
      if (lines.remove(job) != null && live) {
        draw("");
      }
    }
  }

  /** Draws the jobs again if they have changed, below the lines of {@code above}, which stay. */
  private void draw(String above) {
    StringBuilder jobs = new StringBuilder();
    lines.values().stream()
        .limit(MOST_LINES)
        .forEach(line -> jobs.append(line.live(coloured)).append('\n'));
    if (lines.size() > MOST_LINES) {
      jobs.append("... and ").append(lines.size() - MOST_LINES).append(" more\n");
    }
    if (above.isEmpty() && drawn.contentEquals(jobs)) {
      return;
    }
    long up = drawn.lines().count();
    String erase = up == 0 ? "" : "\r" + BEGIN + up + "A" + BEGIN + "J";
    out.print(erase + above + (jobs.isEmpty() ? "" : CUT + jobs + WRAP));
    out.flush();
    drawn = jobs.toString();
  }

  /**
   * The line of a job.
   *
   * @param state of the job, or the error of its last poll
   * @param reason of an end; otherwise empty
   * @param change a plain line is printed only if this differs
   */
  private record Line(
      JobRef job,
      Duration elapsed,
      String bar,
      int colour,
      String state,
      String reason,
      String change) {
    String live(boolean coloured) {
      String id = job.jobId();
      int cut = id.length() - ID_END;
      String text = text(cut > 1 ? "…" + id.substring(cut) : id);
      return "["
          + (coloured ? BEGIN + colour + "m" + bar + BEGIN + "m" : bar)
          + "] "
          + SafeText.printable(text, WIDTH)
          + (reason.isEmpty() ? "" : "\n    " + SafeText.printable(reason, LONGEST_REASON));
    }

    String plain() {
      String text = text(SafeText.printable(job.jobId(), LONGEST_ID));
      String full = reason.isEmpty() ? text : text + ": " + reason;
      return SafeText.printable(full, LONGEST_REASON);
    }

    private String text(String id) {
      return Durations.clock(elapsed) + " " + id + " " + state;
    }
  }
}
