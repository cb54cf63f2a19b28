package io.github.cloudjobs.step;

import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.WaitStep.PollAt;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitToken;
import java.time.Instant;

/**
 * The job, its service and how to wait for it.
 *
 * @param options their timeout counts from the beginning of the wait, also if it was resumed
 * @param began when it began, in nanoseconds since 1970 by the clock as it is set now
 */
public record WaitPlan(JobRef ref, WaitOptions options, Origin origin, long began) {
  /** The service of a client. Tokens belong to an endpoint and path; the name is for people. */
  public record Origin(String endpoint, String service, String pathTemplate) {}

  /** The plan of a wait that has lasted for {@code elapsed} nanoseconds. */
  public static WaitPlan of(
      JobRef ref, WaitOptions options, Origin origin, Instant now, long elapsed) {
    return new WaitPlan(ref, options, origin, Nanos.of(now) - elapsed);
  }

  /** The deadline, in nanoseconds since the wait began. */
  public static long deadline(WaitOptions options) {
    return Nanos.of(options.timeout());
  }

  public long deadline() {
    return deadline(options);
  }

  /** Returns the wait as a token; {@code next} is when to poll next, zero for at once. */
  public WaitToken token(WaitState state, long elapsed, long next) {
    return new ResumedWait(this, new PollAt(state, next, false), elapsed).token();
  }

  /** The job's age before any response: since its submission, else since the wait began. */
  long firstAge() {
    Instant submitted = ref.submittedAt();
    return submitted == null ? 0 : Math.max(0, Nanos.between(Nanos.of(submitted), began));
  }
}
