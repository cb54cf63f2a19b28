package io.github.cloudjobs.engine;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.github.cloudjobs.error.ThrottledException;
import io.github.cloudjobs.text.SafeText;
import java.time.Duration;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/** The JFR event of a throttled poll. */
@Name("io.github.cloudjobs.Throttle")
@Label("Job Polls Throttled")
@Description("A service asked for fewer polls, and the rate was reduced")
@Category({"Cloud Jobs"})
@StackTrace(false)
final class ThrottleEvent extends Event {
  /** What {@code jfr print} shows as {@code N/A}. */
  private static final long ABSENT = Long.MIN_VALUE;

  @Label("Quota")
  @Nullable String quota;

  @Label("HTTP Status")
  int httpStatus;

  @Label("Error Code")
  @Nullable String errorCode;

  @Label("Retry After")
  @Description("The pause that the service asked for, if any")
  @Timespan(Timespan.MILLISECONDS)
  long retryAfter;

  @Label("Polls per Second")
  double pollsPerSecond;

  static void record(
      Object quota, ThrottledException refusal, @Nullable Duration retryAfter, double rate) {
    ThrottleEvent event = new ThrottleEvent();
    event.quota = quota.toString();
    event.httpStatus = refusal.statusCode();
    event.errorCode = SafeText.excerptOrNull(refusal.errorCode());
    event.retryAfter = retryAfter == null ? ABSENT : MILLISECONDS.convert(retryAfter);
    event.pollsPerSecond = rate;
    event.commit();
  }
}
