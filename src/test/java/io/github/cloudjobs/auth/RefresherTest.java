package io.github.cloudjobs.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cloudjobs.auth.Issuer.Issued;
import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.JobsTransportException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class RefresherTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration MARGIN = Duration.ofMinutes(10);
  private static final Duration UNTIL_DUE = HOUR.minus(MARGIN);

  private final Stage stage = new Stage();
  private final List<RuntimeException> failures = new ArrayList<>();
  private int issued;
  private boolean renewing = true; // or it hands out the same again

  private final Refresher refresher =
      new Refresher(
          "the source",
          now -> {
            assertThat(now).isEqualTo(stage.now());
            int number = ++issued;
            if (!failures.isEmpty()) {
              throw failures.remove(0);
            }
            return new Issued(token(renewing ? number : 1), HOUR);
          },
          MARGIN,
          stage.surroundings());

  private static Credentials token(int number) {
    return Credentials.token("token-" + number);
  }

  private static JobsException lost() {
    return new JobsTransportException("lost", null);
  }

  private void assertGives(int number, int fetches) {
    assertThat(refresher.get()).isEqualTo(token(number));
    assertThat(issued).as("fetches").isEqualTo(fetches);
  }

  @Test
  void oneFetchLastsUntilTheMargin() {
    assertGives(1, 1);
    stage.advance(UNTIL_DUE.minusNanos(1));
    assertGives(1, 1);
    stage.advance(Duration.ofNanos(1));
    refresher.get();
    assertGives(2, 2);
  }

  @Test
  void whoeverMeetsADueOneHasOthersFetchedAndDoesNotWaitForThem() {
    Queue<Runnable> background = new ArrayDeque<>();
    refresher.get();
    stage.advance(UNTIL_DUE);
    stage.background(background::add);
    assertGives(1, 1);
    assertGives(1, 1);
    assertThat(background).hasSize(1);
    background.remove().run();
    assertGives(2, 2);
    assertThat(background).isEmpty();
  }

  @Test
  void theOldOnesAreUsedToTheirEndIfNoOthersAreToBeHad() {
    refresher.get();
    stage.advance(UNTIL_DUE);
    for (int i = 0; i < 20; i++) {
      failures.add(lost());
      assertGives(1, 2 + i); // the fetch fails
      stage.advance(Duration.ofSeconds(29));
      assertGives(1, 2 + i); // and is not repeated before half a minute is over
      stage.advance(Duration.ofSeconds(1));
    }
    failures.add(lost());
    assertThatExceptionOfType(JobsTransportException.class).isThrownBy(refresher::get);
    stage.advance(Duration.ofSeconds(1));
    assertGives(23, 23);
  }

  @Test
  void aRenewalThatBringsTheSameIsTriedAgainHalfAMinuteLater() {
    renewing = false;
    Refresher brief =
        new Refresher(
            "brief",
            now -> new Issued(token(++issued), Duration.ofMinutes(9)),
            MARGIN,
            stage.surroundings());
    brief.get();
    stage.advance(Duration.ofSeconds(29));
    brief.get();
    assertThat(issued).isEqualTo(1);
    stage.advance(Duration.ofSeconds(1));
    brief.get();
    assertThat(issued).isEqualTo(2);
  }

  @Test
  void aRefusedLoginIsNotRepeatedForAQuarterOfAnHourNotEvenToRenew() {
    Refresher logins =
        new Refresher(
            "the source",
            now -> {
              issued++;
              if (!failures.isEmpty()) {
                throw failures.remove(0);
              }
              return new Issued(token(issued), HOUR);
            },
            Duration.ofMinutes(30),
            stage.surroundings());
    logins.get();
    stage.advance(Duration.ofMinutes(30));
    failures.add(new AuthenticationException("wrong password", 401, null, null, null));
    assertThat(logins.get()).isEqualTo(token(1));
    stage.advance(Duration.ofMinutes(15).minusSeconds(1));
    assertThat(logins.get()).isEqualTo(token(1));
    assertThatExceptionOfType(AuthenticationException.class)
        .isThrownBy(() -> logins.refresh(token(1)))
        .withMessage("wrong password (not asked again before 2026-03-05T06:52:08Z)");
    assertThat(issued).isEqualTo(2);
    stage.advance(Duration.ofSeconds(1));
    assertThat(logins.get()).isEqualTo(token(3));
  }

  @Test
  void refusedOnesAreReplacedByOneFetchHoweverManyCallersBringThem() {
    refresher.get();
    for (int i = 0; i < 5; i++) {
      assertThat(refresher.refresh(token(1))).isEqualTo(token(2));
    }
    assertThat(issued).isEqualTo(2);
    assertThat(refresher.refresh(token(2))).isEqualTo(token(3));
  }

  @Test
  void othersThanTheRefusedAreReturnedWithoutAsking() {
    refresher.get();
    assertThat(refresher.refresh(token(99))).isEqualTo(token(1));
    assertThat(issued).isEqualTo(1);
  }

  @Test
  void ifTheSourceHandsOutTheRefusedOnesAgainItIsAskedAgainHalfAMinuteLater() {
    renewing = false;
    refresher.get();
    for (int i = 0; i < 5; i++) {
      assertThat(refresher.refresh(token(1))).isEqualTo(token(1));
    }
    assertThat(issued).isEqualTo(2);
    stage.advance(Duration.ofSeconds(30));
    renewing = true;
    assertThat(refresher.refresh(token(1))).isEqualTo(token(3));
  }

  @Test
  void refusedOnesAreNotHandedOutAgainWhileTheSourceIsAway() {
    refresher.get();
    failures.add(lost());
    assertThatThrownBy(() -> refresher.refresh(token(1))).hasMessage("lost");
    assertThatThrownBy(refresher::get)
        .hasMessage("lost (not asked again before 2026-03-05T06:07:09Z)");
    stage.advance(Duration.ofSeconds(1));
    assertGives(3, 3);
  }

  @Test
  void whatIsNotOursBecomesTheCauseAndNothingOfItsTextIsSaid() {
    failures.add(new IllegalStateException("hush"));
    assertThatThrownBy(refresher::get)
        .isExactlyInstanceOf(JobsException.class)
        .hasMessage("the source failed: java.lang.IllegalStateException")
        .hasRootCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void noThreadToFetchWithIsAFailureLikeAnyOther() {
    stage.background(
        task -> {
          throw new RejectedExecutionException();
        });
    assertThatThrownBy(refresher::get)
        .hasMessage("the source failed: java.util.concurrent.RejectedExecutionException");
    stage.advance(Duration.ofSeconds(1));
    stage.background(Runnable::run);
    assertGives(1, 1);
    stage.advance(UNTIL_DUE);
    stage.background(
        task -> {
          throw new OutOfMemoryError("unable to create native thread");
        });
    assertGives(1, 1);
  }

  @Test
  void anInterruptEndsTheWaitingAndNotTheFetch() {
    Queue<Runnable> background = new ArrayDeque<>();
    stage.background(background::add);
    try {
      Thread.currentThread().interrupt();
      assertThatThrownBy(refresher::get)
          .isInstanceOf(JobsTransportException.class)
          .hasMessage("the source: interrupted while it was asked");
      assertThat(Thread.currentThread().isInterrupted()).isTrue();
    } finally {
      Thread.interrupted();
    }
    background.remove().run();
    assertGives(1, 1);
  }

  @Test
  void itsTextIsTheSourcesName() {
    refresher.get();
    assertThat(refresher).hasToString("the source");
  }
}
