package io.github.cloudjobs.wait;

import io.github.cloudjobs.model.JobStatus;
import io.github.cloudjobs.model.SubJob;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Receives the events of a wait. Methods are called on the client's executor, one at a time for
 * each wait; several waits may call a shared listener at once. The next poll is made after the
 * methods have returned. An exception is logged once for each wait and changes nothing else.
 *
 * <p>After a successful poll the methods are called in the order in which they are declared here.
 */
@FunctionalInterface
public interface WaitListener {
  /** Called when the status changed since the previous response; not for the first response. */
  default void onStatusChange(JobStatus before, WaitProgress progress) {}

  /**
   * Called once for each wait, when the service first reports a status that this library does not
   * know; {@code progress.job().statusText()} returns it. The wait goes on.
   */
  default void onUnknownStatus(WaitProgress progress) {}

  /**
   * Called for each sub-job, at any depth, that is new or whose status changed, in the order of the
   * response, parents before their children. Called for the first response too, and for the first
   * after a resume.
   *
   * @param before the status in the previous response; null if the sub-job is new
   */
  default void onSubJobChange(@Nullable JobStatus before, SubJob subJob, WaitProgress progress) {}

  /**
   * Called when the job or its sub-jobs name resources that the previous response did not name; for
   * the first response, and the first after a resume, if it names any.
   *
   * @param ids the new ids by key, as {@link io.github.cloudjobs.model.JobReport#resourceIds()}
   *     returns them; not empty, unmodifiable
   */
  default void onResources(Map<String, List<String>> ids, WaitProgress progress) {}

  /** Called after each successful poll, the last one included. */
  void onProgress(WaitProgress progress);

  /** Called when a poll failed and the wait goes on; not for a 404 of the service itself. */
  default void onPollFailed(PollFailure failure) {}

  /** Called when the service throttled a poll, with status 429 or 503, and the wait goes on. */
  default void onThrottled(PollFailure failure) {}

  /**
   * Called once, as the last call for a wait, before its future completes, unless the wait was
   * stopped while a method of this listener ran. Not called if the caller cancelled, completed or
   * interrupted the wait, nor if the executor rejects the call.
   */
  default void onEnd(WaitResult result) {}
}
