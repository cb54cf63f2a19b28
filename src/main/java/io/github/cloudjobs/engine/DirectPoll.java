package io.github.cloudjobs.engine;

import static java.util.Objects.requireNonNull;

import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.PollResult;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One poll outside any wait, as a future. */
final class DirectPoll<T> extends StoppableFuture<T>
    implements Engine.Callback, Function<Poll, List<DirectPoll<T>>> {
  final Poll poll;
  private final Engine engine;
  private final Function<PollResult, T> toValue;
  private @Nullable PollResult result; // guarded by the engine

  DirectPoll(
      Engine engine,
      PollSource source,
      JobRef job,
      int generation,
      Function<PollResult, T> toValue) {
    this.poll = new Poll(source, job, engine.limiters.direct, generation, this);
    this.engine = engine;
    this.toValue = toValue;
  }

  @Override
  public List<DirectPoll<T>> apply(Poll ended) {
    result = ended.result;
    return List.of(this);
  }

  void close() {
    synchronized (engine) {
      if (result != null) {
        return;
      }
      String problem = "the poll was cancelled: " + Engine.CLOSED;
      result = PollResult.failed(new JobsTransportException(problem, null));
    }
    poll.cancel();
    engine.execute(this);
  }

  @Override
  protected void stop() {
    poll.cancel();
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
}
