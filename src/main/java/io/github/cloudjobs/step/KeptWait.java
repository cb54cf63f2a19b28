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
    return at(now, scale, kept.plan(), kept);
  }

  /**
   * Goes on with other options, whose timeout counts from now.
   *
   * @throws IllegalArgumentException as above
   */
  public static KeptWait of(
      WaitToken token, WaitOrigin origin, Instant now, double scale, WaitOptions options) {
    TokenCodec.Kept kept = TokenCodec.decode(token, origin);
    long deadline = elapsed(kept.plan(), now, scale) + Nanos.of(options.timeout());
    WaitOptions fromTheBeginning =
        options.toBuilder().timeout(Duration.ofNanos(Math.min(deadline, Nanos.ENDLESS))).build();
    WaitPlan plan = new WaitPlan(kept.plan().ref(), fromTheBeginning, origin, kept.plan().began());
    return at(now, scale, plan, kept);
  }

  private static KeptWait at(Instant now, double scale, WaitPlan plan, TokenCodec.Kept kept) {
    long elapsed = elapsed(plan, now, scale);
    PollAt next = WaitStep.again(plan, kept.state(), Math.max(kept.next(), elapsed));
    return new KeptWait(plan, next, elapsed, scale);
  }

  /** A clock that was set back since does not make it shorter than nothing. */
  private static long elapsed(WaitPlan plan, Instant now, double scale) {
    long elapsed = Math.max(0, Nanos.of(now) - plan.began());
    return scale == 1 ? elapsed : (long) (elapsed * scale);
  }

  /** The token of a wait that has just begun. */
  public static WaitToken begin(WaitPlan plan) {
    PollAt first = WaitStep.first(plan);
    return plan.token(first.state(), first.at());
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
    PollReport report =
        new PollReport(
            Math.max(elapsed, elapsed(plan, now, scale)),
            date == null ? now : date,
            job,
            error,
            retryAfter,
            next.last() && elapsed >= next.at());
    Decision decision = WaitStep.next(plan, next.state(), report);
    if (decision instanceof PollAt again) {
      return new PollStep.Again(
          Nanos.instant(plan.began() + real(again.at())), plan.token(again.state(), again.at()));
    }
    return ((Decision.Ended) decision).end().step();
  }

  private long real(long time) {
    return scale == 1 ? time : (long) (time / scale);
  }
}
