package io.github.cloudjobs.step;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
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
import java.util.List;
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

  /** Writes a wait; see {@link WaitPlan#token}. */
  static WaitToken encode(WaitPlan plan, WaitState state, long at, long next) {
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
      json.writeNumberField("elapsed", at);
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

  /** What a schedule is known by; null if it is the caller's own. */
  private static @Nullable String name(PollSchedule schedule) {
    try {
      String name = schedule.toString();
      return PollSchedule.parse(name).equals(schedule) ? name : null;
    } catch (Throwable own) { // it is the caller's code: it may print itself as it likes
      return null;
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
    if (state.setbacks().unknownHosts() > 0) {
      json.writeNumberField("unknownHosts", state.setbacks().unknownHosts());
      json.writeNumberField("unknownHostSince", state.setbacks().unknownHostSince());
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
   * What a token says.
   *
   * @param elapsed how long the wait had lasted when the token was made, in nanoseconds
   * @param next when its next poll is to be made, since it began
   */
  record Kept(WaitPlan plan, WaitState state, long elapsed, long next) {}

  /**
   * Reads a token.
   *
   * @param origin whose it has to be
   * @throws IllegalArgumentException if it is damaged, or another endpoint's or service's
   */
  static Kept decode(WaitToken token, WaitOrigin origin) {
    WaitOrigin its;
    Kept kept;
    try {
      TokenFields fields = TokenFields.of(json(token));
      its = new WaitOrigin(fields.text("endpoint"), fields.text("service"), fields.text("path"));
      kept = kept(fields, origin);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("the token is damaged: " + e.getMessage(), e);
    }
    // The service's name is for people, and may have changed since.
    if (!its.endpoint().equals(origin.endpoint())
        || !its.pathTemplate().equals(origin.pathTemplate())) {
      throw new IllegalArgumentException(
          "the token is of " + shown(its) + "; this client asks " + shown(origin));
    }
    return kept;
  }

  private static byte[] json(WaitToken token) {
    try {
      return Base64.getUrlDecoder().decode(token.text().substring(VERSION.length()));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("it is no base64url", e);
    }
  }

  private static String shown(WaitOrigin origin) {
    return SafeText.excerpt(
        origin.service() + " at " + origin.endpoint() + " under " + origin.pathTemplate());
  }

  private static Kept kept(TokenFields fields, WaitOrigin origin) {
    JobRef ref =
        new JobRef(
            fields.text("project"),
            fields.text("job"),
            fields.has("submitted") ? Nanos.instant(fields.time("submitted")) : null);
    WaitPlan plan = new WaitPlan(ref, options(fields), origin, fields.time("began"));
    long elapsed = fields.nanos("elapsed");
    return new Kept(plan, state(fields, elapsed), elapsed, fields.nanos("next"));
  }

  private static WaitOptions options(TokenFields fields) {
    WaitOptions.Builder options =
        WaitOptions.builder()
            .timeout(Duration.ofNanos(fields.nanos("timeout")))
            .confirmSuccess(fields.count("confirmSuccess"))
            .errorBudget(Duration.ofNanos(fields.nanos("errorBudget")));
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

  private static WaitState state(TokenFields fields, long elapsed) {
    return new WaitState(
        fields.count("polls"),
        fields.has("status") ? sketch(fields) : null,
        new JobAge(
            fields.number("jobBegin", Long.MIN_VALUE, Long.MAX_VALUE), fields.time("ageWhenBegun")),
        (short) fields.number("successes", 0, Short.MAX_VALUE - 1),
        fields.number("lastGood", 0, elapsed),
        fields.is("unknownTold"),
        new Setbacks(
            fields.count("errors"),
            fields.count("throttles"),
            fields.number("missingSince", Setbacks.NOT_MISSING, elapsed),
            fields.has("unknownHosts") ? fields.count("unknownHosts") : 0,
            fields.has("unknownHosts") ? fields.number("unknownHostSince", 0, elapsed) : 0,
            List.of()));
  }

  /** The job as last reported, as far as the token tells. */
  private static Job sketch(TokenFields fields) {
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

  private static @Nullable PollSchedule known(String name) {
    try {
      return PollSchedule.parse(name);
    } catch (IllegalArgumentException another) {
      return null;
    }
  }
}
