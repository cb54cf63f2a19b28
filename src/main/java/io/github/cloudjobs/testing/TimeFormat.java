package io.github.cloudjobs.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The formats in which services write {@code begin_time} and {@code end_time}; all in UTC. */
public enum TimeFormat {
  /** {@code 2016-04-25T20:04:47.591Z}, as nearly everywhere. */
  ISO_MILLIS("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'"),
  /** {@code 2016-04-25T20:04:47Z}. */
  ISO_SECONDS("uuuu-MM-dd'T'HH:mm:ss'Z'"),
  /** {@code 2016-04-25T20:04:47+0000}, as the database services write it. */
  ISO_OFFSET("uuuu-MM-dd'T'HH:mm:ss'+0000'"),
  /** {@code 2016-04-25T20:04:47}, without a zone. */
  ISO_NO_ZONE("uuuu-MM-dd'T'HH:mm:ss"),
  /** {@code 2016-04-25 20:04:47}, with a blank and without a zone. */
  BLANK_NO_ZONE("uuuu-MM-dd HH:mm:ss"),
  /** {@code 25-Apr-2016 20:04:47:591}, as older IMS jobs write it: English months, no zone. */
  DAY_MONTH_YEAR("dd-MMM-uuuu HH:mm:ss:SSS"),
  /** {@code 2016-04-25 20:04:47.591000000 +0000 UTC}, as Go prints it. */
  GO("uuuu-MM-dd HH:mm:ss.SSSSSSSSS '+0000 UTC'"),
  /** {@code "1461614687591"}, epoch milliseconds as a string. */
  EPOCH_MILLIS_TEXT(""),
  /** {@code 1461614687591}, epoch milliseconds as a number. */
  EPOCH_MILLIS_NUMBER("");

  private final String pattern;

  TimeFormat(String pattern) {
    this.pattern = pattern;
  }

  JsonNode write(Instant time) {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    return switch (this) {
      case EPOCH_MILLIS_TEXT -> nodes.textNode(Long.toString(time.toEpochMilli()));
      case EPOCH_MILLIS_NUMBER -> nodes.numberNode(time.toEpochMilli());
      default ->
          nodes.textNode(
              DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH)
                  .withZone(ZoneOffset.UTC)
                  .format(time));
    };
  }
}
