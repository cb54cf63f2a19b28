package io.github.cloudjobs.engine;

import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.model.Job;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Makes the polls of one job. */
@FunctionalInterface
public interface PollSource {
  /**
   * Starts a poll and returns at once: it must not block, not even for credentials.
   *
   * @param sink is told what came of it, once, on any thread
   * @return cancels the poll; harmless when it is over
   */
  Handle start(Sink sink);

  /** Is told what came of a poll. */
  @FunctionalInterface
  interface Sink {
    /**
     * The poll is over.
     *
     * @param job what it brought; null if it failed
     * @param error why it failed; null if it brought the job
     * @param date the server's clock; null if it did not say
     * @param retryAfter how long the server asks to be left alone; null if it does not say
     */
    void answered(
        @Nullable Job job,
        @Nullable JobsException error,
        @Nullable Instant date,
        @Nullable Duration retryAfter);
  }

  /** Something that was started, and can be stopped. */
  @FunctionalInterface
  interface Handle {
    /** Stops it; once is as good as many times. Does not throw. */
    void cancel();
  }
}
