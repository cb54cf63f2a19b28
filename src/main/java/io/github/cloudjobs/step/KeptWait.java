package io.github.cloudjobs.step;

import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.step.Decision.PollAt;
import io.github.cloudjobs.wait.PollStep;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitToken;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A wait that was kept as a token, and goes on. Immutable.
 *
 * @param next when it polls next, and what it has learned until then
 * @param elapsed how long it has lasted, in nanoseconds, the time in which nobody waited included
 * @param scale how many seconds of the wait pass in one of the clock's
 */
public record KeptWait(WaitPlan plan, PollAt next, long elapsed, double scale) {
  /**
   * Goes on with the deadline and the other options that it had.
   *
   * @param scale how many seconds of the wait pass in one of the clock's
   * @throws IllegalArgumentException if the token is damaged, or of another service or endpoint
   */
  public static KeptWait of(WaitToken token, WaitOrigin origin, Instant now, double scale) {
    TokenCodec.Kept kept = TokenCodec.decode(token, origin);
    return at(now, scale, kept, kept.plan().options());
  }

  /**
   * Goes on with other options, whose timeout counts from now.
   *
   * @throws IllegalArgumentException as above
   */
  public static KeptWait of(
      WaitToken token, WaitOrigin origin, Instant now, double scale, WaitOptions options) {
    TokenCodec.Kept kept = TokenCodec.decode(token, origin);
    long deadline = elapsed(kept, now, scale) + Nanos.of(options.timeout());
    WaitOptions fromTheBeginning =
        options.toBuilder().timeout(Duration.ofNanos(Math.min(deadline, Nanos.ENDLESS))).build();
    return at(now, scale, kept, fromTheBeginning);
  }

  private static KeptWait at(Instant now, double scale, TokenCodec.Kept kept, WaitOptions options) {
    WaitPlan plan = kept.plan();
    long elapsed = elapsed(kept, now, scale);
    long began = Nanos.of(now) - unscaled(elapsed, scale);
    WaitPlan today = new WaitPlan(plan.ref(), options, plan.origin(), began);
    PollAt next = WaitStep.again(today, kept.state(), Math.max(kept.next(), elapsed));
    return new KeptWait(today, next, elapsed, scale);
  }

  /** A clock that was set back since does not make it shorter than it was. */
  private static long elapsed(TokenCodec.Kept kept, Instant now, double scale) {
    return Math.max(kept.elapsed(), elapsed(kept.plan(), now, scale));
  }

  private static long elapsed(WaitPlan plan, Instant now, double scale) {
    long elapsed = Nanos.of(now) - plan.began();
    return Math.min(scale == 1 ? elapsed : (long) (elapsed * scale), Nanos.ENDLESS);
  }

  private static long unscaled(long time, double scale) {
    return scale == 1 ? time : (long) (time / scale);
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
   * @param date the server's clock; null if it did not say
   * @param job what the poll brought; null if it failed
   * @param error why it failed; null if it brought the job
   * @param retryAfter how long the server asks to be left alone; null if it does not say
   */
  public PollStep step(
      Instant now,
      @Nullable Instant date,
      @Nullable Job job,
      @Nullable JobsException error,
      @Nullable Duration retryAfter) {
    long at = Math.max(elapsed, elapsed(plan, now, scale));
    PollReport report = new PollReport(at, date == null ? now : date, job, error, retryAfter);
    Decision decision = WaitStep.next(plan, next.state(), report);
    if (decision instanceof PollAt again) {
      return new PollStep.Again(
          Nanos.instant(plan.began() + unscaled(again.at(), scale)),
          plan.token(again.state(), at, again.at()));
    }
    return ((Decision.Ended) decision).end().step();
  }
}
