package io.github.cloudjobs.engine;

import java.util.concurrent.CompletableFuture;

/**
 * Time that passes faster, or slower, than the timer's under it. Thread-safe. Alarms are passed on,
 * so each timer under it serves one of these alone.
 */
public final class ScaledTimer implements WaitTimer {
  private final WaitTimer real;
  private final double scale;
  private final long start;

  /**
   * Creates a timer.
   *
   * @param scale how many of its seconds pass in one of the other's; more than zero
   */
  public ScaledTimer(WaitTimer real, double scale) {
    this.real = real;
    this.scale = scale;
    this.start = real.nanoTime();
  }

  @Override
  public long nanoTime() {
    return start + (long) ((real.nanoTime() - start) * scale);
  }

  @Override
  public void arm(Alarm alarm, long time) {
    real.arm(alarm, real(time));
  }

  /** Rounded up: a quotient that was rounded down would ring before its time. */
  private long real(long time) {
    return start + (long) Math.ceil(Math.nextUp((time - start) / scale));
  }

  @Override
  public boolean await(CompletableFuture<?> future, long time) throws InterruptedException {
    return real.await(future, real(time));
  }

  @Override
  public double scale() {
    return scale;
  }

  @Override
  public void disarm(Alarm alarm) {
    real.disarm(alarm);
  }

  @Override
  public void hold() {
    real.hold();
  }

  @Override
  public void release() {
    real.release();
  }

  @Override
  public void hold(Object callback) {
    real.hold(callback);
  }

  @Override
  public void release(Object callback) {
    real.release(callback);
  }

  @Override
  public void close() {
    real.close();
  }
}
