package io.github.cloudjobs.step;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.WaitPlan.Origin;
import io.github.cloudjobs.step.WaitState.ErrorStreak;
import io.github.cloudjobs.step.WaitStep.PollAt;
import io.github.cloudjobs.text.SafeText;
import io.github.cloudjobs.wait.PollSchedule;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitToken;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Encodes and decodes waits as tokens: {@code jw1.} and a flat JSON object in base64url. Unknown
 * keys are ignored, so that an older version reads the tokens of a newer one.
 */
final class TokenCodec {
  private static final String VERSION = "jw1.";
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /** How many characters of a job's type or status are kept. */
  private static final int LONGEST_WORD = 200;

  /** Small enough to be added to without overflow. */
  private static final int MOST = Integer.MAX_VALUE / 2;

  private TokenCodec() {}

  static WaitToken encode(WaitPlan plan, WaitState state, long elapsed, long next) {
    WaitOptions options = plan.options();
    ErrorStreak streak = state.streak();
    ObjectNode json =
        JSON.createObjectNode()
            .put("endpoint", plan.origin().endpoint())
            .put("service", plan.origin().service())
            .put("path", plan.origin().pathTemplate())
            .put("project", plan.ref().projectId())
            .put("job", plan.ref().jobId())
            .put("began", plan.began())
            .put("elapsed", elapsed)
            .put("next", next)
            .put("timeout", Nanos.of(options.timeout()))
            .put("confirmSuccess", options.confirmSuccess())
            .put("errorBudget", Nanos.of(options.errorBudget()))
            .put("stopOnPendingPayment", options.stopsOnPendingPayment())
            .put("stopOnSubJobFailure", options.stopsOnSubJobFailure())
            .put("polls", state.polls())
            .put("successes", state.successes())
            .put("lastGood", state.lastGood())
            .put("unknownTold", state.unknownReported())
            .put("jobBegin", state.begin())
            .put("ageWhenBegun", state.ageWhenBegun())
            .put("errors", streak.errors())
            .put("throttles", streak.throttles())
            .put("missingSince", streak.missingSince());
    Instant submitted = plan.ref().submittedAt();
    if (submitted != null) {
      json.put("submitted", Nanos.of(submitted));
    }
    if (streak.unknownHosts() > 0) {
      json.put("unknownHosts", streak.unknownHosts());
      json.put("unknownHostSince", streak.unknownHostSince());
    }
    put(json, "schedule", name(options.schedule()));
    Job job = state.job();
    if (job != null) {
      put(json, "job_id", job.jobId());
      put(json, "job_type", job.jobType());
      put(json, "status", requireNonNullElse(job.statusText(), ""));
      put(json, "begin_time", job.beginTimeText());
    }
    byte[] text = json.toString().getBytes(UTF_8);
    return new WaitToken(VERSION + Base64.getUrlEncoder().withoutPadding().encodeToString(text));
  }

  private static void put(ObjectNode json, String key, @Nullable String word) {
    if (word != null) {
      json.put(key, word.substring(0, Math.min(word.length(), LONGEST_WORD)));
    }
  }

  /** The text of a schedule; null for one of the caller's own, which may throw. */
  private static @Nullable String name(PollSchedule schedule) {
    try {
      String name = schedule.toString();
      return PollSchedule.parse(name).equals(schedule) ? name : null;
    } catch (Throwable own) {
      return null;
    }
  }

  /** Reads a token as the wait was when it was written. */
  static ResumedWait decode(WaitToken token, Origin origin) {
    ResumedWait wait;
    try {
      wait = new Fields(parse(token)).read();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("the token is damaged: " + e.getMessage(), e);
    }
    Origin from = wait.plan().origin();
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

  private static JsonNode parse(WaitToken token) {
    try {
      return JSON.readTree(Base64.getUrlDecoder().decode(token.text().substring(VERSION.length())));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("it is not base64url", e);
    } catch (IOException e) {
      throw new IllegalArgumentException("it is not JSON", e);
    }
  }

  /** The content of a token. Its methods throw an exception that names the field. */
  private record Fields(JsonNode json) {
    ResumedWait read() {
      Origin origin = new Origin(text("endpoint"), text("service"), text("path"));
      Instant submitted = has("submitted") ? Nanos.instant(time("submitted")) : null;
      JobRef ref = new JobRef(text("project"), text("job"), submitted);
      WaitPlan plan = new WaitPlan(ref, options(), origin, time("began"));
      long elapsed = nanos("elapsed");
      return new ResumedWait(plan, new PollAt(state(elapsed), nanos("next"), false), elapsed);
    }

    private WaitOptions options() {
      WaitOptions.Builder options =
          WaitOptions.builder()
              .timeout(Duration.ofNanos(nanos("timeout")))
              .confirmSuccess(count("confirmSuccess"))
              .errorBudget(Duration.ofNanos(nanos("errorBudget")));
      if (has("schedule")) {
        options.schedule(schedule(text("schedule")));
      }
      if (is("stopOnPendingPayment")) {
        options.stopOnPendingPayment();
      }
      if (is("stopOnSubJobFailure")) {
        options.stopOnSubJobFailure();
      }
      return options.build();
    }

    private static PollSchedule schedule(String name) {
      try {
        return PollSchedule.parse(name);
      } catch (IllegalArgumentException ofNewerVersion) {
        return PollSchedule.balanced();
      }
    }

    private WaitState state(long elapsed) {
      boolean unknownHost = has("unknownHosts");
      return new WaitState(
          count("polls"),
          has("status") ? lastJob() : null,
          number("jobBegin", Long.MIN_VALUE, Long.MAX_VALUE),
          time("ageWhenBegun"),
          (short) number("successes", 0, Short.MAX_VALUE - 1),
          number("lastGood", 0, elapsed),
          is("unknownTold"),
          new ErrorStreak(
              count("errors"),
              count("throttles"),
              number("missingSince", ErrorStreak.NOT_MISSING, elapsed),
              unknownHost ? count("unknownHosts") : 0,
              unknownHost ? number("unknownHostSince", 0, elapsed) : 0,
              List.of()));
    }

    private Job lastJob() {
      ObjectNode job = JSON.createObjectNode();
      Stream.of("job_id", "job_type", "status", "begin_time")
          .filter(this::has)
          .forEach(key -> job.put(key, text(key)));
      return Job.fromJson(job.toString());
    }

    private boolean has(String key) {
      JsonNode value = json.path(key);
      return value.isTextual() || value.isIntegralNumber() || value.isBoolean();
    }

    private String text(String key) {
      return value(key, json.path(key).isTextual()).textValue();
    }

    private boolean is(String key) {
      return has(key) && value(key, json.path(key).isBoolean()).booleanValue();
    }

    private long number(String key, long least, long most) {
      JsonNode value = value(key, json.path(key).isIntegralNumber());
      long number = value.longValue();
      if (!value.canConvertToLong() || number < least || number > most) {
        throw new IllegalArgumentException(key + " is out of range");
      }
      return number;
    }

    private long time(String key) {
      return number(key, -Nanos.ENDLESS, Nanos.ENDLESS);
    }

    private long nanos(String key) {
      return number(key, 0, Nanos.ENDLESS);
    }

    private int count(String key) {
      return (int) number(key, 0, MOST);
    }

    private JsonNode value(String key, boolean hasType) {
      if (!hasType) {
        throw new IllegalArgumentException(
            has(key) ? key + " is of another type" : "it lacks " + key);
      }
      return json.path(key);
    }
  }
}
