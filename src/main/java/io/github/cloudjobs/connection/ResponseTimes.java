package io.github.cloudjobs.connection;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.concurrent.TimeUnit;
import okhttp3.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Reads the headers {@code Date} and {@code Retry-After}. A date may have any of HTTP's three
 * forms; one that is more than ten years off is ignored. That also corrects the century that OkHttp
 * assumes for two-digit years.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7">RFC 9110, 5.6.7</a>
 */
public final class ResponseTimes {
  private static final long LONGEST = 999_999_999; // 31 years, in seconds
  private static final long FURTHEST = TimeUnit.DAYS.toSeconds(3_653); // no clock is ten years off

  /** The responses of a second have the same date, and reading it costs more than all the rest. */
  private static volatile Parsed last = new Parsed("", null);

  private record Parsed(String text, @Nullable Instant date) {}

  private ResponseTimes() {}

  /** Returns when the server sent a response; null if it does not say or it cannot be read. */
  public static @Nullable Instant date(Headers headers, Instant now) {
    return date(headers, "Date", now);
  }

  /** Returns the requested pause, zero or more; null if there is none or it cannot be read. */
  public static @Nullable Duration retryAfter(Headers headers, Instant now) {
    String header = headers.get("Retry-After");
    if (header == null) {
      return null;
    }
    String text = header.strip();
    if (text.matches("[0-9]+")) {
      return Duration.ofSeconds((long) Math.min(Double.parseDouble(text), LONGEST));
    }
    Instant end = date(headers, "Retry-After", now);
    if (end == null) {
      return null;
    }
    Instant sent = date(headers, now);
    Duration left = Duration.between(sent == null ? now : sent, end);
    return left.isNegative() ? Duration.ZERO : left;
  }

  private static @Nullable Instant date(Headers headers, String name, Instant now) {
    String text = headers.get(name);
    if (text == null) {
      return null;
    }
    Parsed parsed = last;
    if (!parsed.text().equals(text)) {
      parsed = new Parsed(text, parse(headers, name, text));
      last = parsed;
    }
    Instant date = parsed.date();
    boolean isCredible =
        date != null && Math.abs(date.getEpochSecond() - now.getEpochSecond()) <= FURTHEST;
    return isCredible ? date : null;
  }

  private static @Nullable Instant parse(Headers headers, String name, String text) {
    try {
      return Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text.strip()));
    } catch (DateTimeParseException olderForm) { // OkHttp's first parse takes 40 ms
      return headers.getInstant(name);
    }
  }
}
