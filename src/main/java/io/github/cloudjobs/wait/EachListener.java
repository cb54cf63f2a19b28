package io.github.cloudjobs.wait;

import io.github.cloudjobs.model.JobStatus;
import io.github.cloudjobs.model.SubJob;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tells several listeners, in their order, and each whatever the others throw. */
record EachListener(List<WaitListener> listeners) implements WaitListener {
  EachListener {
    listeners = List.copyOf(listeners);
  }

  private void each(Consumer<WaitListener> call) {
    Throwable first = null;
    for (WaitListener listener : listeners) {
      try {
        call.accept(listener);
      } catch (Throwable t) {
        if (first == null) {
          first = t;
        } else if (first != t) {
          first.addSuppressed(t);
        }
      }
    }
    if (first instanceof Error error) {
      throw error;
    }
    if (first instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    if (first != null) { // other languages throw checked ones too
      throw new IllegalStateException("a listener threw", first);
    }
  }

  @Override
  public void onStatusChange(JobStatus before, WaitProgress progress) {
    each(listener -> listener.onStatusChange(before, progress));
  }

  @Override
  public void onUnknownStatus(WaitProgress progress) {
    each(listener -> listener.onUnknownStatus(progress));
  }

  @Override
  public void onSubJobChange(@Nullable JobStatus before, SubJob subJob, WaitProgress progress) {
    each(listener -> listener.onSubJobChange(before, subJob, progress));
  }

  @Override
  public void onNewIds(Map<String, List<String>> ids, WaitProgress progress) {
    each(listener -> listener.onNewIds(ids, progress));
  }

  @Override
  public void onProgress(WaitProgress progress) {
    each(listener -> listener.onProgress(progress));
  }

  @Override
  public void onErrorBorne(WaitSetback setback) {
    each(listener -> listener.onErrorBorne(setback));
  }

  @Override
  public void onThrottled(WaitSetback setback) {
    each(listener -> listener.onThrottled(setback));
  }

  @Override
  public void onEnd(WaitResult result) {
    each(listener -> listener.onEnd(result));
  }
}
