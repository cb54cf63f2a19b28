package io.github.cloudjobs.wait;

import io.github.cloudjobs.model.Job;
import java.io.Serializable;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How a wait ended. */
public sealed interface WaitOutcome extends Serializable {
  /** The job reported SUCCESS, as often as {@link WaitOptions.Builder#confirmSuccess} requires. */
  record Succeeded(Job job) implements WaitOutcome {}

  /**
   * The job reported FAIL, or one of its sub-jobs did and {@link
   * WaitOptions.Builder#stopOnSubJobFailure()} is set; {@link Job#failures()} has the reasons.
   */
  record Failed(Job job) implements WaitOutcome {}

  /**
   * The deadline passed first. The job goes on.
   *
   * @param lastJob as last reported; null if no poll returned it
   * @param elapsed since the wait first began
   * @param polls the number of polls of this wait, those before a resume included
   * @param token resumes the wait
   */
  record TimedOut(@Nullable Job lastJob, Duration elapsed, int polls, WaitToken token)
      implements WaitOutcome {}

  /**
   * For 30 s the service reported that it does not know the job: it never existed, or it ended long
   * ago.
   *
   * @param lastJob as last reported; null if no poll returned it
   */
  record Vanished(@Nullable Job lastJob) implements WaitOutcome {}
}
