package io.github.cloudjobs.engine;

import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.step.WaitTermination;
import io.github.cloudjobs.text.SafeText;
import io.github.cloudjobs.text.Throwables;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/** The JFR event of a wait that ended. */
@Name("io.github.cloudjobs.Wait")
@Label("Job Wait")
@Description("A wait for a job has ended, other than by its caller's cancelling or interrupting it")
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

  @Label("Job Status")
  @Description("As last reported; may be RUNNING if only a sub-job failed")
  @Nullable String jobStatus;

  @Label("Outcome")
  @Description("Succeeded, Failed, TimedOut or Vanished; Stopped if it could not go on")
  @Nullable String outcome;

  @Label("Problem")
  @Description("Why it could not go on, if it was stopped")
  @Nullable String problem;

  @Label("Polls")
  int polls;

  @Label("Elapsed")
  @Description("How long the wait lasted; of one that was resumed, since it first began")
  @Timespan(Timespan.NANOSECONDS)
  long elapsed;

  static void record(WaitTermination end) {
    WaitEvent event = new WaitEvent();
    Job job = end.state().job();
    event.service = end.plan().origin().service();
    event.projectId = end.ref().projectId();
    event.jobId = end.ref().jobId();
    if (job != null) {
      event.jobType = SafeText.excerptOrNull(job.jobType());
      event.jobStatus = SafeText.excerptOrNull(job.statusText());
    }
    event.outcome = end.result().ending();
    if (end.isStopped()) {
      Throwable cause = end.cause();
      String because = cause == null ? "" : ": " + Throwables.describe(cause);
      event.problem = SafeText.excerpt(end.problem() + because);
    }
    event.polls = end.state().polls();
    event.elapsed = end.elapsed().toNanos();
    event.commit();
  }
}
