package io.github.cloudjobs.samples.temporal;

import io.temporal.testing.TestWorkflowEnvironment;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** The clock of an engine that skips idle time. */
final class EngineClock extends Clock {
  private final TestWorkflowEnvironment engine;

  EngineClock(TestWorkflowEnvironment engine) {
    this.engine = engine;
  }

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(engine.currentTimeMillis());
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    throw new UnsupportedOperationException("instants have no zone");
  }
}
