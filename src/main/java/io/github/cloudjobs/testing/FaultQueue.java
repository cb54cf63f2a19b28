package io.github.cloudjobs.testing;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** The faults that are still to come, in the order in which they were asked for. Thread-safe. */
final class FaultQueue {
  private static final class Remaining {
    private final Fault fault;
    private int polls;

    Remaining(int polls, Fault fault) {
      this.polls = polls;
      this.fault = fault;
    }
  }

  private final Deque<Remaining> ofAll = new ArrayDeque<>();
  private final Map<String, Deque<Remaining>> ofOne = new HashMap<>();
  private final Map<Fault, Double> often = new LinkedHashMap<>(); // with their shares
  private final Random random = new Random(1); // the same in every run

  synchronized void add(@Nullable String jobId, int polls, Fault fault) {
    if (polls < 1) {
      throw new IllegalArgumentException("polls must be 1 or more: " + polls);
    }
    Deque<Remaining> queue =
        jobId == null ? ofAll : ofOne.computeIfAbsent(jobId, id -> new ArrayDeque<>());
    queue.add(new Remaining(polls, fault));
  }

  /**
   * Adds a fault for a share of all polls.
   *
   * @throws IllegalArgumentException if the shares come to more than the whole
   */
  synchronized void addOften(double share, Fault fault) {
    double all = often.values().stream().mapToDouble(Double::doubleValue).sum() + share;
    if (!(share >= 0) || all > 1 + 1e-9) {
      throw new IllegalArgumentException(
          "shares must be from 0 to 1, also together: " + share + ", with the others " + all);
    }
    often.merge(fault, share, Double::sum);
  }

  /** Takes the fault for a poll of this job: one of its own, else one of all; null if none. */
  synchronized @Nullable Fault next(String jobId) {
    Deque<Remaining> own = ofOne.get(jobId);
    Fault fault = own == null ? null : next(own);
    if (fault == null) {
      fault = next(ofAll);
    }
    return fault == null ? drawn() : fault;
  }

  private @Nullable Fault drawn() {
    if (often.isEmpty()) {
      return null;
    }
    double left = random.nextDouble();
    for (Map.Entry<Fault, Double> each : often.entrySet()) {
      left -= each.getValue();
      if (left < 0) {
        return each.getKey();
      }
    }
    return null;
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

  synchronized void clear() {
    ofAll.clear();
    ofOne.clear();
    often.clear();
  }
}
