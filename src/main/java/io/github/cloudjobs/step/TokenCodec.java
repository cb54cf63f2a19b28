package io.github.cloudjobs.step;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.WaitPlan.Origin;
import io.github.cloudjobs.step.WaitState.ErrorStreak;
import io.github.cloudjobs.step.WaitStep.Decision.PollAt;
import io.github.cloudjobs.text.SafeText;
import io.github.cloudjobs.wait.PollSchedule;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitToken;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Encodes and decodes waits as tokens: {@code jw1.} and a flat JSON object in base64url. Unknown
 * keys are ignored, so that an older version reads the tokens of a newer one.
 */
final class TokenCodec {
  private static final String VERSION = "jw1.";
  private static final JsonFactory JSON = new JsonFactory();

  /** How many characters of a job's type or status are kept. */
  private static final int LONGEST_WORD = 200;

  /** The keys of the last job that are kept. */
  private static final List<String> JOB_KEYS =
      List.of("job_id", "job_type", "status", "begin_time");

  private TokenCodec() {}

  /** See {@link WaitPlan#token}. */
  static WaitToken encode(WaitPlan plan, WaitState state, long elapsed, long next) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("endpoint", plan.origin().endpoint());
    fields.put("service", plan.origin().service());
    fields.put("path", plan.origin().pathTemplate());
    fields.put("project", plan.ref().projectId());
    fields.put("job", plan.ref().jobId());
    Instant submitted = plan.ref().submittedAt();
    fields.put("submitted", submitted == null ? null : Nanos.of(submitted));
    fields.put("began", plan.began());
    fields.put("elapsed", elapsed);
    fields.put("next", next);

    WaitOptions options = plan.options();
    fields.put("timeout", Nanos.of(options.timeout()));
    fields.put("confirmSuccess", options.confirmSuccess());
    fields.put("errorBudget", Nanos.of(options.errorBudget()));
    fields.put("stopOnPendingPayment", options.stopsOnPendingPayment());
    fields.put("stopOnSubJobFailure", options.stopsOnSubJobFailure());
    fields.put("schedule", name(options.schedule()));

