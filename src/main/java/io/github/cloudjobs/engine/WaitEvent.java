package io.github.cloudjobs.engine;

import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.step.WaitEnd;
import io.github.cloudjobs.wait.WaitOutcome;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/** A wait has ended; in a flight recording. */
@Name("io.github.cloudjobs.Wait")
@Label("Job Wait")
@Description("A wait for a job has ended")
@Category({"Cloud Jobs"})
@StackTrace(false)
final class WaitEvent extends Event {
  @Label("Service")
  @Nullable String service;

  @Label("Project Id")
  @Nullable String projectId;

  @Label("Job Id")
  @Nullable String jobId;

  @Label("Job Type")
  @Nullable String jobType;

  @Label("Outcome")
  @Description("Succeeded, Failed, TimedOut or Vanished; Stopped if it could not go on")
  @Nullable String outcome;

  @Label("Polls")
  int polls;

  @Label("Elapsed")
  @Timespan(Timespan.NANOSECONDS)
  long elapsed;

  /** Records an end, if anybody wants to know. */
  static void record(WaitEnd end) {
    WaitEvent event = new WaitEvent();
    if (!event.isEnabled()) {
      return;
    }
    WaitOutcome how = end.outcome();
    Job job = end.state().job();
    event.service = end.plan().origin().service();
    event.projectId = end.ref().projectId();
    event.jobId = end.ref().jobId();
    event.jobType = job == null ? null : job.jobType();
    event.outcome = how == null ? "Stopped" : how.getClass().getSimpleName();
    event.polls = end.state().polls();
    event.elapsed = end.elapsed().toNanos();
    event.commit();
  }
}
