package io.github.cloudjobs.wait;

import static java.util.Objects.requireNonNull;

import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when a wait ends without a success. The errors that were tolerated before are {@link
 * #getSuppressed() suppressed} ones. The constructors of its subclasses may change.
 */
public abstract sealed class JobWaitException extends JobsException
    permits JobFailedException, JobWaitTimeoutException, JobVanishedException, JobPollException {
  private static final long serialVersionUID = 1L;

  private final JobRef ref;
  private final @Nullable Job lastJob;
  private final int polls;
  private final Duration elapsed;
  private final transient @Nullable Supplier<WaitToken> tokenSource;
  private @Nullable WaitToken token;

  JobWaitException(
      String message,
      @Nullable Throwable cause,
      JobRef ref,
      @Nullable Job lastJob,
      int polls,
      Duration elapsed,
      Supplier<WaitToken> tokenSource) {
    super(message, cause);
    this.ref = ref;
    this.lastJob = lastJob;
    this.polls = polls;
    this.elapsed = elapsed;
    this.tokenSource = tokenSource;
  }

  /** Returns the job that was waited for. */
  public final JobRef ref() {
    return ref;
  }

  /** Returns the job as last reported; null if no poll returned it. */
  public final @Nullable Job lastJob() {
    return lastJob;
  }

  /** Returns the number of polls that the wait made. */
  public final int polls() {
    return polls;
  }

  /** Returns the duration of the wait. */
  public final Duration elapsed() {
    return elapsed;
  }

  /** Returns a token that resumes this wait, with another client or in another process too. */
  public final synchronized WaitToken token() {
    if (token == null) { // encoded on first use: a client may be closed with many waits
      token = requireNonNull(tokenSource).get();
    }
    return token;
  }

  private void writeObject(ObjectOutputStream out) throws IOException {
    token();
    out.defaultWriteObject();
  }
}
