package io.github.cloudjobs.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.engine.PollSource.Handle;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.Answers;
import io.github.cloudjobs.step.PollResult;
import io.github.cloudjobs.step.WaitTermination;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Cancels waits on one thread while another drives them. */
@Timeout(60)
class CancelRaceTest {
  private static final int ROUNDS = 5_000;

  /** Every third poll hangs until it is cancelled; the others are answered at once. */
  private static final class Polls implements PollSource {
    final AtomicInteger begun = new AtomicInteger();
    final AtomicInteger underWay = new AtomicInteger();

    @Override
    public Handle poll(JobRef job, int mark, Consumer<PollResult> sink) {
      if (begun.incrementAndGet() % 3 != 0) {
        sink.accept(new PollResult(Answers.job("RUNNING"), null, null, null));
        return () -> {};
      }
      underWay.incrementAndGet();
      AtomicBoolean once = new AtomicBoolean();
      return () -> {
        if (once.compareAndSet(false, true)) {
          underWay.decrementAndGet();
          sink.accept(new PollResult(null, Answers.lost(), null, null));
        }
      };
    }
  }

  @Test
  void whateverACancelMeetsNothingGoesOnAfterIt() throws Exception {
    race((rig, wait) -> wait.cancel(true));
  }

  @Test
  void whateverACloseMeetsNothingGoesOnAfterIt() throws Exception {
    race((rig, wait) -> rig.engine.close());
  }

  private interface Stopping {
    void stop(EngineFixture rig, CompletableFuture<WaitTermination> wait);
  }

  private static void race(Stopping stopping) throws Exception {
    Random random = new Random(5);
    CyclicBarrier start = new CyclicBarrier(2);
    ExecutorService other = Executors.newSingleThreadExecutor();
    try {
      for (int round = 0; round < ROUNDS; round++) {
        EngineFixture rig = new EngineFixture();
        Polls polls = new Polls();
        CompletableFuture<WaitTermination> wait = rig.start(polls, EngineFixture.every10s());
        int spins = random.nextInt(200);
        Future<?> stopped =
            other.submit(
                () -> {
                  start.await(20, TimeUnit.SECONDS);
                  for (int i = 0; i < spins; i++) {
                    Thread.onSpinWait();
                  }
                  stopping.stop(rig, wait);
                  return null;
                });
        start.await(20, TimeUnit.SECONDS);
        for (int i = 0; i < 8 && !wait.isDone(); i++) {
          rig.timer.advance(EngineFixture.seconds(10));
        }
        stopped.get(20, TimeUnit.SECONDS);
        rig.assertIdle();
        assertThat(polls.underWay).as("polls that nobody cancelled").hasValue(0);
        int begun = polls.begun.get();
        rig.timer.advance(EngineFixture.seconds(10_000));
        assertThat(polls.begun).as("polls after the end").hasValue(begun);
        assertThat(wait).isDone();
      }
    } finally {
      other.shutdownNow();
    }
  }
}
