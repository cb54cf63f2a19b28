package io.github.cloudjobs.wait;

import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A wait ended without a success. Tells what was last known, so that nothing has to be asked again;
 * errors that were borne on the way are among its {@link #getSuppressed() suppressed} ones. Made by
 * the library; the constructors of its kinds are no part of the promise.
 */
public abstract sealed class JobWaitException extends JobsException
    permits JobFailedException, JobWaitTimeoutException, JobVanishedException, JobPollException {
  private static final long serialVersionUID = 1L;

  private final JobRef ref;
  private final @Nullable Job lastJob;
  private final int polls;
  private final Duration elapsed;
  private final WaitToken token;

  JobWaitException(
      String message,
      @Nullable Throwable cause,
      JobRef ref,
      @Nullable Job lastJob,
      int polls,
      Duration elapsed,
      WaitToken token) {
    super(message, cause);
    this.ref = ref;
    this.lastJob = lastJob;
    this.polls = polls;
    this.elapsed = elapsed;
    this.token = token;
  }

  /** Which job was waited for. */
  public final JobRef ref() {
    return ref;
  }

  /** The job as last reported; null if no poll brought it. */
  public final @Nullable Job lastJob() {
    return lastJob;
  }

  /** How many polls the wait made. */
  public final int polls() {
    return polls;
  }

  /** How long the wait lasted. */
  public final Duration elapsed() {
    return elapsed;
  }

  /**
   * With this a later wait, of another client or in another process, goes on where this one left
   * off.
   */
  public final WaitToken token() {
    return token;
  }
}
