package io.github.cloudjobs.engine;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.step.Answers;
import io.github.cloudjobs.step.PollResult;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Threads join a job's polls and leave them, each perhaps as the last, all at the same time. */
@Timeout(60)
class LastWaitLeavesRaceTest {
  private static final int THREADS = 8; // more than there are cores: some stop anywhere
  private static final int ROUNDS = 5_000;
  private static final int WAITS = 8;

  @Test
  void whoeverJoinsAsTheLastLeavesGetsIn() throws Exception {
    EngineFixture rig = new EngineFixture();
    PollSource polls =
        (job, mark, sink) -> {
          sink.accept(new PollResult(Answers.job("RUNNING"), null, null, null));
          return () -> {};
        };
    CyclicBarrier barrier = new CyclicBarrier(THREADS);
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        all.add(
            threads.submit(
                () -> {
                  for (int round = 0; round < ROUNDS; round++) {
                    barrier.await(20, SECONDS); // then who is left behind is left alone
                    for (int n = 0; n < WAITS; n++) {
                      rig.start(polls, EngineFixture.every10s()).cancel(true);
                    }
                  }
                  return null;
                }));
      }
      for (Future<?> each : all) {
        each.get(50, SECONDS);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(rig.engine.streams()).isEmpty();
    rig.assertIdle();
  }
}
