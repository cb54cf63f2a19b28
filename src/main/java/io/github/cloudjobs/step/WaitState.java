package io.github.cloudjobs.step;

import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobStatus;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a wait has learned so far. Immutable; a step makes another.
 *
 * @param polls how many were answered or lost
 * @param job as last reported; null before the first good answer
 * @param age how the job's age is reckoned
 * @param successes how many answers in a row said SUCCESS
 * @param errors how many answers in a row were lost or unreadable
 * @param throttles how many answers in a row asked for fewer polls
 * @param lastGood when the last good answer came; zero, the wait's beginning, before the first
 * @param missingSince when the first 404 came that counts; less than zero if none did
 * @param unknownTold whether a status that is not known was reported
 * @param last whether the next poll is the last
 * @param borne the latest errors since the last good answer, the oldest first
 */
public record WaitState(
    int polls,
    @Nullable Job job,
    JobAge age,
    int successes,
    int errors,
    int throttles,
    long lastGood,
    long missingSince,
    boolean unknownTold,
    boolean last,
    List<JobsException> borne) {
  static final long NOT_MISSING = -1;

  /** Enough to see what went wrong; a wait of a day must not gather a day's errors. */
  private static final int MOST_BORNE = 10;

  /** Nothing learned yet. */
  static WaitState begin(WaitPlan plan) {
    return new WaitState(0, null, plan.age(), 0, 0, 0, 0, NOT_MISSING, false, false, List.of());
  }

  /** A poll brought a job. */
  WaitState answered(Job answer, JobAge ageNow, long at) {
    return new WaitState(
        polls + 1,
        answer,
        ageNow,
        answer.status() == JobStatus.SUCCESS ? successes + 1 : 0,
        0,
        0,
        at,
        NOT_MISSING,
        unknownTold || answer.status() == JobStatus.UNKNOWN,
        last,
        List.of());
  }

  /** A poll brought an error; what kind is for the others to say. */
  WaitState met(JobsException error) {
    List<JobsException> all = new ArrayList<>(borne);
    all.add(error);
    List<JobsException> latest =
        List.copyOf(all.subList(Math.max(0, all.size() - MOST_BORNE), all.size()));
    return with(polls + 1, errors, throttles, missingSince, latest);
  }

  /** The answer was lost or unreadable. */
  WaitState lost() {
    return with(polls, errors + 1, 0, missingSince, borne);
  }

  /** The service asked for fewer polls. */
  WaitState throttled() {
    return with(polls, errors, throttles + 1, missingSince, borne);
  }

  /** The service does not know the job, and has not since then. */
  WaitState missing(long since) {
    return with(polls, errors, throttles, since, borne);
  }

  /** The next poll is the last. */
  WaitState withLast() {
    return new WaitState(
        polls,
        job,
        age,
        successes,
        errors,
        throttles,
        lastGood,
        missingSince,
        unknownTold,
        true,
        borne);
  }

  private WaitState with(
      int pollsNow,
      int errorsNow,
      int throttlesNow,
      long missingNow,
      List<JobsException> borneNow) {
    return new WaitState(
        pollsNow,
        job,
        age,
        successes,
        errorsNow,
        throttlesNow,
        lastGood,
        missingNow,
        unknownTold,
        last,
        borneNow);
  }
}
