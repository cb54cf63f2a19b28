package io.github.cloudjobs;

import io.github.cloudjobs.engine.Engine;
import io.github.cloudjobs.step.WaitEnd;
import io.github.cloudjobs.wait.WaitForAllException;
import io.github.cloudjobs.wait.WaitOutcome;
import io.github.cloudjobs.wait.WaitResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The waits for many jobs, begun together and waited for together. */
final class WaitGroup {
  private final Engine engine;
  private final boolean stopsAtFirstFailure;
  private final List<CompletableFuture<WaitEnd>> waits = new ArrayList<>();
  private @Nullable WaitEnd failure; // the first; guarded by this

  WaitGroup(Engine engine, boolean stopsAtFirstFailure) {
    this.engine = engine;
    this.stopsAtFirstFailure = stopsAtFirstFailure;
  }

  /** Adds a wait that has begun; all of them, before any of the others is called. */
  void add(CompletableFuture<WaitEnd> wait) {
    waits.add(wait);
  }

  /** Ends all, and nobody is told. */
  void cancel() {
    waits.forEach(wait -> wait.cancel(true));
  }

  /** Waits until all have ended; if it throws, they are to be cancelled. */
  List<WaitOutcome> await() throws InterruptedException {
    List<CompletableFuture<WaitEnd>> reviewed =
        stopsAtFirstFailure
            ? waits.stream().map(wait -> wait.thenApply(this::review)).toList()
            : waits;
    List<WaitEnd> ends = new ArrayList<>(waits.size());
    for (int i = 0; i < waits.size(); i++) {
      ends.add(ClientWaits.await(engine, waits.get(i), reviewed.get(i)));
    }
    return outcomes(ends);
  }

  /** Gives the others up when the first has failed. */
  private WaitEnd review(WaitEnd end) {
    synchronized (this) {
      if (failure != null || end.isSuccess()) {
        return end;
      }
      failure = end;
    }
    engine.end(waits, "another job did not succeed");
    return end;
  }

  private List<WaitOutcome> outcomes(List<WaitEnd> ends) {
    List<WaitOutcome> outcomes =
        ends.stream().map(WaitEnd::outcome).filter(Objects::nonNull).toList();
    WaitEnd first = first(ends);
    if (first == null) {
      return outcomes;
    }
    List<WaitResult> results = ends.stream().map(WaitEnd::result).toList();
    throw new WaitForAllException(
        "job "
            + first.ref().jobId()
            + " did not succeed; of "
            + ends.size()
            + " waits "
            + (ends.size() - outcomes.size())
            + " came to no outcome",
        first.exception(),
        results);
  }

  /** What went wrong first, if the outcomes alone do not tell all. */
  private @Nullable WaitEnd first(List<WaitEnd> ends) {
    synchronized (this) {
      if (failure != null) {
        return failure;
      }
    }
    return ends.stream().filter(end -> end.outcome() == null).findFirst().orElse(null);
  }
}
