package io.github.cloudjobs.step;

import io.github.cloudjobs.step.WaitPlan.Origin;
import io.github.cloudjobs.step.WaitStep.Decision;
import io.github.cloudjobs.step.WaitStep.PollAt;
import io.github.cloudjobs.wait.JobWaitException;
import io.github.cloudjobs.wait.PollStep;
import io.github.cloudjobs.wait.WaitListener;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitToken;
import java.time.Duration;
import java.time.Instant;

/** A wait that is resumed; {@code elapsed} includes the time when nothing polled. */
public record ResumedWait(WaitPlan plan, PollAt next, long elapsed) {
  /**
   * Reads a token. The wait keeps its deadline and its other options.
   *
   * @throws IllegalArgumentException if the token is damaged, or of another endpoint or path
   */
  public static ResumedWait of(WaitToken token, Origin origin, Instant now) {
    ResumedWait written = TokenCodec.decode(token, origin);
    long elapsed = written.elapsedAt(now);
    return new ResumedWait(written.plan, written.next, elapsed)
        .planned(origin, written.plan.options(), Nanos.of(now) - elapsed);
  }

  public static ResumedWait begin(WaitPlan plan) {
    return new ResumedWait(plan, WaitStep.first(plan), 0);
  }

  public WaitToken token() {
    return TokenCodec.encode(this);
  }

  /** Replaces the options; their timeout counts from now. */
  public ResumedWait with(WaitOptions options) {
    long deadline = Math.min(elapsed + Nanos.of(options.timeout()), Nanos.ENDLESS);
    return planned(options.toBuilder().timeout(Duration.ofNanos(deadline)).build());
  }

  /** Keeps the options and replaces the listeners. */
  public ResumedWait with(WaitListener listener) {
    return planned(plan.options().toBuilder().clearListeners().addListener(listener).build());
  }

  private ResumedWait planned(WaitOptions options) {
    return planned(plan.origin(), options, plan.began());
  }

  /** Polls at the planned time, but not in the past nor after the deadline. */
  private ResumedWait planned(Origin origin, WaitOptions options, long began) {
    WaitPlan other = new WaitPlan(plan.ref(), options, origin, began);
    PollAt poll = WaitStep.pollAt(other, next.state(), Math.max(next.at(), elapsed), false);
    return new ResumedWait(other, poll, elapsed);
  }

  /** A clock that was set back does not shorten the wait. */
  private long elapsedAt(Instant now) {
    return Math.max(elapsed, Math.min(Nanos.of(now) - plan.began(), Nanos.ENDLESS));
  }

  /** Decides what follows from a result that came at this time of the machine's clock. */
  public PollStep step(Instant now, PollResult result) {
    long at = elapsedAt(now);
    Decision decision = WaitStep.next(plan, next.state(), result, at);
    if (decision instanceof PollAt again) {
      return new PollStep.Again(
          Nanos.instant(plan.began() + again.at()), plan.token(again.state(), at, again.at()));
    }
    WaitTermination end = (WaitTermination) decision;
    JobWaitException reason = end.exception();
    return reason == null ? new PollStep.Done(end.jobOrThrow()) : new PollStep.Failed(reason);
  }
}
