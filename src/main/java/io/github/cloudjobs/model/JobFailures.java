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
      NestedError innermost = innermost(report);
      failures.add(
          new JobFailure(
              report.jobId(),
              report.jobType(),
              report.errorCode(),
              report.failReason(),
              innermost.code(),
              innermost.message(),
              ResourceIds.of(report.entities())));
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

  /** What the service at the bottom said; nothing at all if there is no text to read it from. */
  static NestedError innermost(JobReport report) {
    String entity = report.entities().errorcodeMessage();
    NestedError told = entity == null ? NestedError.NONE : NestedError.in(entity);
    if (told.message() != null) {
      return told;
    }
    String reason = report.failReason();
    String text = reason == null ? report.errorObject() : reason;
    return text == null ? NestedError.NONE : NestedError.in(text);
  }
}
