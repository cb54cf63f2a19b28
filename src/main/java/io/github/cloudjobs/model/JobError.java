package io.github.cloudjobs.model;

import io.github.cloudjobs.text.ErrorObject;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The error of a job or sub-job, under any of the names that services use. The first name with a
 * value counts; the job's own fields precede those of its entities.
 */
final class JobError {
  private static final Set<String> NOTHING = Set.of("", "null", "0", "{}", "[]");

  /** IMS, DWS, Workspace. */
  private static final List<String> CODES = List.of("error_code", "failed_code", "job_error_code");

  private static final List<String> REASONS =
      List.of("fail_reason", "error_msg", "error_message", "failed_detail");

  private static final int MAX_LENGTH = 1 << 16; // reasons have some hundred characters
  private static final int MAX_NESTED = 8;
  private static final int MAX_BRACES = 64;

  /** Matches any text: {@code CreateServerTask-fail:} and {@code Ecs.0204:}, then the rest. */
  private static final Pattern NAMES =
      Pattern.compile(
          "([^{]{0,120}?-fail:\\s*)?((?<code>[\\p{L}\\p{Nd}]+\\.\\p{Nd}+):)?(?<rest>.*)",
          Pattern.DOTALL);

  @Nullable String code;
  @Nullable String reason;

  /** Where to search for a quoted error: the reason, or the object around it. */
  private @Nullable String text;

  /** Returns the failure of a job without those of its sub-jobs; null if it has not failed. */
  static @Nullable JobFailure failure(JobReport report) {
    if (!hasFailed(report)) {
      return null;
    }
    JobError error = of(report);
    String quoting = report.entities().errorcodeMessage();
    JobError inner = innermost(quoting == null || quoting.isBlank() ? error.text : quoting);
    Map<String, List<String>> ids = ResourceIds.of(List.of(report), null);
    return new JobFailure(
        report.jobId(), report.jobType(), error.code, error.reason, inner.code, inner.reason, ids);
  }

  /**
   * True for a job that failed, or that has not succeeded and reports an error, not counting its
   * entities and the message and code that a running sub-job may have.
   */
  static boolean hasFailed(JobReport report) {
    if (report.status().isFinished()) {
      return report.status() == JobStatus.FAIL;
    }
    JobError stated = new JobError();
    stated.read(report.object().fields());
    return stated.code != null || stated.reason != null;
  }

  static JobError of(JobReport report) {
    JobError error = new JobError();
    Map<String, JsonValue> fields = report.object().fields();
    error.read(fields);
    if (report instanceof SubJob) { // in a job these belong to a failed query
      error.readNamed(fields, List.of("code"), List.of("message"));
    }
    error.read(report.entities().value().fields());
    return error;
  }

  private void read(Map<String, JsonValue> fields) {
    readNamed(fields, CODES, REASONS);
    String info = content(fields.get("job_execute_info")); // IMS: JSON, or a text that is no error
    JsonValue json = info == null ? null : JsonValue.parsed(info);
    if (json != null) {
      readNamed(json.fields(), CODES, REASONS);
    }
    JsonValue error = fields.get("error"); // EVS: JSON or a text
    String quoted = content(error);
    if (error == null || quoted == null || !(error.isString() || error.isContainer())) {
      return;
    }
    List<ErrorObject> objects = ErrorObject.read(quoted);
    if (objects.isEmpty()) {
      add(null, error.isString() ? quoted : null, quoted);
    } else {
      ErrorObject outermost = objects.get(0);
      add(content(outermost.code()), content(outermost.messageOrReason()), quoted);
    }
  }

  private void readNamed(Map<String, JsonValue> fields, List<String> codes, List<String> reasons) {
    String named = first(fields, reasons);
    add(first(fields, codes), named, named);
  }

  /** Sets a code or reason that is missing. The text is that of the reason, or else the first. */
  private void add(
      @Nullable String addedCode, @Nullable String addedReason, @Nullable String addedText) {
    if (code == null) {
      code = addedCode;
    }
    if (reason == null && (text == null || addedReason != null)) {
      reason = addedReason;
      text = addedText;
    }
  }

  private static @Nullable String first(Map<String, JsonValue> fields, List<String> keys) {
    for (String key : keys) {
      String text = content(fields.get(key));
      if (text != null) {
        return text;
      }
    }
    return null;
  }

  private static @Nullable String content(@Nullable JsonValue value) {
    return value == null ? null : content(value.text());
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
    JobError error = new JobError();
    String text =
        reason == null || reason.isBlank()
            ? null
            : reason.substring(0, Math.min(reason.length(), MAX_LENGTH));
    ErrorObject quoted = null;
    for (int nested = 0; text != null && nested <= MAX_NESTED; nested++) {
      Matcher names = NAMES.matcher(text.strip());
      names.matches(); // any text
      String inText = names.group("code");
      String beside = quoted == null ? null : quoted.code();
      if (inText != null || beside != null) {
        error.code = inText == null ? beside : inText;
      }
      String message = names.group("rest").strip();
      error.reason = message.isEmpty() ? text.strip() : message;
      quoted = quoted(text);
      text = quoted == null ? null : quoted.messageOrReason();
    }
    return error;
  }

  /** Returns the deepest object with a message in the first JSON that has one. */
  private static @Nullable ErrorObject quoted(String text) {
    ErrorObject deepest = null;
    int brace = text.indexOf('{');
    for (int tried = 0; deepest == null && brace >= 0 && tried < MAX_BRACES; tried++) {
      for (ErrorObject object : ErrorObject.read(text.substring(brace))) {
        boolean deeper =
            deepest == null || object.depth() > deepest.depth(); // or the first of equal depth
        if (deeper && object.messageOrReason() != null) {
          deepest = object;
        }
      }
      brace = text.indexOf('{', brace + 1);
    }
    return deepest;
  }
}
