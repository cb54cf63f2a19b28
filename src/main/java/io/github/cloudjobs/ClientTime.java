package io.github.cloudjobs;

import io.github.cloudjobs.engine.SystemTimer;
import io.github.cloudjobs.engine.WaitTimer;
import io.github.cloudjobs.engine.WaitTimer.TimerClock;
import io.github.cloudjobs.http.Answer;
import java.time.Clock;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The time of a client and its siblings: real, or virtual if the clock brings its own timer. */
record ClientTime(Clock clock) {
  /** A timer for the waits. */
  WaitTimer timer() {
    return clock instanceof TimerClock virtual ? virtual.timer() : new SystemTimer();
  }

  /**
   * The server's time of a response, from which the job's age is computed; null if it is unknown,
   * or if time is virtual.
   */
  @Nullable Instant date(Answer answer) {
    return clock instanceof TimerClock ? null : answer.date();
  }
}
