package io.github.cloudjobs.wait;

import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.ThrottledException;
import io.github.cloudjobs.model.JobStatus;

/**
 * Is told how a wait goes. Called on the client's executor, one call at a time for each wait, never
 * on the threads that keep time or do I/O. The next poll is made when it has returned, so one that
 * takes long holds up its own wait, and nobody else's. What it throws is logged once for each wait
 * and changes nothing.
 */
@FunctionalInterface
public interface WaitListener {
  /** A poll brought the job; also called for the one that ends the wait. */
  void onProgress(WaitProgress progress);

  /**
   * The job's status is another than before; called before {@link #onProgress}. Not called for the
   * first answer.
   */
  default void onStatusChange(JobStatus before, WaitProgress progress) {}

  /**
   * The service says a word that this library does not know; {@code progress.job().statusText()}
   * has it. Told once for each wait, which goes on.
   */
  default void onUnknownStatus(WaitProgress progress) {}

  /**
   * A poll brought no readable answer, and the wait goes on. Not called for a 404 that may yet
   * become a job.
   *
   * @param inARow how many, this one included, since the last good answer
   */
  default void onErrorBorne(JobsException error, int inARow) {}

  /** The service asked for fewer polls, and the wait obeys. */
  default void onThrottled(ThrottledException error) {}
}
