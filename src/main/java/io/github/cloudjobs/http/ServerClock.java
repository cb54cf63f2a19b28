package io.github.cloudjobs.http;

import io.github.cloudjobs.connection.ResponseTimes;
import io.github.cloudjobs.engine.WaitTimer.TimerClock;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The gateway's clock: this machine's clock, plus an offset learned from a 401. A gateway accepts a
 * signature for 15 minutes around its own time. Thread-safe.
 */
final class ServerClock {
  private static final System.Logger LOGGER = System.getLogger("io.github.cloudjobs");
  private static final Duration ACCEPTED = Duration.ofMinutes(15);
  private static final Duration SIGNIFICANT = Duration.ofMinutes(5);
  private static final Duration RESOLUTION = Duration.ofSeconds(1); // of a Date header
  private static final String SERVER_TIME = "server time:\\s*(\\d{8}T\\d{6}Z)";

  private final Clock clock;
  private volatile Duration offset = Duration.ZERO;

  ServerClock(Clock clock) {
    this.clock = clock;
  }

  Instant local() {
    return clock.instant();
  }

  /** Whether time is virtual: then a server's time is not that of the waits. */
  boolean isVirtual() {
    return clock instanceof TimerClock;
  }

  /** How far the gateway's clock is ahead of this machine's; zero until it is learned. */
  Duration offset() {
    return offset;
  }

  /**
   * Returns the offset of the gateway by the headers and the message of a 401; null if the offset
   * that was used for it is not known to be wrong.
   */
  @Nullable Duration correction(Duration used, Headers headers, @Nullable String message) {
    Duration measured = measured(headers, message);
    Duration known = measured == null ? offset : measured;
    Duration tolerated = isExpired(message) ? RESOLUTION : SIGNIFICANT;
    return known.minus(used).abs().compareTo(tolerated) > 0 ? known : null;
  }

  void correct(Duration helpful) {
    offset = helpful;
    if (helpful.abs().compareTo(ACCEPTED) > 0) {
      String complaint = complaint(helpful);
      LOGGER.log(Level.WARNING, complaint + "; from now on requests are signed with its time");
    }
  }

  /** Describes how wrong this machine's clock is by a 401; null if a gateway accepts its time. */
  @Nullable String complaint(Headers headers, @Nullable String message) {
    Duration measured = measured(headers, message);
    return measured == null || measured.abs().compareTo(ACCEPTED) <= 0 ? null : complaint(measured);
  }

  private static String complaint(Duration ahead) {
    Duration off = ahead.abs();
    String amount = off.toHours() < 100 ? off.toMinutes() + " min" : off.toDays() + " days";
    return "this machine's clock is %s %s the gateway's, which takes 15 min at most: set it"
        .formatted(amount, ahead.isNegative() ? "ahead of" : "behind");
  }

  private static boolean isExpired(@Nullable String message) {
    return message != null && message.contains("signature expired");
  }

  /** By the gateway's own time if its message contains it: a {@code Date} may be a proxy's. */
  private @Nullable Duration measured(Headers headers, @Nullable String message) {
    Instant now = clock.instant();
    Instant server = ResponseTimes.date(headers, now);
    Matcher own =
        Pattern.compile(SERVER_TIME).matcher(message != null && isExpired(message) ? message : "");
    try {
      if (own.find()) {
        DateTimeFormatter sdkDate = DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmssX", Locale.ROOT);
        server = sdkDate.parse(own.group(1), Instant::from);
      }
    } catch (DateTimeException noSuchTime) { // month 13, for example
      // then by the header
    }
    return server == null ? null : Duration.between(now, server);
  }
}
