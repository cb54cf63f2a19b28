package io.github.cloudjobs.engine;

/** A poll that waits for its turn at the {@link PollGate}. */
interface Launch {
  /** Whether it still waits for its turn. */
  boolean isWanted();

  /**
   * Its turn has come: sends the poll. Does not throw, and does not block.
   *
   * @param delayed whether the rate held it up
   * @return false if it was not wanted any more; else {@link PollGate#landed} has to be told
   */
  boolean launch(boolean delayed);
}
