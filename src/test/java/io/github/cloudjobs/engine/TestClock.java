package io.github.cloudjobs.engine;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.function.Supplier;

/** A wall clock that follows a timer, until it is set. Thread-safe. */
public final class TestClock extends Clock {
  private final Supplier<Duration> elapsed;
  private Instant start;
  private Runnable reading = () -> {};

  public TestClock(Supplier<Duration> elapsed, Instant start) {
    this.elapsed = elapsed;
    this.start = start;
  }

  /** Sets it forward, or back. */
  public synchronized void jump(Duration by) {
    start = start.plus(by);
  }

  /** Runs an action at each reading. */
  public synchronized void whenRead(Runnable reading) {
    this.reading = reading;
  }

  @Override
  public synchronized Instant instant() {
    reading.run();
    return start.plus(elapsed.get());
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    throw new UnsupportedOperationException("this clock is for instants");
  }
}
