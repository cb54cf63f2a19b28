package io.github.cloudjobs.wait;

import io.github.cloudjobs.error.JobsException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when polling could not go on for one of many jobs, or the waits were stopped when one did
 * not succeed; the cause is the first problem. The jobs go on.
 */
public final class WaitForAllException extends JobsException {
  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // a copy by List.copyOf is serializable
  private final List<WaitResult> results;

  public WaitForAllException(String message, @Nullable Throwable cause, List<WaitResult> results) {
    super(message, cause);
    this.results = List.copyOf(results);
  }

  /**
   * Returns how each wait ended, in the order of the jobs. The problem of a wait that was stopped
   * is a {@link JobPollException}; its token resumes it. Unmodifiable.
   */
  public List<WaitResult> results() {
    return results;
  }
}
