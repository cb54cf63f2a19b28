package io.github.cloudjobs.model;

import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import org.jspecify.annotations.Nullable;

/**
 * Reads the times that services write, by hand: no formatter knows them all, and the JVM's locale
 * and time zone must not matter. A time without a zone is UTC, as the services' pages say. Pure.
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
  private static final int LONGEST = 64; // nothing that long is a time
  private static final int UNREADABLE = Integer.MIN_VALUE;
  private static final int MAX_OFFSET_HOURS = 18; // as in java.time

  private final String text;
  private int pos;

  private JobTimes(String text) {
    this.text = text;
  }

  /** Returns the time, or null for anything that cannot be read as one. */
  static @Nullable Instant read(@Nullable String text) {
    if (text == null) {
      return null;
    }
    String stripped = text.strip();
    if (stripped.isEmpty() || stripped.length() > LONGEST) {
      return null;
    }
    JobTimes times = new JobTimes(stripped);
    return times.digitsAhead() == stripped.length() ? times.epoch() : times.dateAndTime();
  }

  private @Nullable Instant epoch() {
    return switch (text.length()) {
      case 10 -> Instant.ofEpochSecond(Long.parseLong(text));
      case 13 -> Instant.ofEpochMilli(Long.parseLong(text));
      default -> null;
    };
  }

  private @Nullable Instant dateAndTime() {
    boolean dayFirst = digitsAhead() == 2;
    long day = dayFirst ? dayMonthYear() : yearMonthDay();
    if (day == UNREADABLE || !timeFollows()) {
      return null;
    }
    int hour = number(2, 23);
    int minute = hour != UNREADABLE && takePart() ? number(2, 59) : UNREADABLE;
    int second = minute != UNREADABLE && takePart() ? number(2, 60) : UNREADABLE;
    if (second == UNREADABLE) {
      return null;
    }
    int nanos = fraction(dayFirst);
    int offset = zone();
    if (nanos == UNREADABLE || offset == UNREADABLE) {
      return null;
    }
    long seconds = ((day * 24L + hour) * 60 + minute) * 60 + second - offset;
    return Instant.ofEpochSecond(seconds, nanos);
  }

  private long yearMonthDay() {
    int year = number(4, 9999);
    char separator = peek();
    if (year == UNREADABLE || (separator != '-' && separator != '/')) {
      return UNREADABLE;
    }
    pos++;
    int month = number(2, 12);
    if (month == UNREADABLE || !take(separator)) {
      return UNREADABLE;
    }
    return epochDay(year, month, number(2, 31));
  }

  private long dayMonthYear() {
    int day = number(2, 31);
    if (day == UNREADABLE || !take('-')) {
      return UNREADABLE;
    }
    int month = monthName();
    if (month == UNREADABLE || !take('-')) {
      return UNREADABLE;
    }
    return epochDay(number(4, 9999), month, day);
  }

  private int monthName() {
    if (pos + 3 > text.length()) {
      return UNREADABLE;
    }
    for (int month = 1; month <= 12; month++) {
      if (text.regionMatches(true, pos, MONTHS, 3 * (month - 1), 3)) {
        pos += 3;
        return month;
      }
    }
    return UNREADABLE;
  }

  private static long epochDay(int year, int month, int day) {
    boolean real = year > 0 && month > 0 && day > 0 && YearMonth.of(year, month).isValidDay(day);
    return real ? LocalDate.of(year, month, day).toEpochDay() : UNREADABLE;
  }

  private boolean timeFollows() {
    if (take('T') || take('t')) {
      return true;
    }
    boolean blank = peek() == ' ';
    skipBlanks();
    return blank;
  }

  /** Takes the colon between two parts; some pretty printers put a blank behind it. */
  private boolean takePart() {
    boolean colon = take(':');
    skipBlanks();
    return colon;
  }

  /** Reads the fraction as nanoseconds: 0 if there is none. */
  private int fraction(boolean colonToo) {
    char mark = peek();
    if (mark != '.' && mark != ',' && !(colonToo && mark == ':')) {
      return 0;
    }
    pos++;
    int digits = digitsAhead();
    int nanos = 0;
    for (int i = 0; i < 9; i++) {
      nanos = nanos * 10 + (i < digits ? text.charAt(pos + i) - '0' : 0);
    }
    pos += digits;
    return digits > 0 ? nanos : UNREADABLE;
  }

  /** Reads what is left as an offset in seconds; Go writes the zone's abbreviation behind it. */
  private int zone() {
    skipBlanks();
    boolean named = takeUtc();
    if (pos == text.length()) {
      return 0;
    }
    boolean east = take('+');
    if (!east && !take('-')) {
      return UNREADABLE;
    }
    int hours = number(2, MAX_OFFSET_HOURS);
    int minutes = take(':') || digitsAhead() > 0 ? number(2, 59) : 0;
    if (!named) {
      skipAbbreviation();
    }
    if (hours == UNREADABLE || minutes == UNREADABLE || pos < text.length()) {
      return UNREADABLE;
    }
    int offset = (hours * 60 + minutes) * 60;
    return east ? offset : -offset;
  }

  private boolean takeUtc() {
    if (take('Z') || take('z')) {
      return true;
    }
    boolean named = text.startsWith("UTC", pos) || text.startsWith("GMT", pos);
    pos += named ? 3 : 0;
    return named;
  }

  private void skipAbbreviation() {
    skipBlanks();
    while (peek() >= 'A' && peek() <= 'Z') {
      pos++;
    }
  }

  private int number(int digits, int max) {
    if (digitsAhead() < digits) {
      return UNREADABLE;
    }
    int number = 0;
    for (int end = pos + digits; pos < end; pos++) {
      number = number * 10 + text.charAt(pos) - '0';
    }
    return number <= max ? number : UNREADABLE;
  }

  private int digitsAhead() {
    int end = pos;
    while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
      end++;
    }
    return end - pos;
  }

  private void skipBlanks() {
    while (peek() == ' ') {
      pos++;
    }
  }

  private boolean take(char c) {
    if (peek() != c) {
      return false;
    }
    pos++;
    return true;
  }

  /** The next character; NUL, which no time holds, at the end. */
  private char peek() {
    return pos < text.length() ? text.charAt(pos) : '\0';
  }
}
