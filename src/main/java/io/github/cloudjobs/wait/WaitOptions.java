package io.github.cloudjobs.wait;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How to wait for a job. Immutable; one object serves any number of waits.
 *
 * <pre>{@code
 * WaitOptions options = WaitOptions.builder()
 *     .timeout(Duration.ofMinutes(20))
 *     .addListener(ConsoleProgress.on(System.out))
 *     .build();
 * }</pre>
 */
public final class WaitOptions {
  private static final WaitOptions DEFAULTS = builder().build();

  private final Builder values; // a copy that is never changed

  private WaitOptions(Builder builder) {
    values = new Builder(builder);
  }

  /** One hour, the balanced schedule, two minutes of failing polls, no listener. */
  public static WaitOptions defaults() {
    return DEFAULTS;
  }

  /** Returns a builder with the {@link #defaults()}. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns a builder initialized with these options. */
  public Builder toBuilder() {
    return new Builder(values);
  }

  static Duration checked(String name, Duration value, boolean zeroIsAllowed) {
    if (value == null || value.isNegative() || (value.isZero() && !zeroIsAllowed)) {
      String least = zeroIsAllowed ? " must be zero or more: " : " must be more than zero: ";
      throw new IllegalArgumentException(name + least + value);
    }
    return value;
  }

  /** See {@link Builder#timeout}. */
  public Duration timeout() {
    return values.timeout;
  }

  /** See {@link Builder#schedule}. */
  public PollSchedule schedule() {
    return values.schedule;
  }

  /** See {@link Builder#confirmSuccess}. */
  public int confirmSuccess() {
    return values.confirmSuccess;
  }

  /** See {@link Builder#addListener}. Unmodifiable; empty by default. */
  public List<WaitListener> listeners() {
    return values.listeners;
  }

  /** See {@link Builder#errorBudget}. */
  public Duration errorBudget() {
    return values.errorBudget;
  }

  /** See {@link Builder#stopOnPendingPayment}. */
  public boolean stopsOnPendingPayment() {
    return values.stopOnPendingPayment;
  }

  /** See {@link Builder#stopOnSubJobFailure}. */
  public boolean stopsOnSubJobFailure() {
    return values.stopOnSubJobFailure;
  }

  /** See {@link Builder#stopAtFirstFailure}. */
  public boolean stopsAtFirstFailure() {
    return values.stopAtFirstFailure;
  }

  /**
   * Builds options. Not thread-safe. A value out of its range, and a negative or null duration,
   * cause an {@link IllegalArgumentException}, any other null a {@link NullPointerException}.
   */
  public static final class Builder {
    private Duration timeout = Duration.ofMinutes(60); // 3 of 1,000 jobs of 15 minutes take longer
    private PollSchedule schedule = PollSchedule.balanced();
    private int confirmSuccess = 1;
    private List<WaitListener> listeners = List.of();
    private Duration errorBudget = Duration.ofMinutes(2);
    private boolean stopOnPendingPayment;
    private boolean stopOnSubJobFailure;
    private boolean stopAtFirstFailure;

    private Builder() {}

    private Builder(Builder other) {
      timeout = other.timeout;
      schedule = other.schedule;
      confirmSuccess = other.confirmSuccess;
      listeners = other.listeners;
      errorBudget = other.errorBudget;
      stopOnPendingPayment = other.stopOnPendingPayment;
      stopOnSubJobFailure = other.stopOnSubJobFailure;
      stopAtFirstFailure = other.stopAtFirstFailure;
    }

    /**
     * How long to wait; the last poll is made at the end of this time. Zero polls once. The default
     * is 60 minutes.
     */
    public Builder timeout(Duration timeout) {
      this.timeout = checked("timeout", timeout, true);
      return this;
    }

    /** The pauses between polls. The default is {@link PollSchedule#balanced()}. */
    public Builder schedule(PollSchedule schedule) {
      this.schedule = requireNonNull(schedule, "schedule");
      return this;
    }

    /**
     * The number of consecutive polls, at most one second apart, that must report SUCCESS, for
     * services that report it before the resource is ready. From 1, the default, to 1,000.
     */
    public Builder confirmSuccess(int times) {
      if (times < 1 || times > 1_000) {
        throw new IllegalArgumentException("confirmSuccess must be from 1 to 1,000: " + times);
      }
      this.confirmSuccess = times;
      return this;
    }

    /** Adds a listener. All are called, in the order they were added, even if one throws. */
    public Builder addListener(WaitListener listener) {
      List<WaitListener> more = new ArrayList<>(listeners);
      more.add(requireNonNull(listener, "listener"));
      this.listeners = List.copyOf(more);
      return this;
    }

    /** Removes the listeners that were added, such as those that {@link #toBuilder()} copied. */
    public Builder clearListeners() {
      this.listeners = List.of();
      return this;
    }

    /**
     * How long polls may keep failing, measured from the last successful one or from the start of
     * the wait; fewer than five failures in a row never end a wait. The default is 2 minutes.
     */
    public Builder errorBudget(Duration budget) {
      this.errorBudget = checked("errorBudget", budget, true);
      return this;
    }

    /**
     * Ends the wait with a {@link JobPollException} when the job has status PENDING_PAYMENT. By
     * default the wait goes on, at the schedule's longest pause.
     */
    public Builder stopOnPendingPayment() {
      this.stopOnPendingPayment = true;
      return this;
    }

    /**
     * Ends the wait as {@link WaitOutcome.Failed} as soon as a sub-job at any depth has failed,
     * while the job itself may still be RUNNING. By default only the job's own FAIL does.
     */
    public Builder stopOnSubJobFailure() {
      this.stopOnSubJobFailure = true;
      return this;
    }

    /**
     * Ends {@code waitForAll} with a {@link WaitForAllException} as soon as one job does not
     * succeed. By default all jobs are waited for.
     */
    public Builder stopAtFirstFailure() {
      this.stopAtFirstFailure = true;
      return this;
    }

    /** Returns the options as set so far; the builder can be used again. */
    public WaitOptions build() {
      return new WaitOptions(this);
    }
  }
}
