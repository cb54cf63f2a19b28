package io.github.cloudjobs.step;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.WaitState.ErrorStreak;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("endpoint", plan.origin().endpoint());
      json.writeStringField("service", plan.origin().service());
      json.writeStringField("path", plan.origin().pathTemplate());
      json.writeStringField("project", plan.ref().projectId());
      json.writeStringField("job", plan.ref().jobId());
      Instant submitted = plan.ref().submittedAt();
      if (submitted != null) {
        json.writeNumberField("submitted", Nanos.of(submitted));
      }
      json.writeNumberField("began", plan.began());
      json.writeNumberField("elapsed", elapsed);
      json.writeNumberField("next", next);
      writeOptions(json, plan.options());
      writeState(json, state);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a StringWriter does not
    }
    byte[] bytes = text.toString().getBytes(UTF_8);
    return new WaitToken(VERSION + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
  }

  private static void writeOptions(JsonGenerator json, WaitOptions options) throws IOException {
    json.writeNumberField("timeout", Nanos.of(options.timeout()));
    json.writeNumberField("confirmSuccess", options.confirmSuccess());
    json.writeNumberField("errorBudget", Nanos.of(options.errorBudget()));
    json.writeBooleanField("stopOnPendingPayment", options.stopsOnPendingPayment());
    json.writeBooleanField("stopOnSubJobFailure", options.stopsOnSubJobFailure());
    String schedule = name(options.schedule());
    if (schedule != null) {
      json.writeStringField("schedule", schedule);
    }
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

  private static void writeState(JsonGenerator json, WaitState state) throws IOException {
    json.writeNumberField("polls", state.polls());
    json.writeNumberField("successes", state.successes());
    json.writeNumberField("lastGood", state.lastGood());
    json.writeBooleanField("unknownTold", state.unknownReported());
    json.writeNumberField("jobBegin", state.age().begin());
    json.writeNumberField("ageWhenBegun", state.age().whenWaitBegan());
    ErrorStreak streak = state.streak();
    json.writeNumberField("errors", streak.errors());
    json.writeNumberField("throttles", streak.throttles());
    json.writeNumberField("missingSince", streak.missingSince());
    if (streak.unknownHosts() > 0) {
      json.writeNumberField("unknownHosts", streak.unknownHosts());
      json.writeNumberField("unknownHostSince", streak.unknownHostSince());
    }
    Job job = state.job();
    if (job != null) {
      writeWord(json, "job_id", job.jobId());
      writeWord(json, "job_type", job.jobType());
      writeWord(json, "status", Objects.requireNonNullElse(job.statusText(), ""));
      writeWord(json, "begin_time", job.beginTimeText());
    }
  }

  private static void writeWord(JsonGenerator json, String key, @Nullable String word)
      throws IOException {
    if (word != null) {
      json.writeStringField(key, word.substring(0, Math.min(word.length(), LONGEST_WORD)));
    }
  }

  /**
   * The content of a token.
   *
   * @param elapsed how long the wait had lasted when the token was written, in nanoseconds
   * @param next when to poll next, in nanoseconds since the wait began
   */
  record Decoded(WaitPlan plan, WaitState state, long elapsed, long next) {}

  /**
   * Reads a token.
   *
   * @throws IllegalArgumentException if it is damaged, or of another endpoint or path
   */
  static Decoded decode(WaitToken token, WaitPlan.Origin origin) {
    WaitPlan.Origin from;
    Decoded decoded;
    try {
      Fields fields = Fields.of(json(token));
      from =
          new WaitPlan.Origin(fields.text("endpoint"), fields.text("service"), fields.text("path"));
      decoded = decoded(fields, origin);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("the token is damaged: " + e.getMessage(), e);
    }
    // The service's name may have changed since.
    if (!from.endpoint().equals(origin.endpoint())
        || !from.pathTemplate().equals(origin.pathTemplate())) {
      throw new IllegalArgumentException(
          "the token is of " + shown(from) + "; this client asks " + shown(origin));
    }
    return decoded;
  }

  private static byte[] json(WaitToken token) {
    try {
      return Base64.getUrlDecoder().decode(token.text().substring(VERSION.length()));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("it is not base64url", e);
    }
  }

  private static String shown(WaitPlan.Origin origin) {
    return SafeText.excerpt(
        origin.service() + " at " + origin.endpoint() + " under " + origin.pathTemplate());
  }

  private static Decoded decoded(Fields fields, WaitPlan.Origin origin) {
    JobRef ref =
        new JobRef(
            fields.text("project"),
            fields.text("job"),
            fields.has("submitted") ? Nanos.instant(fields.time("submitted")) : null);
    WaitPlan plan = new WaitPlan(ref, options(fields), origin, fields.time("began"));
    long elapsed = fields.nanos("elapsed");
    return new Decoded(plan, state(fields, elapsed), elapsed, fields.nanos("next"));
  }

  private static WaitOptions options(Fields fields) {
    WaitOptions.Builder options =
        WaitOptions.builder()
            .timeout(Duration.ofNanos(fields.nanos("timeout")))
            .confirmSuccess(fields.count("confirmSuccess"))
            .errorBudget(Duration.ofNanos(fields.nanos("errorBudget")));
    if (fields.has("schedule")) {
      PollSchedule schedule = scheduleOrNull(fields.text("schedule"));
      if (schedule != null) { // else it is of a newer version
        options.schedule(schedule);
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
    return new WaitState(
        fields.count("polls"),
        fields.has("status") ? lastJob(fields) : null,
        new JobAge(
            fields.number("jobBegin", Long.MIN_VALUE, Long.MAX_VALUE), fields.time("ageWhenBegun")),
        (short) fields.number("successes", 0, Short.MAX_VALUE - 1),
        fields.number("lastGood", 0, elapsed),
        fields.is("unknownTold"),
        new ErrorStreak(
            fields.count("errors"),
            fields.count("throttles"),
            fields.number("missingSince", ErrorStreak.NOT_MISSING, elapsed),
            fields.has("unknownHosts") ? fields.count("unknownHosts") : 0,
            fields.has("unknownHosts") ? fields.number("unknownHostSince", 0, elapsed) : 0,
            List.of()));
  }

  /** The last job, with the keys that the token has. */
  private static Job lastJob(Fields fields) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      for (String key : JOB_KEYS) {
        if (fields.has(key)) {
          json.writeStringField(key, fields.text(key));
        }
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a StringWriter does not
    }
    return Job.fromJson(text.toString());
  }

  private static @Nullable PollSchedule scheduleOrNull(String name) {
    try {
      return PollSchedule.parse(name);
    } catch (IllegalArgumentException unknown) {
      return null;
    }
  }

  /** The texts, numbers and booleans of a token. */
  private record Fields(Map<String, Object> values) {
    /** Small enough to be added to without overflow. */
    private static final int MOST = Integer.MAX_VALUE / 2;

    /**
     * Reads an object; values of other types are skipped.
     *
     * @throws IllegalArgumentException if it is not exactly one object
     */
    static Fields of(byte[] text) {
      Map<String, Object> values = new HashMap<>();
      try (JsonParser json = JSON.createParser(text)) {
        if (json.nextToken() != JsonToken.START_OBJECT) {
          throw new IllegalArgumentException("it has no object");
        }
        for (String key = json.nextFieldName(); key != null; key = json.nextFieldName()) {
          switch (json.nextToken()) {
            case VALUE_STRING -> values.put(key, json.getText());
            case VALUE_NUMBER_INT -> values.put(key, json.getLongValue());
            case VALUE_TRUE, VALUE_FALSE -> values.put(key, json.getBooleanValue());
            default -> json.skipChildren();
          }
        }
        if (json.currentToken() != JsonToken.END_OBJECT || json.nextToken() != null) {
          throw new IllegalArgumentException("it has more than an object");
        }
      } catch (IOException e) {
        throw new IllegalArgumentException("it is not JSON", e);
      }
      return new Fields(values);
    }

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
