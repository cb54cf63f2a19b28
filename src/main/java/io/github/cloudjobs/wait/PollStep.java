package io.github.cloudjobs.wait;

import io.github.cloudjobs.model.Job;
import java.time.Instant;

/**
 * What one poll of a kept wait came to: all that a scheduler which outlives this process needs to
 * know. On Java 17 match with {@code instanceof}; from 21 on, {@code switch} over it.
 */
public sealed interface PollStep {
  /** The job succeeded; the wait is over. */
  record Done(Job job) implements PollStep {}

  /**
   * The wait goes on.
   *
   * @param at when to poll next, by the client's clock: this machine's, unless it was given another
   * @param token to be polled with then; it takes the place of the one before
   */
  record Again(Instant at, WaitToken token) implements PollStep {}

  /**
   * The wait is over, and the job has not succeeded.
   *
   * @param reason what {@code waitForCompletion} would have thrown
   */
  record Failed(JobWaitException reason) implements PollStep {}
}
