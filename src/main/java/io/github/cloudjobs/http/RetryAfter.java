package io.github.cloudjobs.http;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/** Reads HTTP's two headers about time. Pure. */
final class RetryAfter {
  private static final int MOST_DIGITS = 9; // nothing overflows
  private static final Duration LONGEST = Duration.ofSeconds(999_999_999); // 31 years

  private RetryAfter() {}

  /**
   * Reads {@code Retry-After}: seconds, or a date, which is taken relative to {@code now}.
   *
   * @return zero or more; null if there is none or it makes no sense
   * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#field.retry-after">RFC 9110, 10.2.3</a>
   */
  static @Nullable Duration read(@Nullable String header, Instant now) {
    if (header == null) {
      return null;
    }
    String text = header.strip();
    if (!text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      String digits = text.replaceFirst("^0+(?=.)", "");
      return digits.length() > MOST_DIGITS ? LONGEST : Duration.ofSeconds(Long.parseLong(digits));
    }
    Instant date = readDate(text);
    if (date == null) {
      return null;
    }
    Duration left = Duration.between(now, date);
    return left.isNegative() ? Duration.ZERO : left;
  }

  /** Reads an HTTP date such as {@code Sun, 06 Nov 1994 08:49:37 GMT}; null if it is not one. */
  static @Nullable Instant readDate(@Nullable String header) {
    if (header == null) {
      return null;
    }
    try {
      return Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(header.strip()));
    } catch (DateTimeParseException unreadable) {
      return null; // a date that cannot be read is no date
    }
  }
}
