package io.github.cloudjobs.engine;

import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.PollAnswer;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One poll that is no wait's, from when it waits for a free place. Thread-safe. */
final class DirectPoll implements Launch, PollSource.Handle {
  private enum Phase {
    QUEUED,
    FLYING,
    OVER
  }

  private final Engine engine;
  private final PollSource source;
  private final JobRef job;
  private final int mark;
  private final Consumer<PollAnswer> sink;
  private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.QUEUED);
  private volatile boolean cancelled;
  private volatile PollSource.@Nullable Handle call;

  DirectPoll(Engine engine, PollSource source, JobRef job, int mark, Consumer<PollAnswer> sink) {
    this.engine = engine;
    this.source = source;
    this.job = job;
    this.mark = mark;
    this.sink = sink;
  }

  @Override
  public boolean isWanted() {
    return phase.get() == Phase.QUEUED;
  }

  @Override
  public boolean launch(boolean delayed) {
    if (!phase.compareAndSet(Phase.QUEUED, Phase.FLYING)) {
      return false;
    }
    engine.timer().hold();
    try {
      call = source.poll(job, mark, this::land);
    } catch (Throwable crash) {
      land(lost(new JobsException("the poll could not be sent", crash)));
    }
    if (cancelled) {
      cancelCall(); // it was cancelled before there was a call to cancel
    }
    return true;
  }

  private void land(PollAnswer answer) {
    if (phase.compareAndSet(Phase.FLYING, Phase.OVER)) {
      try {
        engine.gate().landed();
      } finally {
        tell(answer);
        engine.timer().release();
      }
    }
  }

  @Override
  public void cancel() {
    cancelled = true;
    if (phase.compareAndSet(Phase.QUEUED, Phase.OVER)) {
      tell(lost(new JobsTransportException("the poll was cancelled before it was sent", null)));
    } else {
      cancelCall();
    }
  }

  /** Does not throw, although a call that others listen to may. */
  private void cancelCall() {
    try {
      PollSource.Handle handle = call;
      if (handle != null && phase.get() == Phase.FLYING) {
        handle.cancel();
      }
    } catch (Throwable t) {
      Narrator.complain("a poll's listener threw when the poll was cancelled", t);
    }
  }

  /** Where user code may run; if that takes no more, here, for it has to be told. */
  private void tell(PollAnswer answer) {
    engine.execute(() -> sink.accept(answer), refused -> sink.accept(answer));
  }

  private static PollAnswer lost(JobsException error) {
    return new PollAnswer(null, error, null, null);
  }
}
