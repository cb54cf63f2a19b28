package io.github.cloudjobs.testing;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The injected faults that are still to occur. Thread-safe. */
final class FaultQueue {
  private record Injected(Fault fault, AtomicInteger polls) {}

  private final Map<@Nullable String, Deque<Injected>> byJob = new HashMap<>();
  private final Map<Fault, Double> shares = new LinkedHashMap<>();
  private final Random random = new Random(1); // the same in every run

  /** Adds a fault of the next polls of a job; of any job if the id is null. */
  synchronized void add(@Nullable String jobId, int polls, Fault fault) {
    if (polls < 1) {
      throw new IllegalArgumentException("polls must be 1 or more: " + polls);
    }
    byJob
        .computeIfAbsent(jobId, id -> new ArrayDeque<>())
        .add(new Injected(fault, new AtomicInteger(polls)));
  }

  synchronized void addRandom(double share, Fault fault) {
    double sum = shares.values().stream().mapToDouble(Double::doubleValue).sum() + share;
    if (!(share >= 0) || sum > 1 + 1e-9) {
      throw new IllegalArgumentException(
          "share must be from 0 to 1, and so must the sum of all: " + share + ", sum " + sum);
    }
    shares.merge(fault, share, Double::sum);
  }

  /** Takes the fault for a poll of this job: its own first, then any job's, then a random one. */
  synchronized @Nullable Fault next(String jobId) {
    for (String key : Arrays.asList(jobId, null)) {
      Deque<Injected> queue = byJob.getOrDefault(key, new ArrayDeque<>());
      Injected first = queue.peek();
      if (first != null) {
        if (first.polls.decrementAndGet() == 0) {
          queue.remove();
        }
        return first.fault;
      }
    }
    double rest = random.nextDouble();
    for (Map.Entry<Fault, Double> each : shares.entrySet()) {
      rest -= each.getValue();
      if (rest < 0) {
        return each.getKey();
      }
    }
    return null;
  }

  synchronized void clear() {
    byJob.clear();
    shares.clear();
  }
}
