package io.github.cloudjobs.engine;

/**
 * Something a timer rings for at a time that can be moved. It is itself the entry in the timer's
 * queue, so that a hundred thousand of them cost no further objects. Its fields are the timer's.
 */
public abstract class Alarm {
  /** When it is due, by {@link WaitTimer#nanoTime()}. */
  long due;

  /** Its place in the queue; less than zero if it is not in it. */
  int place = -1;

  /**
   * Its time has come. Runs on the timer's own thread: it must neither block nor throw. It may ring
   * although it was disarmed or moved a moment before, so it has to look at the time itself.
   */
  protected abstract void ring();
}
