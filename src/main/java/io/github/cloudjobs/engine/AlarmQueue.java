package io.github.cloudjobs.engine;

import java.util.Arrays;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Alarms in the order of their time, of which any can be moved or taken out in a few steps: a
 * binary heap whose entries know their places. Not thread-safe.
 */
final class AlarmQueue {
  private static final int SMALLEST = 16;

  private @Nullable Alarm[] heap = new Alarm[SMALLEST];
  private int size;

  int size() {
    return size;
  }

  /** The alarm that is due first; null if there is none. */
  @Nullable Alarm first() {
    return heap[0];
  }

  /** Puts an alarm in, or moves it. */
  void put(Alarm alarm, long due) {
    if (alarm.place < 0) {
      if (size == heap.length) {
        heap = Arrays.copyOf(heap, size + (size >> 1));
      }
      alarm.due = due;
      up(size++, alarm);
      return;
    }
    boolean later = due - alarm.due > 0;
    alarm.due = due;
    if (later) {
      down(alarm.place, alarm);
    } else {
      up(alarm.place, alarm);
    }
  }

  /** Takes an alarm out; harmless if it is not in. */
  void remove(Alarm alarm) {
    int hole = alarm.place;
    if (hole < 0) {
      return;
    }
    alarm.place = -1;
    Alarm last = at(--size);
    heap[size] = null;
    if (last != alarm) {
      down(hole, last);
      if (last.place == hole) {
        up(hole, last);
      }
    }
    shrink();
  }

  /** Takes all out. */
  void clear() {
    for (int i = 0; i < size; i++) {
      at(i).place = -1;
    }
    heap = new Alarm[SMALLEST];
    size = 0;
  }

  /** All of them, in no order. */
  Stream<Alarm> stream() {
    return Arrays.stream(heap, 0, size);
  }

  private void up(int place, Alarm alarm) {
    int at = place;
    while (at > 0) {
      int parent = (at - 1) >>> 1;
      Alarm above = at(parent);
      if (alarm.due - above.due >= 0) {
        break;
      }
      set(at, above);
      at = parent;
    }
    set(at, alarm);
  }

  private void down(int place, Alarm alarm) {
    int at = place;
    for (int child = 2 * at + 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && at(child + 1).due - at(child).due < 0) {
        child++;
      }
      Alarm below = at(child);
      if (below.due - alarm.due >= 0) {
        break;
      }
      set(at, below);
      at = child;
    }
    set(at, alarm);
  }

  private void set(int place, Alarm alarm) {
    heap[place] = alarm;
    alarm.place = place;
  }

  @SuppressWarnings("NullAway") // below size there is no hole
  private Alarm at(int place) {
    return heap[place];
  }

  /** After a hundred thousand waits the memory they needed is given back. */
  private void shrink() {
    if (heap.length > SMALLEST && size < heap.length / 4) {
      heap = Arrays.copyOf(heap, Math.max(SMALLEST, heap.length / 2));
    }
  }
}
