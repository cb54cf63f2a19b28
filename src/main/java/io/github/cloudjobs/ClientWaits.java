package io.github.cloudjobs;

import static java.util.Objects.requireNonNullElse;

import io.github.cloudjobs.engine.Engine;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.http.JobPoller;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.KeptWait;
import io.github.cloudjobs.step.PollAnswer;
import io.github.cloudjobs.step.WaitEnd;
import io.github.cloudjobs.step.WaitOrigin;
import io.github.cloudjobs.step.WaitPlan;
import io.github.cloudjobs.text.Throwables;
import io.github.cloudjobs.wait.PollStep;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitOutcome;
import io.github.cloudjobs.wait.WaitToken;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** The waits of one client: hands them to the family's engine, and reads how they ended. */
final class ClientWaits {
  private final Family family;
  private final JobPoller poller;
  private final ClientPolls polls;
  private final WaitOrigin origin;
  private volatile boolean closed;

  ClientWaits(Family family, JobPoller poller, JobsService service) {
    this.family = family;
    this.poller = poller;
    this.polls = new ClientPolls(poller, family.time());
    this.origin =
        new WaitOrigin(poller.endpoint().toString(), service.name(), service.pathTemplate());
  }

  /** Begins a wait. */
  <T> CompletableFuture<T> start(JobRef job, WaitOptions options, Function<WaitEnd, T> reading) {
    WaitPlan plan = WaitPlan.of(job, options, origin, family.time().clock().instant());
    return unlessClosed(family.engine().start(this, poller.mark(), plan, polls, reading));
  }

  /**
   * Goes on with a wait that was kept.
   *
   * @param change what is to be another with it
   */
  <T> CompletableFuture<T> resume(
      WaitToken token, UnaryOperator<KeptWait> change, Function<WaitEnd, T> reading) {
    KeptWait kept = change.apply(kept(token));
    return unlessClosed(family.engine().resume(this, poller.mark(), kept, polls, reading));
  }

  private KeptWait kept(WaitToken token) {
    return KeptWait.of(token, origin, family.time().clock().instant());
  }

  private <T> CompletableFuture<T> unlessClosed(CompletableFuture<T> wait) {
    if (closed) {
      family.engine().close(this); // closed meanwhile, it did not see this wait
    }
    return wait;
  }

  /** Waits for the end of one wait; an interrupt ends it. */
  WaitEnd await(CompletableFuture<WaitEnd> end) throws InterruptedException {
    return await(family.engine(), end, end);
  }

  /** Waits for what is made of the end of one wait. */
  static WaitEnd await(
      Engine engine, CompletableFuture<WaitEnd> wait, CompletableFuture<WaitEnd> end)
      throws InterruptedException {
    try {
      return engine.await(wait, end);
    } catch (ExecutionException e) {
      Throwable cause = requireNonNullElse(e.getCause(), e);
      throw new JobsException("the wait failed: " + Throwables.describe(cause), cause);
    }
  }

  /** Waits for all of them, in the order in which they are given. */
  List<WaitOutcome> all(Collection<JobRef> jobs, WaitOptions options) throws InterruptedException {
    List<JobRef> refs = List.copyOf(jobs);
    WaitGroup group = new WaitGroup(family.engine(), options.stopsAtFirstFailure());
    try {
      return family
          .engine()
          .holding( // until all have begun
              () -> {
                refs.forEach(ref -> group.add(start(ref, options, Function.identity())));
                return group;
              })
          .await();
    } catch (Throwable t) {
      group.cancel();
      throw t;
    }
  }

  /** The token of a wait that begins now, and that nobody has polled for yet. */
  WaitToken begin(JobRef job, WaitOptions options) {
    return KeptWait.begin(WaitPlan.of(job, options, origin, family.time().clock().instant()));
  }

  /** Makes one poll of a wait that was kept. */
  PollStep pollOnce(WaitToken token) {
    KeptWait kept = kept(token);
    PollAnswer answer =
        family.engine().holding(() -> polls.read(poller.pollAnswer(kept.plan().ref())));
    if (answer.error() instanceof JobsTransportException lost
        && Thread.currentThread().isInterrupted()) {
      throw lost; // nothing was learned of the job, nor of the service
    }
    return kept.step(family.time().clock().instant(), answer);
  }

  /** Makes one poll, as soon as a place is free for it. */
  CompletableFuture<Job> poll(JobRef job) {
    return family.engine().poll(polls, job, poller.mark(), PollAnswer::orThrow);
  }

  /** Ends the waits of this client, and waits for the callbacks which that causes. */
  void close() {
    closed = true;
    family.engine().close(this).await();
  }
}
