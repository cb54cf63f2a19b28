package io.github.cloudjobs.auth;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The environment, the clocks and the background threads that credential sources use. Nothing else
 * in this package reads them, so tests can replace them.
 */
record SystemEnvironment(
    Function<String, @Nullable String> variables,
    Function<String, @Nullable String> properties,
    InstantSource clock,
    InstantSource monotonicClock,
    Executor background) {
  static SystemEnvironment ofThisMachine() {
    Instant start = Instant.now();
    long startNanos = System.nanoTime();
    return new SystemEnvironment(
        System::getenv,
        System::getProperty,
        InstantSource.system(),
        () -> start.plusNanos(System.nanoTime() - startNanos),
        SystemEnvironment::startThread);
  }

  /** Fetches are about an hour apart, so a thread for each is cheaper than one that waits. */
  private static void startThread(Runnable task) {
    Thread thread = new Thread(task, "jobs-client-credentials");
    thread.setDaemon(true);
    thread.start();
  }

  /** Returns a variable without blanks and line ends around it; null if it is not set or blank. */
  @Nullable String variable(String name) {
    return stripped(variables.apply(name));
  }

  @Nullable String property(String name) {
    return stripped(properties.apply(name));
  }

  private static @Nullable String stripped(@Nullable String text) {
    return text == null || text.isBlank() ? null : text.strip();
  }
}
