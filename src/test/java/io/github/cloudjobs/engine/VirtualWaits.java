package io.github.cloudjobs.engine;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Drives waits that poll for real, over HTTP say, through virtual time: time passes only while
 * nothing is on the wire. A calm that does not come within 20 s of real time is an {@link
 * AssertionError}.
 */
public final class VirtualWaits {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private VirtualWaits() {}

  /**
   * Makes a call that blocks for one wait, or for several one after the other, on a thread of its
   * own, and returns or throws what it does.
   */
  public static <T> T run(VirtualTimer timer, Callable<T> call) throws Exception {
    CompletableFuture<T> result = new CompletableFuture<>();
    Runnable work =
        () -> {
          try {
            result.complete(call.call());
          } catch (Throwable t) {
            result.completeExceptionally(t);
          }
        };
    Thread caller = new Thread(work, "virtual-wait");
    caller.setDaemon(true);
    caller.start();
    settle(timer, result);
    try {
      return result.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw (Exception) e.getCause();
    }
  }

  /** Lets time pass until these futures are done. */
  public static void settle(VirtualTimer timer, CompletableFuture<?>... futures)
      throws InterruptedException {
    List<CompletableFuture<?>> waits = List.of(futures);
    waits.forEach(wait -> wait.whenComplete((value, error) -> timer.wake()));
    while (timer.awaitCalm(() -> waits.stream().allMatch(CompletableFuture::isDone), PATIENCE)) {
      if (waits.stream().allMatch(CompletableFuture::isDone)) {
        return;
      }
      timer.runNext();
    }
    throw new AssertionError("waits go on: " + timer);
  }
}