    fields.put("polls", state.polls());
    fields.put("successes", state.successes());
    fields.put("lastGood", state.lastGood());
    fields.put("unknownTold", state.unknownReported());
    fields.put("jobBegin", state.begin());
    fields.put("ageWhenBegun", state.ageWhenBegun());
    ErrorStreak streak = state.streak();
    fields.put("errors", streak.errors());
    fields.put("throttles", streak.throttles());
    fields.put("missingSince", streak.missingSince());
    if (streak.unknownHosts() > 0) {
      fields.put("unknownHosts", streak.unknownHosts());
      fields.put("unknownHostSince", streak.unknownHostSince());
    }
    Job job = state.job();
    if (job != null) {
      fields.put("job_id", shortened(job.jobId()));
      fields.put("job_type", shortened(job.jobType()));
      fields.put("status", shortened(requireNonNullElse(job.statusText(), "")));
      fields.put("begin_time", shortened(job.beginTimeText()));
    }
    byte[] json = json(fields).getBytes(UTF_8);
    return new WaitToken(VERSION + Base64.getUrlEncoder().withoutPadding().encodeToString(json));
  }

  /** Returns the text of a schedule; null if it is the caller's own. */
  private static @Nullable String name(PollSchedule schedule) {
    try {
      String name = schedule.toString();
      return PollSchedule.parse(name).equals(schedule) ? name : null;
    } catch (Throwable own) { // the caller's code may do anything
      return null;
    }
  }

  private static @Nullable String shortened(@Nullable String word) {
    return word == null ? null : word.substring(0, Math.min(word.length(), LONGEST_WORD));
  }

  /** Writes texts, numbers and booleans as an object, without nulls. */
  private static String json(Map<String, @Nullable Object> fields) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      for (Map.Entry<String, @Nullable Object> field : fields.entrySet()) {
        if (field.getValue() != null) {
          json.writeObjectField(field.getKey(), field.getValue());
        }
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a StringWriter does not
    }
    return text.toString();
  }

  /**
   * Reads a token as the wait was when it was written.
   *
   * @throws IllegalArgumentException if it is damaged, or of another endpoint or path
   */
  static ResumedWait decode(WaitToken token, Origin origin) {
    Origin from;
    ResumedWait wait;
    try {
      Fields fields = new Fields(fields(token));
      from = new Origin(fields.text("endpoint"), fields.text("service"), fields.text("path"));
      wait = read(fields, origin);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("the token is damaged: " + e.getMessage(), e);
    }
    // The service's name may have changed since.
    if (!from.endpoint().equals(origin.endpoint())
        || !from.pathTemplate().equals(origin.pathTemplate())) {
      throw new IllegalArgumentException(
          "the token is of " + shown(from) + "; this client polls " + shown(origin));
    }
    return wait;
  }

  private static String shown(Origin origin) {
    return SafeText.excerpt(
        origin.service() + " at " + origin.endpoint() + " under " + origin.pathTemplate());
  }

  /** Returns the texts, integers and booleans of a token. */
  private static Map<String, @Nullable Object> fields(WaitToken token) {
    byte[] text;
    try {
      text = Base64.getUrlDecoder().decode(token.text().substring(VERSION.length()));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("it is not base64url", e);
    }
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    try (JsonParser json = JSON.createParser(text)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new IllegalArgumentException("it has no object");
      }
      for (String key = json.nextFieldName(); key != null; key = json.nextFieldName()) {
        switch (json.nextToken()) {
          case VALUE_STRING -> fields.put(key, json.getText());
          case VALUE_NUMBER_INT -> fields.put(key, json.getLongValue());
          case VALUE_TRUE, VALUE_FALSE -> fields.put(key, json.getBooleanValue());
          default -> json.skipChildren();
        }
      }
      if (json.currentToken() != JsonToken.END_OBJECT || json.nextToken() != null) {
        throw new IllegalArgumentException("it has more than an object");
      }
    } catch (IOException e) {
      throw new IllegalArgumentException("it is not JSON", e);
    }
    return fields;
  }

  private static ResumedWait read(Fields fields, Origin origin) {
    Instant submitted = fields.has("submitted") ? Nanos.instant(fields.time("submitted")) : null;
    JobRef ref = new JobRef(fields.text("project"), fields.text("job"), submitted);
    WaitPlan plan = new WaitPlan(ref, options(fields), origin, fields.time("began"));
    long elapsed = fields.nanos("elapsed");
    PollAt next = new PollAt(state(fields, elapsed), fields.nanos("next"), false);
    return new ResumedWait(plan, next, elapsed);
  }

  private static WaitOptions options(Fields fields) {
    WaitOptions.Builder options =
        WaitOptions.builder()
            .timeout(Duration.ofNanos(fields.nanos("timeout")))
            .confirmSuccess(fields.count("confirmSuccess"))
            .errorBudget(Duration.ofNanos(fields.nanos("errorBudget")));
    if (fields.has("schedule")) {
      String schedule = fields.text("schedule");
      try {
        options.schedule(PollSchedule.parse(schedule));
      } catch (IllegalArgumentException ofNewerVersion) {
        options.schedule(PollSchedule.balanced());
      }
    }
    if (fields.is("stopOnPendingPayment")) {
      options.stopOnPendingPayment();
    }
    if (fields.is("stopOnSubJobFailure")) {
      options.stopOnSubJobFailure();
    }
    return options.build();
  }

  private static WaitState state(Fields fields, long elapsed) {
    boolean unknownHost = fields.has("unknownHosts");
    return new WaitState(
        fields.count("polls"),
        fields.has("status") ? lastJob(fields) : null,
        fields.number("jobBegin", Long.MIN_VALUE, Long.MAX_VALUE),
        fields.time("ageWhenBegun"),
        (short) fields.number("successes", 0, Short.MAX_VALUE - 1),
        fields.number("lastGood", 0, elapsed),
        fields.is("unknownTold"),
        new ErrorStreak(
            fields.count("errors"),
            fields.count("throttles"),
            fields.number("missingSince", ErrorStreak.NOT_MISSING, elapsed),
            unknownHost ? fields.count("unknownHosts") : 0,
            unknownHost ? fields.number("unknownHostSince", 0, elapsed) : 0,
            List.of()));
  }

  /** Returns the last job, with the keys that the token has. */
  private static Job lastJob(Fields fields) {
    Map<String, @Nullable Object> job = new LinkedHashMap<>();
    for (String key : JOB_KEYS) {
      job.put(key, fields.has(key) ? fields.text(key) : null);
    }
    return Job.fromJson(json(job));
  }

  /** The content of a token. Its methods throw an exception that names the field. */
  private record Fields(Map<String, @Nullable Object> values) {
    /** Small enough to be added to without overflow. */
    private static final int MOST = Integer.MAX_VALUE / 2;

    boolean has(String key) {
      return values.containsKey(key);
    }

    String text(String key) {
      return value(key, String.class);
    }

    long number(String key, long least, long most) {
      long number = value(key, Long.class);
      if (number < least || number > most) {
        throw new IllegalArgumentException(key + " is out of range");
      }
      return number;
    }

    /** A time, which may be negative. */
    long time(String key) {
      return number(key, -Nanos.ENDLESS, Nanos.ENDLESS);
    }

    /** A duration. */
    long nanos(String key) {
      return number(key, 0, Nanos.ENDLESS);
    }

    int count(String key) {
      return (int) number(key, 0, MOST);
    }

    boolean is(String key) {
      return has(key) && value(key, Boolean.class);
    }

    private <T> T value(String key, Class<T> type) {
      Object value = values.get(key);
      if (!type.isInstance(value)) {
        throw new IllegalArgumentException(
            value == null ? "it lacks " + key : key + " is of another type");
      }
      return type.cast(value);
    }
  }
}
