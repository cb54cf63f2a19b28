package io.github.cloudjobs.model;

import java.util.List;
import java.util.Locale;
import java.util.Map;
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

  /** In sub-jobs only: in a job these two belong to a failed query. */
  private static final List<String> SUB_JOBS_CODE = List.of("code");

  private static final List<String> SUB_JOBS_REASON = List.of("message");

  private static final List<String> CODES_IN_OBJECT = List.of("code", "error_code");
  private static final List<String> REASONS_IN_OBJECT =
      List.of("message", "error_message", "error_msg");

  /** Reads the error of a failed job. */
  static JobError of(JobReport report) {
    Fields own = Fields.of(report.source(), report.fields.start);
    JobError stated = stated(own);
    if (report instanceof SubJob) {
      stated = stated.or(own.error(SUB_JOBS_CODE, SUB_JOBS_REASON));
    }
    Entities entities = report.entities();
    return stated.or(stated(Fields.of(entities.source(), entities.start())));
  }

  /**
   * True for a job that failed, or that has not succeeded and reports an error: a sub-job may
   * report its error before its status.
   */
  static boolean hasFailed(JobReport report) {
    return switch (report.status()) {
      case FAIL -> true;
      case SUCCESS -> false;
      default -> isStated(report);
    };
  }

  /** Without the entities, and without the message and code that a running sub-job may have. */
  private static boolean isStated(JobReport report) {
    JobError stated = stated(Fields.of(report.source(), report.fields.start));
    return stated.code != null || stated.reason != null;
  }

  private static JobError stated(Fields fields) {
    return fields
        .error(CODES, REASONS)
        .or(fields.errorIn("job_execute_info", CODES, REASONS)) // IMS
        .or(fields.errorIn("error", CODES_IN_OBJECT, REASONS_IN_OBJECT)) // EVS
        .or(fields.wholeError());
  }

  private JobError or(JobError other) {
    boolean isComplete = reason != null || (text != null && other.reason == null);
    return new JobError(
        code == null ? other.code : code,
        isComplete ? reason : other.reason,
        isComplete ? text : other.text);
  }

  /** Returns the innermost quoted error, of {@code errorcode_message} or else of the reason. */
  InnermostError innermost(Entities entities) {
    String entity = entities.errorcodeMessage();
    InnermostError found = entity == null ? InnermostError.NONE : InnermostError.in(entity);
    if (found.message() != null) {
      return found;
    }
    return text == null ? InnermostError.NONE : InnermostError.in(text);
  }

  /** The fields of an object, by the positions of their values. */
  private record Fields(JsonBytes source, Map<String, Integer> positions) {
    /** Opens a string of JSON; there are no fields if it is no object. */
    static Fields of(JsonBytes source, int at) {
      String text = source.isString(at) ? source.text(at) : null;
      JsonBytes inner = text == null ? null : JsonBytes.opened(text);
      return inner == null
          ? new Fields(source, source.fields(at))
          : new Fields(inner, inner.fields(0));
    }

    JobError error(List<String> codes, List<String> reasons) {
      String reason = first(reasons, false);
      return new JobError(first(codes, true), reason, reason);
    }

    /** Reads the error in the object under {@code key}. */
    JobError errorIn(String key, List<String> codes, List<String> reasons) {
      Integer at = positions.get(key);
      if (at == null) {
        return NONE;
      }
      JobError error = of(source, at).error(codes, reasons);
      return new JobError(error.code, error.reason, error.reason == null ? null : source.text(at));
    }

    /** Reads {@code error} as a text, or as an object without a known name. */
    JobError wholeError() {
      Integer at = positions.get("error");
      String text = at == null ? null : source.text(at);
      if (at == null || text == null || isNothing(text, false)) {
        return NONE;
      }
      boolean isText = source.isString(at) && JsonBytes.opened(text) == null;
      boolean isObject = source.isObject(at) || (source.isString(at) && !isText);
      return new JobError(null, isText ? text : null, isText || isObject ? text : null);
    }

    private @Nullable String first(List<String> keys, boolean code) {
      for (String key : keys) {
        Integer at = positions.get(key);
        String text = at == null ? null : source.text(at);
        if (text != null && !isNothing(text, code)) {
          return text;
        }
      }
      return null;
    }

    private static boolean isNothing(String text, boolean code) {
      return switch (text.strip().toLowerCase(Locale.ROOT)) {
        case "", "null", "{}", "[]" -> true;
        case "0" -> code;
        default -> false;
      };
    }
  }
}
