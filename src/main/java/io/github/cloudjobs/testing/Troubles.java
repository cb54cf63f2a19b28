package io.github.cloudjobs.testing;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The troubles that are still to come, in the order in which they were asked for. Thread-safe. */
final class Troubles {
  private static final class Remaining {
    private final Trouble trouble;
    private int polls;

    Remaining(int polls, Trouble trouble) {
      this.polls = polls;
      this.trouble = trouble;
    }
  }

  private final Deque<Remaining> ofAll = new ArrayDeque<>();
  private final Map<String, Deque<Remaining>> ofOne = new HashMap<>();

  synchronized void add(@Nullable String jobId, int polls, Trouble trouble) {
    if (polls < 1) {
      throw new IllegalArgumentException("polls must be 1 or more: " + polls);
    }
    Deque<Remaining> queue =
        jobId == null ? ofAll : ofOne.computeIfAbsent(jobId, id -> new ArrayDeque<>());
    queue.add(new Remaining(polls, trouble));
  }

  /** Takes the trouble for a poll of this job: one of its own, else one of all; null if none. */
  synchronized @Nullable Trouble next(String jobId) {
    Deque<Remaining> own = ofOne.get(jobId);
    Trouble trouble = own == null ? null : next(own);
    return trouble == null ? next(ofAll) : trouble;
  }

  private static @Nullable Trouble next(Deque<Remaining> queue) {
    Remaining first = queue.peek();
    if (first == null) {
      return null;
    }
    first.polls--;
    if (first.polls == 0) {
      queue.remove();
    }
    return first.trouble;
  }

  synchronized void clear() {
    ofAll.clear();
    ofOne.clear();
  }
}
