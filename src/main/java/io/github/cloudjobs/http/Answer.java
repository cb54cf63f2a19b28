package io.github.cloudjobs.http;

import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.model.Job;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What one poll brought: a job or an error, never both and never neither.
 *
 * @param date the server's clock when it answered; null if it did not say
 * @param retryAfter how long the server asks to be left alone; null if it does not say
 */
public record Answer(
    @Nullable Job job,
    @Nullable JobsException error,
    @Nullable Instant date,
    @Nullable Duration retryAfter) {

  static Answer of(JobsException error) {
    return new Answer(null, error, null, null);
  }
}
