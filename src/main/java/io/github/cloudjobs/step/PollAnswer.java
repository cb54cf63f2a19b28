package io.github.cloudjobs.step;

import static java.util.Objects.requireNonNull;

import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.model.Job;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What came of a poll. Immutable.
 *
 * @param job what it brought; null if it failed
 * @param error why it failed; null if it brought the job
 * @param date the server's clock; null if it did not say
 * @param retryAfter how long the server asks to be left alone; null if it does not say
 */
public record PollAnswer(
    @Nullable Job job,
    @Nullable JobsException error,
    @Nullable Instant date,
    @Nullable Duration retryAfter) {

  /**
   * The job.
   *
   * @throws JobsException if the poll failed
   */
  public Job orThrow() {
    if (error != null) {
      throw error;
    }
    return requireNonNull(job);
  }

  /**
   * The answer as a wait hears it.
   *
   * @param at when, in nanoseconds since the wait began
   * @param now this machine's wall clock then, for a server that did not tell its own
   */
  public PollReport report(long at, Instant now) {
    return new PollReport(at, date == null ? now : date, job, error, retryAfter);
  }
}
