package io.github.cloudjobs.benchmark.harness;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** An operation that has been prepared, and can be measured again and again. */
@FunctionalInterface
public interface Operation {
  /** Runs for about this time and returns the figures of one operation. */
  Map<Figure, Double> measure(Duration time) throws Exception;

  /** A call that one thread repeats. */
  static Operation repeated(Callable<?> call) {
    return time -> {
      Usage start = Usage.now();
      long calls = Loop.run(call, time);
      return start.until(Usage.now(), calls);
    };
  }

  /** A call that several threads repeat at the same time. */
  static Operation repeated(int threads, Callable<?> call) {
    ExecutorService pool = Executors.newFixedThreadPool(threads, Loop::daemon);
    return time -> {
      List<Future<Long>> running = new ArrayList<>();
      Usage start = Usage.now();
      for (int i = 0; i < threads; i++) {
        running.add(pool.submit(() -> Loop.run(call, time)));
      }
      long calls = 0;
      for (Future<Long> each : running) {
        calls += each.get();
      }
      return start.until(Usage.now(), calls);
    };
  }

  /** The heap that one result keeps, measured by keeping many. */
  static Operation retained(int results, Callable<?> call) {
    return time -> {
      Object[] kept = new Object[results];
      long before = Usage.liveHeap();
      for (int i = 0; i < results; i++) {
        kept[i] = call.call();
      }
      double bytes = Usage.liveHeap() - before;
      Loop.lastResult = kept;
      Loop.lastResult = null;
      return Map.of(Figure.RETAINED, bytes / results);
    };
  }
}

/** The loop that is measured. */
final class Loop {
  static volatile Object lastResult; // so that the compiler cannot drop the call

  private Loop() {}

  /** Returns the number of calls, at least one. */
  static long run(Callable<?> call, Duration time) throws Exception {
    long end = System.nanoTime() + time.toNanos();
    long calls = 0;
    do {
      lastResult = call.call();
      calls++;
    } while (System.nanoTime() < end);
    return calls;
  }

  static Thread daemon(Runnable task) {
    Thread thread = new Thread(task);
    thread.setDaemon(true);
    return thread;
  }
}
