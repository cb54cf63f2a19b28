package io.github.cloudjobs.engine;

import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.ThrottledException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobStatus;
import io.github.cloudjobs.step.Decision;
import io.github.cloudjobs.step.PollReport;
import io.github.cloudjobs.step.WaitState;
import io.github.cloudjobs.wait.WaitListener;
import io.github.cloudjobs.wait.WaitProgress;
import java.lang.System.Logger.Level;
import java.time.Duration;

/** Tells one wait's listener what an answer meant. Confined to the wait. */
final class Narrator {
  private static final System.Logger LOGGER = System.getLogger("io.github.cloudjobs");

  private final WaitListener listener;
  private boolean complained;

  Narrator(WaitListener listener) {
    this.listener = listener;
  }

  /** Tells what a poll brought and what was decided on it. */
  void tell(WaitState before, PollReport report, Decision decision) {
    Job job = report.job();
    JobsException error = report.error();
    if (job != null) {
      tellJob(before, report, decision, job);
    } else if (error instanceof ThrottledException throttled) {
      quietly(() -> listener.onThrottled(throttled));
    } else if (error != null && decision.state().errors() > before.errors()) {
      if (decision instanceof Decision.PollAt) {
        quietly(() -> listener.onErrorBorne(error, decision.state().errors()));
      }
    }
  }

  private void tellJob(WaitState before, PollReport report, Decision decision, Job job) {
    Duration nextPollIn =
        decision instanceof Decision.PollAt next
            ? Duration.ofNanos(next.at() - report.at())
            : Duration.ZERO;
    WaitProgress progress =
        new WaitProgress(job, decision.state().polls(), Duration.ofNanos(report.at()), nextPollIn);
    Job previous = before.job();
    if (previous != null && previous.status() != job.status()) {
      quietly(() -> listener.onStatusChange(previous.status(), progress));
    }
    if (job.status() == JobStatus.UNKNOWN && !before.unknownTold()) {
      quietly(() -> listener.onUnknownStatus(progress));
    }
    quietly(() -> listener.onProgress(progress));
  }

  /** A listener must not end a wait, whatever it throws; that it threw is logged once. */
  private void quietly(Runnable call) {
    try {
      call.run();
    } catch (Throwable t) {
      if (!complained) {
        complained = true;
        complain(t);
      }
    }
  }

  private static void complain(Throwable t) {
    try {
      LOGGER.log(Level.WARNING, "a wait's listener threw; the wait goes on", t);
    } catch (Throwable ofTheLogger) {
      // nor must a logger that cannot print it
    }
  }
}
