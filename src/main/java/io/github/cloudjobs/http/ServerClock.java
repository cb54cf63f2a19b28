package io.github.cloudjobs.http;

import java.lang.System.Logger.Level;
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
  private static final System.Logger LOGGER = System.getLogger("io.github.cloudjobs");
  private static final Duration TOLERATED = Duration.ofMinutes(15);
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
    Instant server = serverTime(date, message);
    if (server != null) {
      Duration measured = Duration.between(clock.instant(), server);
      Duration wrong = measured.minus(used).abs();
      if (wrong.compareTo(NOTABLE) > 0 || (isExpired(message) && wrong.compareTo(FINEST) > 0)) {
        offset = measured;
        warn(measured);
      }
    }
    return offset.minus(used).abs().compareTo(FINEST) > 0;
  }

  /** Goes back to an offset that was used before; what was learned since has not helped. */
  void restore(Duration used) {
    offset = used;
  }

  private static void warn(Duration measured) {
    String complaint = complaint(measured);
    if (complaint != null) {
      LOGGER.log(Level.WARNING, complaint + "; from now on requests are signed with its time");
    }
  }

  /**
   * Returns what is to be said of this machine's clock in view of a 401.
   *
   * @param date the answer's {@code Date}; null if there was none
   * @param message what the gateway said; null if nothing
   * @return null if it is not so far off that a gateway minds, or that cannot be told
   */
  @Nullable String complaint(@Nullable Instant date, @Nullable String message) {
    Instant server = serverTime(date, message);
    return server == null ? null : complaint(Duration.between(clock.instant(), server));
  }

  private static @Nullable String complaint(Duration ahead) {
    Duration off = ahead.abs();
    if (off.compareTo(TOLERATED) <= 0) {
      return null;
    }
    String amount =
        off.toHours() < 3
            ? off.toMinutes() + " min"
            : off.toDays() < 3 ? off.toHours() + " h" : off.toDays() + " days";
    return "this machine's clock is %s %s the gateway's, which takes 15 min at most: set it"
        .formatted(amount, ahead.isNegative() ? "ahead of" : "behind");
  }

  private static boolean isExpired(@Nullable String message) {
    return message != null && message.contains("signature expired");
  }

  /** The clock that refused, if the text tells it, before an edge's. */
  private static @Nullable Instant serverTime(@Nullable Instant date, @Nullable String message) {
    Instant told = message != null && isExpired(message) ? serverTime(message) : null;
    return told == null ? date : told;
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
