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

  private final PollGate gate;
  private final PollSource source;
  private final JobRef job;
  private final int mark;
  private final Consumer<PollAnswer> sink;
  private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.QUEUED);
  private volatile boolean cancelled;
  private volatile PollSource.@Nullable Handle call;

  DirectPoll(PollGate gate, PollSource source, JobRef job, int mark, Consumer<PollAnswer> sink) {
    this.gate = gate;
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
      gate.landed();
      sink.accept(answer);
    }
  }

  @Override
  public void cancel() {
    cancelled = true;
    if (phase.compareAndSet(Phase.QUEUED, Phase.OVER)) {
      sink.accept(
          lost(new JobsTransportException("the poll was cancelled before it was sent", null)));
    } else {
      cancelCall();
    }
  }

  private void cancelCall() {
    PollSource.Handle handle = call;
    if (handle != null && phase.get() == Phase.FLYING) {
      handle.cancel();
    }
  }

  private static PollAnswer lost(JobsException error) {
    return new PollAnswer(null, error, null, null);
  }
}
