package io.github.cloudjobs.http;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The gateway's clock, as far as it is known: this machine's, plus an offset that is learned from a
 * refusal. A gateway takes a signature for 15 minutes around its own time. Thread-safe.
 */
final class ServerClock {
  private static final Duration NOTABLE = Duration.ofMinutes(5);
  private static final Duration FINEST = Duration.ofSeconds(1); // what a Date header tells apart
  private static final Pattern SERVER_TIME = Pattern.compile("server time:\\s*(\\d{8}T\\d{6}Z)");
  private static final DateTimeFormatter SDK_DATE =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final Clock clock;
  private volatile Duration offset = Duration.ZERO;

  ServerClock(Clock clock) {
    this.clock = clock;
  }

  /** This machine's own time. */
  Instant local() {
    return clock.instant();
  }

  /** How far the gateway's clock is ahead of this machine's, as far as is known. */
  Duration offset() {
    return offset;
  }

  /**
   * Learns from a 401.
   *
   * @param used the offset that the refused signature was made with
   * @param date the answer's {@code Date}; null if there was none
   * @param message what the gateway said; null if nothing
   * @return true if a signature made now would carry a notably different date
   */
  boolean learn(Duration used, @Nullable Instant date, @Nullable String message) {
    boolean expired = message != null && message.contains("signature expired");
    Instant told = message != null && expired ? serverTime(message) : null;
    Instant server = told == null ? date : told; // the clock that refused, before an edge's
    if (server != null) {
      Duration measured = Duration.between(clock.instant(), server);
      Duration wrong = measured.minus(used).abs();
      if (wrong.compareTo(NOTABLE) > 0 || (expired && wrong.compareTo(FINEST) > 0)) {
        offset = measured;
      }
    }
    return offset.minus(used).abs().compareTo(FINEST) > 0;
  }

  private static @Nullable Instant serverTime(String message) {
    Matcher time = SERVER_TIME.matcher(message);
    try {
      return time.find() ? SDK_DATE.parse(time.group(1), Instant::from) : null;
    } catch (DateTimeException noSuchTime) {
      return null; // the gateway wrote what is no time
    }
  }
}
