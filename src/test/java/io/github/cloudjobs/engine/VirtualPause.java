package io.github.cloudjobs.engine;

import java.time.Duration;

/** Lets tests of other packages wait until waits that poll over HTTP pause, and no longer. */
public final class VirtualPause {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private VirtualPause() {}

  /** Returns once there are polls to come, and none is on the wire. */
  public static void await(VirtualTimer timer) throws InterruptedException {
    if (!timer.awaitCalm(() -> false, PATIENCE)) {
      throw new AssertionError("no pause: " + timer);
    }
  }
}
