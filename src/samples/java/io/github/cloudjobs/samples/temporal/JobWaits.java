package io.github.cloudjobs.samples.temporal;

import io.temporal.activity.ActivityInterface;
import java.util.List;

/** Waits for jobs. */
@ActivityInterface
public interface JobWaits {
  /**
   * Waits until a job has succeeded.
   *
   * @param token where the wait stands as the workflow begins
   * @return the servers it made: what an activity returns is kept in the history, so not the job
   */
  List<String> awaitServers(String token);
}
