package io.github.cloudjobs.wait;

import io.github.cloudjobs.error.JobsException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Of a wait for many jobs not every one came to an outcome: one could not be asked about any more,
 * or the others were given up when one failed. What is known of each is in {@link #results()}; the
 * first thing that went wrong is the cause. The jobs go on.
 */
public final class WaitForAllException extends JobsException {
  private static final long serialVersionUID = 1L;

  private final List<WaitResult> results;

  public WaitForAllException(String message, @Nullable Throwable cause, List<WaitResult> results) {
    super(message, cause);
    this.results = List.copyOf(results);
  }

  /**
   * How each wait ended, in the order in which the jobs were given. The problem of one that was
   * given up is a {@link JobPollException}, whose token goes on with it. Unmodifiable.
   */
  public List<WaitResult> results() {
    return results;
  }
}
