package io.github.cloudjobs.benchmark.harness;

import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/** When each of many waits has to poll next, and how late the polls are. */
public final class PollTimes {
  private static final int MOST_POLLS = 4_000_000;
  private static final int SETTLE_MILLIS = 1_000;

  private final long meanDelay;
  private final SplittableRandom[] random;
  private final long[] delay;
  private final long[] due;
  private final AtomicIntegerArray polls;
  private final AtomicInteger started = new AtomicInteger();
  private final long[] late = new long[MOST_POLLS];
  private final AtomicInteger measured = new AtomicInteger();
  private volatile boolean measuring;

  public PollTimes(int waits, Duration meanDelay) {
    this.meanDelay = meanDelay.toNanos();
    random = new SplittableRandom[waits];
    Arrays.setAll(random, SplittableRandom::new);
    delay = new long[waits];
    due = new long[waits];
    polls = new AtomicIntegerArray(waits);
  }

  /** Called by each poll of a wait; polls of one wait never overlap. */
  public void polled(int wait) {
    long now = System.nanoTime();
    boolean first = polls.getAndIncrement(wait) == 0;
    if (measuring) {
      int index = measured.getAndIncrement();
      late[index] = first ? 0 : now - due[wait];
    }
    // The first pause is any part of the mean, so that the polls are spread from the start.
    delay[wait] = first ? random[wait].nextLong(meanDelay) : spread(random[wait]);
    due[wait] = now + delay[wait];
    if (first) {
      started.incrementAndGet();
    }
  }

  private long spread(SplittableRandom next) {
    return meanDelay / 2 + next.nextLong(meanDelay);
  }

  /** The pause between the last poll of a wait and its next, half to one and a half of the mean. */
  public Duration nextDelay(int wait) {
    return Duration.ofNanos(delay[wait]);
  }

  /** Waits until each wait has polled, then measures the polls that follow. */
  public Map<Figure, Double> measure(Duration time) throws InterruptedException {
    while (started.get() < delay.length) {
      Thread.sleep(10);
    }
    Thread.sleep(SETTLE_MILLIS);
    Usage start = Usage.now();
    measuring = true;
    TimeUnit.NANOSECONDS.sleep(time.toNanos());
    measuring = false;
    Usage end = Usage.now();
    long[] sorted = Arrays.copyOf(late, measured.get());
    Arrays.sort(sorted);
    Map<Figure, Double> figures = start.until(end, sorted.length);
    figures.put(Figure.LATENESS, (double) sorted[(int) (sorted.length * 0.99)]);
    return figures;
  }
}
