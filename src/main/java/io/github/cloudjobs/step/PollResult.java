package io.github.cloudjobs.step;

import static java.util.Objects.requireNonNull;

import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.model.Job;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The result of a poll: a job or an error, and the server's time and pause if it sent them. */
public record PollResult(
    @Nullable Job job,
    @Nullable JobsException error,
    @Nullable Instant date,
    @Nullable Duration retryAfter) {
  public static PollResult failed(JobsException error) {
    return new PollResult(null, error, null, null);
  }

  public Job jobOrThrow() {
    if (job == null) {
      throw requireNonNull(error);
    }
    return job;
  }
}
