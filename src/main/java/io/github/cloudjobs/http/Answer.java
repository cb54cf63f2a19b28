package io.github.cloudjobs.http;

import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.model.Job;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The result of one poll: either a job or an error.
 *
 * @param date the server's time of the response; null if it sent none
 * @param retryAfter how long the server asks clients to pause; null if it does not ask
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
