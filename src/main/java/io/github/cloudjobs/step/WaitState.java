package io.github.cloudjobs.step;

import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobStatus;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a wait has learned so far. There may be a hundred thousand waits, so what only a failing one
 * needs is in {@link ErrorStreak}.
 *
 * @param polls the polls that have returned a job or an error
 * @param job the last one reported; null before the first good response
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

    private List<JobsException> latestWith(JobsException error) {
      List<JobsException> all = new ArrayList<>(latest);
      all.add(error);
      return List.copyOf(all.subList(Math.max(0, all.size() - MOST_KEPT), all.size()));
    }
  }

  /** The state before the first poll. */
  static WaitState begin(WaitPlan plan) {
    return new WaitState(0, null, plan.firstAge(), (short) 0, 0, false, ErrorStreak.NONE);
  }

  /** A poll returned a job. */
  WaitState afterJob(Job answer, JobAge ageNow, long at) {
    boolean success = answer.status() == JobStatus.SUCCESS;
    return new WaitState(
        polls + 1,
        answer,
        ageNow,
        success ? (short) (successes + 1) : 0,
        at,
        unknownReported || answer.status() == JobStatus.UNKNOWN,
        ErrorStreak.NONE);
  }

  /** A poll returned an error; one of the methods below counts it by its kind. */
  WaitState afterError(JobsException error) {
    return with(
        polls + 1, errors(), throttles(), streak.missingSince, 0, 0, streak.latestWith(error));
  }

  /** The error was one within the budget. */
  WaitState failed() {
    return with(polls, errors() + 1, 0, streak.missingSince, 0, 0, streak.latest);
  }

  /** The service asked for fewer polls. */
  WaitState throttled() {
    return with(polls, errors(), throttles() + 1, streak.missingSince, 0, 0, streak.latest);
  }

  /** The service has not known the job since this time. */
  WaitState missing(long since) {
    return with(polls, errors(), throttles(), since, 0, 0, streak.latest);
  }

  /** A poll found no address for the host. */
  WaitState unknownHost(JobsException error, long at) {
    return with(
        polls + 1,
        errors() + 1,
        0,
        streak.missingSince,
        streak.unknownHosts + 1,
        streak.unknownHosts == 0 ? at : streak.unknownHostSince,
        streak.latestWith(error));
  }

  private WaitState with(
      int pollsNow,
      int errors,
      int throttles,
      long missingSince,
      int unknownHosts,
      long unknownHostSince,
      List<JobsException> latest) {
    ErrorStreak now =
        new ErrorStreak(errors, throttles, missingSince, unknownHosts, unknownHostSince, latest);
    return new WaitState(pollsNow, job, age, successes, lastGood, unknownReported, now);
  }

  /** How many polls in a row failed. */
  public int errors() {
    return streak.errors;
  }

  /** How many polls in a row were throttled. */
  public int throttles() {
    return streak.throttles;
  }

  /** The latest errors since the last good response, the oldest first. */
  List<JobsException> latestErrors() {
    return streak.latest;
  }
}
