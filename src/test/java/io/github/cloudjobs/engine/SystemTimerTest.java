package io.github.cloudjobs.engine;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.Answers;
import io.github.cloudjobs.step.PollResult;
import io.github.cloudjobs.step.WaitPlan;
import io.github.cloudjobs.step.WaitTermination;
import io.github.cloudjobs.wait.PollSchedule;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitOutcome;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
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
    Thread first = threadOf(timer, 0);
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
  void aTaskIsNotRunBeforeItIsDue() throws Exception {
    long from = timer.nanoTime();
    CompletableFuture<Long> ran = new CompletableFuture<>();
    schedule(timer, 1_000_000, () -> ran.complete(timer.nanoTime()));
    assertThat(ran.get(20, SECONDS) - from).isGreaterThanOrEqualTo(1_000_000);
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

  /** Thousands of waits, as fast as polls may follow each other; each job ends at its 8th poll. */
  @Test
  void everyWaitCompletesAgainstTheRealTimer() throws Exception {
    Map<String, Integer> polls = new ConcurrentHashMap<>();
    ExecutorService io = Executors.newFixedThreadPool(2);
    ExecutorService tasks = Executors.newFixedThreadPool(2);
    PollLimits limits = new PollLimits(50, 100_000, 100_000, 100_000);
    Engine engine = new Engine(timer, tasks, Clock.systemUTC(), Duration.ofSeconds(5), limits);
    PollSource source =
        (job, generation, sink) -> {
          int nth = polls.merge(job.jobId(), 1, Integer::sum);
          PollResult result =
              new PollResult(Answers.job(nth < 8 ? "RUNNING" : "SUCCESS"), null, null, null);
          io.execute(() -> sink.accept(result));
          return () -> {};
        };
    WaitOptions options =
        WaitOptions.builder().schedule(PollSchedule.fixed(Duration.ofMillis(10))).build();
    Random random = new Random(11);
    List<CompletableFuture<WaitTermination>> waits = new ArrayList<>();
    try {
      for (int i = 0; i < 4_000; i++) {
        JobRef job = new JobRef("p", "j" + random.nextInt(200));
        WaitPlan plan = WaitPlan.of(job, options, EngineFixture.ORIGIN, EngineFixture.START);
        waits.add(engine.start(this, 0, plan, source, Function.identity()));
        if (random.nextInt(3) == 0) {
          waits.get(random.nextInt(waits.size())).cancel(true);
        }
      }
      for (CompletableFuture<WaitTermination> wait : waits) {
        wait.handle((end, error) -> null).get(40, SECONDS);
        assertThat(wait.isCancelled() || wait.join().outcome() instanceof WaitOutcome.Succeeded)
            .isTrue();
      }
    } finally {
      engine.close();
      io.shutdownNow();
      tasks.shutdownNow();
    }
  }
}
