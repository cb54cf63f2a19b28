package io.github.cloudjobs.model;

import java.util.ArrayList;
import java.util.List;

/** Gathers the failures of a job and its sub-jobs, parents first. Pure. */
final class JobFailures {
  private JobFailures() {}

  static List<JobFailure> of(JobReport report) {
    List<JobFailure> failures = new ArrayList<>();
    gather(report, failures);
    return List.copyOf(failures);
  }

  private static void gather(JobReport report, List<JobFailure> failures) {
    if (hasFailed(report)) {
      JobError error = JobError.of(report);
      NestedError innermost = error.innermost(report.entities());
      failures.add(
          new JobFailure(
              report.jobId(),
              report.jobType(),
              error.code(),
              error.reason(),
              innermost.code(),
              innermost.message(),
              ResourceIds.of(report.entities())));
    }
    report.subJobs().forEach(subJob -> gather(subJob, failures));
  }

  /** A sub-job may report its error before its status does; one that succeeded has none. */
  static boolean hasFailed(JobReport report) {
    return switch (report.status()) {
      case FAIL -> true;
      case SUCCESS -> false;
      default -> JobError.isStated(report);
    };
  }
}
