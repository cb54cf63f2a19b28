package io.github.cloudjobs.engine;

import java.util.concurrent.CompletableFuture;

/** A future whose work stops when a caller completes it in any way, as by {@code orTimeout}. */
public abstract class StoppableFuture<T> extends CompletableFuture<T> {
  /** Stops the work, before dependents run, since those may block. Must not throw. */
  protected abstract void stop();

  /** Completes this without stopping the work, as {@link #failWith} does. */
  protected final void succeed(T value) {
    super.complete(value);
  }

  protected final void failWith(Throwable error) {
    super.completeExceptionally(error);
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    stop();
    return super.cancel(mayInterruptIfRunning);
  }

  @Override
  public boolean complete(T value) {
    stop();
    return super.complete(value);
  }

  @Override
  public boolean completeExceptionally(Throwable ex) {
    stop();
    return super.completeExceptionally(ex);
  }
}
