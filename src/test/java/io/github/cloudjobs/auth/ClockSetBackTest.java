package io.github.cloudjobs.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.cloudjobs.auth.Issuer.Issued;
import io.github.cloudjobs.error.JobsTransportException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The machine began with its clock hours ahead, and NTP sets it back. */
class ClockSetBackTest {
  private static final Duration HOURS = Duration.ofHours(-8);

  private final Stage stage = new Stage();
  private final AtomicInteger asked = new AtomicInteger();

  private Refresher refresher(Issuer issuer) {
    return new Refresher("the source", issuer, Duration.ofMinutes(10), stage.surroundings());
  }

  @Test
  void aFailureIsForgottenAfterASecondAllTheSame() {
    Refresher refresher =
        refresher(
            now -> {
              if (asked.incrementAndGet() == 1) {
                throw new JobsTransportException("the network is not up yet", null);
              }
              return new Issued(Credentials.token("token-1"), Duration.ofHours(1));
            });
    assertThatExceptionOfType(JobsTransportException.class).isThrownBy(refresher::get);
    stage.setClock(HOURS);
    stage.advance(Duration.ofSeconds(1));
    assertThat(refresher.get()).isEqualTo(Credentials.token("token-1"));
  }

  @Test
  void refusedOnesAreReplacedAsSoonAsEver() {
    Refresher refresher =
        refresher(
            now ->
                new Issued(
                    Credentials.token(asked.incrementAndGet() <= 2 ? "token-1" : "token-2"),
                    Duration.ofHours(1)));
    Credentials first = refresher.get();
    assertThat(refresher.refresh(first)).isEqualTo(first);
    stage.setClock(HOURS);
    stage.advance(Lease.GAP);
    assertThat(refresher.refresh(first)).isEqualTo(Credentials.token("token-2"));
  }

  @Test
  void aKeyIsRenewedWhenItsHourIsNearlyOver() {
    Refresher refresher =
        refresher(
            now ->
                new Issued(
                    Credentials.token("token-" + asked.incrementAndGet()), Duration.ofHours(1)));
    refresher.get();
    stage.setClock(HOURS);
    stage.advance(Duration.ofMinutes(51));
    refresher.get();
    assertThat(refresher.get()).isEqualTo(Credentials.token("token-2"));
  }
}
