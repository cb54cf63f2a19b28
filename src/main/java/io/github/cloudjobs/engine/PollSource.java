package io.github.cloudjobs.engine;

import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.PollResult;
import java.util.function.Consumer;

/**
 * Makes the polls of one service's jobs. Two that are equal ask the same service in the same way,
 * so that waits for the same job can share its polls. Thread-safe.
 */
@FunctionalInterface
public interface PollSource {
  /**
   * Starts a poll and returns at once: it must not block, not even for credentials.
   *
   * @param mark the highest that a wait for this job was started with; see {@link Engine#start}
   * @param sink is told what came of it, once, on any thread; also after it was cancelled
   * @return cancels the poll; harmless when it is over
   */
  Handle poll(JobRef job, int mark, Consumer<PollResult> sink);

  /** What a poll of this job counts against: equal for all that share a quota. */
  default Object quota(JobRef job) {
    return this;
  }

  /** Something that was started, and can be stopped. */
  @FunctionalInterface
  interface Handle {
    /** Stops it; once is as good as many times. Does not throw. */
    void cancel();
  }
}
