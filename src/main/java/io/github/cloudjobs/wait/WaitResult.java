package io.github.cloudjobs.wait;

import io.github.cloudjobs.model.JobRef;
import java.io.Serializable;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How the wait for one job ended: with an outcome, or with the problem that kept it from one.
 *
 * @param service the service's {@code JobsService.name()}
 * @param outcome how the job ended; null if there is a problem
 * @param problem why polling could not go on; null if there is an outcome
 * @param polls the number of polls of this wait, those before a resume included
 * @param elapsed since the wait first began
 */
public record WaitResult(
    String service,
    JobRef ref,
    @Nullable WaitOutcome outcome,
    @Nullable JobPollException problem,
    int polls,
    Duration elapsed)
    implements Serializable {
  /** Refuses both an outcome and a problem, and neither. */
  public WaitResult {
    if ((outcome == null) == (problem == null)) {
      throw new IllegalArgumentException("a wait ends with an outcome or a problem");
    }
  }

  /**
   * Returns how it ended in one word, for a metric's tag: {@code Succeeded}, {@code Failed}, {@code
   * TimedOut} or {@code Vanished}, or {@code Stopped} if there is a problem.
   */
  public String ending() {
    return outcome == null ? "Stopped" : outcome.getClass().getSimpleName();
  }

  /** Returns whether the job succeeded. */
  public boolean succeeded() {
    return outcome instanceof WaitOutcome.Succeeded;
  }
}
