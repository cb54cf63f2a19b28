package io.github.cloudjobs.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;

/** Whatever stands where a time should: it is a time of our era, or none; never an exception. */
class JobTimesFuzzTest {
  private static final Instant FIRST = Instant.parse("0000-01-01T00:00:00Z");
  private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999999Z");
  private static final long MOST_OFFSET = 19 * 3600L;

  @FuzzTest(maxDuration = "10m")
  void anyTextIsATimeOrNone(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    Instant time = JobTimesTest.read(text);
    if (time == null) {
      return;
    }
    assertThat(time).isBetween(FIRST.minusSeconds(MOST_OFFSET), LAST.plusSeconds(MOST_OFFSET + 60));
    assertThat(JobTimesTest.read(" " + text + "\n")).isEqualTo(time);
    assertAsJavaTimeReadsIt(text, time);
    if (!time.isBefore(FIRST) && !time.isAfter(LAST)) {
      assertThat(JobTimesTest.read(time.toString())).isEqualTo(time);
    }
  }

  /** ISO 8601 is read as java.time reads it. */
  private static void assertAsJavaTimeReadsIt(String text, Instant time) {
    OffsetDateTime expected;
    try {
      expected = OffsetDateTime.parse(text, DateTimeFormatter.ISO_OFFSET_DATE_TIME);
    } catch (DateTimeParseException anotherForm) {
      return;
    }
    assertThat(time).isEqualTo(expected.toInstant());
  }
}
