package io.github.cloudjobs.model;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the times of the services in any locale and time zone of the JVM; UTC if they have no zone.
 *
 * <ul>
 *   <li>{@code 2016-04-25T20:04:47.591Z}, with or without a fraction, a blank for the {@code T},
 *       {@code Z}, {@code +08:00}, {@code +0800}, {@code +08} or no zone, and Go's {@code
 *       2020-02-02 08:12:40.672772389 +0000 UTC}
 *   <li>{@code 2016/12/08 11:07:28 GMT+08:00}
 *   <li>{@code 04-Jun-2015 18:11:06:586}: English months, in any case
 *   <li>{@code 1684191545379}: thirteen digits are milliseconds since 1970, ten are seconds
 * </ul>
 *
 * A second 60 is the first of the next minute; digits beyond nanoseconds are dropped.
 */
final class JobTimes {
  private static final String MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec";
  private static final Pattern EPOCH = Pattern.compile("\\d{10}(\\d{3})?");

  /** One expression for all: DateTimeFormatter supports neither second 60 nor Go's zone names. */
  private static final Pattern TIME =
      Pattern.compile(
          "(?:(?<year>(?!0000)\\d{4})(?<separator>[-/])(?<month>\\d\\d)\\k<separator>(?<day>\\d\\d)"
              + "|(?<day2>\\d\\d)-(?<name>[A-Za-z]{3})-(?<year2>(?!0000)\\d{4}))"
              + "(?:[Tt]| +)(?<hour>\\d\\d): *(?<minute>\\d\\d): *(?<second>[0-5]\\d|60)"
              + "(?:[.,:](?<fraction>\\d+))?"
              + " *(?:(?:[Zz]|UTC|GMT)(?!.*[A-Z]))?" // one name of a zone
              + "(?:(?<offset>[+-]\\d\\d(?::?\\d\\d)?)(?: *[A-Z]+)?)?");

  private JobTimes() {}

  static @Nullable Instant read(@Nullable String text) {
    if (text == null) {
      return null;
    }
    String stripped = text.strip();
    if (EPOCH.matcher(stripped).matches()) {
      long number = Long.parseLong(stripped);
      return stripped.length() == 10 ? Instant.ofEpochSecond(number) : Instant.ofEpochMilli(number);
    }
    Matcher time = TIME.matcher(stripped);
    try {
      return time.matches() ? instant(time) : null;
    } catch (DateTimeException noSuchTime) {
      return null;
    }
  }

  private static Instant instant(Matcher time) {
    String name = time.group("name");
    LocalDateTime minute =
        LocalDateTime.of(
            number(time, name == null ? "year" : "year2"),
            name == null ? number(time, "month") : month(name),
            number(time, name == null ? "day" : "day2"),
            number(time, "hour"),
            number(time, "minute"));
    String fraction = time.group("fraction");
    int nanos = fraction == null ? 0 : Integer.parseInt((fraction + "00000000").substring(0, 9));
    String offset = time.group("offset");
    return minute
        .plusSeconds(number(time, "second")) // 60 is in the next minute
        .plusNanos(nanos)
        .toInstant(offset == null ? ZoneOffset.UTC : ZoneOffset.of(offset));
  }

  private static int number(Matcher time, String group) {
    return Integer.parseInt(time.group(group));
  }

  private static int month(String name) {
    int at = MONTHS.indexOf(name.toLowerCase(Locale.ROOT));
    return at % 3 == 0 ? at / 3 + 1 : 0;
  }
}
