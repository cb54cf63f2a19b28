package io.github.cloudjobs.step;

import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a wait has learned so far. Immutable; a step makes another. There is one for each wait, and
 * there may be a hundred thousand waits: what is only needed in trouble is in {@link Setbacks}.
 *
 * @param polls how many were answered or lost
 * @param job as last reported; null before the first good answer
 * @param age how the job's age is reckoned
 * @param successes how many answers in a row said SUCCESS
 * @param lastGood when the last good answer came; zero, the wait's beginning, before the first
 * @param unknownTold whether a status that is not known was reported
 * @param setbacks what has gone wrong since
 */
public record WaitState(
    int polls,
    @Nullable Job job,
    JobAge age,
    short successes,
    long lastGood,
    boolean unknownTold,
    Setbacks setbacks) {

  /** Nothing learned yet. */
  static WaitState begin(WaitPlan plan) {
    return new WaitState(0, null, plan.firstAge(), (short) 0, 0, false, Setbacks.NONE);
  }

  /** A poll brought a job. */
  WaitState answered(Job answer, JobAge ageNow, long at) {
    boolean success = answer.status() == JobStatus.SUCCESS;
    return new WaitState(
        polls + 1,
        answer,
        ageNow,
        success ? (short) (successes + 1) : 0,
        at,
        unknownTold || answer.status() == JobStatus.UNKNOWN,
        Setbacks.NONE);
  }

  /** A poll brought an error; what kind is for the others to say. */
  WaitState met(JobsException error) {
    return with(polls + 1, setbacks.met(error));
  }

  /** A poll found no address for the host. */
  WaitState unknownHost(JobsException error, long at) {
    return with(polls + 1, setbacks.unknownHost(error, at));
  }

  /** The answer was lost or unreadable. */
  WaitState lost() {
    return with(polls, setbacks.lost());
  }

  /** The service asked for fewer polls. */
  WaitState throttled() {
    return with(polls, setbacks.throttled());
  }

  /** The service does not know the job, and has not known it since then. */
  WaitState missing(long since) {
    return with(polls, setbacks.missing(since));
  }

  private WaitState with(int pollsNow, Setbacks setbacksNow) {
    return new WaitState(pollsNow, job, age, successes, lastGood, unknownTold, setbacksNow);
  }

  /** How many answers in a row were lost or unreadable. */
  public int errors() {
    return setbacks.errors();
  }

  /** How many polls in a row were throttled. */
  public int throttles() {
    return setbacks.throttles();
  }

  /** The latest errors since the last good answer, the oldest first. */
  List<JobsException> borne() {
    return setbacks.borne();
  }
}
