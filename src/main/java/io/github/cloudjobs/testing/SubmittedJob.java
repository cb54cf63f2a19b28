package io.github.cloudjobs.testing;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A script that was submitted: with an id, a place on the clock, and the same for its sub-jobs.
 * Immutable.
 */
record SubmittedJob(
    String projectId,
    String jobId,
    SimulatedJob script,
    Timeline timeline,
    List<SubmittedJob> subJobs) {

  static SubmittedJob of(
      String projectId, SimulatedJob script, Timeline timeline, Supplier<String> ids) {
    String id = script.jobId == null ? ids.get() : script.jobId;
    List<SubmittedJob> subJobs = new ArrayList<>();
    for (SimulatedJob.Part part : script.subJobs) {
      Timeline later = new Timeline(timeline.instantAt(part.offset()), timeline.scale());
      subJobs.add(of(projectId, part.job(), later, ids));
    }
    return new SubmittedJob(projectId, id, script, timeline, List.copyOf(subJobs));
  }

  /** Hands over this job and all below it. */
  void forEach(Consumer<SubmittedJob> consumer) {
    consumer.accept(this);
    subJobs.forEach(subJob -> subJob.forEach(consumer));
  }

  /** True once it ended longer ago than services keep a job. */
  boolean isForgotten(Instant now, Duration retention) {
    return script.endedAt(timeline.elapsedAt(now).minus(retention));
  }
}
