package io.github.cloudjobs.step;

/** What a step decided. */
public sealed interface Decision {
  /** What the wait knows now, the answer included. */
  WaitState state();

  /**
   * Poll again.
   *
   * @param at when, in nanoseconds since the wait began; at its deadline, for the last time
   * @param throttled whether the service asked for fewer polls: where polls queue, this one goes
   *     ahead of the others when its time has come
   */
  record PollAt(WaitState state, long at, boolean throttled) implements Decision {}

  /** The wait is over. */
  record Ended(WaitState state, WaitEnd end) implements Decision {}
}
