package io.github.cloudjobs.step;

/** What a step decided. */
public sealed interface Decision {
  /** What the wait knows now, the answer included. */
  WaitState state();

  /**
   * Poll again.
   *
   * @param at when, in nanoseconds since the wait began
   */
  record PollAt(WaitState state, long at) implements Decision {}

  /** The wait is over. */
  record Ended(WaitState state, WaitEnd end) implements Decision {}
}
