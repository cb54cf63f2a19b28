package io.github.cloudjobs.step;

import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The age of a job. It is computed once from wall clocks, at the first response with a {@code
 * begin_time}, and then grows with the wait's monotonic clock.
 *
 * @param begin the {@code begin_time} it was computed from, in nanoseconds since 1970; {@link
 *     #NO_BEGIN} if none
 * @param whenWaitBegan the age when the wait began, in nanoseconds; negative if the job began later
 */
record JobAge(long begin, long whenWaitBegan) {
  static final long NO_BEGIN = Long.MIN_VALUE;

  /** A job begins after its submission; clocks may differ by this much. */
  private static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(5);

  /** The age before the first response: since the submission, else since now. */
  static JobAge beforeAnyResponse(JobRef ref, Instant now) {
    Instant submitted = ref.submittedAt();
    return new JobAge(
        NO_BEGIN, submitted == null ? 0 : Math.max(0, Nanos.of(Duration.between(submitted, now))));
  }

  /** Returns the age in nanoseconds when the wait has lasted {@code elapsed}; zero or more. */
  long at(long elapsed) {
    return Math.max(0, whenWaitBegan + elapsed);
  }

  /**
   * Returns the age after a response. It changes with the first {@code begin_time}, and with a
   * later one, as of a job that was queued again.
   *
   * @param previous the job in the response before; null if there was none
   * @param now the server's time of the response, else this machine's
   */
  JobAge seen(@Nullable Job previous, Job job, JobRef ref, Instant now, long elapsed) {
    if (previous != null && Objects.equals(previous.beginTimeText(), job.beginTimeText())) {
      return this; // spares reading the time at every poll
    }
    Instant time = job.beginTime();
    if (time == null || Nanos.of(time) <= begin || precedes(time, ref)) {
      return this;
    }
    long age = Nanos.of(Duration.between(time, now));
    if (age < 0 && begin == NO_BEGIN) {
      return new JobAge(Nanos.of(time), whenWaitBegan); // clocks differ
    }
    return new JobAge(Nanos.of(time), Math.max(0, age) - elapsed);
  }

  private static boolean precedes(Instant begin, JobRef ref) {
    Instant submitted = ref.submittedAt();
    return submitted != null && Duration.between(begin, submitted).compareTo(CLOCK_TOLERANCE) > 0;
  }
}
