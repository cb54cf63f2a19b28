package io.github.cloudjobs.step;

import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.model.Job;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a poll brought, and when: a job or an error. Immutable.
 *
 * @param at when, in nanoseconds since the wait began
 * @param now the server's wall clock then, else this machine's
 * @param retryAfter how long the server asks to be left alone; null if it does not say
 */
public record PollReport(
    long at,
    Instant now,
    @Nullable Job job,
    @Nullable JobsException error,
    @Nullable Duration retryAfter) {
  public PollReport {
    if ((job == null) == (error == null)) {
      throw new IllegalArgumentException("a poll brings a job or an error");
    }
  }
}
