package io.github.cloudjobs.testing;

import io.github.cloudjobs.engine.WaitTimer;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/** Virtual time for tests that bring a wall clock of their own, or advance time step by step. */
public final class TestTimer {
  private final VirtualTimer timer = new VirtualTimer();

  /** The timer of a client. */
  public WaitTimer timer() {
    return timer;
  }

  /** The time since the start. */
  public Duration now() {
    return timer.now();
  }

  public void advance(Duration time) {
    timer.advance(time);
  }

  /** Advances time to the next task, and runs it; false if nothing is pending. */
  public boolean runNext() {
    return timer.runNext();
  }

  /** Advances time until nothing is pending. */
  public void runUntilIdle() {
    while (timer.runNext()) {}
  }

  public <T> T run(Callable<T> call) throws Exception {
    return timer.run(call);
  }

  public void await(CompletableFuture<?>... futures) throws InterruptedException {
    timer.await(futures);
  }

  /** Returns once a task is pending, and no poll or callback is under way. */
  public void awaitPause() throws InterruptedException {
    timer.awaitCalm(new CompletableFuture<>());
  }

  /** How much is under way and pending. */
  @Override
  public String toString() {
    return timer.toString();
  }
}
