package io.github.cloudjobs.step;

import io.github.cloudjobs.step.Decision.PollAt;
import io.github.cloudjobs.wait.PollStep;
import io.github.cloudjobs.wait.WaitListener;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitToken;
import java.time.Duration;
import java.time.Instant;

/**
 * A wait that was kept as a token, and goes on. Immutable.
 *
 * @param next when it polls next, and what it has learned until then
 * @param elapsed how long it has lasted, in nanoseconds, the time in which nobody waited included
 */
public record KeptWait(WaitPlan plan, PollAt next, long elapsed) {
  /**
   * Goes on with the deadline and the other options that it had.
   *
   * @throws IllegalArgumentException if the token is damaged, or of another path or endpoint
   */
  public static KeptWait of(WaitToken token, WaitOrigin origin, Instant now) {
    TokenCodec.Kept kept = TokenCodec.decode(token, origin);
    long elapsed = elapsed(kept, now);
    WaitPlan today = kept.plan().today(now, elapsed);
    PollAt next = WaitStep.again(today, kept.state(), Math.max(kept.next(), elapsed));
    return new KeptWait(today, next, elapsed);
  }

  /** Goes on with other options, whose timeout counts from now. */
  public KeptWait with(WaitOptions options) {
    long deadline = Math.min(elapsed + Nanos.of(options.timeout()), Nanos.ENDLESS);
    return as(options.toBuilder().timeout(Duration.ofNanos(deadline)).build());
  }

  /** Goes on with its own options, and tells somebody else. */
  public KeptWait with(WaitListener listener) {
    return as(plan.options().toBuilder().clearListeners().addListener(listener).build());
  }

  private KeptWait as(WaitOptions options) {
    WaitPlan other = new WaitPlan(plan.ref(), options, plan.origin(), plan.began());
    PollAt again = WaitStep.again(other, next.state(), Math.max(next.at(), elapsed));
    return new KeptWait(other, again, elapsed);
  }

  /** A clock that was set back since does not make it shorter than it was. */
  private static long elapsed(TokenCodec.Kept kept, Instant now) {
    return Math.max(kept.elapsed(), elapsed(kept.plan(), now));
  }

  private static long elapsed(WaitPlan plan, Instant now) {
    return Math.min(Nanos.of(now) - plan.began(), Nanos.ENDLESS);
  }

  /** The token of a wait that has just begun. */
  public static WaitToken begin(WaitPlan plan) {
    PollAt first = WaitStep.first(plan);
    return plan.token(first.state(), 0, first.at());
  }

  /**
   * Decides what a poll came to.
   *
   * @param now this machine's clock when the answer came
   */
  public PollStep step(Instant now, PollAnswer answer) {
    long at = Math.max(elapsed, elapsed(plan, now));
    PollReport report = answer.report(at, now);
    Decision decision = WaitStep.next(plan, next.state(), report);
    if (decision instanceof PollAt again) {
      return new PollStep.Again(
          Nanos.instant(plan.began() + again.at()), plan.token(again.state(), at, again.at()));
    }
    return ((Decision.Ended) decision).end().step();
  }
}
