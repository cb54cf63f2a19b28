package io.github.cloudjobs.step;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
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
 * Writes waits as tokens and reads them back: {@code jw1.} and a flat JSON object in base64url.
 * Keys that are not known are passed over, so that an older library reads what a newer one added.
 * Pure.
 */
final class TokenCodec {
  private static final String VERSION = "jw1.";
  private static final JsonFactory JSON = new JsonFactory();

  /** Of what a service calls a type or a status, so much is kept. */
  private static final int LONGEST_WORD = 200;

  /** What is kept of the job as last reported, under the service's own keys. */
  private static final List<String> JOB_KEYS =
      List.of("job_id", "job_type", "status", "begin_time");

  private TokenCodec() {}

  /**
   * Writes a wait.
   *
   * @param next when the next poll is to be made, in nanoseconds since the wait began
   */
  static WaitToken encode(WaitPlan plan, WaitState state, long next) {
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
    String schedule = options.schedule().toString();
    if (options.schedule().equals(known(schedule))) {
      json.writeStringField("schedule", schedule);
    }
  }

  private static void writeState(JsonGenerator json, WaitState state) throws IOException {
    json.writeNumberField("polls", state.polls());
    json.writeNumberField("successes", state.successes());
    json.writeNumberField("lastGood", state.lastGood());
    json.writeBooleanField("unknownTold", state.unknownTold());
    json.writeNumberField("jobBegin", state.age().begin());
    json.writeNumberField("ageWhenBegun", state.age().whenWaitBegan());
    json.writeNumberField("errors", state.setbacks().errors());
    json.writeNumberField("throttles", state.setbacks().throttles());
    json.writeNumberField("missingSince", state.setbacks().missingSince());
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

  /** What a token says. */
  record Kept(WaitPlan plan, WaitState state, long next) {}

  /**
   * Reads a token.
   *
   * @param origin whose it has to be
   * @throws IllegalArgumentException if it is damaged, or another endpoint's or service's
   */
  static Kept decode(WaitToken token, WaitOrigin origin) {
    Fields fields = Fields.of(token);
    WaitOrigin its =
        new WaitOrigin(fields.text("endpoint"), fields.text("service"), fields.text("path"));
    if (!its.endpoint().equals(origin.endpoint())
        || !its.pathTemplate().equals(origin.pathTemplate())) {
      throw new IllegalArgumentException(
          "the token is of " + shown(its) + "; this client asks " + shown(origin));
    }
    JobRef ref =
        new JobRef(
            fields.text("project"),
            fields.text("job"),
            fields.has("submitted") ? Nanos.instant(fields.number("submitted")) : null);
    WaitPlan plan = new WaitPlan(ref, options(fields), origin, fields.number("began"));
    return new Kept(plan, state(fields), fields.number("next"));
  }

  private static String shown(WaitOrigin origin) {
    return origin.service() + " at " + origin.endpoint() + " under " + origin.pathTemplate();
  }

  private static WaitOptions options(Fields fields) {
    WaitOptions.Builder options =
        WaitOptions.builder()
            .timeout(Duration.ofNanos(fields.number("timeout")))
            .confirmSuccess((int) fields.number("confirmSuccess"))
            .errorBudget(Duration.ofNanos(fields.number("errorBudget")));
    if (fields.has("schedule")) {
      PollSchedule schedule = known(fields.text("schedule"));
      if (schedule != null) { // a later library may know more of them
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

  private static WaitState state(Fields fields) {
    return new WaitState(
        (int) fields.number("polls"),
        fields.has("status") ? sketch(fields) : null,
        new JobAge(fields.number("jobBegin"), fields.number("ageWhenBegun")),
        (short) fields.number("successes"),
        fields.number("lastGood"),
        fields.is("unknownTold"),
        new Setbacks(
            (int) fields.number("errors"),
            (int) fields.number("throttles"),
            fields.number("missingSince"),
            List.of()));
  }

  /** The job as last reported, as far as the token tells. */
  private static Job sketch(Fields fields) {
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

  private static @Nullable PollSchedule known(String schedule) {
    try {
      return PollSchedule.parse(schedule);
    } catch (IllegalArgumentException another) {
      return null;
    }
  }

  /** What stands in a token's object: texts, numbers and truth values. */
  private record Fields(Map<String, Object> values) {
    static Fields of(WaitToken token) {
      Map<String, Object> values = new HashMap<>();
      try (JsonParser json = JSON.createParser(bytes(token))) {
        if (json.nextToken() != JsonToken.START_OBJECT) {
          throw damaged("it holds no object", null);
        }
        for (String key = json.nextFieldName(); key != null; key = json.nextFieldName()) {
          switch (json.nextToken()) {
            case VALUE_STRING -> values.put(key, json.getText());
            case VALUE_NUMBER_INT -> values.put(key, json.getLongValue());
            case VALUE_TRUE, VALUE_FALSE -> values.put(key, json.getBooleanValue());
            default -> json.skipChildren();
          }
        }
        if (json.currentToken() != JsonToken.END_OBJECT) {
          throw damaged("it breaks off", null);
        }
      } catch (IOException e) {
        throw damaged("it is no JSON", e);
      }
      return new Fields(values);
    }

    private static byte[] bytes(WaitToken token) {
      try {
        return Base64.getUrlDecoder().decode(token.text().substring(VERSION.length()));
      } catch (IllegalArgumentException e) {
        throw damaged("it is no base64url", e);
      }
    }

    boolean has(String key) {
      return values.containsKey(key);
    }

    String text(String key) {
      return value(key, String.class);
    }

    long number(String key) {
      return value(key, Long.class);
    }

    boolean is(String key) {
      return has(key) && value(key, Boolean.class);
    }

    private <T> T value(String key, Class<T> type) {
      Object value = values.get(key);
      if (!type.isInstance(value)) {
        throw damaged(value == null ? "it lacks " + key : key + " is of another type", null);
      }
      return type.cast(value);
    }

    private static IllegalArgumentException damaged(String how, @Nullable Throwable cause) {
      return new IllegalArgumentException("the token is damaged: " + how, cause);
    }
  }
}
