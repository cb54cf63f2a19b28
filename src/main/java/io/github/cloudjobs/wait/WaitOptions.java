package io.github.cloudjobs.wait;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/** How to wait; immutable. {@link #defaults()} suits most. */
public final class WaitOptions {
  private static final WaitOptions DEFAULTS = builder().build();

  private final Duration timeout;
  private final PollSchedule schedule;
  private final int confirmSuccess;
  private final WaitListener listener;
  private final Duration errorBudget;
  private final boolean stopOnPendingPayment;

  private WaitOptions(Builder builder) {
    timeout = builder.timeout;
    schedule = builder.schedule;
    confirmSuccess = builder.confirmSuccess;
    listener = builder.listener;
    errorBudget = builder.errorBudget;
    stopOnPendingPayment = builder.stopOnPendingPayment;
  }

  /** An hour, the balanced schedule, two minutes of errors, nobody listening. */
  public static WaitOptions defaults() {
    return DEFAULTS;
  }

  public static Builder builder() {
    return new Builder();
  }

  /** See {@link Builder#timeout}. */
  public Duration timeout() {
    return timeout;
  }

  /** See {@link Builder#schedule}. */
  public PollSchedule schedule() {
    return schedule;
  }

  /** See {@link Builder#confirmSuccess}. */
  public int confirmSuccess() {
    return confirmSuccess;
  }

  /** See {@link Builder#listener}. */
  public WaitListener listener() {
    return listener;
  }

  /** See {@link Builder#errorBudget}. */
  public Duration errorBudget() {
    return errorBudget;
  }

  /** See {@link Builder#stopOnPendingPayment}. */
  public boolean stopsOnPendingPayment() {
    return stopOnPendingPayment;
  }

  /** Collects options; not thread-safe. What it built does not change with it. */
  public static final class Builder {
    private Duration timeout = Duration.ofMinutes(60); // 3 of 1,000 jobs of 15 minutes take longer
    private PollSchedule schedule = PollSchedule.balanced();
    private int confirmSuccess = 1;
    private WaitListener listener = progress -> {};
    private Duration errorBudget = Duration.ofMinutes(2);
    private boolean stopOnPendingPayment;

    private Builder() {}

    /**
     * How long to wait in all, by a clock that nobody can set. One last poll is made exactly when
     * it is over. Defaults to 60 minutes; zero polls once.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public Builder timeout(Duration timeout) {
      this.timeout = Durations.requireNotNegative("timeout", timeout);
      return this;
    }

    /** When to poll. Defaults to {@link PollSchedule#balanced()}. */
    public Builder schedule(PollSchedule schedule) {
      this.schedule = requireNonNull(schedule, "schedule");
      return this;
    }

    /**
     * How many polls in a row must say SUCCESS before the wait believes it, for services that say
     * so before the resource is ready. The polls that confirm come at most a second apart. Defaults
     * to 1: the first SUCCESS ends the wait.
     *
     * @throws IllegalArgumentException if it is less than 1
     */
    public Builder confirmSuccess(int times) {
      if (times < 1) {
        throw new IllegalArgumentException("confirmSuccess must be 1 or more: " + times);
      }
      this.confirmSuccess = times;
      return this;
    }

    /** Who is told how it goes. Nobody by default. */
    public Builder listener(WaitListener listener) {
      this.listener = requireNonNull(listener, "listener");
      return this;
    }

    /**
     * How long lost and unreadable answers are borne, counted from the last good one (or from the
     * beginning); four in a row are borne however long they take. Defaults to 2 minutes; zero bears
     * just those four.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public Builder errorBudget(Duration budget) {
      this.errorBudget = Durations.requireNotNegative("errorBudget", budget);
      return this;
    }

    /**
     * Ends the wait with a {@link JobPollException} when the job waits for an order to be paid,
     * which may last for days. By default the wait goes on, at the schedule's longest pause.
     */
    public Builder stopOnPendingPayment() {
      this.stopOnPendingPayment = true;
      return this;
    }

    public WaitOptions build() {
      return new WaitOptions(this);
    }
  }
}
