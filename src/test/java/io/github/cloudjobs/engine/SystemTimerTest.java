package io.github.cloudjobs.engine;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SystemTimerTest {
  private static final long HOUR = TimeUnit.HOURS.toNanos(1);

  private final SystemTimer timer = new SystemTimer();

  @AfterEach
  void close() {
    timer.close();
  }

  private static final class Task extends WaitTimer.Task {
    private final Runnable task;

    Task(Runnable task) {
      this.task = task;
    }

    @Override
    public void run() {
      task.run();
    }
  }

  private static Task schedule(SystemTimer timer, long delay, Runnable run) {
    Task task = new Task(run);
    timer.schedule(task, timer.nanoTime() + delay);
    return task;
  }

  private static Thread threadOf(SystemTimer timer, long delay) throws Exception {
    CompletableFuture<Thread> thread = new CompletableFuture<>();
    schedule(timer, delay, () -> thread.complete(Thread.currentThread()));
    return thread.get(20, SECONDS);
  }

  @Test
  void tasksRunOnOneDaemonThreadAlsoAfterOneHasThrown() throws Exception {
    long from = timer.nanoTime();
    Thread first = threadOf(timer, 1_000_000);
    assertThat(timer.nanoTime() - from).as("not before it is due").isGreaterThan(1_000_000);
    schedule(
        timer,
        0,
        () -> {
          throw new LinkageError("task");
        });
    assertThat(threadOf(timer, -5)).isSameAs(first).isNotSameAs(Thread.currentThread());
    assertThat(first.isDaemon()).isTrue();
    assertThat(first.getName()).isEqualTo("jobs-client-timer");
  }

  @Test
  void theThreadEndsWithoutTasksAndTheNextTaskStartsAnother() throws Exception {
    SystemTimer idling = new SystemTimer(Duration.ofMillis(1));
    Thread first = threadOf(idling, 0);
    first.join(20_000);
    assertThat(first.isAlive()).isFalse();
    assertThat(threadOf(idling, 20_000_000)).isNotSameAs(first);
    idling.close();
  }

  @Test
  void aCancelledTaskDoesNotRun() throws Exception {
    boolean[] ran = {false};
    timer.cancel(schedule(timer, HOUR, () -> {}));
    Task soon = schedule(timer, 20_000_000, () -> ran[0] = true);
    schedule(timer, Long.MAX_VALUE / 2, () -> {}); // endless delays are accepted
    timer.cancel(soon);
    timer.cancel(soon);
    assertThat(threadOf(timer, 21_000_000)).isNotNull();
    assertThat(ran[0]).isFalse();
  }
}
