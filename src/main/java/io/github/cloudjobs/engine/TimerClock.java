package io.github.cloudjobs.engine;

import java.time.Clock;

/** A wall clock that brings the timer of its waits along: how virtual time gets into a client. */
public abstract class TimerClock extends Clock {
  /** What keeps the time of the waits. */
  public abstract WaitTimer timer();
}
