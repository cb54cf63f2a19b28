package io.github.cloudjobs.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The waits for one job. Those that are ready for a response are ordered by the time of their next
 * poll or by their deadline: an array that begins with a binary heap of them, followed by the waits
 * that still process the previous response. Each wait knows its index. Not thread-safe.
 */
final class WaitQueue {
  private @Nullable Wait<?>[] waits = new Wait<?>[1]; // most jobs have one wait
  private int ready; // how many are in the heap
  private int size;
  private boolean byDeadline;

  int size() {
    return size;
  }

  /** All waits, in no order. */
  List<Wait<?>> all() {
    return first(size);
  }

  private List<Wait<?>> first(int count) {
    List<Wait<?>> some = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      some.add(at(i));
    }
    return some;
  }

  /** Adds a wait that is ready. */
  void add(Wait<?> wait) {
    if (size == waits.length) {
      waits = Arrays.copyOf(waits, size + (size >> 1) + 1);
    }
    set(size++, wait);
    markReady(wait);
  }

  /** Removes a wait, ready or not. */
  void remove(Wait<?> wait) {
    if (wait.index < ready) {
      leaveHeap(wait);
    }
    set(wait.index, at(--size));
    waits[size] = null;
    wait.index = -1;
    if (size < waits.length / 4) {
      waits = Arrays.copyOf(waits, waits.length / 2);
    }
  }

  /** Returns the first of the ready waits; null if there is none. */
  @Nullable Wait<?> firstReady() {
    return ready == 0 ? null : at(0);
  }

  /** The ready waits, in no order. */
  List<Wait<?>> ready() {
    return first(ready);
  }

  /** A wait has processed its response. */
  void markReady(Wait<?> wait) {
    wait.processing = false;
    set(wait.index, at(ready));
    up(ready++, wait);
  }

  /** A ready wait receives a response. */
  void markProcessing(Wait<?> wait) {
    wait.processing = true;
    leaveHeap(wait);
  }

  private void leaveHeap(Wait<?> wait) {
    int hole = wait.index;
    Wait<?> last = at(--ready);
    set(ready, wait);
    if (hole != ready) {
      down(hole, last);
      if (last.index == hole) {
        up(hole, last);
      }
    }
  }

  /** Orders the ready waits by their deadlines, or else by the times of their next polls. */
  void order(boolean deadlines) {
    if (byDeadline != deadlines) {
      byDeadline = deadlines;
      for (int i = ready / 2 - 1; i >= 0; i--) {
        down(i, at(i));
      }
    }
  }

  private long time(Wait<?> wait) {
    return byDeadline ? wait.deadline() : wait.nextPollAt;
  }

  private void up(int place, Wait<?> wait) {
    long time = time(wait);
    int at = place;
    while (at > 0) {
      int parent = (at - 1) >>> 1;
      if (time - time(at(parent)) >= 0) {
        break;
      }
      set(at, at(parent));
      at = parent;
    }
    set(at, wait);
  }

  private void down(int place, Wait<?> wait) {
    long time = time(wait);
    int at = place;
    for (int child = 2 * at + 1; child < ready; child = 2 * at + 1) {
      if (child + 1 < ready && time(at(child + 1)) - time(at(child)) < 0) {
        child++;
      }
      if (time(at(child)) - time >= 0) {
        break;
      }
      set(at, at(child));
      at = child;
    }
    set(at, wait);
  }

  private void set(int place, Wait<?> wait) {
    waits[place] = wait;
    wait.index = place;
  }

  @SuppressWarnings("NullAway") // no null below size
  private Wait<?> at(int place) {
    return waits[place];
  }
}
