package io.github.cloudjobs.step;

import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import java.time.Duration;
import java.time.Instant;

/**
 * How old a job is. Reckoned once from wall clocks, at the first answer that shows its {@code
 * begin_time}; from then on it grows with the wait's own clock, so a wall clock that jumps changes
 * nothing. Immutable.
 *
 * @param begin the {@code begin_time} that was taken into account, in nanoseconds since 1970;
 *     {@link #NO_BEGIN} before any was
 * @param whenWaitBegan the age when the wait began, in nanoseconds; less than zero if the job began
 *     later
 */
record JobAge(long begin, long whenWaitBegan) {
  static final long NO_BEGIN = Long.MIN_VALUE;

  /** A job cannot have begun before it was submitted; clocks may differ by this much. */
  private static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(5);

  /** The age of a job that no answer has shown yet: since it was submitted, else since now. */
  static JobAge beforeAnyAnswer(JobRef ref, Instant now) {
    Instant submitted = ref.submittedAt();
    return new JobAge(
        NO_BEGIN, submitted == null ? 0 : Math.max(0, Nanos.of(Duration.between(submitted, now))));
  }

  /** The age in nanoseconds when the wait has lasted {@code elapsed}; zero or more. */
  long at(long elapsed) {
    return Math.max(0, whenWaitBegan + elapsed);
  }

  /**
   * Takes an answer into account: a {@code begin_time} seen for the first time, or one that moved
   * later because the job was queued again.
   *
   * @param now the server's clock at the answer, else this machine's
   */
  JobAge seen(Job job, JobRef ref, Instant now, long elapsed) {
    Instant time = job.beginTime();
    if (time == null || Nanos.of(time) <= begin || precedes(time, ref)) {
      return this;
    }
    long age = Nanos.of(Duration.between(time, now));
    if (age < 0 && begin == NO_BEGIN) {
      return new JobAge(Nanos.of(time), whenWaitBegan); // clocks differ, so it tells nothing
    }
    return new JobAge(Nanos.of(time), Math.max(0, age) - elapsed);
  }

  private static boolean precedes(Instant begin, JobRef ref) {
    Instant submitted = ref.submittedAt();
    return submitted != null && Duration.between(begin, submitted).compareTo(CLOCK_TOLERANCE) > 0;
  }
}
