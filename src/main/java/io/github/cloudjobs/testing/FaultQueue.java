package io.github.cloudjobs.testing;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** The injected faults that are still to occur. Thread-safe. */
final class FaultQueue {
  private static final class Remaining {
    private final Fault fault;
    private int polls;

    Remaining(Fault fault, int polls) {
      this.fault = fault;
      this.polls = polls;
    }
  }

  private final Deque<Remaining> ofAnyJob = new ArrayDeque<>();
  private final Map<String, Deque<Remaining>> ofOneJob = new HashMap<>();
  private final Map<Fault, Double> shares = new LinkedHashMap<>();
  private final Random random = new Random(1); // the same in every run

  /**
   * @param jobId null for any job
   */
  synchronized void add(@Nullable String jobId, int polls, Fault fault) {
    if (polls < 1) {
      throw new IllegalArgumentException("polls must be 1 or more: " + polls);
    }
    Deque<Remaining> queue =
        jobId == null ? ofAnyJob : ofOneJob.computeIfAbsent(jobId, id -> new ArrayDeque<>());
    queue.add(new Remaining(fault, polls));
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
    Deque<Remaining> own = ofOneJob.get(jobId);
    Fault fault = own == null ? null : next(own);
    if (fault == null) {
      fault = next(ofAnyJob);
    }
    return fault == null ? nextRandom() : fault;
  }

  private static @Nullable Fault next(Deque<Remaining> queue) {
    Remaining first = queue.peek();
    if (first == null) {
      return null;
    }
    first.polls--;
    if (first.polls == 0) {
      queue.remove();
    }
    return first.fault;
  }

  private @Nullable Fault nextRandom() {
    if (shares.isEmpty()) {
      return null;
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
    ofAnyJob.clear();
    ofOneJob.clear();
    shares.clear();
  }
}
