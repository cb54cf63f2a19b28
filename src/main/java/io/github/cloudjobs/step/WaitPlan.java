package io.github.cloudjobs.step;

import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.wait.WaitOptions;
import java.time.Duration;
import java.time.Instant;

/**
 * What was asked for: which job, how to wait, and how old the job was then. Does not change during
 * a wait. Immutable.
 *
 * @param deadline when the time is over
 * @param firstPoll when to poll first
 * @param age how the job's age is reckoned before any answer
 */
public record WaitPlan(JobRef ref, WaitOptions options, long deadline, long firstPoll, JobAge age) {
  /** A job younger than this was hardly begun, so the first poll is not made at once. */
  private static final long FRESH = Nanos.of(Duration.ofSeconds(10));

  private static final long FIRST_POLL_OF_A_FRESH_JOB = Nanos.of(Duration.ofSeconds(2));

  /**
   * Plans a wait.
   *
   * @param now the wall clock as the wait begins
   */
  public static WaitPlan of(JobRef ref, WaitOptions options, Instant now) {
    JobAge age = JobAge.beforeAnyAnswer(ref, now);
    boolean fresh = ref.submittedAt() != null && age.at(0) < FRESH;
    return new WaitPlan(
        ref, options, Nanos.of(options.timeout()), fresh ? FIRST_POLL_OF_A_FRESH_JOB : 0, age);
  }
}
