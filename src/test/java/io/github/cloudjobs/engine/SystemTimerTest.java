package io.github.cloudjobs.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.cloudjobs.engine.PollSource.Handle;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
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
  void aTaskThatThrowsDoesNotStopTheTimer() throws Exception {
    timer.schedule(
        () -> {
          throw new LinkageError("task");
        },
        0);
    assertThat(threadOf(0)).isNotNull();
  }

  @Test
  void aTaskIsNotRunBeforeItIsDue() throws Exception {
    long from = timer.nanoTime();
    CompletableFuture<Long> ran = new CompletableFuture<>();
    timer.schedule(() -> ran.complete(timer.nanoTime()), 1_000_000);
    assertThat(ran.get(20, TimeUnit.SECONDS) - from).isGreaterThanOrEqualTo(1_000_000);
  }

  @Test
  void aCancelledTaskDoesNotRunAndIsKeptNoLonger() throws Exception {
    boolean[] ran = {false};
    Handle handle = timer.schedule(() -> ran[0] = true, HOUR);
    assertThat(timer.size()).isOne();
    handle.cancel();
    handle.cancel();
    assertThat(timer.size()).isZero();
    assertThat(threadOf(0)).isNotNull();
    assertThat(ran[0]).isFalse();
  }

  @Test
  void anEndlessDelayIsTaken() {
    Handle handle = timer.schedule(() -> {}, Long.MAX_VALUE);
    Handle other = timer.schedule(() -> {}, Long.MAX_VALUE / 2);
    assertThat(timer.size()).isEqualTo(2);
    handle.cancel();
    other.cancel();
  }

  @Test
  void aClosedTimerForgetsItsTasksAndTakesNoMore() {
    timer.schedule(() -> {}, HOUR);
    timer.close();
    assertThat(timer.size()).isZero();
    assertThatExceptionOfType(RejectedExecutionException.class)
        .isThrownBy(() -> timer.schedule(() -> {}, 0));
  }

  private Thread threadOf(long delay) throws Exception {
    CompletableFuture<Thread> thread = new CompletableFuture<>();
    timer.schedule(() -> thread.complete(Thread.currentThread()), delay);
    return thread.get(20, TimeUnit.SECONDS);
  }
}
