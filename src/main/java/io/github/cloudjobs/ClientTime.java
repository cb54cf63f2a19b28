package io.github.cloudjobs;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.github.cloudjobs.engine.ScaledTimer;
import io.github.cloudjobs.engine.SystemTimer;
import io.github.cloudjobs.engine.TimerClock;
import io.github.cloudjobs.engine.WaitTimer;
import io.github.cloudjobs.http.Answer;
import io.github.cloudjobs.model.Job;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a family of clients takes for time: the real one, a virtual one that comes with the clock,
 * or one that passes faster. Immutable.
 *
 * @param scale how many seconds of its waits pass in one of the clock's
 */
record ClientTime(Clock clock, double scale) {
  /** A timer for the waits. */
  WaitTimer timer() {
    WaitTimer timer = clock instanceof TimerClock virtual ? virtual.timer() : new SystemTimer();
    return scale == 1 ? timer : new ScaledTimer(timer, scale);
  }

  /** What takes real time, as the waits count it; at most 292 years. */
  Duration scaled(Duration real) {
    return scale == 1 ? real : Duration.ofNanos((long) (NANOSECONDS.convert(real) * scale));
  }

  /**
   * When an answer was made, by which the job's age is reckoned: by the server's clock if it tells,
   * unless time is virtual, of which no real server knows. Where time is scaled, so is the age.
   */
  @Nullable Instant date(Answer answer) {
    Instant date = clock instanceof TimerClock ? null : answer.date();
    Job job = answer.job();
    Instant begin = scale == 1 || job == null ? null : job.beginTime();
    if (begin == null) {
      return date;
    }
    Instant now = date == null ? clock.instant() : date;
    return begin.plus(scaled(Duration.between(begin, now)));
  }
}
