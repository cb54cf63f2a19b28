package io.github.cloudjobs.step;

/** What a step decided. */
public sealed interface Decision {
  /** What the wait knows now, the answer included. */
  WaitState state();

  /**
   * Poll again.
   *
   * @param at when, in nanoseconds since the wait began; at its deadline, for the last time
   * @param throttled whether the service asked for fewer polls: where a limiter decides when that
   *     is over, the poll goes back to the front of its queue, whatever {@code at} says
   */
  record PollAt(WaitState state, long at, boolean throttled) implements Decision {}

  /** The wait is over. */
  record Ended(WaitState state, WaitEnd end) implements Decision {}
}
