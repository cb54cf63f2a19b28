package io.github.cloudjobs.model;

import io.github.cloudjobs.text.ErrorObject;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
    String quoting = report.entities().errorcodeMessage();
    QuotedError innermost =
        QuotedError.innermost(quoting == null || quoting.isBlank() ? error.text : quoting);
    return new JobFailure(
        report.jobId(),
        report.jobType(),
        error.code,
        error.reason,
        innermost.code,
        innermost.message,
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

  /**
   * An error quoted in a reason. Services pass errors on by quoting them: a reason is the names of
   * tasks and codes, then JSON whose message may be a string of JSON again. The deepest message
   * counts, the first of equally deep ones.
   *
   * @param code the code beside that message, or else the last one before it: {@code E.1} of {@code
   *     Task-fail:E.1:…}
   * @param message without JSON the text without the names before it; null only for a blank text
   */
  private record QuotedError(int depth, @Nullable String code, @Nullable String message) {
    private static final int MAX_LENGTH = 1 << 16; // reasons have some hundred characters
    private static final int MAX_NESTED = 8;
    private static final int MAX_BRACES = 64; // over all nested messages
    private static final Pattern NAMES =
        Pattern.compile(
            "(.{0,120}?-fail:\\s*)?((?<code>[\\p{L}\\p{Nd}]+\\.\\p{Nd}+):)?(?<rest>.*)",
            Pattern.DOTALL);

    static QuotedError innermost(@Nullable String text) {
      if (text == null || text.isBlank()) {
        return new QuotedError(0, null, null);
      }
      String bounded = text.length() > MAX_LENGTH ? text.substring(0, MAX_LENGTH) : text;
      QuotedError quoted = in(bounded, 0, new AtomicInteger(MAX_BRACES));
      return quoted == null ? withoutNames(0, bounded) : quoted;
    }

    /** Looks for JSON at each brace of a text, and in the messages it finds. */
    private static @Nullable QuotedError in(String text, int nested, AtomicInteger bracesLeft) {
      int first = text.indexOf('{');
      QuotedError deepest = null;
      for (int brace = first;
          deepest == null && brace >= 0 && nested < MAX_NESTED && bracesLeft.decrementAndGet() >= 0;
          brace = text.indexOf('{', brace + 1)) {
        for (ErrorObject object : ErrorObject.ofQuotedError(text.substring(brace))) {
          String message = object.message();
          QuotedError found = message == null ? null : in(message, nested + 1, bracesLeft);
          if (found != null) {
            found = new QuotedError(object.depth() + 1 + found.depth, found.code, found.message);
          } else if (message != null) {
            found = withoutNames(object.depth(), message).orCode(object.code());
          }
          if (found != null && (deepest == null || found.depth > deepest.depth)) {
            deepest = found;
          }
        }
      }
      return deepest == null
          ? null
          : deepest.orCode(withoutNames(0, text.substring(0, first)).code);
    }

    private QuotedError orCode(@Nullable String other) {
      return code == null ? new QuotedError(depth, other, message) : this;
    }

    /** Removes {@code CreateServerTask-fail:} and {@code Ecs.0204:} where something follows. */
    private static QuotedError withoutNames(int depth, String text) {
      Matcher names = NAMES.matcher(text.strip());
      names.matches(); // any text
      String rest = names.group("rest").strip();
      return new QuotedError(depth, names.group("code"), rest.isEmpty() ? text.strip() : rest);
    }
  }
}
