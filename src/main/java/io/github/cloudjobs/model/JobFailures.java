package io.github.cloudjobs.model;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
      failures.add(
          new JobFailure(
              report.jobId(),
              report.jobType(),
              report.errorCode(),
              report.failReason(),
              innermostMessage(report)));
    }
    report.subJobs().forEach(subJob -> gather(subJob, failures));
  }

  /** A sub-job may tell its error before its status does; one that succeeded has none. */
  static boolean hasFailed(JobReport report) {
    return switch (report.status()) {
      case FAIL -> true;
      case SUCCESS -> false;
      default -> report.errorCode() != null || report.failReason() != null;
    };
  }

  static @Nullable String innermostMessage(JobReport report) {
    String entity = report.entities().errorcodeMessage();
    String message = entity == null ? null : NestedError.in(entity).message();
    if (message != null) {
      return message;
    }
    String reason = report.failReason();
    return reason == null ? null : NestedError.in(reason).message();
  }
}
