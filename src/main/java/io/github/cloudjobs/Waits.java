package io.github.cloudjobs;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import io.github.cloudjobs.engine.StoppableFuture;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.http.JobPoller;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.PollResult;
import io.github.cloudjobs.step.ResumedWait;
import io.github.cloudjobs.step.WaitPlan;
import io.github.cloudjobs.step.WaitPlan.Origin;
import io.github.cloudjobs.step.WaitTermination;
import io.github.cloudjobs.text.Throwables;
import io.github.cloudjobs.wait.PollStep;
import io.github.cloudjobs.wait.WaitForAllException;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitOutcome;
import io.github.cloudjobs.wait.WaitResult;
import io.github.cloudjobs.wait.WaitToken;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;

/** The waits of one client. */
final class Waits {
  private final SharedResources shared;
  private final JobPoller poller;
  private final Origin origin;
  private volatile boolean closed;

  Waits(SharedResources shared, JobPoller poller, JobsService service) {
    this.shared = shared;
    this.poller = poller;
    this.origin = new Origin(poller.endpoint().toString(), service.name(), service.pathTemplate());
  }

  /** Throws an exception if this client, or the one that it was made from, is closed. */
  void checkOpen() {
    if (closed || shared.engine.isClosed()) {
      throw new IllegalStateException("this JobsClient is closed");
    }
  }

  /** Returns a wait that begins now. */
  ResumedWait begin(JobRef job, WaitOptions options) {
    checkOpen();
    WaitPlan plan =
        WaitPlan.of(requireNonNull(job, "job"), options, origin, shared.clock.instant(), 0);
    return ResumedWait.begin(plan);
  }

  /** Returns the wait that was kept as a token. */
  ResumedWait kept(WaitToken token) {
    checkOpen();
    return ResumedWait.of(requireNonNull(token, "token"), origin, shared.clock.instant());
  }

  /** Starts or resumes a wait for the job that it ends with. */
  CompletableFuture<Job> startForJob(ResumedWait wait) {
    return start(wait, WaitTermination::jobOrThrow);
  }

  /** Starts or resumes a wait for its outcome. */
  CompletableFuture<WaitOutcome> startForOutcome(ResumedWait wait) {
    return start(wait, WaitTermination::outcomeOrThrow);
  }

  /** Starts or resumes a wait; the future completes with {@code reading} applied to its end. */
  private <T> CompletableFuture<T> start(ResumedWait wait, Function<WaitTermination, T> reading) {
    CompletableFuture<T> future =
        shared.engine.start(this, poller.generation(), wait, poller, reading);
    if (closed) {
      shared.engine.close(this); // a close() at the same time did not see this wait
    }
    return future;
  }

  /** Starts or resumes a wait, and blocks until it has ended. */
  WaitTermination await(ResumedWait wait) throws InterruptedException {
    return await(List.of(start(wait, Function.identity()))).get(0);
  }

  /** Blocks until all have ended; an interrupt ends them. */
  private List<WaitTermination> await(List<CompletableFuture<WaitTermination>> waits)
      throws InterruptedException {
    try {
      return shared.engine.awaitAll(waits);
    } catch (ExecutionException e) {
      cancelAll(waits);
      Throwable cause = requireNonNullElse(e.getCause(), e);
      throw new JobsException("the wait failed: " + Throwables.describe(cause), cause);
    }
  }

  private static void cancelAll(List<CompletableFuture<WaitTermination>> waits) {
    for (CompletableFuture<WaitTermination> wait : waits) {
      wait.cancel(true);
    }
  }

  /** Starts a wait for each job; in virtual time none polls before all have been started. */
  Group startAll(Collection<JobRef> jobs, WaitOptions options) {
    checkOpen();
    requireNonNull(options, "options");
    List<JobRef> refs = List.copyOf(jobs);
    return shared.engine.holding(() -> new Group(refs, options));
  }

  /** Waits for many jobs that were started together; completing it early in any way ends them. */
  @SuppressWarnings("FutureReturnValueIgnored") // of actions that do not throw
  final class Group extends StoppableFuture<List<WaitOutcome>> {
    private final List<CompletableFuture<WaitTermination>> waits = new ArrayList<>();
    private final CompletableFuture<WaitTermination> failure = new CompletableFuture<>();

    private Group(Collection<JobRef> jobs, WaitOptions options) {
      try {
        for (JobRef job : jobs) {
          waits.add(start(begin(job, options), end -> onEnd(end, options)));
        }
      } catch (Throwable t) {
        stop();
        throw t;
      }
      failure.thenRun(() -> shared.engine.end(waits, "another job did not succeed"));
    }

    private WaitTermination onEnd(WaitTermination end, WaitOptions options) {
      if (options.stopsAtFirstFailure() && !end.isSuccess()) {
        failure.complete(end);
      }
      return end;
    }

    List<WaitOutcome> await() throws InterruptedException {
      Waits.this.await(waits);
      return outcomes();
    }

    /** Returns this, to be completed when all have ended. */
    CompletableFuture<List<WaitOutcome>> future() {
      CompletableFuture.allOf(waits.toArray(new CompletableFuture<?>[0]))
          .whenComplete((done, error) -> completeAll());
      return this;
    }

    private void completeAll() {
      try {
        succeed(outcomes());
      } catch (CancellationException stopped) {
        // the caller that stopped the waits completes this future
      } catch (Throwable t) {
        failWith(t);
      }
    }

    @Override
    protected void stop() {
      cancelAll(waits);
    }

    /** Returns the outcomes of waits that have all ended. */
    private List<WaitOutcome> outcomes() {
      List<WaitOutcome> outcomes = new ArrayList<>();
      WaitTermination problem = failure.getNow(null);
      for (CompletableFuture<WaitTermination> wait : waits) {
        WaitTermination end = wait.join();
        if (end.outcome() != null) {
          outcomes.add(end.outcome());
        } else if (problem == null) {
          problem = end;
        }
      }
      if (problem == null) {
        return Collections.unmodifiableList(outcomes);
      }
      List<WaitResult> results = waits.stream().map(wait -> wait.join().result()).toList();
      String message =
          "job %s did not succeed; of %s waits %s came to no outcome"
              .formatted(problem.ref().jobId(), waits.size(), waits.size() - outcomes.size());
      throw new WaitForAllException(message, problem.exception(), results);
    }
  }

  PollStep pollOnce(WaitToken token) {
    ResumedWait kept = kept(token);
    PollResult result = shared.engine.holding(() -> poller.pollOnce(kept.plan().ref()));
    if (result.error() instanceof JobsTransportException interrupted
        && Thread.currentThread().isInterrupted()) {
      throw interrupted;
    }
    return kept.step(shared.clock.instant(), result);
  }

  /** Makes one poll that belongs to no wait. */
  Job poll(JobRef job) {
    checkOpen();
    return shared.engine.holding(() -> poller.poll(job));
  }

  /** Makes one poll that belongs to no wait, as soon as it may be in flight. */
  CompletableFuture<Job> pollAsync(JobRef job) {
    requireNonNull(job, "job");
    checkOpen();
    return shared.engine.poll(poller, job, poller.generation(), PollResult::jobOrThrow);
  }

  /** Ends the waits of this client, then waits for the callbacks that this causes. */
  void close() {
    closed = true;
    shared.engine.awaitReturn(shared.engine.close(this));
  }
}
