package io.github.cloudjobs.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.wait.JobFailedException;
import io.github.cloudjobs.wait.JobPollException;
import io.github.cloudjobs.wait.JobVanishedException;
import io.github.cloudjobs.wait.JobWaitTimeoutException;
import io.github.cloudjobs.wait.PollSchedule;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitOutcome;
import java.io.IOException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WaitStepTest {
  // Ends

  @Test
  void aSuccessEndsTheWait() {
    Job job = Answers.job("SUCCESS");
    WaitScenario wait = every10s().job(0, "INIT").job(10, "RUNNING").job(20, job);
    assertThat(wait.outcome()).isEqualTo(new WaitOutcome.Succeeded(job));
    assertThat(wait.end().jobOrThrow()).isSameAs(job);
    assertThat(wait.end().state().polls()).isEqualTo(3);
    assertThat(wait.end().elapsed()).isEqualTo(Duration.ofSeconds(20));
  }

  @Test
  void aFailureIsAnOutcomeAndThrownByWhoeverWantsTheJob() {
    Job job = Answers.job("FAIL");
    WaitScenario wait = every10s().job(0, job);
    assertThat(wait.outcome()).isEqualTo(new WaitOutcome.Failed(job));
    assertThatExceptionOfType(JobFailedException.class)
        .isThrownBy(wait.end()::jobOrThrow)
        .satisfies(e -> assertThat(e.job()).isSameAs(job))
        .satisfies(e -> assertThat(e.polls()).isOne());
  }

  @Test
  void everyOtherStatusKeepsWaiting() {
    WaitScenario wait = every10s();
    int second = 0;
    for (String status : List.of("INIT", "RUNNING", "PENDING_PAYMENT", "", "ROLLING_BACK")) {
      assertThat(wait.job(second, status).next()).isEqualTo(second + 10);
      second += 10;
    }
    assertThat(wait.state().unknownReported()).isTrue();
  }

  @Test
  void aWaitThatIsNotToLastForPaymentEndsWithIt() {
    WaitScenario wait = new WaitScenario(options().stopOnPendingPayment()).job(0, "INIT");
    WaitTermination end = wait.job(10, "PENDING_PAYMENT").end();
    assertThatExceptionOfType(JobPollException.class)
        .isThrownBy(end::outcomeOrThrow)
        .withMessage("stopped waiting for job j-1: it waits for an order to be paid")
        .withNoCause();
  }

  @Test
  void successHasToHoldAsOftenAsAskedFor() {
    WaitScenario wait = new WaitScenario(options().confirmSuccess(3));
    assertThat(wait.job(0, "SUCCESS").next()).isEqualTo(1);
    assertThat(wait.job(1, "SUCCESS").next()).isEqualTo(2);
    assertThat(wait.job(2, "SUCCESS").outcome()).isInstanceOf(WaitOutcome.Succeeded.class);
  }

  @Test
  void aSuccessThatIsTakenBackHasToHoldAnew() {
    WaitScenario wait = new WaitScenario(options().confirmSuccess(2)).job(0, "SUCCESS");
    assertThat(wait.job(1, "RUNNING").next()).isEqualTo(11);
    assertThat(wait.job(11, "SUCCESS").next()).isEqualTo(12);
    assertThat(wait.job(12, "SUCCESS").goesOn()).isFalse();
  }

  @Test
  void aSuccessThatIsBeingConfirmedOutlivesALostAnswerButNotAFailure() {
    WaitScenario wait = new WaitScenario(options().confirmSuccess(2)).job(0, "SUCCESS");
    assertThat(wait.error(1, Answers.lost()).next()).isEqualTo(3);
    assertThat(wait.job(3, "SUCCESS").outcome()).isInstanceOf(WaitOutcome.Succeeded.class);
    WaitScenario failing =
        new WaitScenario(options().confirmSuccess(2)).job(0, "SUCCESS").job(1, "FAIL");
    assertThat(failing.outcome()).isInstanceOf(WaitOutcome.Failed.class);
  }

  @Test
  void confirmingDoesNotSlowAFasterScheduleDown() {
    PollSchedule fast = PollSchedule.fixed(Duration.ofMillis(200));
    WaitScenario wait = new WaitScenario(options().schedule(fast).confirmSuccess(2));
    assertThat(wait.job(0, "SUCCESS").next()).isEqualTo(0.2);
  }

  @Test
  void anAnswerIsAJobOrAnErrorAndNotBoth() {
    assertThatIllegalArgumentException().isThrownBy(() -> new PollResult(null, null, null, null));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PollResult(Answers.job("INIT"), Answers.lost(), null, null));
  }

  // The deadline

  @Test
  void theLastPollIsMadeExactlyAtTheDeadlineAndOnlyOnce() {
    WaitScenario wait = new WaitScenario(options().timeout(Duration.ofSeconds(25)));
    assertThat(wait.job(0, "RUNNING").job(10, "RUNNING").job(20, "RUNNING").next()).isEqualTo(25);
    assertThat(wait.nextIsLast()).isTrue();
    Job job = Answers.job("RUNNING");
    assertThat(wait.job(25, job).outcome())
        .isEqualTo(new WaitOutcome.TimedOut(job, Duration.ofSeconds(25), 4, wait.token()));
    assertThatExceptionOfType(JobWaitTimeoutException.class)
        .isThrownBy(wait.end()::jobOrThrow)
        .withMessage("job j-1 is still RUNNING after 25 s and 4 polls");
  }

  @Test
  void aPollThatWouldComeJustBeforeTheDeadlineIsTheLast() {
    WaitScenario wait = new WaitScenario(options().timeout(Duration.ofMillis(10_010)));
    assertThat(wait.job(0, "RUNNING").next()).isEqualTo(10.01);
    assertThat(wait.nextIsLast()).isTrue();
    wait = new WaitScenario(options().timeout(Duration.ofNanos(10_010_000_001L)));
    assertThat(wait.job(0, "RUNNING").next()).isEqualTo(10);
    assertThat(wait.nextIsLast()).isFalse();
  }

  @Test
  void aPollInFlightAtTheDeadlineIsTheLast() {
    WaitScenario wait =
        new WaitScenario(options().timeout(Duration.ofSeconds(15))).job(0, "RUNNING");
    assertThat(wait.next()).isEqualTo(10);
    assertThat(wait.nextIsLast()).isFalse();
    assertThat(wait.job(15, "RUNNING").outcome()).isInstanceOf(WaitOutcome.TimedOut.class);
  }

  @Test
  void aSuccessAfterTheDeadlineStillCounts() {
    WaitScenario wait =
        new WaitScenario(options().timeout(Duration.ofSeconds(15))).job(0, "RUNNING");
    assertThat(wait.job(17, "SUCCESS").outcome()).isInstanceOf(WaitOutcome.Succeeded.class);
  }

  @Test
  void aSuccessThatIsNotYetConfirmedAtTheDeadlineIsATimeout() {
    WaitScenario wait =
        new WaitScenario(options().timeout(Duration.ofSeconds(10)).confirmSuccess(2));
    Job job = Answers.job("SUCCESS");
    wait.job(0, "RUNNING").job(10, job);
    assertThat(wait.outcome())
        .isEqualTo(new WaitOutcome.TimedOut(job, Duration.ofSeconds(10), 2, wait.token()));
  }

  @Test
  void aTimeoutThatSawNoJobTellsTheErrors() {
    WaitScenario wait = new WaitScenario(options().timeout(Duration.ofSeconds(2)));
    JobsException first = Answers.http(502);
    JobsException second = Answers.lost();
    wait.error(0, first).error(2, second);
    assertThat(wait.outcome())
        .isEqualTo(new WaitOutcome.TimedOut(null, Duration.ofSeconds(2), 2, wait.token()));
    assertThatExceptionOfType(JobWaitTimeoutException.class)
        .isThrownBy(wait.end()::jobOrThrow)
        .satisfies(e -> assertThat(e.getSuppressed()).containsExactly(first, second))
        .satisfies(e -> assertThat(e.lastJob()).isNull());
  }

  @Test
  void whenTheTimeIsOverASpentBudgetIsATimeout() {
    WaitScenario wait = new WaitScenario(options().timeout(Duration.ofSeconds(180)));
    wait.error(0, Answers.lost()).error(2, Answers.lost()).error(6, Answers.lost());
    wait.error(90, Answers.lost()).error(180, Answers.lost());
    assertThat(wait.outcome()).isInstanceOf(WaitOutcome.TimedOut.class);
  }

  @Test
  void aRefusalAtTheDeadlineIsARefusal() {
    WaitScenario wait =
        new WaitScenario(options().timeout(Duration.ZERO)).error(0, Answers.http(403));
    assertThatExceptionOfType(JobPollException.class).isThrownBy(wait::outcome);
  }

  // Errors and their budget

  @Test
  void lostAnswersAreBorneForTwoMinutesAndFiveInARow() {
    WaitScenario wait = every10s().job(0, "RUNNING");
    for (int second : new int[] {10, 40, 70, 100}) {
      wait.error(second, Answers.lost());
    }
    assertThat(wait.error(119.999999999, Answers.lost()).goesOn()).isTrue();
    JobsException last = Answers.malformed();
    WaitTermination end = wait.error(120, last).end();
    assertThat(end.problem()).isEqualTo("6 polls in a row failed");
    assertThat(end.cause()).isSameAs(last);
  }

  @Test
  void fourLostAnswersInARowAreBorneHoweverLongTheyTake() {
    WaitScenario wait = every10s().job(0, "RUNNING");
    for (int second : new int[] {1_000, 1_100, 1_200, 1_300}) {
      assertThat(wait.error(second, Answers.http(500)).goesOn()).isTrue();
    }
    assertThat(wait.error(1_400, Answers.http(500)).goesOn()).isFalse();
  }

  @Test
  void theBudgetCountsFromTheBeginningIfNoAnswerWasGood() {
    WaitScenario wait = every10s();
    for (int second : new int[] {0, 10, 20, 60, 119}) {
      assertThat(wait.error(second, Answers.lost()).goesOn()).isTrue();
    }
    assertThat(wait.error(120, Answers.lost()).goesOn()).isFalse();
  }

  @Test
  void aBudgetOfZeroBearsFourInARow() {
    WaitScenario wait = new WaitScenario(options().errorBudget(Duration.ZERO));
    for (int second = 0; second < 4; second++) {
      assertThat(wait.error(second, Answers.lost()).goesOn()).isTrue();
    }
    assertThat(wait.error(4, Answers.lost()).goesOn()).isFalse();
  }

  @Test
  void anEndlessBudgetBearsAll() {
    WaitScenario wait =
        new WaitScenario(
            options()
                .errorBudget(Duration.ofSeconds(Long.MAX_VALUE))
                .timeout(Duration.ofDays(999)));
    for (int i = 0; i < 100; i++) {
      assertThat(wait.error(i * 100_000, Answers.lost()).goesOn()).isTrue();
    }
    assertThat(wait.state().streak().latest()).hasSize(10);
  }

  @Test
  void aGoodAnswerResetsTheBudget() {
    WaitScenario wait = every10s().job(0, "RUNNING");
    for (int second : new int[] {100, 110, 115, 119}) {
      wait.error(second, Answers.lost());
    }
    wait.job(130, "RUNNING");
    assertThat(wait.state().errors()).isZero();
    assertThat(wait.state().streak().latest()).isEmpty();
    for (int second : new int[] {200, 210, 220, 230}) {
      wait.error(second, Answers.lost());
    }
    assertThat(wait.error(249, Answers.lost()).goesOn()).isTrue();
    assertThat(wait.error(250, Answers.lost()).goesOn()).isFalse();
  }

  @Test
  void afterTheKthErrorInARowThePauseIsTwoToTheKSecondsAndThirtyAtMost() {
    PollSchedule fast = PollSchedule.fixed(Duration.ofSeconds(1));
    WaitScenario wait =
        new WaitScenario(options().schedule(fast).errorBudget(Duration.ofHours(1)))
            .job(0, "RUNNING");
    List<Double> pauses = new ArrayList<>();
    double at = 1;
    for (int k = 1; k <= 40; k++) {
      double next = wait.error(at, Answers.http(502)).next();
      pauses.add(next - at);
      at = next;
    }
    assertThat(pauses.subList(0, 6)).containsExactly(2.0, 4.0, 8.0, 16.0, 30.0, 30.0);
    assertThat(pauses.get(39)).isEqualTo(30);
    wait.job(at, "RUNNING");
    assertThat(wait.error(at + 1, Answers.http(502)).next() - at).isEqualTo(3);
  }

  @Test
  void aLongerScheduleOutweighsThePauseAfterAnError() {
    assertThat(every10s().error(0, Answers.lost()).next()).isEqualTo(10);
    assertThat(every10s().job(0, Answers.job("RUNNING")).next()).isEqualTo(10);
  }

  @Test
  void retryAfterIsAFloorAfterAnErrorToo() {
    WaitScenario wait = every10s();
    wait.report(0, WaitScenario.START, null, Answers.http(500), Duration.ofSeconds(42));
    assertThat(wait.next()).isEqualTo(42);
  }

  @Test
  void throttlingCostsNothingHoweverLongItLasts() {
    WaitScenario wait = new WaitScenario(options().timeout(Duration.ofHours(9))).job(0, "RUNNING");
    for (int i = 1; i < 100; i++) {
      wait.error(i * 30, Answers.throttled());
    }
    assertThat(wait.goesOn()).isTrue();
    assertThat(wait.state().errors()).isZero();
    assertThat(wait.state().polls()).isEqualTo(100);
    assertThat(wait.error(3_000, Answers.lost()).goesOn()).isTrue();
  }

  @Test
  void throttlingSlowsDownLikeErrors() {
    WaitScenario wait =
        new WaitScenario(options().schedule(PollSchedule.fixed(Duration.ofSeconds(1))));
    assertThat(wait.error(0, Answers.throttled()).next()).isEqualTo(2);
    assertThat(wait.error(2, Answers.throttled()).next()).isEqualTo(6);
    assertThat(wait.error(6, Answers.lost()).next()).isEqualTo(8);
    assertThat(wait.error(8, Answers.throttled()).next()).isEqualTo(10);
    assertThat(wait.job(10, "RUNNING").next()).isEqualTo(11);
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 204, 404, 408, 409, 425, 500, 502, 504, 599})
  void anErrorThatMayPassIsBorne(int status) {
    assertThat(every10s().error(0, Answers.http(status)).goesOn()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 403, 405, 406, 410, 411, 414, 421, 431})
  void aRefusalEndsTheWaitAtOnce(int status) {
    for (WaitScenario wait : List.of(every10s(), every10s().job(0, "RUNNING"))) {
      JobsException refusal = Answers.http(status);
      assertThatExceptionOfType(JobPollException.class)
          .isThrownBy(wait.error(10, refusal)::outcome)
          .withMessage("stopped waiting for job j-1: polling cannot go on: " + refusal.getMessage())
          .withCause(refusal)
          .satisfies(e -> assertThat(e.polls()).isEqualTo(wait.state().polls()));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {300, 301, 302, 303, 304, 307, 308})
  void aRedirectIsAWrongEndpointOnlyBeforeTheFirstGoodResponse(int status) {
    JobsException redirect = Answers.http(status);
    assertThatExceptionOfType(JobPollException.class)
        .isThrownBy(every10s().error(0, redirect)::outcome)
        .withCause(redirect);
    WaitScenario wait = every10s().job(0, "RUNNING").error(10, redirect);
    assertThat(wait.goesOn()).isTrue();
    assertThat(wait.state().errors()).isOne();
  }

  @Test
  void redirectsThatDoNotStopSpendTheErrorBudget() {
    WaitScenario wait = every10s().job(0, "RUNNING");
    for (int second : new int[] {10, 40, 70, 100}) {
      wait.error(second, Answers.http(302));
    }
    assertThatExceptionOfType(JobPollException.class)
        .isThrownBy(wait.error(130, Answers.http(302))::outcome)
        .withMessageContaining("5 polls in a row failed");
  }

  @Test
  void aFailureOfUnknownKindEndsTheWait() {
    JobsException failure = new JobsException("the credentials provider failed");
    assertThatExceptionOfType(JobPollException.class)
        .isThrownBy(every10s().error(0, failure)::outcome)
        .withCause(failure);
  }

  @Test
  void refusedCredentialsAreTheCauseOfTheException() {
    AuthenticationException refusal = Answers.unauthorized();
    JobsException borne = Answers.lost();
    WaitTermination end = every10s().job(0, "RUNNING").error(10, borne).error(20, refusal).end();
    assertThatExceptionOfType(JobPollException.class)
        .isThrownBy(end::jobOrThrow)
        .withMessageEndingWith("HTTP 401")
        .withCause(refusal)
        .satisfies(e -> assertThat(e.getSuppressed()).containsExactly(borne));
  }

  @Test
  void aHostThatIsNotTrustedEndsTheWaitAtOnceBeforeTheFirstGoodResponse() {
    for (Throwable cause : untrusted()) {
      WaitTermination end =
          every10s().error(0, Answers.lost()).error(10, Answers.lost(cause)).end();
      assertThat(end.cause()).hasCause(cause);
      assertThatExceptionOfType(JobPollException.class).isThrownBy(end::outcomeOrThrow);
    }
  }

  @Test
  void aHostThatIsNotTrustedAfterAGoodResponseIsAnOutage() {
    for (Throwable cause : untrusted()) {
      WaitScenario wait = every10s().job(0, "RUNNING").error(10, Answers.lost(cause));
      assertThat(wait.goesOn()).isTrue();
      assertThat(wait.state().errors()).isOne();
    }
  }

  @Test
  void anUnknownHostEndsTheWaitAfterThreePollsOverMoreThanElevenSeconds() {
    WaitScenario wait = every10s().error(20, unknownHost()).error(25, unknownHost());
    assertThat(wait.error(31, unknownHost()).goesOn()).isTrue(); // 11 s are not more than 11 s
    WaitTermination end = wait.error(39, unknownHost()).end();
    assertThat(end.cause()).hasCauseInstanceOf(UnknownHostException.class);
    assertThatExceptionOfType(JobPollException.class)
        .isThrownBy(end::outcomeOrThrow)
        .satisfies(e -> assertThat(e.getSuppressed()).hasSize(3));
  }

  @Test
  void anUnknownHostOfTwoPollsIsToleratedHoweverFarTheyAreApart() {
    WaitScenario wait = every10s().error(0, unknownHost()).error(60, unknownHost());
    assertThat(wait.goesOn()).isTrue();
    assertThat(wait.error(70, unknownHost()).goesOn()).isFalse();
  }

  @Test
  void aHostThatWasFoundMeanwhileIsUnknownAnew() {
    for (JobsException found :
        List.of(Answers.http(502), Answers.throttled(), Answers.lost(), Answers.notFound())) {
      WaitScenario wait =
          every10s().error(0, unknownHost()).error(2, unknownHost()).error(6, found);
      wait.error(14, unknownHost()).error(24, unknownHost());
      assertThat(wait.goesOn()).isTrue();
    }
  }

  @Test
  void anUnknownHostIsSuppressedInATimeoutThatComesSooner() {
    WaitScenario wait = new WaitScenario(options().timeout(Duration.ofSeconds(8)));
    JobsException first = unknownHost();
    JobsException last = unknownHost();
    wait.error(0, first).error(8, last);
    assertThat(wait.outcome()).isInstanceOf(WaitOutcome.TimedOut.class);
    assertThatExceptionOfType(JobWaitTimeoutException.class)
        .isThrownBy(wait.end()::jobOrThrow)
        .satisfies(e -> assertThat(e.getSuppressed()).containsExactly(first, last));
  }

  @Test
  void anUnknownHostAfterAGoodResponseIsAnOutage() {
    WaitScenario wait = every10s().job(0, "RUNNING");
    for (int second = 10; second < 100; second += 10) {
      assertThat(wait.error(second, unknownHost()).goesOn()).isTrue();
    }
  }

  private static JobsException unknownHost() {
    return Answers.lost(new UnknownHostException("ecs.example"));
  }

  @Test
  void aHandshakeThatBrokeForAnotherReasonIsBorne() {
    WaitScenario wait =
        every10s().error(0, Answers.lost(new SSLHandshakeException("connection reset")));
    assertThat(wait.goesOn()).isTrue();
  }

  @Test
  void anErrorWhoseCausesGoRoundInACircleIsBorne() {
    IOException one = new IOException("one");
    one.initCause(new IOException("other", one));
    WaitScenario wait = every10s();
    assertTimeoutPreemptively(Duration.ofSeconds(20), () -> wait.error(0, Answers.lost(one)));
    assertThat(wait.goesOn()).isTrue();
  }

  private static List<Throwable> untrusted() {
    SSLHandshakeException untrusted = new SSLHandshakeException("PKIX path building failed");
    untrusted.initCause(new CertificateException("unable to find valid certification path"));
    return List.of(new SSLPeerUnverifiedException("Hostname not verified"), untrusted);
  }

  @Test
  void whatWasBorneIsSuppressedInWhatEndedTheWait() {
    WaitScenario wait = new WaitScenario(options().errorBudget(Duration.ZERO));
    List<JobsException> errors = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      errors.add(Answers.http(500 + i));
      wait.error(i, errors.get(i));
    }
    assertThatExceptionOfType(JobPollException.class)
        .isThrownBy(wait::outcome)
        .withCause(errors.get(4))
        .satisfies(
            e -> assertThat(e.getSuppressed()).containsExactlyElementsOf(errors.subList(0, 4)));
  }

  @Test
  void ofManyBorneErrorsTheLatestTenAreKept() {
    WaitScenario wait = new WaitScenario(options().errorBudget(Duration.ofHours(1)));
    List<JobsException> errors = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      errors.add(Answers.lost());
      wait.error(i, errors.get(i));
    }
    assertThat(wait.state().streak().latest()).containsExactlyElementsOf(errors.subList(15, 25));
  }

  // 404

  @Test
  void aJobVanishesOnceTheServiceDidNotKnowItForThirtySeconds() {
    WaitScenario wait = every10s();
    assertThat(wait.error(0, Answers.notFound()).next()).isEqualTo(10);
    assertThat(wait.error(29.999, Answers.notFound()).goesOn()).isTrue();
    WaitTermination end = wait.error(30, Answers.notFound()).end();
    assertThat(end.outcome()).isEqualTo(new WaitOutcome.Vanished(null));
    assertThatExceptionOfType(JobVanishedException.class)
        .isThrownBy(end::jobOrThrow)
        .withMessage("job j-1 is not known to the service")
        .satisfies(e -> assertThat(e.polls()).isEqualTo(3));
  }

  @Test
  void aJobThatWasSeenVanishesInTheSameWay() {
    Job seen = Answers.job("RUNNING");
    WaitScenario wait = every10s().job(100, seen).error(110, Answers.notFound());
    assertThat(wait.error(139.999, Answers.notFound()).goesOn()).isTrue();
    wait.error(140, Answers.notFound());
    assertThat(wait.outcome()).isEqualTo(new WaitOutcome.Vanished(seen));
    assertThatExceptionOfType(JobVanishedException.class)
        .isThrownBy(wait.end()::jobOrThrow)
        .withMessage("job j-1 is not known to the service any more");
  }

  @Test
  void one404IsNotEnoughHoweverLateItComes() {
    WaitScenario wait = every10s().job(0, "RUNNING");
    assertThat(wait.error(500, Answers.notFound()).goesOn()).isTrue();
    assertThat(every10s().error(500, Answers.notFound()).goesOn()).isTrue();
  }

  @Test
  void aGoodResponseBetween404sStartsTheCountAnew() {
    WaitScenario wait =
        every10s().job(0, "RUNNING").error(10, Answers.notFound()).job(39, "RUNNING");
    assertThat(wait.error(40, Answers.notFound()).goesOn()).isTrue();
    assertThat(wait.error(69, Answers.notFound()).goesOn()).isTrue();
    assertThat(wait.error(70, Answers.notFound()).goesOn()).isFalse();
  }

  @Test
  void failedAndThrottledPollsBetween404sDoNotStartTheCountAnew() {
    WaitScenario wait = every10s().job(0, "RUNNING").error(10, Answers.notFound());
    wait.error(11, Answers.lost()).error(20, Answers.throttled()).error(39, Answers.http(404));
    assertThat(wait.error(40, Answers.notFound()).outcome())
        .isInstanceOf(WaitOutcome.Vanished.class);
  }

  @Test
  void a404ThatNoServiceSentNeverMakesAJobVanish() {
    WaitScenario wait = every10s().job(0, "RUNNING").error(10, Answers.notFound());
    for (int second = 20; second <= 70; second += 10) {
      wait.error(second, Answers.http(404));
    }
    assertThat(wait.state().errors()).isEqualTo(6);
    assertThat(wait.job(80, "SUCCESS").outcome()).isInstanceOf(WaitOutcome.Succeeded.class);
  }

  @Test
  void aJobThatVanishesWhileItsSuccessIsBeingConfirmedIsDone() {
    Job job = Answers.job("SUCCESS");
    WaitScenario wait =
        new WaitScenario(options().confirmSuccess(5)).job(0, job).error(1, Answers.notFound());
    assertThat(wait.outcome()).isEqualTo(new WaitOutcome.Succeeded(job));
    assertThat(wait.state().polls()).isEqualTo(2);
  }

  @Test
  void aJobThatVanishesAfterItsSuccessWasTakenBackIsNotDone() {
    WaitScenario wait =
        new WaitScenario(options().confirmSuccess(5)).job(0, "SUCCESS").job(1, "RUNNING");
    assertThat(wait.error(11, Answers.notFound()).goesOn()).isTrue();
  }

  @Test
  void a404ThatNoServiceSentDoesNotConfirmASuccess() {
    WaitScenario wait = new WaitScenario(options().confirmSuccess(5)).job(0, "SUCCESS");
    assertThat(wait.error(1, Answers.http(404)).goesOn()).isTrue();
  }

  @Test
  void a404AtTheDeadlineIsATimeoutUnlessTheJobVanishedByThen() {
    WaitScenario once =
        new WaitScenario(options().timeout(Duration.ZERO)).error(0, Answers.notFound());
    assertThat(once.outcome())
        .isEqualTo(new WaitOutcome.TimedOut(null, Duration.ZERO, 1, once.token()));
    WaitScenario soon = new WaitScenario(options().timeout(Duration.ofSeconds(29)));
    assertThat(soon.error(0, Answers.notFound()).error(29, Answers.notFound()).outcome())
        .isInstanceOf(WaitOutcome.TimedOut.class);
    WaitScenario late = new WaitScenario(options().timeout(Duration.ofSeconds(30)));
    assertThat(late.error(0, Answers.notFound()).error(30, Answers.notFound()).outcome())
        .isInstanceOf(WaitOutcome.Vanished.class);
  }

  @Test
  void aGatewayThatKnowsNoSuchApiIsAWrongEndpointAndNotAVanishedJob() {
    for (WaitScenario wait : List.of(every10s(), every10s().job(0, "RUNNING"))) {
      assertThatExceptionOfType(JobPollException.class)
          .isThrownBy(wait.error(10, Answers.http(404, "APIGW.0101"))::outcome);
    }
    assertThat(every10s().error(0, Answers.http(404, "APIG.0101")).goesOn()).isFalse();
    assertThat(every10s().error(0, Answers.http(404, "APIGW.0103")).goesOn()).isTrue();
  }

  private static WaitScenario every10s() {
    return new WaitScenario(options());
  }

  private static WaitOptions.Builder options() {
    return WaitOptions.builder().schedule(PollSchedule.fixed(Duration.ofSeconds(10)));
  }
}
