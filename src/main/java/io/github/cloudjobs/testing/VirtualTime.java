package io.github.cloudjobs.testing;

import static java.util.Objects.requireNonNull;

import io.github.cloudjobs.engine.WaitTimer;
import io.github.cloudjobs.engine.WaitTimer.TimerClock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/**
 * Virtual time for tests. It advances to the next poll as soon as no poll, listener or completion
 * is in progress: a wait of an hour takes milliseconds and makes the same polls at the same times.
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
 * Any number of clients can use the {@link #clock()}. Time does not advance while one of them polls
 * or runs listeners and completions, unless one of these blocks, or the executor runs nothing, for
 * 5 seconds of real time. It may advance while other threads of the test are busy, except the one
 * of {@link #run}. Thread-safe, but only one thread at a time may advance it.
 */
public final class VirtualTime {
  private final VirtualTimer timer = new VirtualTimer();
  private final Clock clock;

  /** Starts at the machine's current time. */
  public VirtualTime() {
    this(Instant.now());
  }

  /** Starts at the given time. */
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

  /** The time since the start. */
  public Duration elapsed() {
    return timer.now();
  }

  /**
   * Advances time and starts the polls that become due, without waiting for their responses.
   *
   * @param time zero or more
   */
  public void advance(Duration time) {
    if (time.isNegative()) {
      throw new IllegalArgumentException("time must not be negative: " + time);
    }
    timer.advance(time);
  }

  /**
   * Runs a call that waits for jobs on a new thread, and advances time until it returns. Time does
   * not advance while that thread is running, only while it waits or sleeps.
   *
   * @return the result of the call
   * @throws Exception the exception of the call
   * @throws IllegalStateException if for 30 s of real time the call does not return and there is
   *     nothing to advance to
   */
  public <T> T run(Callable<T> call) throws Exception {
    return timer.run(call);
  }

  /**
   * Advances time until all these futures are done, normally or exceptionally.
   *
   * @throws IllegalStateException if for 30 s of real time they are not done and there is nothing
   *     to advance to
   */
  public void await(CompletableFuture<?>... futures) throws InterruptedException {
    timer.await(futures);
  }

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
