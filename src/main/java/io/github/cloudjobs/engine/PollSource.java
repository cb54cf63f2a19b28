package io.github.cloudjobs.engine;

import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.PollResult;
import java.util.function.Consumer;

/**
 * Polls the jobs of one service. Waits for the same job share their polls if their sources are
 * equal. Thread-safe.
 */
@FunctionalInterface
public interface PollSource {
  /**
   * Starts a poll. Must not block, not even for credentials.
   *
   * @param generation the highest of the waits for this job; see {@link Engine#start}
   * @param sink called once with the result, on any thread, also after a cancellation
   * @return cancels the poll; idempotent, does not throw, and has no effect when it is over
   */
  Runnable poll(JobRef job, int generation, Consumer<PollResult> sink);

  /** The quota of a job: equal for all jobs that share it. */
  default Object quota(JobRef job) {
    return this;
  }
}
