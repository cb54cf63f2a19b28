package io.github.cloudjobs.step;

import io.github.cloudjobs.error.JobNotFoundException;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.ThrottledException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.model.JobStatus;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The state of a wait after its latest poll. There may be a hundred thousand waits, so the fields
 * that only a failing wait needs are in {@link ErrorStreak}. Times are nanoseconds since the wait
 * began.
 *
 * @param begin the {@code begin_time} of the job's age, in nanoseconds since 1970
 * @param ageWhenBegun the job's age when the wait began; negative if it began later
 * @param successes how many responses in a row had the status SUCCESS
 * @param lastGood when the last good response came; 0 before the first
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
  private static final long CLOCK_TOLERANCE = 300 * Nanos.SECOND;

  /**
   * What went wrong in the polls since the last good response; numbers are of polls in a row.
   *
   * @param missingSince when the service's first 404 came
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

    private ErrorStreak with(JobsException error, long at) {
      boolean missing = error instanceof JobNotFoundException;
      boolean throttled = error instanceof ThrottledException;
      boolean failed = !missing && !throttled;
      boolean unknownHost = WaitStep.isCausedBy(error, UnknownHostException.class);
      long since = unknownHosts > 0 ? unknownHostSince : at;
      List<JobsException> all = new ArrayList<>(latest);
      all.add(error);
      return new ErrorStreak(
          failed ? errors + 1 : errors,
          failed ? 0 : throttled ? throttles + 1 : throttles,
          missing && missingSince == NOT_MISSING ? at : missingSince,
          unknownHost ? unknownHosts + 1 : 0,
          unknownHost ? since : 0,
          List.copyOf(all.subList(Math.max(0, all.size() - MOST_KEPT), all.size())));
    }
  }

  static WaitState begin(WaitPlan plan) {
    return new WaitState(0, null, NO_BEGIN, plan.firstAge(), (short) 0, 0, false, ErrorStreak.NONE);
  }

  /** The job's age when the wait has lasted {@code elapsed}; zero or more. */
  long age(long elapsed) {
    return Math.max(0, ageWhenBegun + elapsed);
  }

  /**
   * The state after a poll that returned a job. The age is computed from wall clocks with the first
   * {@code begin_time}, and with a later one, as of a job that was queued again. In between it
   * grows with the wait's monotonic clock.
   *
   * @param now the time of the response since 1970, by the server if it sent one
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
        || (submitted != null
            && Nanos.between(Nanos.of(time), Nanos.of(submitted)) > CLOCK_TOLERANCE)) {
      return begin;
    }
    return Math.max(begin, Nanos.of(time));
  }

  WaitState afterError(JobsException error, long at) {
    ErrorStreak now = streak.with(error, at);
    return new WaitState(
        polls + 1, job, begin, ageWhenBegun, successes, lastGood, unknownReported, now);
  }

  public int errors() {
    return streak.errors;
  }

  public int throttles() {
    return streak.throttles;
  }
}
