package io.github.cloudjobs.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.auth.Issuer.Issued;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LeaseTest {
  private static final Instant NOW = Stage.START;
  private static final Duration MARGIN = Duration.ofMinutes(10);
  private static final Credentials TOKEN = Credentials.token("hush-token");

  private static Lease lease(Duration life) {
    return Lease.of(new Issued(TOKEN, life), NOW, MARGIN);
  }

  @ParameterizedTest
  @CsvSource({
    "PT1H, PT50M, PT1H",
    "PT10M30S, PT30S, PT10M30S",
    "PT10M29S, PT30S, PT10M29S",
    "PT5M, PT30S, PT5M",
    "PT30S, PT30S, PT30S",
    "PT1S, PT30S, PT30S",
    "PT0S, PT30S, PT30S",
    "PT-9999H, PT30S, PT30S",
    "P365D, P364DT23H50M, P365D",
    "P9999999D, P364DT23H50M, P365D"
  })
  void isDueTenMinutesBeforeItsEndButNeverAtOnce(Duration life, Duration due, Duration end) {
    Lease lease = lease(life);
    assertThat(Duration.between(NOW, lease.dueAt())).isEqualTo(due);
    assertThat(Duration.between(NOW, lease.endsAt())).isEqualTo(end);
  }

  @Test
  void aLifeThatWasNotSaidIsFifteenMinutesAndDueAfterFive() {
    Lease lease = lease(null);
    assertThat(lease.dueAt()).isEqualTo(NOW.plusSeconds(300));
    assertThat(lease.endsAt()).isEqualTo(NOW.plusSeconds(900));
  }

  @Test
  void bothEndsAreExact() {
    Lease lease = lease(Duration.ofHours(1));
    assertThat(lease.isDue(lease.dueAt().minusNanos(1))).isFalse();
    assertThat(lease.isDue(lease.dueAt())).isTrue();
    assertThat(lease.isAlive(lease.endsAt().minusNanos(1))).isTrue();
    assertThat(lease.isAlive(lease.endsAt())).isFalse();
  }

  @Test
  void aConfirmedOneIsReplaceableAgainAfterHalfAMinute() {
    Lease lease = lease(Duration.ofHours(1));
    assertThat(lease.isReplaceable(NOW)).isTrue();
    assertThat(lease.confirmed(NOW).isReplaceable(NOW.plusSeconds(29))).isFalse();
    assertThat(lease.confirmed(NOW).isReplaceable(NOW.plusSeconds(30))).isTrue();
    assertThat(lease.confirmed(NOW).postponed(NOW).confirmedUntil()).isNotNull();
  }

  @Test
  void noTextShowsTheCredentials() {
    assertThat(lease(null).toString()).doesNotContain("hush");
    assertThat(new Issued(TOKEN, null).toString()).doesNotContain("hush");
    assertThat(Holding.NOTHING.arrived(new Issued(TOKEN, null), NOW, MARGIN).toString())
        .doesNotContain("hush");
    assertThat(Holding.NOTHING).hasToString("Holding[nothing]");
    assertThat(new Stage().surroundings()).hasToString("Surroundings");
  }
}
