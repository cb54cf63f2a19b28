package io.github.cloudjobs.step;

import static com.fasterxml.jackson.databind.DeserializationFeature.FAIL_ON_TRAILING_TOKENS;
import static com.fasterxml.jackson.databind.DeserializationFeature.USE_LONG_FOR_INTS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.databind.ObjectMapper;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Encodes and decodes waits as tokens: {@code jw1.} and a flat JSON object in base64url. Unknown
 * keys are ignored, so that an older version reads the tokens of a newer one.
 *
 * <p>Both directions go through the same list of fields. The method for a field writes the value
 * that it is given, or returns the one of the token in its place.
 */
final class TokenCodec {
  private static final String VERSION = "jw1.";
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(USE_LONG_FOR_INTS, FAIL_ON_TRAILING_TOKENS);

  private static final List<String> OF_JOB = List.of("job_id", "job_type", "status", "begin_time");

  /** How many characters of a job's type or status are kept. */
  private static final int LONGEST_WORD = 200;

  /** Small enough to be added to without overflow. */
  private static final int MOST = Integer.MAX_VALUE / 2;

  private static final long NOT_SUBMITTED = -Nanos.ENDLESS;

  private final Map<String, Object> fields;
  private final boolean writes;

  private TokenCodec(Map<String, Object> fields, boolean writes) {
    this.fields = fields;
    this.writes = writes;
  }

  static WaitToken encode(ResumedWait wait) {
    Map<String, Object> fields = new LinkedHashMap<>();
    new TokenCodec(fields, true).exchange(wait);
    byte[] text = json(fields).getBytes(UTF_8);
    return new WaitToken(VERSION + Base64.getUrlEncoder().withoutPadding().encodeToString(text));
  }

  private static String json(Map<String, ?> fields) {
    return JSON.valueToTree(fields).toString();
  }

