package io.github.cloudjobs.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * A future whose work stops when a caller completes it, however: by {@code cancel}, {@code
 * complete}, {@code orTimeout}, {@code obtrudeValue} and the like. The work itself completes it by
 * {@link #finish} and {@link #finishExceptionally}.
 */
public abstract class StoppableFuture<T> extends CompletableFuture<T> {
  /**
   * Stops the work. Called before dependents run, as those may block; also when the work is done.
   * Must not throw.
   */
  protected abstract void stop();

  protected final void finish(T value) {
    super.complete(value);
  }

  protected final void finishExceptionally(Throwable error) {
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

  @Override
  public CompletableFuture<T> completeAsync(Supplier<? extends T> supplier, Executor executor) {
    executor.execute(
        () -> {
          try {
            complete(supplier.get());
          } catch (Throwable t) {
            completeExceptionally(t);
          }
        });
    return this;
  }

  @Override
  public void obtrudeValue(T value) {
    stop();
    super.obtrudeValue(value);
  }

  @Override
  public void obtrudeException(Throwable ex) {
    stop();
    super.obtrudeException(ex);
  }
}
