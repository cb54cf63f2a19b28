package io.github.cloudjobs.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerClockTest {

  private static final Instant NOON = Instant.parse("2026-05-28T12:00:00Z");
  private final ServerClock clock = new ServerClock(Clock.fixed(NOON, ZoneOffset.UTC));

  @ParameterizedTest
  @CsvSource({
    "PT0S, false",
    "PT5M, false",
    "PT-5M, false",
    "PT5M1S, true",
    "PT-5M-1S, true",
    "P3650D, true"
  })
  void aDateIsLearnedIfItIsMoreThanFiveMinutesOff(Duration off, boolean learned) {
    assertThat(clock.learn(Duration.ZERO, NOON.plus(off), "wrong")).isEqualTo(learned);
    assertThat(clock.offset()).isEqualTo(learned ? off : Duration.ZERO);
  }

  @Test
  void aSmallerOffsetIsLearnedIfTheSignatureExpired() {
    String expired = "calc aksk signature fail:signature expired";
    assertThat(clock.learn(Duration.ZERO, NOON.plusSeconds(1), expired)).isFalse();
    assertThat(clock.learn(Duration.ZERO, NOON.plusSeconds(90), expired)).isTrue();
    assertThat(clock.offset()).isEqualTo(Duration.ofSeconds(90));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "signature expired",
        "signature expired, server time:soon",
        "signature expired, server time:20269928T129999Z",
        "server time:20260528T121618Z"
      })
  void aMessageWithoutATimeTeachesNothing(String text) {
    assertThat(clock.learn(Duration.ZERO, null, text)).isFalse();
    assertThat(clock.learn(Duration.ZERO, null, null)).isFalse();
    assertThat(clock.offset()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "PT15M1S, 15 min behind",
    "PT-15M-1S, 15 min ahead of",
    "PT2H59M, 179 min behind",
    "PT-3H, 3 h ahead of",
    "PT71H, 71 h behind",
    "P-3650D, 3650 days ahead of"
  })
  void aClockMoreThanFifteenMinutesOffIsReported(Duration off, String how) {
    assertThat(clock.complaint(NOON.plus(off), null))
        .isEqualTo(
            "this machine's clock is "
                + how
                + " the gateway's, which takes 15 min at most: set it");
    clock.learn(Duration.ZERO, NOON.plus(off), null);
    assertThat(clock.complaint(NOON.plus(off), null)).as("although corrected").contains(how);
  }

  @Test
  void aClockThatTheGatewayAcceptsIsNotReported() {
    assertThat(clock.complaint(NOON.plusSeconds(900), null)).isNull();
    assertThat(clock.complaint(NOON.minusSeconds(900), "signature expired")).isNull();
    assertThat(clock.complaint(null, null)).isNull();
    assertThat(clock.complaint(NOON, "signature expired, server time:20260528T121618Z"))
        .startsWith("this machine's clock is 16 min behind");
  }

  @Test
  void aClockMoreThanFifteenMinutesOffIsLoggedOnce() {
    List<String> logged = new ArrayList<>();
    Logger logger = Logger.getLogger("io.github.cloudjobs");
    logger.setFilter(record -> !logged.add(record.getMessage()));
    try {
      clock.learn(Duration.ZERO, NOON.plusSeconds(600), null);
      clock.learn(Duration.ofMinutes(10), NOON.plusSeconds(3_600), null);
      clock.learn(Duration.ofHours(1), NOON.plusSeconds(3_600), null);
    } finally {
      logger.setFilter(null);
    }
    assertThat(logged)
        .containsExactly(
            "this machine's clock is 60 min behind the gateway's, which takes 15 min at most: set"
                + " it; from now on requests are signed with its time");
  }
}
