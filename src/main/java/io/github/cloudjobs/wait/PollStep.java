package io.github.cloudjobs.wait;

import io.github.cloudjobs.model.Job;
import java.time.Instant;

/** The result of one poll of a wait that is kept as a token. */
public sealed interface PollStep {
  /** The job has status SUCCESS; the wait is over. */
  record Done(Job job) implements PollStep {}

  /**
   * The wait goes on.
   *
   * @param at when to poll next, by the client's clock
   * @param token for the next poll; it replaces the previous one
   */
  record Again(Instant at, WaitToken token) implements PollStep {}

  /**
   * The wait is over, and the job has not succeeded.
   *
   * @param reason what {@code waitForCompletion} would have thrown
   */
  record Failed(JobWaitException reason) implements PollStep {}
}
