package io.github.cloudjobs.engine;

import static java.util.Objects.requireNonNull;

import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.PollResult;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One poll outside any wait, as a future. */
final class DirectPoll<T> extends StoppableFuture<T> implements Poll.Receiver, Engine.Callback {
  private final Engine engine;
  private final int generation;
  private final Function<PollResult, T> toValue;
  final Poll poll;
  private @Nullable PollResult result; // guarded by the engine

  DirectPoll(
      Engine engine,
      PollSource source,
      JobRef job,
      int generation,
      Function<PollResult, T> toValue) {
    this.engine = engine;
    this.generation = generation;
    this.toValue = toValue;
    this.poll = new Poll(source, job, engine.limiters().direct(), this);
  }

  @Override
  public int generation() {
    return generation;
  }

  @Override
  public void receive(Poll ended, PollResult last, List<Engine.Callback> callbacks) {
    if (result == null) { // it was not closed
      result = last;
      callbacks.add(this);
    }
  }

  /** Ends it because its engine was closed. The transport cancels the call, if there is one. */
  void close() {
    PollResult closed =
        PollResult.failed(
            new JobsTransportException("the poll was cancelled: " + Engine.CLOSED, null));
    List<Engine.Callback> callbacks = new ArrayList<>();
    synchronized (engine) {
      receive(poll, closed, callbacks);
    }
    callbacks.forEach(engine::execute);
  }

  @Override
  protected void stop() {
    synchronized (engine) {
      engine.limiters().abandon(poll);
    }
    engine.limiters().cancelAbandoned();
    engine.returned(this);
  }

  /** Completes the future, also on this thread if the executor refuses. */
  @Override
  public void work(@Nullable Throwable refusal) {
    try {
      succeed(toValue.apply(requireNonNull(result)));
    } catch (Throwable t) {
      failWith(t);
    } finally {
      engine.returned(this);
    }
  }

  @Override
  public Engine engine() {
    return engine;
  }

  @Override
  public Object owner() {
    return engine;
  }
}
