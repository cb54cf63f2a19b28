package io.github.cloudjobs.model;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The error that a job or sub-job reports, under whichever of the names that services use. Of
 * several names the first that says something counts, the job's own before those in its entities.
 *
 * @param code null if there is none; {@code 0}, {@code null} and a blank text are no codes
 * @param reason null if there is none
 * @param text the text to look for a nested error in: the reason, or the object that it stands in
 */
record JobError(@Nullable String code, @Nullable String reason, @Nullable String text) {
  private static final JobError NONE = new JobError(null, null, null);

  /** IMS, DWS, Workspace. */
  private static final List<String> CODES = List.of("error_code", "failed_code", "job_error_code");

  private static final List<String> REASONS =
      List.of("fail_reason", "error_msg", "error_message", "failed_detail");

  /** In a sub-job; in a job these two describe an error of the query. */
  private static final List<String> SUB_JOBS_CODE = List.of("code");

  private static final List<String> SUB_JOBS_REASON = List.of("message");

  private static final List<String> CODES_IN_OBJECT = List.of("code", "error_code");
  private static final List<String> REASONS_IN_OBJECT =
      List.of("message", "error_message", "error_msg");

  /** Reads the error of a job that failed. */
  static JobError of(JobReport report) {
    Fields own = Fields.of(report.source(), report.start());
    JobError stated = stated(own);
    if (report instanceof SubJob) {
      stated = stated.or(own.error(SUB_JOBS_CODE, SUB_JOBS_REASON));
    }
    Entities entities = report.entities();
    return stated.or(stated(Fields.of(entities.source(), entities.start())));
  }

  /**
   * Returns whether the report itself states an error. Its entities do not count, and neither do
   * {@code message} and {@code code}: a sub-job that runs may have a message too.
   */
  static boolean isStated(JobReport report) {
    JobError stated = stated(Fields.of(report.source(), report.start()));
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

  /** What the service at the bottom said; nothing at all if there is no text to read it from. */
  NestedError innermost(Entities entities) {
    String entity = entities.errorcodeMessage();
    NestedError told = entity == null ? NestedError.NONE : NestedError.in(entity);
    if (told.message() != null) {
      return told;
    }
    return text == null ? NestedError.NONE : NestedError.in(text);
  }

  /** The fields of an object, by where their values begin. */
  private record Fields(JsonBytes source, Map<String, Integer> positions) {
    /** Those of no object are none; a string that holds JSON is opened. */
    static Fields of(JsonBytes source, int at) {
      String text = source.isString(at) ? source.text(at) : null;
      JsonBytes inner = text == null ? null : JsonBytes.opened(text);
      return inner == null
          ? new Fields(source, JsonFields.positions(source, at))
          : new Fields(inner, JsonFields.positions(inner, 0));
    }

    JobError error(List<String> codes, List<String> reasons) {
      String reason = first(reasons, false);
      return new JobError(first(codes, true), reason, reason);
    }

    /** The error in the object under {@code key}; none if no object stands there. */
    JobError errorIn(String key, List<String> codes, List<String> reasons) {
      Integer at = positions.get(key);
      if (at == null) {
        return NONE;
      }
      JobError error = of(source, at).error(codes, reasons);
      return new JobError(error.code, error.reason, error.reason == null ? null : source.text(at));
    }

    /** What stands under {@code error}: a text, or an object in which no name is known. */
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
