package io.github.cloudjobs.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.engine.ScriptedPolls.Reply;
import io.github.cloudjobs.step.WaitTermination;
import io.github.cloudjobs.wait.WaitListener;
import io.github.cloudjobs.wait.WaitProgress;
import io.github.cloudjobs.wait.WaitResult;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A wait is ended from outside in the moment in which its answer begins to be digested. */
@Timeout(60)
class EndNotifiedRaceTest {
  private static final int ROUNDS = 50_000;
  private static final int MOST_SPINS = 60;

  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final EngineFixture rig = new EngineFixture(tasks::add);
  private final Phaser rounds = new Phaser(2);
  private final AtomicInteger told = new AtomicInteger();
  private volatile Runnable digest;

  @Test
  void theListenerIsToldOnceWhoeverEndsTheWaitFirst() throws Exception {
    WaitListener listener =
        new WaitListener() {
          @Override
          public void onProgress(WaitProgress progress) {}

          @Override
          public void onEnd(WaitResult result) {
            told.incrementAndGet();
          }
        };
    ScriptedPolls polls = rig.polls(Reply.job("RUNNING"));
    Thread digester = new Thread(this::digest, "digester");
    digester.setDaemon(true);
    digester.start();
    Random random = new Random(1);
    for (int round = 0; round < ROUNDS; round++) {
      told.set(0);
      CompletableFuture<WaitTermination> wait =
          rig.start(polls, EngineFixture.every10s().addListener(listener));
      digest = tasks.remove();
      rounds.arriveAndAwaitAdvance();
      spin(random);
      rig.engine.end(List.of(wait), "enough");
      rig.timer.advance(Duration.ZERO);
      rounds.arriveAndAwaitAdvance();
      for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
        task.run();
      }
      assertThat(wait).isDone();
      assertThat(told).as("in round %s", round).hasValue(1);
    }
    rounds.arriveAndDeregister();
    digester.join();
    rig.assertIdle();
  }

  private void digest() {
    Random random = new Random(2);
    for (int round = 0; round < ROUNDS; round++) {
      rounds.arriveAndAwaitAdvance();
      spin(random);
      digest.run();
      rounds.arriveAndAwaitAdvance();
    }
  }

  private static void spin(Random random) {
    for (int i = random.nextInt(MOST_SPINS); i > 0; i--) {
      Thread.onSpinWait();
    }
  }
}
