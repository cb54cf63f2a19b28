package io.github.cloudjobs.auth;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/** A system environment with variables of a test and a clock that the test moves. */
final class FakeEnvironment {
  static final Instant START = Instant.parse("2026-03-05T06:07:08Z");

  final Map<String, String> variables = new ConcurrentHashMap<>();
  final Map<String, String> properties = new ConcurrentHashMap<>();
  private volatile Instant now = START;
  private volatile Duration set = Duration.ZERO;
  private volatile Executor background = Runnable::run;

  SystemEnvironment system() {
    return new SystemEnvironment(
        variables::get, properties::get, this::now, () -> now, task -> background.execute(task));
  }

  /** A system environment without variables, with a clock of another test. */
  static SystemEnvironment system(InstantSource clock) {
    return new SystemEnvironment(name -> null, name -> null, clock, clock, Runnable::run);
  }

  /** By default fetches run on the calling thread. */
  FakeEnvironment background(Executor executor) {
    background = executor;
    return this;
  }

  Instant now() {
    return now.plus(set);
  }

  /** Sets the wall clock; no time passes. */
  void setClock(Duration by) {
    set = set.plus(by);
  }

  void advance(Duration time) {
    now = now.plus(time);
  }
}
