package io.github.cloudjobs.step;

import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobStatus;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a wait knows after its latest poll. There may be a hundred thousand waits, so what only a
 * failing one needs is in {@link ErrorStreak}.
 *
 * @param polls the polls that have returned a job or an error
 * @param job as last reported; null before the first good response
 * @param successes how many responses in a row had the status SUCCESS
 * @param lastGood when the last good response came, in nanoseconds since the wait began; 0 before
 * @param unknownReported whether a response had an unknown status
 */
public record WaitState(
    int polls,
    @Nullable Job job,
    JobAge age,
    short successes,
    long lastGood,
    boolean unknownReported,
    ErrorStreak streak) {

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
    return new WaitState(0, null, plan.firstAge(), (short) 0, 0, false, ErrorStreak.NONE);
  }

  /** The state after a poll that returned a job. */
  WaitState afterJob(Job reported, JobAge ageNow, long at) {
    boolean success = reported.status() == JobStatus.SUCCESS;
    return new WaitState(
        polls + 1,
        reported,
        ageNow,
        success ? (short) (successes + 1) : 0,
        at,
        unknownReported || reported.status() == JobStatus.UNKNOWN,
        ErrorStreak.NONE);
  }

  /** The state after a poll that returned an error. */
  WaitState afterError(JobsException error, ErrorVerdict verdict, long at) {
    ErrorStreak now = streak.with(error, verdict, at);
    return new WaitState(polls + 1, job, age, successes, lastGood, unknownReported, now);
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
