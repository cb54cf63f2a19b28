package io.github.cloudjobs.step;

import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.model.JobStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a wait knows after its latest poll. There may be a hundred thousand waits, so what only a
 * failing one needs is in {@link ErrorStreak}.
 *
 * @param polls the polls that have returned a job or an error
 * @param job as last reported; null before the first good response
 * @param begin the {@code begin_time} that the job's age was computed from, in nanoseconds since
 *     1970; {@link #NO_BEGIN} if none
 * @param ageWhenBegun the job's age when the wait began, in nanoseconds; negative if it began later
 * @param successes how many responses in a row had the status SUCCESS
 * @param lastGood when the last good response came, in nanoseconds since the wait began; 0 before
 * @param unknownReported whether a response had an unknown status
 */
public record WaitState(
    int polls,
    @Nullable Job job,
    long begin,
    long ageWhenBegun,
    short successes,
    long lastGood,
    boolean unknownReported,
    ErrorStreak streak) {
  static final long NO_BEGIN = Long.MIN_VALUE;

  /** A job begins after its submission; clocks may differ by this much. */
  private static final long CLOCK_TOLERANCE = Nanos.of(Duration.ofMinutes(5));

  /**
   * What went wrong since the last good response.
   *
   * @param errors how many polls in a row failed
   * @param throttles how many polls in a row were throttled
   * @param missingSince when the service's first 404 came; {@link #NOT_MISSING} if none did
   * @param unknownHosts how many polls in a row found no address for the host
   * @param unknownHostSince when the first of these failed
   * @param latest the latest errors, the oldest first
   */
  record ErrorStreak(
      int errors,
      int throttles,
      long missingSince,
      int unknownHosts,
      long unknownHostSince,
      List<JobsException> latest) {
    static final long NOT_MISSING = -1;
    static final ErrorStreak NONE = new ErrorStreak(0, 0, NOT_MISSING, 0, 0, List.of());

    /** Enough to see what went wrong; a wait of a day must not keep a day's errors. */
    private static final int MOST_KEPT = 10;

    private ErrorStreak with(JobsException error, ErrorVerdict verdict, long at) {
      boolean unknownHost = verdict == ErrorVerdict.UNKNOWN_HOST;
      boolean failed = unknownHost || verdict == ErrorVerdict.TOLERATED;
      List<JobsException> all = new ArrayList<>(latest);
      all.add(error);
      return new ErrorStreak(
          failed ? errors + 1 : errors,
          failed ? 0 : verdict == ErrorVerdict.THROTTLED ? throttles + 1 : throttles,
          verdict == ErrorVerdict.MISSING && missingSince == NOT_MISSING ? at : missingSince,
          unknownHost ? unknownHosts + 1 : 0,
          !unknownHost ? 0 : unknownHosts > 0 ? unknownHostSince : at,
          List.copyOf(all.subList(Math.max(0, all.size() - MOST_KEPT), all.size())));
    }
  }

  /** The state before the first poll. */
  static WaitState begin(WaitPlan plan) {
    return new WaitState(0, null, NO_BEGIN, plan.firstAge(), (short) 0, 0, false, ErrorStreak.NONE);
  }

  /**
   * Returns the job's age in nanoseconds when the wait has lasted {@code elapsed}; zero or more.
   */
  long age(long elapsed) {
    return Math.max(0, ageWhenBegun + elapsed);
  }

  /**
   * The state after a poll that returned a job. The age is computed from wall clocks with the first
   * {@code begin_time}, and with a later one, as of a job that was queued again. In between it
   * grows with the wait's monotonic clock.
   *
   * @param now the server's time of the response, else this machine's, in nanoseconds since 1970
   */
  WaitState afterJob(Job reported, JobRef ref, long now, long at) {
    boolean success = reported.status() == JobStatus.SUCCESS;
    long lastBegin = lastBegin(reported, ref);
    long age = Nanos.between(lastBegin, now);
    boolean clocksDiffer = begin == NO_BEGIN && age < 0;
    return new WaitState(
        polls + 1,
        reported,
        lastBegin,
        lastBegin == begin || clocksDiffer ? ageWhenBegun : Math.max(0, age) - at,
        success ? (short) (successes + 1) : 0,
        at,
        unknownReported || reported.status() == JobStatus.UNKNOWN,
        ErrorStreak.NONE);
  }

  private long lastBegin(Job reported, JobRef ref) {
    if (job != null && Objects.equals(job.beginTimeText(), reported.beginTimeText())) {
      return begin; // spares reading the time at every poll
    }
    Instant time = reported.beginTime();
    Instant submitted = ref.submittedAt();
    if (time == null
        || (submitted != null && Nanos.of(Duration.between(time, submitted)) > CLOCK_TOLERANCE)) {
      return begin;
    }
    return Math.max(begin, Nanos.of(time));
  }

  /** The state after a poll that returned an error. */
  WaitState afterError(JobsException error, ErrorVerdict verdict, long at) {
    ErrorStreak now = streak.with(error, verdict, at);
    return new WaitState(
        polls + 1, job, begin, ageWhenBegun, successes, lastGood, unknownReported, now);
  }

  /** The latest errors since the last good response, the oldest first. */
  List<JobsException> latestErrors() {
    return streak.latest;
  }

  /** How many polls in a row failed. */
  public int errors() {
    return streak.errors;
  }

  /** How many polls in a row were throttled. */
  public int throttles() {
    return streak.throttles;
  }
}
