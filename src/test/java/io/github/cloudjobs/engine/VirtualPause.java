package io.github.cloudjobs.engine;

import java.util.concurrent.CompletableFuture;

/** Lets tests of other packages wait until waits that poll over HTTP pause, and no longer. */
public final class VirtualPause {
  private VirtualPause() {}

  /** Returns once there are polls to come, and none is on the wire. */
  public static void await(VirtualTimer timer) throws InterruptedException {
    timer.awaitCalm(new CompletableFuture<>());
  }
}
