package io.github.cloudjobs.testing;

import static java.util.Objects.requireNonNull;

import io.github.cloudjobs.engine.TimerClock;
import io.github.cloudjobs.engine.VirtualTimer;
import io.github.cloudjobs.engine.WaitTimer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/**
 * Time for tests: it stands still until waits have nothing to do but to let it pass, and then jumps
 * to the next poll. A wait of an hour takes milliseconds, and polls exactly as it would in an hour.
 *
 * <pre>{@code
 * VirtualTime time = new VirtualTime();
 * try (SimulatedJobs cloud = SimulatedJobs.builder().clock(time.clock()).start();
 *     JobsClient ecs = JobsClient.builder()
 *         .service(JobsService.ECS)
 *         .endpoint(cloud.endpoint())
 *         .credentials(cloud.credentials())
 *         .clock(time.clock())
 *         .build()) {
 *   JobRef job = cloud.submit(SimulatedJob.exportImage());
 *   Job done = time.run(() -> ecs.waitForCompletion(job));
 * }
 * }</pre>
 *
 * The clients that were given its {@link #clock()} wait by it, any number of them; polls on the
 * wire, listeners and completions take none of its time. A listener or completion that blocks for 5
 * seconds of real time, or an executor that runs nothing for so long, holds it up no longer. Code
 * of your own does, if it runs on other threads than {@link #run}'s while waits go on: then time
 * may pass before it gets to its next step. Thread-safe; one thread at a time lets time pass.
 */
public final class VirtualTime {
  private final VirtualTimer timer = new VirtualTimer();
  private final Clock clock;

  /** Creates a time that begins now, by the machine's clock. */
  public VirtualTime() {
    this(Instant.now());
  }

  /**
   * Creates a time.
   *
   * @param start what {@link #clock()} says at first
   */
  public VirtualTime(Instant start) {
    clock = new VirtualClock(timer, requireNonNull(start, "start"), ZoneOffset.UTC);
  }

  /**
   * The clock, for {@link io.github.cloudjobs.JobsClient.Builder#clock} and {@link
   * SimulatedJobs.Builder#clock}.
   */
  public Clock clock() {
    return clock;
  }

  /** How much time has passed since the beginning. */
  public Duration elapsed() {
    return timer.now();
  }

  /**
   * Lets time pass, and makes the polls that are due on the way, without waiting for their answers.
   *
   * @param time zero or more
   */
  public void advance(Duration time) {
    if (time.isNegative()) {
      throw new IllegalArgumentException("time does not go back: " + time);
    }
    timer.advance(time);
  }

  /**
   * Makes a call that waits for jobs, on a thread of its own, lets as much time pass as that takes,
   * and returns or throws what the call does. None passes while that thread does something: only
   * while it waits, or sleeps.
   *
   * @throws IllegalStateException if for half a minute nothing happens that the call could be
   *     waiting for
   */
  public <T> T run(Callable<T> call) throws Exception {
    return timer.run(call);
  }

  /**
   * Lets as much time pass as it takes until these futures are done, well or badly.
   *
   * @throws IllegalStateException if for half a minute nothing happens that they could be waiting
   *     for
   */
  public void await(CompletableFuture<?>... futures) throws InterruptedException {
    timer.await(futures);
  }

  /** Names the time that has passed. */
  @Override
  public String toString() {
    return "VirtualTime[" + elapsed() + "]";
  }

  private static final class VirtualClock extends TimerClock {
    private final VirtualTimer timer;
    private final Instant start;
    private final ZoneId zone;

    VirtualClock(VirtualTimer timer, Instant start, ZoneId zone) {
      this.timer = timer;
      this.start = start;
      this.zone = zone;
    }

    @Override
    public WaitTimer timer() {
      return timer;
    }

    @Override
    public Instant instant() {
      return start.plus(timer.now());
    }

    @Override
    public ZoneId getZone() {
      return zone;
    }

    @Override
    public Clock withZone(ZoneId other) {
      return new VirtualClock(timer, start, other);
    }
  }
}
