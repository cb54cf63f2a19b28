package io.github.cloudjobs.model;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The error of a job or sub-job, under any of the names that services use. The first name with a
 * value counts; the job's own fields precede those of its entities.
 *
 * @param code null if there is none; {@code 0}, {@code null} and blank texts are no codes
 * @param reason null if there is none
 * @param text where to search for a quoted error: the reason, or the object around it
 */
record JobError(@Nullable String code, @Nullable String reason, @Nullable String text) {
  private static final JobError NONE = new JobError(null, null, null);

  /** IMS, DWS, Workspace. */
  private static final List<String> CODES = List.of("error_code", "failed_code", "job_error_code");

  private static final List<String> REASONS =
      List.of("fail_reason", "error_msg", "error_message", "failed_detail");

  /** In sub-jobs and error objects only: in a job these belong to a failed query. */
  private static final List<String> PLAIN_CODES = List.of("code", "error_code");

  private static final List<String> PLAIN_REASONS =
      List.of("message", "error_message", "error_msg");

  private static final Set<String> NOTHING = Set.of("", "null", "{}", "[]");

  /** Returns the failure of a job without those of its sub-jobs; null if it has not failed. */
  static @Nullable JobFailure failure(JobReport report) {
    if (!hasFailed(report)) {
      return null;
    }
    JobError error = of(report);
    InnermostError innermost = InnermostError.in(report.entities().errorcodeMessage());
    if (innermost.message() == null) {
      innermost = InnermostError.in(error.text);
    }
    return new JobFailure(
        report.jobId(),
        report.jobType(),
        error.code,
        error.reason,
        innermost.code(),
        innermost.message(),
        ResourceIds.of(report.entities()));
  }

  /**
   * True for a job that failed, or that has not succeeded and reports an error: a sub-job may
   * report its error before its status. Entities do not count, nor the message and code that a
   * running sub-job may have.
   */
  static boolean hasFailed(JobReport report) {
    if (report.status().isFinished()) {
      return report.status() == JobStatus.FAIL;
    }
    JobError stated = stated(report.fields.object().fields());
    return stated.code != null || stated.reason != null;
  }

  /** Reads the error of a failed job. */
  static JobError of(JobReport report) {
    Map<String, JsonValue> own = report.fields.object().fields();
    JobError stated = stated(own);
    if (report instanceof SubJob) {
      stated = stated.or(named(own, PLAIN_CODES, PLAIN_REASONS));
    }
    return stated.or(stated(report.entities().value().fields()));
  }

  private static JobError stated(Map<String, JsonValue> fields) {
    return named(fields, CODES, REASONS)
        .or(inside(fields.get("job_execute_info"), CODES, REASONS)) // IMS
        .or(inside(fields.get("error"), PLAIN_CODES, PLAIN_REASONS)) // EVS
        .or(unnamed(fields.get("error")));
  }

  private JobError or(JobError other) {
    boolean isComplete = reason != null || (text != null && other.reason == null);
    return new JobError(
        code == null ? other.code : code,
        isComplete ? reason : other.reason,
        isComplete ? text : other.text);
  }

  private static JobError named(
      Map<String, JsonValue> fields, List<String> codes, List<String> reasons) {
    String code = first(fields, codes, text -> !text.strip().equals("0"));
    String reason = first(fields, reasons, text -> true);
    return new JobError(code, reason, reason);
  }

  /** Reads the error in an object, or in a string of JSON. */
  private static JobError inside(
      @Nullable JsonValue value, List<String> codes, List<String> reasons) {
    if (value == null) {
      return NONE;
    }
    JsonValue inString = value.inString();
    JobError error = named((inString == null ? value : inString).fields(), codes, reasons);
    return new JobError(error.code, error.reason, error.reason == null ? null : value.text());
  }

  /** Reads a text, or JSON without a known name. */
  private static JobError unnamed(@Nullable JsonValue value) {
    if (value == null || !(value.isString() || value.isContainer()) || isNothing(value)) {
      return NONE;
    }
    boolean json = value.isContainer() || value.inString() != null;
    return new JobError(null, json ? null : value.text(), value.text());
  }

  /** Returns the first accepted value with content. */
  private static @Nullable String first(
      Map<String, JsonValue> fields, List<String> keys, Predicate<String> accepted) {
    for (String key : keys) {
      JsonValue value = fields.get(key);
      String text = value == null || isNothing(value) ? null : value.text();
      if (text != null && accepted.test(text)) {
        return text;
      }
    }
    return null;
  }

  private static boolean isNothing(JsonValue value) {
    String text = Objects.requireNonNullElse(value.text(), "");
    return NOTHING.contains(text.strip().toLowerCase(Locale.ROOT));
  }
}
