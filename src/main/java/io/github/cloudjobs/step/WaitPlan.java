package io.github.cloudjobs.step;

import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.wait.PollSchedule;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitToken;
import java.time.Duration;
import java.time.Instant;

/**
 * What was asked for: which job, of which service, and how to wait. Does not change during a wait.
 * Immutable.
 *
 * @param options their timeout counts from when the wait began, also if it was resumed since
 * @param began the wall clock as the wait began, in nanoseconds since 1970
 */
public record WaitPlan(JobRef ref, WaitOptions options, WaitOrigin origin, long began) {
  /** A job younger than this was hardly begun, so the first poll is not made at once. */
  private static final long FRESH = Nanos.of(Duration.ofSeconds(10));

  private static final long FIRST_POLL_OF_A_FRESH_JOB = Nanos.of(Duration.ofSeconds(2));

  /**
   * Plans a wait.
   *
   * @param now the wall clock as the wait begins
   */
  public static WaitPlan of(JobRef ref, WaitOptions options, WaitOrigin origin, Instant now) {
    return new WaitPlan(ref, options, origin, Nanos.of(now));
  }

  /**
   * The same by the wall clock as it is now, which may have been set since the wait began.
   *
   * @param at how long the wait has lasted, in nanoseconds
   */
  public WaitPlan today(Instant now, long at) {
    long begun = Nanos.of(now) - at;
    return begun == began ? this : new WaitPlan(ref, options, origin, begun);
  }

  /** The same with another schedule. */
  WaitPlan with(PollSchedule schedule) {
    return new WaitPlan(ref, options.toBuilder().schedule(schedule).build(), origin, began);
  }

  /** When the time is over, in nanoseconds since the wait began. */
  public long deadline() {
    return Nanos.of(options.timeout());
  }

  /**
   * The wait as a token. All times are in nanoseconds since the wait began.
   *
   * @param at how long it has lasted
   * @param next when the next poll is to be made; zero for at once
   */
  public WaitToken token(WaitState state, long at, long next) {
    return TokenCodec.encode(this, state, at, next);
  }

  /** How the job's age is reckoned before any answer. */
  JobAge firstAge() {
    return JobAge.beforeAnyAnswer(ref, Nanos.instant(began));
  }

  /** When to poll first, in nanoseconds since the wait began. */
  long firstPoll() {
    boolean fresh = ref.submittedAt() != null && firstAge().at(0) < FRESH;
    return fresh ? FIRST_POLL_OF_A_FRESH_JOB : 0;
  }
}
