package io.github.cloudjobs.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.engine.PollSource.Handle;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SystemTimerTest {
  private static final long HOUR = TimeUnit.HOURS.toNanos(1);

  private final SystemTimer timer = new SystemTimer();

  @AfterEach
  void close() {
    timer.close();
  }

  @Test
  void tasksRunOnOneDaemonThread() throws Exception {
    Thread first = threadOf(0);
    Thread second = threadOf(-5);
    assertThat(first).isSameAs(second).isNotSameAs(Thread.currentThread());
    assertThat(first.isDaemon()).isTrue();
    assertThat(first.getName()).isEqualTo("jobs-client-timer");
  }

  @Test
  void theThreadEndsWhenThereIsNothingToDoAndAnotherOneBeginsWhenThereIs() throws Exception {
    SystemTimer idling = new SystemTimer(Duration.ofMillis(1));
    Thread first = threadOf(idling, 0);
    first.join(20_000);
    assertThat(first.isAlive()).isFalse();
    assertThat(threadOf(idling, 20_000_000)).isNotSameAs(first);
    idling.close();
  }

  @Test
  void aTaskThatThrowsDoesNotStopTheTimer() throws Exception {
    schedule(
        timer,
        0,
        () -> {
          throw new LinkageError("task");
        });
    assertThat(threadOf(0)).isNotNull();
  }

  @Test
  void aTaskIsNotRunBeforeItIsDue() throws Exception {
    long from = timer.nanoTime();
    CompletableFuture<Long> ran = new CompletableFuture<>();
    schedule(timer, 1_000_000, () -> ran.complete(timer.nanoTime()));
    assertThat(ran.get(20, TimeUnit.SECONDS) - from).isGreaterThanOrEqualTo(1_000_000);
  }

  @Test
  void aCancelledTaskDoesNotRunAndIsKeptNoLonger() throws Exception {
    boolean[] ran = {false};
    Handle handle = schedule(timer, HOUR, () -> ran[0] = true);
    assertThat(timer.size()).isOne();
    handle.cancel();
    handle.cancel();
    assertThat(timer.size()).isZero();
    assertThat(threadOf(0)).isNotNull();
    assertThat(ran[0]).isFalse();
  }

  @Test
  void anEndlessDelayIsTaken() {
    Handle handle = schedule(timer, Long.MAX_VALUE / 2, () -> {});
    Handle other = schedule(timer, Long.MAX_VALUE / 4, () -> {});
    assertThat(timer.size()).isEqualTo(2);
    handle.cancel();
    other.cancel();
  }

  @Test
  void aClosedTimerForgetsItsTasksAndTakesNoMore() {
    schedule(timer, HOUR, () -> {});
    timer.close();
    assertThat(timer.size()).isZero();
    schedule(timer, 0, () -> {});
    assertThat(timer.size()).isZero();
  }

  private static Handle schedule(SystemTimer timer, long delay, Runnable task) {
    return TestTask.schedule(timer, Duration.ofNanos(delay), task);
  }

  private Thread threadOf(long delay) throws Exception {
    return threadOf(timer, delay);
  }

  private static Thread threadOf(SystemTimer timer, long delay) throws Exception {
    CompletableFuture<Thread> thread = new CompletableFuture<>();
    schedule(timer, delay, () -> thread.complete(Thread.currentThread()));
    return thread.get(20, TimeUnit.SECONDS);
  }
}
