package io.github.cloudjobs.wait;

import static java.util.Objects.requireNonNull;

import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import java.io.Console;
import java.io.PrintStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A listener that shows the progress of any number of waits on a console. On a terminal each job
 * has a line that is redrawn in place, such as {@code [############--------] 00:42 …0955686a
 * createServer RUNNING 3/5 sub-jobs}, with the time since the wait began. When the job ends, its
 * line remains above the others, with a full bar of {@code #} for SUCCESS or of {@code x} for FAIL.
 * Of more than twenty jobs the first twenty are drawn and the others counted. Without a terminal a
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
  private final boolean coloured;

  // Guarded by lines.
  private final Map<JobRef, ConsoleLine> lines = new LinkedHashMap<>();
  private String drawn = "";

  private ConsoleProgress(PrintStream out, boolean live, boolean coloured) {
    this.out = requireNonNull(out, "out");
    this.live = live;
    this.coloured = coloured;
  }

  /**
   * Returns a listener that draws like {@link #live} if this process has a terminal, unless the
   * environment variable {@code TERM} is {@code dumb}, and prints plain lines otherwise.
   *
   * @param out usually {@link System#out}
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
   * Returns a listener that draws, with the usual escape sequences (ANSI X3.64), and in colours
   * unless the environment variable {@code NO_COLOR} is set and not empty.
   *
   * @param out a terminal
   */
  public static ConsoleProgress live(PrintStream out) {
    return new ConsoleProgress(out, true, hasColours(System::getenv));
  }

  /**
   * Returns a listener that prints plain lines.
   *
   * @param out such as a file, a build log or a terminal that others print to as well
   */
  public static ConsoleProgress plain(PrintStream out) {
    return new ConsoleProgress(out, false, false);
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
    synchronized (lines) {
      show(progress.ref(), progress.job(), progress.elapsed(), null, progress.nextPollIn());
    }
  }

  @Override
  public void onPollFailed(PollFailure failure) {
    synchronized (lines) {
      ConsoleLine before = lines.get(failure.ref());
      Job job = before == null ? null : before.job();
      show(failure.ref(), job, failure.elapsed(), failure.error(), failure.nextPollIn());
    }
  }

  @Override
  public void onThrottled(PollFailure failure) {
    onPollFailed(failure);
  }

  private void show(
      JobRef ref,
      @Nullable Job job,
      Duration elapsed,
      @Nullable JobsException error,
      Duration nextPollIn) {
    ConsoleLine line = new ConsoleLine(ref.jobId(), job, elapsed, null, error);
    ConsoleLine before = lines.put(ref, line);
    if (nextPollIn.isZero()) {
      return; // the end follows at once
    }
    if (live) {
      draw("");
    } else if (before == null || !line.summary().equals(before.summary())) {
      out.println(line.plain());
    }
  }

  @Override
  public void onEnd(WaitResult result) {
    ConsoleLine end = ConsoleLine.of(result);
    synchronized (lines) {
      lines.remove(result.ref());
      if (live) {
        draw(end.live(coloured) + "\n");
      } else {
        out.println(end.plain());
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
    lines.values().stream()
        .limit(MOST_LINES)
        .forEach(line -> all.append(line.live(coloured)).append('\n'));
    if (lines.size() > MOST_LINES) {
      all.append("... and ").append(lines.size() - MOST_LINES).append(" more\n");
    }
    return all.toString();
  }
}
