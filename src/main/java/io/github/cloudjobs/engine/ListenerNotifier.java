package io.github.cloudjobs.engine;

import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.ThrottledException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobStatus;
import io.github.cloudjobs.step.JobChanges;
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
import org.jspecify.annotations.Nullable;

/** Notifies the listeners of a wait; one thread at a time for each wait. */
final class ListenerNotifier {
  private static final System.Logger LOGGER = System.getLogger("io.github.cloudjobs");

  private final WaitPlan plan;
  private final Wait<?> waiting;

  ListenerNotifier(WaitPlan plan, Wait<?> waiting) {
    this.plan = plan;
    this.waiting = waiting;
  }

  void notifyPoll(WaitState before, PollResult result, long at, Decision decision) {
    WaitState state = decision.state();
    long next = decision instanceof PollAt poll ? poll.at() : at;
    Duration elapsed = Duration.ofNanos(at);
    Duration pause = Duration.ofNanos(next - at);
    String service = plan.origin().service();
    Job job = result.job();
    JobsException error = result.error();
    if (job != null) {
      WaitProgress progress =
          new WaitProgress(
              service,
              plan.ref(),
              job,
              state.polls(),
              elapsed,
              pause,
              () -> plan.token(state, at, next));
      notifyJob(before, job, progress);
      return;
    }
    boolean throttled = error instanceof ThrottledException;
    boolean failed = state.errors() > before.errors() && decision instanceof PollAt;
    if (error != null && (throttled || failed)) {
      int consecutive = throttled ? state.throttles() : state.errors();
      PollFailure failure =
          new PollFailure(service, plan.ref(), error, consecutive, state.polls(), elapsed, pause);
      each(
          listener -> {
            if (throttled) {
              listener.onThrottled(failure);
            } else {
              listener.onPollFailed(failure);
            }
          });
    }
  }

  private void notifyJob(WaitState before, Job job, WaitProgress progress) {
    Job previous = before.job();
    if (previous != null && previous.status() != job.status()) {
      each(listener -> listener.onStatusChange(previous.status(), progress));
    }
    if (job.status() == JobStatus.UNKNOWN && !before.unknownReported()) {
      each(listener -> listener.onUnknownStatus(progress));
    }
    JobChanges.subJobs(
        previous,
        job,
        (status, subJob) -> each(listener -> listener.onSubJobChange(status, subJob, progress)));
    Map<String, List<String>> ids = JobChanges.newIds(previous, job);
    if (!ids.isEmpty()) {
      each(listener -> listener.onResources(ids, progress));
    }
    each(listener -> listener.onProgress(progress));
  }

  void notifyEnd(WaitTermination end) {
    each(listener -> listener.onEnd(end.result()));
  }

  /** Calls each listener in turn. A listener cannot end a wait; its first exception is logged. */
  private void each(Consumer<WaitListener> call) {
    for (WaitListener listener : plan.options().listeners()) {
      try {
        call.accept(listener);
      } catch (Throwable t) {
        if (waiting.isFirstListenerFailure()) {
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

  /** Logs a problem, perhaps an exception of user code. Does not throw. */
  static void logWarning(String what, @Nullable Throwable t) {
    try {
      LOGGER.log(Level.WARNING, what, t);
    } catch (Throwable ofLogger) {
      // a logger that throws must not end the wait either
    }
  }
}
