package io.github.cloudjobs;

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
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The waits of one client: starts and resumes them in the engine, and reads how they ended. */
final class Waits {
  private final SharedResources shared;
  private final JobPoller poller;
  private final ClientPolls polls;
  private final Origin origin;
  private volatile boolean closed;

  Waits(SharedResources shared, JobPoller poller, JobsService service) {
    this.shared = shared;
    this.poller = poller;
    this.polls = new ClientPolls(poller, shared.time());
    this.origin = new Origin(poller.endpoint().toString(), service.name(), service.pathTemplate());
  }

  /** Starts a wait; the future completes with what {@code reading} makes of its end. */
  <T> CompletableFuture<T> start(
      JobRef job, WaitOptions options, Function<WaitTermination, T> reading) {
    WaitPlan plan = WaitPlan.of(job, options, origin, shared.time().clock().instant());
    return unlessClosed(shared.engine().start(this, poller.generation(), plan, polls, reading));
  }

  /**
   * Resumes a wait.
   *
   * @param change applied to the wait before it resumes
   */
  <T> CompletableFuture<T> resume(
      WaitToken token, UnaryOperator<ResumedWait> change, Function<WaitTermination, T> reading) {
    ResumedWait kept = change.apply(kept(token));
    return unlessClosed(shared.engine().resume(this, poller.generation(), kept, polls, reading));
  }

  private ResumedWait kept(WaitToken token) {
    return ResumedWait.of(token, origin, shared.time().clock().instant());
  }

  private <T> CompletableFuture<T> unlessClosed(CompletableFuture<T> wait) {
    if (closed) {
      shared.engine().close(this); // a close() at the same time did not see this wait
    }
    return wait;
  }

  /** Blocks until a wait has ended; an interrupt ends it. */
  WaitTermination await(CompletableFuture<WaitTermination> wait) throws InterruptedException {
    return await(List.of(wait), List.of(wait)).get(0);
  }

  private List<WaitTermination> await(
      List<CompletableFuture<WaitTermination>> waits, List<CompletableFuture<WaitTermination>> ends)
      throws InterruptedException {
    try {
      return shared.engine().awaitAll(waits, ends);
    } catch (ExecutionException e) {
      Throwable cause = requireNonNullElse(e.getCause(), e);
      throw new JobsException("the wait failed: " + Throwables.describe(cause), cause);
    }
  }

  /** Starts a wait for each job; in virtual time none polls before all have been started. */
  Group startAll(Collection<JobRef> jobs, WaitOptions options) {
    List<JobRef> refs = List.copyOf(jobs);
    List<CompletableFuture<WaitTermination>> waits = new ArrayList<>(refs.size());
    try {
      return shared
          .engine()
          .holding(
              () -> {
                refs.forEach(ref -> waits.add(start(ref, options, Function.identity())));
                return new Group(waits, options.stopsAtFirstFailure());
              });
    } catch (Throwable t) {
      waits.forEach(wait -> wait.cancel(true));
      throw t;
    }
  }

  /** Waits for many jobs that were started together. */
  final class Group {
    private final List<CompletableFuture<WaitTermination>> waits;
    private final List<CompletableFuture<WaitTermination>> ends;
    private @Nullable WaitTermination failure; // the first, if it stops the others; guarded by this

    private Group(List<CompletableFuture<WaitTermination>> waits, boolean stopsAtFirstFailure) {
      this.waits = waits;
      this.ends =
          stopsAtFirstFailure
              ? waits.stream().map(wait -> wait.thenApply(this::stopOthersOnFailure)).toList()
              : waits;
    }

    /** Blocks until all have ended; an interrupt ends them. */
    List<WaitOutcome> await() throws InterruptedException {
      try {
        return outcomes(Waits.this.await(waits, ends));
      } catch (Throwable t) {
        cancel();
        throw t;
      }
    }

    /** Completes when all have ended; completing it early in any way ends them. */
    CompletableFuture<List<WaitOutcome>> future() {
      return new AllEnded();
    }

    private final class AllEnded extends StoppableFuture<List<WaitOutcome>> {
      @SuppressWarnings("FutureReturnValueIgnored") // of whenComplete: complete() does not throw
      AllEnded() {
        CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new))
            .whenComplete((done, error) -> complete());
      }

      private void complete() {
        try {
          succeed(outcomes(ends.stream().map(CompletableFuture::join).toList()));
        } catch (Throwable t) {
          failWith(t);
        }
      }

      @Override
      protected void stop() {
        Group.this.cancel();
      }
    }

    private void cancel() {
      waits.forEach(wait -> wait.cancel(true));
    }

    private WaitTermination stopOthersOnFailure(WaitTermination end) {
      synchronized (this) {
        if (failure != null || end.isSuccess()) {
          return end;
        }
        failure = end;
      }
      shared.engine().end(waits, "another job did not succeed");
      return end;
    }

    private List<WaitOutcome> outcomes(List<WaitTermination> all) {
      List<WaitOutcome> outcomes =
          all.stream().map(WaitTermination::outcome).filter(Objects::nonNull).toList();
      WaitTermination first = problem(all);
      if (first == null) {
        return outcomes;
      }
      String message =
          "job "
              + first.ref().jobId()
              + " did not succeed; of "
              + all.size()
              + " waits "
              + (all.size() - outcomes.size())
              + " came to no outcome";
      List<WaitResult> results = all.stream().map(WaitTermination::result).toList();
      throw new WaitForAllException(message, first.exception(), results);
    }

    /** The end that stopped the others, else the first without an outcome; null if none. */
    private synchronized @Nullable WaitTermination problem(List<WaitTermination> all) {
      return failure != null
          ? failure
          : all.stream().filter(end -> end.outcome() == null).findFirst().orElse(null);
    }
  }

  /** Returns the token of a wait that begins now. */
  WaitToken newToken(JobRef job, WaitOptions options) {
    return ResumedWait.begin(WaitPlan.of(job, options, origin, shared.time().clock().instant()));
  }

  /** Makes one poll of a wait. */
  PollStep pollOnce(WaitToken token) {
    ResumedWait kept = kept(token);
    PollResult answer =
        shared.engine().holding(() -> polls.read(poller.pollAnswer(kept.plan().ref())));
    if (answer.error() instanceof JobsTransportException interrupted
        && Thread.currentThread().isInterrupted()) {
      throw interrupted;
    }
    return kept.step(shared.time().clock().instant(), answer);
  }

  /** Makes one poll that belongs to no wait, as soon as it may be in flight. */
  CompletableFuture<Job> poll(JobRef job) {
    return shared.engine().poll(polls, job, poller.generation(), PollResult::jobOrThrow);
  }

  /** Ends the waits of this client, then waits for the callbacks that this causes. */
  void close() {
    closed = true;
    shared.engine().close(this).await();
  }
}
