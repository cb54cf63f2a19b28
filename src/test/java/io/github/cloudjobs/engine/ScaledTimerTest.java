package io.github.cloudjobs.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScaledTimerTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void nothingRingsBeforeItsTimeHoweverTheScaleRounds(int seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      double scale = Math.exp(random.nextDouble() * 14 - 7);
      VirtualTimer real = new VirtualTimer();
      ScaledTimer timer = new ScaledTimer(real, scale);
      long time = timer.nanoTime() + random.nextLong(1L << (10 + random.nextInt(39)));
      boolean[] rung = {false};
      timer.arm(
          new Alarm() {
            @Override
            protected void ring() {
              rung[0] = true;
              assertThat(timer.nanoTime() - time)
                  .as("lateness at a scale of %s", scale)
                  .isBetween(0L, 1 + (long) Math.ceil(scale));
            }
          },
          time);
      assertThat(real.runNext()).isTrue();
      assertThat(rung[0]).isTrue();
    }
  }
}
