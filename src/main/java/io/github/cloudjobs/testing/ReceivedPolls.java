package io.github.cloudjobs.testing;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Counts the requests and remembers the latest. Thread-safe. */
final class ReceivedPolls {
  /** Enough for any test to look at, and no leak in a load test. */
  static final int REMEMBERED = 10_000;

  private final Deque<ReceivedPoll> latest = new ArrayDeque<>();
  private final Map<String, Integer> byJob = new HashMap<>();

  synchronized void add(ReceivedPoll poll) {
    if (latest.size() == REMEMBERED) {
      latest.remove();
    }
    latest.add(poll);
    if (poll.jobId() != null) {
      byJob.merge(poll.jobId(), 1, Integer::sum);
    }
  }

  synchronized int of(String jobId) {
    return byJob.getOrDefault(jobId, 0);
  }

  synchronized List<ReceivedPoll> latest() {
    return List.copyOf(latest);
  }
}
