package io.github.cloudjobs.engine;

import io.github.cloudjobs.error.ThrottledException;
import java.time.Duration;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/** A service asked for fewer polls; in a flight recording. */
@Name("io.github.cloudjobs.Throttle")
@Label("Job Polls Throttled")
@Description("A service asked for fewer polls, and the limiter obeys")
@Category({"Cloud Jobs"})
@StackTrace(false)
final class ThrottleEvent extends Event {
  @Label("Quota")
  @Description("The endpoint and project whose polls are slowed down")
  @Nullable String quota;

  @Label("HTTP Status")
  int status;

  @Label("Retry After")
  @Description("How long the service asks to be left alone; negative if it does not say")
  @Timespan(Timespan.MILLISECONDS)
  long retryAfter;

  @Label("Polls per Second")
  @Description("What is allowed from now on")
  double pollsPerSecond;

  /** Records a refusal, if anybody wants to know. */
  static void record(
      Object quota,
      ThrottledException refusal,
      @Nullable Duration retryAfter,
      double pollsPerSecond) {
    ThrottleEvent event = new ThrottleEvent();
    if (!event.isEnabled()) {
      return;
    }
    event.quota = quota.toString();
    event.status = refusal.statusCode();
    event.retryAfter = retryAfter == null ? -1 : retryAfter.toMillis();
    event.pollsPerSecond = pollsPerSecond;
    event.commit();
  }
}
