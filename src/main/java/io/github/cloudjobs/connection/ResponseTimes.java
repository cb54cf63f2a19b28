package io.github.cloudjobs.connection;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
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

  private static final int LENGTH = "Sun, 06 Nov 1994 08:49:37 GMT".length();
  private static final String MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";

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
    Instant date = parse(text.strip());
    if (date == null) {
      date = headers.getInstant(name);
    }
    boolean isCredible =
        date != null && Math.abs(date.getEpochSecond() - now.getEpochSecond()) <= FURTHEST;
    return isCredible ? date : null;
  }

  /**
   * Reads the form that servers send, such as {@code Sun, 06 Nov 1994 08:49:37 GMT}; null for the
   * older ones. The JDK's formatter and OkHttp's would be loaded before the first poll has ended.
   */
  private static @Nullable Instant parse(String text) {
    if (text.length() != LENGTH || !text.endsWith(" GMT")) {
      return null;
    }
    try {
      int month = (MONTHS.indexOf(text.substring(8, 11)) + 3) / 3; // zero if there is no such month
      int year = Integer.parseInt(text, 12, 16, 10);
      LocalTime time = LocalTime.of(number(text, 17), number(text, 20), number(text, 23));
      return LocalDate.of(year, month, number(text, 5)).atTime(time).toInstant(ZoneOffset.UTC);
    } catch (DateTimeException | NumberFormatException noSuchTime) {
      return null;
    }
  }

  private static int number(String text, int start) {
    return Integer.parseInt(text, start, start + 2, 10);
  }
}
