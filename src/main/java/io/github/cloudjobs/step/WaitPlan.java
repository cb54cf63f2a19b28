package io.github.cloudjobs.step;

import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitToken;
import java.time.Duration;
import java.time.Instant;

/**
 * The job, its service and how to wait for it.
 *
 * @param options their timeout counts from the beginning of the wait, also if it was resumed
 * @param began wall-clock time of the beginning, in nanoseconds since 1970; by the clock as it is
 *     now, which may have been set since
 */
public record WaitPlan(JobRef ref, WaitOptions options, Origin origin, long began) {
  /**
   * The service of a client. A token can be resumed only by a client of the same endpoint and path.
   *
   * @param service its name, for people
   */
  public record Origin(String endpoint, String service, String pathTemplate) {}

  /** The first poll of a job younger than this is delayed. */
  private static final long FRESH = Nanos.of(Duration.ofSeconds(10));

  private static final long FIRST_POLL_OF_A_FRESH_JOB = Nanos.of(Duration.ofSeconds(2));

  /** Creates the plan of a wait that begins now. */
  public static WaitPlan of(JobRef ref, WaitOptions options, Origin origin, Instant now) {
    return of(ref, options, origin, now, 0);
  }

  /** Creates the plan of a wait that has lasted for {@code elapsed} nanoseconds. */
  public static WaitPlan of(
      JobRef ref, WaitOptions options, Origin origin, Instant now, long elapsed) {
    return new WaitPlan(ref, options, origin, Nanos.of(now) - elapsed);
  }

  /** Returns this plan with other options. */
  WaitPlan with(WaitOptions others) {
    return new WaitPlan(ref, others, origin, began);
  }

  /** The deadline, in nanoseconds since the wait began. */
  public static long deadline(WaitOptions options) {
    return Nanos.of(options.timeout());
  }

  public long deadline() {
    return deadline(options);
  }

  /**
   * Returns the wait as a token.
   *
   * @param elapsed how long it has lasted, in nanoseconds
   * @param next when to poll next, in nanoseconds since the wait began; zero for at once
   */
  public WaitToken token(WaitState state, long elapsed, long next) {
    return TokenCodec.encode(this, state, elapsed, next);
  }

  /** The job's age before any response: since its submission, else since the wait began. */
  long firstAge() {
    Instant submitted = ref.submittedAt();
    return submitted == null ? 0 : Math.max(0, Nanos.between(Nanos.of(submitted), began));
  }

  /** The time of the first poll, in nanoseconds since the wait began. */
  long firstPoll() {
    boolean fresh = ref.submittedAt() != null && firstAge() < FRESH;
    return fresh ? FIRST_POLL_OF_A_FRESH_JOB : 0;
  }
}
