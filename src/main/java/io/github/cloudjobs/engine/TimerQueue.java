package io.github.cloudjobs.engine;

import io.github.cloudjobs.engine.WaitTimer.Task;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Tasks ordered by time: a binary heap. Each task holds its index, so it can be moved or removed in
 * O(log n). Not thread-safe.
 */
public final class TimerQueue {
  private static final int SMALLEST = 16;

  private @Nullable Task[] heap = new Task[SMALLEST];
  private int size;

  public @Nullable Task first() {
    return heap[0];
  }

  public int size() {
    return size;
  }

  /** Adds a task; if it is there already, the earlier time counts. */
  public void put(Task task, long due) {
    if (task.index < 0) {
      if (size == heap.length) {
        heap = Arrays.copyOf(heap, size + (size >> 1));
      }
      task.due = due;
      size++;
      up(size - 1, task);
    } else if (due - task.due < 0) {
      task.due = due;
      up(task.index, task);
    }
  }

  public void remove(Task task) {
    int hole = task.index;
    if (hole < 0) {
      return;
    }
    task.index = -1;
    size--;
    Task last = at(size);
    heap[size] = null;
    if (last != task) {
      down(hole, last);
      if (last.index == hole) {
        up(hole, last);
      }
    }
    if (heap.length > SMALLEST && size < heap.length / 4) { // gives memory back
      heap = Arrays.copyOf(heap, heap.length / 2);
    }
  }

  void clear() {
    for (int i = 0; i < size; i++) {
      at(i).index = -1;
    }
    heap = new Task[SMALLEST];
    size = 0;
  }

  private void up(int place, Task task) {
    int at = place;
    while (at > 0 && task.due - at(parent(at)).due < 0) {
      set(at, at(parent(at)));
      at = parent(at);
    }
    set(at, task);
  }

  private static int parent(int place) {
    return (place - 1) / 2;
  }

  private void down(int place, Task task) {
    int at = place;
    for (int child = 2 * at + 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && at(child + 1).due - at(child).due < 0) {
        child++;
      }
      if (at(child).due - task.due >= 0) {
        break;
      }
      set(at, at(child));
      at = child;
    }
    set(at, task);
  }

  private void set(int place, Task task) {
    heap[place] = task;
    task.index = place;
  }

  @SuppressWarnings("NullAway") // no null below size
  private Task at(int place) {
    return heap[place];
  }
}
