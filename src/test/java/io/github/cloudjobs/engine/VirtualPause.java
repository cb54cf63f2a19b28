package io.github.cloudjobs.engine;

import java.time.Duration;

/** Lets tests of other packages wait until waits that poll over HTTP pause, and no longer. */
public final class VirtualPause {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private VirtualPause() {}

  /** Returns once each of so many waits has its next poll pending, and none is on the wire. */
  public static void await(VirtualTimer timer, int waits) throws InterruptedException {
    if (!timer.awaitPause(() -> waits, PATIENCE)) {
      throw new AssertionError("no pause; under way: " + timer.pollsUnderWay());
    }
  }
}
