package io.github.cloudjobs.testing;

import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.wait.WaitListener;
import io.github.cloudjobs.wait.WaitProgress;
import java.io.PrintStream;

/**
 * Draws the progress of one wait on one line, over and over; where there is no terminal, a line of
 * its own for each change. Confined to its wait.
 */
final class ProgressLine implements WaitListener {
  private static final int BAR = 20;
  private static final int WIDTH = 78;

  private final PrintStream out;
  private final boolean live;
  private String shown = "";

  /**
   * @param live whether a line can be drawn over
   */
  ProgressLine(PrintStream out, boolean live) {
    this.out = out;
    this.live = live;
  }

  @Override
  public void onProgress(WaitProgress progress) {
    String bar = bar(progress);
    if (live) {
      String line = bar + progress;
      out.print("\r  " + line + " ".repeat(Math.max(0, WIDTH - line.length())));
      out.flush();
      return;
    }
    String news = bar + progress.job().statusText() + progress.done() + "/" + progress.total();
    if (!news.equals(shown)) {
      out.println("  " + bar + progress);
      shown = news;
    }
  }

  @Override
  public void onErrorBorne(JobRef job, JobsException error, int inARow) {
    end();
    out.println("  borne: " + error.getMessage());
  }

  /** Ends the line that is being drawn. */
  void end() {
    if (live) {
      out.println();
    }
  }

  /** A bar of how far the job is; empty if nothing tells. */
  private static String bar(WaitProgress progress) {
    Double part = progress.fraction();
    if (part == null) {
      return "";
    }
    int full = (int) (part * BAR);
    return "[" + "#".repeat(full) + "-".repeat(BAR - full) + "] ";
  }
}
