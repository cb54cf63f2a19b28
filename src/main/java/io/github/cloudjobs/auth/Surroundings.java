package io.github.cloudjobs.auth;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What sources of credentials need of the machine they run on; tests bring their own. Nothing else
 * in this package reads the environment or a clock, or starts a thread.
 *
 * @param variables looks up an environment variable; null if it is not set
 * @param properties looks up a system property; null if it is not set
 * @param clock the wall clock
 * @param nanoTime a clock that nobody sets, in nanoseconds; only differences mean anything
 * @param background runs what is fetched ahead of time; must not run it on the caller's thread, or
 *     a caller with live credentials waits for I/O
 */
record Surroundings(
    Function<String, @Nullable String> variables,
    Function<String, @Nullable String> properties,
    InstantSource clock,
    LongSupplier nanoTime,
    Executor background) {

  static Surroundings ofThisMachine() {
    return new Surroundings(
        System::getenv,
        System::getProperty,
        InstantSource.system(),
        System::nanoTime,
        Surroundings::startThread);
  }

  /** The time by the wall clock as it is now, and from here on by the clock that nobody sets. */
  InstantSource steadyClock() {
    Instant start = clock.instant();
    long since = nanoTime.getAsLong();
    return () -> start.plusNanos(nanoTime.getAsLong() - since);
  }

  /** A fetch comes once an hour or so: a thread for each costs less than one that waits. */
  private static void startThread(Runnable task) {
    Thread thread = new Thread(task, "jobs-client-credentials");
    thread.setDaemon(true);
    thread.start();
  }

  /** Returns a variable without the blanks and line ends around it; null if nothing is left. */
  @Nullable String variable(String name) {
    return content(variables.apply(name));
  }

  /** Returns a system property without the blanks around it; null if nothing is left. */
  @Nullable String property(String name) {
    return content(properties.apply(name));
  }

  private static @Nullable String content(@Nullable String text) {
    return text == null || text.isBlank() ? null : text.strip();
  }

  /** Names nothing of what it would find. */
  @Override
  public String toString() {
    return "Surroundings";
  }
}
