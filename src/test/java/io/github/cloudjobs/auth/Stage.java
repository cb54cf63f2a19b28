package io.github.cloudjobs.auth;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/** A machine that a test makes up: its environment, and time that passes when it is told to. */
final class Stage {
  static final Instant START = Instant.parse("2026-03-05T06:07:08Z");

  final Map<String, String> variables = new ConcurrentHashMap<>();
  final Map<String, String> properties = new ConcurrentHashMap<>();
  private volatile Instant now = START;
  private volatile Duration set = Duration.ZERO;
  private volatile Executor background = Runnable::run;

  Surroundings surroundings() {
    return new Surroundings(
        variables::get,
        properties::get,
        () -> now.plus(set),
        () -> Duration.between(START, now).toNanos(),
        task -> background.execute(task));
  }

  /** What is fetched ahead of time is fetched on the caller's thread unless this is called. */
  Stage background(Executor executor) {
    background = executor;
    return this;
  }

  Instant now() {
    return now.plus(set);
  }

  /** Sets the wall clock forward, or back; no time passes. */
  void setClock(Duration by) {
    set = set.plus(by);
  }

  void advance(Duration time) {
    now = now.plus(time);
  }
}
