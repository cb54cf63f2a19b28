package io.github.cloudjobs.benchmark.aws;

import io.github.cloudjobs.benchmark.harness.Bodies;
import io.github.cloudjobs.benchmark.harness.Contender;
import io.github.cloudjobs.benchmark.harness.Figure;
import io.github.cloudjobs.benchmark.harness.Operation;
import io.github.cloudjobs.benchmark.harness.PollTimes;
import io.github.cloudjobs.benchmark.harness.Usage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.Supplier;
import software.amazon.awssdk.core.waiters.AsyncWaiter;
import software.amazon.awssdk.core.waiters.WaiterAcceptor;
import software.amazon.awssdk.core.waiters.WaiterOverrideConfiguration;
import software.amazon.awssdk.core.waiters.WaiterResponse;
import software.amazon.awssdk.retries.api.BackoffStrategy;

/** The asynchronous waiter of the AWS SDK, whose polls are futures that are complete. */
public final class AwsContender implements Contender {
  private record Job(String projectId, String jobId) {}

  @Override
  public Operation prepare(String operation, List<String> arguments) {
    int waits = Integer.parseInt(arguments.get(0));
    return switch (operation) {
      case "waits" ->
          time -> waits(waits, Duration.ofMillis(Long.parseLong(arguments.get(1))), time);
      case "heap" -> time -> heap(waits);
      default -> throw new IllegalArgumentException(operation);
    };
  }

  private static Map<Figure, Double> waits(int waits, Duration delay, Duration time)
      throws InterruptedException {
    ScheduledExecutorService scheduler = new ScheduledThreadPoolExecutor(1);
    try {
      AsyncWaiter<Job> waiter = waiter(scheduler, Duration.ofDays(1));
      PollTimes times = new PollTimes(waits, delay);
      for (int i = 0; i < waits; i++) {
        int wait = i;
        CompletableFuture<Job> response =
            CompletableFuture.completedFuture(new Job(Bodies.PROJECT, Bodies.jobId(i)));
        Supplier<CompletableFuture<Job>> poll =
            () -> {
              times.polled(wait);
              return response;
            };
        waiter.runAsync(poll, endless(attempt -> times.nextDelay(wait)));
      }
      return times.measure(time);
    } finally {
      scheduler.shutdownNow();
    }
  }

  private static Map<Figure, Double> heap(int waits) throws InterruptedException {
    ScheduledExecutorService scheduler = new ScheduledThreadPoolExecutor(1);
    try {
      AsyncWaiter<Job> waiter = waiter(scheduler, Duration.ofDays(1));
      CompletableFuture<Job> response =
          CompletableFuture.completedFuture(new Job(Bodies.PROJECT, Bodies.jobId(0)));
      CompletableFuture<?>[] futures = new CompletableFuture<?>[waits];
      long before = Usage.liveHeap();
      for (int i = 0; i < waits; i++) {
        Job job = new Job(Bodies.PROJECT, Bodies.jobId(i));
        CompletableFuture<WaiterResponse<Job>> future =
            waiter.runAsync(() -> job.jobId().isEmpty() ? null : response);
        futures[i] = future;
      }
      double bytes = Usage.liveHeap() - before;
      if (futures[waits - 1].isDone()) {
        throw new IllegalStateException("the waits have ended");
      }
      return Map.of(Figure.RETAINED, bytes / waits);
    } finally {
      scheduler.shutdownNow();
    }
  }

  private static AsyncWaiter<Job> waiter(ScheduledExecutorService scheduler, Duration delay) {
    return AsyncWaiter.builder(Job.class)
        .addAcceptor(WaiterAcceptor.retryOnResponseAcceptor(job -> true))
        .overrideConfiguration(endless(attempt -> delay))
        .scheduledExecutorService(scheduler)
        .build();
  }

  private static WaiterOverrideConfiguration endless(BackoffStrategy delays) {
    return WaiterOverrideConfiguration.builder()
        .maxAttempts(Integer.MAX_VALUE)
        .backoffStrategyV2(delays)
        .build();
  }
}
