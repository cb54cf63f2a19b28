package io.github.cloudjobs.engine;

import io.github.cloudjobs.engine.PollSource.Handle;
import io.github.cloudjobs.step.PollResult;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One poll, from its launch until it is answered, whether anybody still wants that or not. */
final class Flight implements Consumer<PollResult> {
  private final PollStream stream;
  private final int mark;
  private final boolean delayed;
  private final AtomicBoolean over = new AtomicBoolean();
  private volatile boolean abandoned;
  private volatile @Nullable Handle call;

  /**
   * Creates one that is not under way yet.
   *
   * @param mark as {@link PollSource#poll} wants it
   * @param delayed as {@link Launch#launch} was told
   */
  Flight(PollStream stream, int mark, boolean delayed) {
    this.stream = stream;
    this.mark = mark;
    this.delayed = delayed;
  }

  int mark() {
    return mark;
  }

  void start() {
    stream.engine().timer().hold();
    try {
      call = stream.poll(mark, this);
    } catch (Throwable crash) {
      if (over.compareAndSet(false, true)) {
        end(null, 0, wait -> wait.hearOfCrash(crash));
      } else {
        Narrator.complain("a source of polls threw although it had answered", crash);
      }
    }
    if (abandoned) {
      cancel(); // it was abandoned before there was a call to cancel
    }
  }

  @Override
  public void accept(PollResult answer) {
    if (over.compareAndSet(false, true)) {
      long arrived = stream.engine().timer().nanoTime();
      end(answer, arrived, wait -> wait.hear(answer, arrived));
    }
  }

  private void end(@Nullable PollResult answer, long arrived, Consumer<Wait<?>> news) {
    try {
      stream.engine().gate().landed(stream.lane(), answer, delayed);
    } finally {
      stream.land(this, answer, arrived, news);
      stream.engine().timer().release();
    }
  }

  /** Nobody wants the answer any more. */
  void abandon() {
    abandoned = true;
    cancel();
  }

  /** Does not throw, although a call that others listen to may: what follows has to be done. */
  private void cancel() {
    try {
      Handle handle = call;
      if (handle != null && !over.get()) {
        handle.cancel();
      }
    } catch (Throwable t) {
      Narrator.complain("a poll's listener threw when the poll was cancelled", t);
    }
  }
}
