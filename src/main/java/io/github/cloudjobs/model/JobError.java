package io.github.cloudjobs.model;

import io.github.cloudjobs.text.ErrorObject;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The error of a job or sub-job, under any of the names that services use. The first name with a
 * value counts; the job's own fields precede those of its entities.
 *
 * @param text where to search for a quoted error: the reason, or the object around it
 */
record JobError(@Nullable String code, @Nullable String reason, @Nullable String text) {
  private static final JobError NONE = new JobError(null, null, null);
  private static final Set<String> NOTHING = Set.of("", "null", "{}", "[]");

  /** IMS, DWS, Workspace. */
  private static final List<String> CODES = List.of("error_code", "failed_code", "job_error_code");

  private static final List<String> REASONS =
      List.of("fail_reason", "error_msg", "error_message", "failed_detail");

  /** In sub-jobs only: in a job these belong to a failed query. */
  private static final List<String> PLAIN_CODE = List.of("code");

  private static final List<String> PLAIN_REASON = List.of("message");

  private static final int MAX_LENGTH = 1 << 16; // reasons have some hundred characters
  private static final int MAX_NESTED = 8;
  private static final int MAX_BRACES = 64;

  /** Matches any text: {@code CreateServerTask-fail:} and {@code Ecs.0204:}, then the rest. */
  private static final Pattern NAMES =
      Pattern.compile(
          "([^{]{0,120}?-fail:\\s*)?((?<code>[\\p{L}\\p{Nd}]+\\.\\p{Nd}+):)?(?<rest>.*)",
          Pattern.DOTALL);

  /** Returns the failure of a job without those of its sub-jobs; null if it has not failed. */
  static @Nullable JobFailure failure(JobReport report) {
    if (!hasFailed(report)) {
      return null;
    }
    JobError error = of(report);
    String quoting = report.entities().errorcodeMessage();
    JobError innermost = innermost(quoting == null || quoting.isBlank() ? error.text : quoting);
    return new JobFailure(
        report.jobId(),
        report.jobType(),
        error.code,
        error.reason,
        innermost.code,
        innermost.reason,
        ResourceIds.of(report.entities()));
  }

  /**
   * True for a job that failed, or that has not succeeded and reports an error, not counting its
   * entities and the message and code that a running sub-job may have.
   */
  static boolean hasFailed(JobReport report) {
    if (report.status().isFinished()) {
      return report.status() == JobStatus.FAIL;
    }
    JobError stated = in(report.object().fields(), false);
    return stated.code != null || stated.reason != null;
  }

  static JobError of(JobReport report) {
    return in(report.object().fields(), report instanceof SubJob)
        .or(in(report.entities().value().fields(), false));
  }

  private static JobError in(Map<String, JsonValue> fields, boolean isSubJob) {
    return named(fields, CODES, REASONS)
        .or(executing(fields.get("job_execute_info"))) // IMS
        .or(inside(fields.get("error"))) // EVS
        .or(isSubJob ? named(fields, PLAIN_CODE, PLAIN_REASON) : NONE);
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
    String code = first(fields, codes, "0");
    String reason = first(fields, reasons, "");
    return new JobError(code, reason, reason);
  }

  /** Reads an object or a string of JSON, whose message and code may be no error. */
  private static JobError executing(@Nullable JsonValue info) {
    String text = info == null ? null : info.text();
    JsonValue json = text == null ? null : JsonValue.parsed(text);
    return json == null ? NONE : named(json.fields(), CODES, REASONS);
  }

  /** Reads an object, a string of JSON, or a text. */
  private static JobError inside(@Nullable JsonValue value) {
    String text = value == null ? null : content(value.text());
    if (value == null || text == null || !(value.isString() || value.isContainer())) {
      return NONE;
    }
    List<ErrorObject> objects = ErrorObject.read(text);
    if (objects.isEmpty()) {
      return new JobError(null, value.isString() ? text : null, text);
    }
    String code = content(objects.get(0).code());
    String reason = content(objects.get(0).messageOrReason());
    return new JobError("0".equals(code) ? null : code, reason, text);
  }

  /** Returns the first value with content that is not {@code excluded}. */
  private static @Nullable String first(
      Map<String, JsonValue> fields, List<String> keys, String excluded) {
    for (String key : keys) {
      JsonValue value = fields.get(key);
      String text = value == null ? null : content(value.text());
      if (text != null && !text.strip().equals(excluded)) {
        return text;
      }
    }
    return null;
  }

  private static @Nullable String content(@Nullable String text) {
    return text == null || NOTHING.contains(text.strip().toLowerCase(Locale.ROOT)) ? null : text;
  }

  /**
   * Returns the error that a reason quotes. Services pass errors on by quoting them: a reason is
   * the names of tasks and codes, then JSON whose message may be a string of JSON again. The code
   * is beside the innermost message, or else the last one before it.
   */
  private static JobError innermost(@Nullable String reason) {
    if (reason == null || reason.isBlank()) {
      return NONE;
    }
    String text = reason.substring(0, Math.min(reason.length(), MAX_LENGTH));
    Matcher names = names(text);
    String code = names.group("code");
    for (int nested = 0; nested < MAX_NESTED; nested++) {
      Optional<ErrorObject> quoted = quoted(text);
      if (quoted.isEmpty()) {
        break;
      }
      text = Objects.requireNonNull(quoted.get().messageOrReason());
      names = names(text);
      String inMessage = names.group("code");
      String besideMessage = quoted.get().code();
      if (inMessage != null) {
        code = inMessage;
      } else if (besideMessage != null) {
        code = besideMessage;
      }
    }
    String message = names.group("rest").strip();
    return new JobError(code, message.isEmpty() ? text.strip() : message, null);
  }

  private static Matcher names(String text) {
    Matcher names = NAMES.matcher(text.strip());
    names.matches(); // any text
    return names;
  }

  /** Returns the deepest object with a message in the first JSON that has one. */
  private static Optional<ErrorObject> quoted(String text) {
    Optional<ErrorObject> deepest = Optional.empty();
    int brace = text.indexOf('{');
    for (int tried = 0; deepest.isEmpty() && brace >= 0 && tried < MAX_BRACES; tried++) {
      deepest =
          ErrorObject.read(text.substring(brace)).stream()
              .filter(object -> object.messageOrReason() != null)
              .max(Comparator.comparingInt(ErrorObject::depth)); // of equals the first
      brace = text.indexOf('{', brace + 1);
    }
    return deepest;
  }
}
