package io.github.cloudjobs.wait;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** How to wait; immutable. {@link #defaults()} suits most. */
public final class WaitOptions {
  private static final WaitOptions DEFAULTS = builder().build();

  private final Duration timeout;
  private final PollSchedule schedule;
  private final int confirmSuccess;
  private final List<WaitListener> listeners;
  private final Duration errorBudget;
  private final boolean stopOnPendingPayment;
  private final boolean stopOnSubJobFailure;
  private final boolean stopAtFirstFailure;

  private WaitOptions(Builder builder) {
    timeout = builder.timeout;
    schedule = builder.schedule;
    confirmSuccess = builder.confirmSuccess;
    listeners = List.copyOf(builder.listeners);
    errorBudget = builder.errorBudget;
    stopOnPendingPayment = builder.stopOnPendingPayment;
    stopOnSubJobFailure = builder.stopOnSubJobFailure;
    stopAtFirstFailure = builder.stopAtFirstFailure;
  }

  /** An hour, the balanced schedule, two minutes of errors, nobody listening. */
  public static WaitOptions defaults() {
    return DEFAULTS;
  }

  public static Builder builder() {
    return new Builder();
  }

  /** A builder that has these options, to change some. */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.timeout = timeout;
    builder.schedule = schedule;
    builder.confirmSuccess = confirmSuccess;
    builder.listeners.addAll(listeners);
    builder.errorBudget = errorBudget;
    builder.stopOnPendingPayment = stopOnPendingPayment;
    builder.stopOnSubJobFailure = stopOnSubJobFailure;
    builder.stopAtFirstFailure = stopAtFirstFailure;
    return builder;
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

  /** See {@link Builder#addListener}. Unmodifiable; empty by default. */
  public List<WaitListener> listeners() {
    return listeners;
  }

  /** See {@link Builder#errorBudget}. */
  public Duration errorBudget() {
    return errorBudget;
  }

  /** See {@link Builder#stopOnPendingPayment}. */
  public boolean stopsOnPendingPayment() {
    return stopOnPendingPayment;
  }

  /** See {@link Builder#stopOnSubJobFailure}. */
  public boolean stopsOnSubJobFailure() {
    return stopOnSubJobFailure;
  }

  /** See {@link Builder#stopAtFirstFailure}. */
  public boolean stopsAtFirstFailure() {
    return stopAtFirstFailure;
  }

  /**
   * Collects options; not thread-safe. What it built does not change with it. A duration that is
   * null is refused with an {@code IllegalArgumentException}, a schedule or listener with a {@code
   * NullPointerException}.
   */
  public static final class Builder {
    private static final int MOST_CONFIRMATIONS = 1_000;

    private Duration timeout = Duration.ofMinutes(60); // 3 of 1,000 jobs of 15 minutes take longer
    private PollSchedule schedule = PollSchedule.balanced();
    private int confirmSuccess = 1;
    private final List<WaitListener> listeners = new ArrayList<>();
    private Duration errorBudget = Duration.ofMinutes(2);
    private boolean stopOnPendingPayment;
    private boolean stopOnSubJobFailure;
    private boolean stopAtFirstFailure;

    private Builder() {}

    /**
     * How long to wait in all, by the monotonic clock. One last poll is made exactly when it is
     * over. Defaults to 60 minutes; zero polls once.
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
     * @throws IllegalArgumentException if it is less than 1 or more than 1,000
     */
    public Builder confirmSuccess(int times) {
      if (times < 1 || times > MOST_CONFIRMATIONS) {
        throw new IllegalArgumentException("confirmSuccess must be from 1 to 1,000: " + times);
      }
      this.confirmSuccess = times;
      return this;
    }

    /**
     * Adds a listener. Listeners are called in the order in which they were added; what one throws
     * does not keep the others from being called. There is none by default.
     */
    public Builder addListener(WaitListener listener) {
      listeners.add(requireNonNull(listener, "listener"));
      return this;
    }

    /** Removes the listeners that were added, such as those that {@link #toBuilder()} copied. */
    public Builder clearListeners() {
      listeners.clear();
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

    /**
     * Ends the wait as failed when a sub-job has failed, at whatever depth, although the job itself
     * still runs: there is no need to wait for the rest of a batch that is to be thrown away. The
     * outcome is {@link WaitOutcome.Failed}, whose job then says RUNNING. By default only the job's
     * own FAIL ends the wait.
     */
    public Builder stopOnSubJobFailure() {
      this.stopOnSubJobFailure = true;
      return this;
    }

    /**
     * For waits for many jobs together: as soon as one does not succeed, the waits for the others
     * end too, and a {@link WaitForAllException} has what came until then. The jobs go on. By
     * default every job is waited for, however the others end. Waits for one job are not affected.
     */
    public Builder stopAtFirstFailure() {
      this.stopAtFirstFailure = true;
      return this;
    }

    public WaitOptions build() {
      return new WaitOptions(this);
    }
  }
}