  /** Reads a token as the wait was when it was written. */
  static ResumedWait decode(WaitToken token, Origin origin) {
    JobRef replaced = new JobRef("-", "-");
    WaitPlan plan = new WaitPlan(replaced, WaitOptions.defaults(), origin, 0);
    ResumedWait wait;
    try {
      byte[] text = Base64.getUrlDecoder().decode(token.text().substring(VERSION.length()));
      Map<String, Object> fields = new LinkedHashMap<>();
      JSON.readerForUpdating(fields).readValue(text);
      wait = new TokenCodec(fields, false).exchange(ResumedWait.begin(plan));
    } catch (IllegalArgumentException | IOException e) {
      String problem = e instanceof IOException ? "it is no JSON object" : e.getMessage();
      throw new IllegalArgumentException("the token is damaged: " + problem, e);
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

  // The list of fields

  private ResumedWait exchange(ResumedWait wait) {
    WaitPlan plan = wait.plan();
    Origin origin = plan.origin();
    Origin from =
        new Origin(
            field("endpoint", origin.endpoint()),
            field("service", origin.service()),
            field("path", origin.pathTemplate()));
    WaitPlan exchanged =
        new WaitPlan(ref(plan.ref()), options(plan.options()), from, time("began", plan.began()));
    long elapsed = nanos("elapsed", wait.elapsed());
    WaitState state = state(wait.next().state(), elapsed);
    PollAt next = new PollAt(state, nanos("next", wait.next().at()), false);
    return new ResumedWait(exchanged, next, elapsed);
  }

  private JobRef ref(JobRef ref) {
    Instant at = ref.submittedAt();
    long sent = at == null ? NOT_SUBMITTED : Nanos.of(at);
    long submitted = optional("submitted", sent, NOT_SUBMITTED, Nanos.ENDLESS);
    return new JobRef(
        field("project", ref.projectId()),
        field("job", ref.jobId()),
        submitted == NOT_SUBMITTED ? null : Nanos.instant(submitted));
  }

  private WaitOptions options(WaitOptions options) {
    WaitOptions.Builder builder =
        WaitOptions.builder()
            .timeout(Duration.ofNanos(nanos("timeout", Nanos.of(options.timeout()))))
            .confirmSuccess(count("confirmSuccess", options.confirmSuccess()))
            .errorBudget(Duration.ofNanos(nanos("errorBudget", Nanos.of(options.errorBudget()))))
            .schedule(schedule(options.schedule()));
    if (field("stopOnPendingPayment", options.stopsOnPendingPayment())) {
      builder.stopOnPendingPayment();
    }
    if (field("stopOnSubJobFailure", options.stopsOnSubJobFailure())) {
      builder.stopOnSubJobFailure();
    }
    return builder.build();
  }

  /** A schedule of the caller's own, or of a later version, continues as balanced. */
  private PollSchedule schedule(PollSchedule schedule) {
    try {
      String name = writes ? schedule.toString() : field("schedule", "");
      PollSchedule known = PollSchedule.parse(name);
      if (writes && known.equals(schedule)) {
        field("schedule", name);
      }
      return known;
    } catch (Throwable unknown) { // the caller's own may throw anything
      return PollSchedule.balanced();
    }
  }

  private WaitState state(WaitState state, long elapsed) {
    ErrorStreak streak = state.streak();
    long since = streak.unknownHosts() == 0 ? -1 : streak.unknownHostSince(); // -1 is left out
    return new WaitState(
        count("polls", state.polls()),
        job(state.job()),
        number("jobBegin", state.begin(), Long.MIN_VALUE, Long.MAX_VALUE),
        time("ageWhenBegun", state.ageWhenBegun()),
        (short) number("successes", state.successes(), 0, Short.MAX_VALUE - 1),
        number("lastGood", state.lastGood(), 0, elapsed),
        field("unknownTold", state.unknownReported()),
        new ErrorStreak(
            count("errors", streak.errors()),
            count("throttles", streak.throttles()),
            number("missingSince", streak.missingSince(), ErrorStreak.NOT_MISSING, elapsed),
            (int) optional("unknownHosts", streak.unknownHosts(), 0, MOST),
            Math.max(0, optional("unknownHostSince", since, -1, elapsed)),
            List.of()));
  }

  private @Nullable Job job(@Nullable Job job) {
    if (!writes) {
      Map<String, String> last = new LinkedHashMap<>();
      for (String key : OF_JOB) {
        last.put(key, fields.containsKey(key) ? field(key, "") : null);
      }
      return last.get("status") == null ? null : Job.fromJson(json(last));
    }
    if (job != null) {
      word("job_id", job.jobId());
      word("job_type", job.jobType());
      word("status", requireNonNullElse(job.statusText(), ""));
      word("begin_time", job.beginTimeText());
    }
    return job;
  }

  private void word(String key, @Nullable String word) {
    if (word != null) {
      fields.put(key, word.substring(0, Math.min(word.length(), LONGEST_WORD)));
    }
  }

  // Fields

  private long time(String key, long value) {
    return number(key, value, -Nanos.ENDLESS, Nanos.ENDLESS);
  }

  private long nanos(String key, long value) {
    return number(key, value, 0, Nanos.ENDLESS);
  }

  private int count(String key, int value) {
    return (int) number(key, value, 0, MOST);
  }

  /** A number that is left out if it is the least. */
  private long optional(String key, long value, long least, long most) {
    boolean absent = writes ? value == least : !fields.containsKey(key);
    return absent ? least : number(key, value, least, most);
  }

  private long number(String key, long value, long least, long most) {
    long number = field(key, value);
    check(key, writes || (number >= least && number <= most));
    return number;
  }

  /** A text, boolean or long. */
  @SuppressWarnings("unchecked") // it is of the class of the value
  private <T> T field(String key, T value) {
    if (writes) {
      fields.put(key, value);
      return value;
    }
    Object field = fields.get(key);
    check(key, value.getClass().isInstance(field));
    return (T) requireNonNull(field);
  }

  private static void check(String key, boolean isGood) {
    if (!isGood) {
      throw new IllegalArgumentException(key + " is missing, or of another type or range");
    }
  }
}
