package io.github.cloudjobs.wait;

import io.github.cloudjobs.model.JobStatus;
import io.github.cloudjobs.model.SubJob;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Is told how a wait goes. Called on the client's executor, one call at a time for each wait, never
 * on the threads that keep time or do I/O; one listener of several waits is called by several
 * threads. The next poll is made when it has returned, so one that takes long holds up its own
 * wait, and nobody else's. What it throws is logged once for each wait and changes nothing.
 *
 * <p>After a good answer the methods are called in the order in which they stand here.
 */
@FunctionalInterface
public interface WaitListener {
  /**
   * The job's status is another than before. Not called for the first answer.
   *
   * @param before as the answer before said it
   */
  default void onStatusChange(JobStatus before, WaitProgress progress) {}

  /**
   * The service says a word that this library does not know; {@code progress.job().statusText()}
   * has it. Told once for each wait, which goes on.
   */
  default void onUnknownStatus(WaitProgress progress) {}

  /**
   * A sub-job, at whatever depth, is there for the first time or says another status than before.
   * Called for each of them, in the order in which the job lists them, a parent before its
   * children; for the first answer too, and for the first after the wait was resumed.
   *
   * @param before as the answer before said it; null if the sub-job was not there
   */
  default void onSubJobChange(@Nullable JobStatus before, SubJob subJob, WaitProgress progress) {}

  /**
   * The job or its sub-jobs name resources that they did not name before, while the job runs as
   * well as at its end; called for the first answer too, also of a wait that was resumed, if that
   * names any.
   *
   * @param ids the new ones, as {@link io.github.cloudjobs.model.JobReport#resourceIds()} has them;
   *     not empty, unmodifiable
   */
  default void onNewIds(Map<String, List<String>> ids, WaitProgress progress) {}

  /** A poll brought the job; also called for the one that ends the wait. */
  void onProgress(WaitProgress progress);

  /**
   * A poll brought no readable answer, and the wait goes on. Called for the 404 of a proxy, not for
   * the service's own, which may yet become a job.
   */
  default void onErrorBorne(WaitSetback setback) {}

  /** The service asked for fewer polls, and the wait obeys. */
  default void onThrottled(WaitSetback setback) {}

  /**
   * The wait has ended, and its future is about to complete; it may have completed already if the
   * wait was stopped, by a {@code close()} say, while this listener ran. The last call for a wait,
   * and the only one of its kind. Not called for one that its caller cancelled, completed or
   * interrupted, nor if the executor takes no more work.
   */
  default void onEnd(WaitResult result) {}
}
