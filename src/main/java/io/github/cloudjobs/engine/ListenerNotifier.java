package io.github.cloudjobs.engine;

import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.ThrottledException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobStatus;
import io.github.cloudjobs.step.JobChanges;
import io.github.cloudjobs.step.JobChanges.SubJobChange;
import io.github.cloudjobs.step.PollResult;
import io.github.cloudjobs.step.WaitPlan;
import io.github.cloudjobs.step.WaitState;
import io.github.cloudjobs.step.WaitStep.Decision;
import io.github.cloudjobs.step.WaitStep.PollAt;
import io.github.cloudjobs.step.WaitTermination;
import io.github.cloudjobs.wait.PollFailure;
import io.github.cloudjobs.wait.WaitListener;
import io.github.cloudjobs.wait.WaitProgress;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import jdk.jfr.FlightRecorder;

/** Notifies the listeners of a wait; one thread at a time for each wait. */
final class ListenerNotifier {
  private static final System.Logger LOGGER = System.getLogger("io.github.cloudjobs");

  private final WaitPlan plan;
  private final List<WaitListener> listeners;
  private final Wait<?> wait;

  ListenerNotifier(WaitPlan plan, Wait<?> wait) {
    this.plan = plan;
    this.listeners = plan.options().listeners();
    this.wait = wait;
  }

  /** Notifies of a poll and the decision about it. */
  void notifyPoll(WaitState before, PollResult result, long at, Decision decision) {
    Job job = result.job();
    JobsException error = result.error();
    if (job != null) {
      notifyJob(before, at, decision, job);
    } else if (error instanceof ThrottledException throttled) {
      PollFailure failure = failure(at, decision, throttled, decision.state().throttles());
      each(listener -> listener.onThrottled(failure));
    } else if (error != null && decision.state().errors() > before.errors()) {
      if (decision instanceof PollAt) {
        PollFailure failure = failure(at, decision, error, decision.state().errors());
        each(listener -> listener.onPollFailed(failure));
      }
    }
  }

  private void notifyJob(WaitState before, long at, Decision decision, Job job) {
    WaitProgress progress = progress(at, decision, job);
    Job previous = before.job();
    if (previous != null && previous.status() != job.status()) {
      each(listener -> listener.onStatusChange(previous.status(), progress));
    }
    if (job.status() == JobStatus.UNKNOWN && !before.unknownReported()) {
      each(listener -> listener.onUnknownStatus(progress));
    }
    for (SubJobChange change : JobChanges.subJobs(previous, job)) {
      each(listener -> listener.onSubJobChange(change.before(), change.subJob(), progress));
    }
    Map<String, List<String>> ids = JobChanges.newIds(previous, job);
    if (!ids.isEmpty()) {
      each(listener -> listener.onResources(ids, progress));
    }
    each(listener -> listener.onProgress(progress));
  }

  private WaitProgress progress(long at, Decision decision, Job job) {
    long next = next(at, decision);
    WaitState state = decision.state();
    return new WaitProgress(
        plan.origin().service(),
        plan.ref(),
        job,
        state.polls(),
        Duration.ofNanos(at),
        Duration.ofNanos(next - at),
        () -> plan.token(state, at, next));
  }

  private PollFailure failure(long at, Decision decision, JobsException error, int consecutive) {
    return new PollFailure(
        plan.origin().service(),
        plan.ref(),
        error,
        consecutive,
        decision.state().polls(),
        Duration.ofNanos(at),
        Duration.ofNanos(next(at, decision) - at));
  }

  /** The time of the next poll; now, if there is none. */
  private static long next(long at, Decision decision) {
    return decision instanceof PollAt poll ? poll.at() : at;
  }

  /** Notifies of the end. */
  void notifyEnd(WaitTermination end) {
    each(listener -> listener.onEnd(end.result()));
  }

  /** Calls each listener in turn. A listener cannot end a wait; its first exception is logged. */
  private void each(Consumer<WaitListener> call) {
    for (WaitListener listener : listeners) {
      try {
        call.accept(listener);
      } catch (Throwable t) {
        if (wait.isFirstListenerFailure()) {
          logWarning("a wait's listener threw; the wait goes on", t);
        }
      }
    }
  }

  /**
   * Records an event. Not called under a lock: loading an event's class takes a tenth of a second,
   * and locks of the JVM. Without a flight recorder it is not loaded.
   */
  static void record(Runnable event) {
    try {
      if (FlightRecorder.isInitialized()) {
        event.run();
      }
    } catch (Throwable t) {
      logWarning("an event could not be recorded", t);
    }
  }

  /** Logs an exception of user code. Does not throw. */
  static void logWarning(String what, Throwable t) {
    try {
      LOGGER.log(Level.WARNING, what, t);
    } catch (Throwable ofLogger) {
      // a logger that throws must not end the wait either
    }
  }
}
