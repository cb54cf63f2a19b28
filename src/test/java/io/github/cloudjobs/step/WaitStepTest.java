package io.github.cloudjobs.step;

import static io.github.cloudjobs.step.WaitScenario.every10s;
import static io.github.cloudjobs.step.WaitScenario.play;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.wait.JobPollException;
import io.github.cloudjobs.wait.JobVanishedException;
import io.github.cloudjobs.wait.JobWaitTimeoutException;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitOutcome;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What follows from the responses to the polls of a wait, and when. */
class WaitStepTest {
  @ParameterizedTest(name = "{0}: {1} {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          success ends the wait                | | 0 INIT, 10 RUNNING, 20 SUCCESS     | Succeeded
          failure ends the wait                | | 0 FAIL                             | Failed
          every other status keeps waiting     | | 0 INIT, 10 RUNNING, 20 PENDING_PAYMENT, 30 empty, 40 ODD | next 50
          payment is not waited for            | stopOnPendingPayment | 0 INIT, 10 PENDING_PAYMENT | Stopped: it waits for an order to be paid
          success is confirmed every second    | confirm=3 | 0 SUCCESS                         | next 1
          success is confirmed every second    | confirm=3 | 0 SUCCESS, 1 SUCCESS              | next 2
          success was confirmed                | confirm=3 | 0 SUCCESS, 1 SUCCESS, 2 SUCCESS   | Succeeded
          a revoked success does not count     | confirm=2 | 0 SUCCESS, 1 RUNNING              | next 11
          a revoked success does not count     | confirm=2 | 0 SUCCESS, 1 RUNNING, 11 SUCCESS  | next 12
          a revoked success does not count     | confirm=2 | 0 SUCCESS, 1 RUNNING, 11 SUCCESS, 12 SUCCESS | Succeeded
          a failed poll confirms nothing       | confirm=2 | 0 SUCCESS, 1 lost                 | next 3
          a failed poll revokes nothing        | confirm=2 | 0 SUCCESS, 1 lost, 3 SUCCESS      | Succeeded
          failure follows success              | confirm=2 | 0 SUCCESS, 1 FAIL                 | Failed
          a faster schedule is not slowed      | confirm=2 schedule=0.2 | 0 SUCCESS            | next 0.2

          the last poll is at the deadline     | timeout=25 | 0 RUNNING, 10 RUNNING            | next 20
          the last poll is at the deadline     | timeout=25 | 0 RUNNING, 10 RUNNING, 20 RUNNING | last 25
          the last poll is at the deadline     | timeout=25 | 0 RUNNING, 10 RUNNING, 20 RUNNING, 25 RUNNING | TimedOut
          a poll within 10 ms of it is the last | timeout=10.01        | 0 RUNNING             | last 10.01
          a poll within 10 ms of it is the last | timeout=10.010000001 | 0 RUNNING             | next 10
          a poll in flight then is the last    | timeout=15 | 0 RUNNING, 15 RUNNING            | TimedOut
          success after the deadline counts    | timeout=15 | 0 RUNNING, 17 SUCCESS            | Succeeded
          unconfirmed success is a timeout     | timeout=10 confirm=2 | 0 RUNNING, 10 SUCCESS  | TimedOut
          a spent budget is a timeout then     | timeout=180 | 0 lost, 2 lost, 6 lost, 90 lost, 180 lost | TimedOut
          a refusal then is a refusal          | timeout=0   | 0 403                           | Stopped: polling cannot go on

          the budget is two minutes            | | 0 RUNNING, 10 lost, 40 lost, 70 lost, 100 lost, 119.999999999 lost | goes on
          the budget is two minutes            | | 0 RUNNING, 10 lost, 40 lost, 70 lost, 100 lost, 119.9 lost, 120 malformed | Stopped: 6 polls in a row failed
          the budget is two minutes            | | 0 lost, 10 lost, 20 lost, 60 lost, 119 lost | goes on
          the budget is two minutes            | | 0 lost, 10 lost, 20 lost, 60 lost, 119 lost, 120 lost | Stopped: 6 polls in a row failed
          four failures in a row are tolerated | | 0 RUNNING, 1000 500, 1100 500, 1200 500, 1300 500 | goes on
          four failures in a row are tolerated | | 0 RUNNING, 1000 500, 1100 500, 1200 500, 1300 500, 1400 500 | Stopped: 5 polls in a row failed
          four failures in a row are tolerated | budget=0 | 0 lost, 1 lost, 2 lost, 3 lost     | goes on
          four failures in a row are tolerated | budget=0 | 0 lost, 1 lost, 2 lost, 3 lost, 4 lost | Stopped: 5 polls in a row failed
          a job renews the budget              | | 0 RUNNING, 100 lost, 110 lost, 115 lost, 119 lost, 130 RUNNING, 200 lost, 210 lost, 220 lost, 230 lost, 249 lost | goes on
          a job renews the budget              | | 0 RUNNING, 100 lost, 110 lost, 115 lost, 119 lost, 130 RUNNING, 200 lost, 210 lost, 220 lost, 230 lost, 250 lost | Stopped: 5 polls in a row failed
          redirects spend the budget           | | 0 RUNNING, 10 302, 40 302, 70 302, 100 302, 130 302 | Stopped: 5 polls in a row failed
          the pause doubles with each failure  | schedule=1 | 0 RUNNING, 1 502                 | next 3
          the pause doubles with each failure  | schedule=1 | 0 RUNNING, 1 502, 3 502          | next 7
          the pause doubles with each failure  | schedule=1 | 0 RUNNING, 1 502, 3 502, 7 502, 15 502 | next 31
          the pause is 30 s at most            | schedule=1 | 0 RUNNING, 1 502, 3 502, 7 502, 15 502, 31 502 | next 61
          the pause is 30 s at most            | schedule=1 budget=999 | 0 502, 1 502, 2 502, 3 502, 4 502, 5 502, 6 502 | next 36
          a job ends the pauses                | schedule=1 | 0 RUNNING, 1 502, 3 502, 7 RUNNING, 8 502 | next 10
          the schedule's longer pause counts   | | 0 lost                                      | next 10

          throttling slows down like failures  | schedule=1 | 0 throttled                      | next 2
          throttling slows down like failures  | schedule=1 | 0 throttled, 2 throttled         | next 6
          a failure restarts throttled polls   | schedule=1 | 0 throttled, 2 throttled, 6 lost | next 8
          a failure restarts throttled polls   | schedule=1 | 0 throttled, 2 throttled, 6 lost, 8 throttled | next 10
          a job ends the throttling            | schedule=1 | 0 throttled, 2 throttled, 6 RUNNING | next 7

          an unknown failure ends the wait     | | 0 crash                                     | Stopped: polling cannot go on
          refused credentials end the wait     | | 0 RUNNING, 10 lost, 20 unauthorized         | Stopped: polling cannot go on
          an untrusted host ends the wait      | | 0 lost, 10 untrusted                        | Stopped: polling cannot go on
          an untrusted host ends the wait      | | 0 wrongName                                 | Stopped: polling cannot go on
          later it is an outage                | | 0 RUNNING, 10 untrusted, 20 wrongName       | goes on
          a broken handshake is tolerated      | | 0 handshake                                 | goes on
          an unknown host is polled for 11 s   | | 20 unknownHost, 25 unknownHost, 31 unknownHost | goes on
          an unknown host is polled for 11 s   | | 20 unknownHost, 25 unknownHost, 31 unknownHost, 39 unknownHost | Stopped: polling cannot go on
          an unknown host is polled three times | | 0 unknownHost, 60 unknownHost              | goes on
          an unknown host is polled three times | | 0 unknownHost, 60 unknownHost, 70 unknownHost | Stopped: polling cannot go on
          a host that was found was known      | | 0 unknownHost, 2 unknownHost, 6 502, 14 unknownHost, 24 unknownHost | goes on
          a host that was found was known      | | 0 unknownHost, 2 unknownHost, 6 throttled, 14 unknownHost, 24 unknownHost | goes on
          a host that was found was known      | | 0 unknownHost, 2 unknownHost, 6 lost, 14 unknownHost, 24 unknownHost | goes on
          a host that was found was known      | | 0 unknownHost, 2 unknownHost, 6 missing, 14 unknownHost, 24 unknownHost | goes on
          an unknown host later is an outage   | | 0 RUNNING, 10 unknownHost, 20 unknownHost, 30 unknownHost, 99 unknownHost | goes on
          the deadline may come sooner         | timeout=8 | 0 unknownHost, 8 unknownHost      | TimedOut

          a job vanishes within 30 s           | | 0 missing                                   | next 10
          a job vanishes within 30 s           | | 0 missing, 29.999 missing                   | goes on
          a job vanishes within 30 s           | | 0 missing, 10 missing, 30 missing           | Vanished
          a job that was seen vanishes too     | | 100 RUNNING, 110 missing, 139.999 missing   | goes on
          a job that was seen vanishes too     | | 100 RUNNING, 110 missing, 140 missing       | Vanished
          one 404 is not enough                | | 0 RUNNING, 500 missing                      | goes on
          one 404 is not enough                | | 500 missing                                 | goes on
          a job starts the count anew          | | 0 RUNNING, 10 missing, 39 RUNNING, 40 missing, 69 missing | goes on
          a job starts the count anew          | | 0 RUNNING, 10 missing, 39 RUNNING, 40 missing, 70 missing | Vanished
          other failures do not                | | 0 RUNNING, 10 missing, 11 lost, 20 throttled, 39 404, 40 missing | Vanished
          a proxy's 404 counts as a failure    | | 0 RUNNING, 10 missing, 20 404, 30 404, 40 404, 50 404, 60 404, 70 404 | goes on
          a proxy's 404 counts as a failure    | | 0 RUNNING, 10 missing, 30 404, 60 404, 90 404, 119 404, 120 404 | Stopped: 5 polls in a row failed
          a deleted job had succeeded          | confirm=5 | 0 SUCCESS, 1 missing              | Succeeded
          but not if it ran again              | confirm=5 | 0 SUCCESS, 1 RUNNING, 11 missing  | goes on
          nor if a proxy says so               | confirm=5 | 0 SUCCESS, 1 404                  | goes on
          a 404 at the deadline is a timeout   | timeout=0  | 0 missing                        | TimedOut
          a 404 at the deadline is a timeout   | timeout=29 | 0 missing, 29 missing            | TimedOut
          unless the job has vanished by then  | timeout=30 | 0 missing, 30 missing            | Vanished
          a gateway without the API            | | 0 RUNNING, 10 404 APIGW.0101                | Stopped: polling cannot go on
          a gateway without the API            | | 0 404 APIG.0101                             | Stopped: polling cannot go on
          a gateway with another problem       | | 0 404 APIGW.0103                            | goes on
          """)
  void aWaitGoesOnOrEnds(String rule, String options, String events, String expected) {
    WaitScenario wait = play(options, events);
    if (expected.equals("goes on")) {
      assertThat(wait.goesOn()).isTrue();
    } else if (expected.startsWith("next ") || expected.startsWith("last ")) {
      assertThat(wait.next()).isEqualTo(Double.parseDouble(expected.substring(5)));
      assertThat(wait.nextIsLast()).isEqualTo(expected.startsWith("last"));
    } else if (expected.startsWith("Stopped: ")) {
      assertThat(wait.end().outcome()).isNull();
      assertThat(wait.end().problem()).isEqualTo(expected.substring(9));
      if (!wait.errors.isEmpty()) {
        assertThat(wait.end().cause()).isSameAs(wait.errors.get(wait.errors.size() - 1));
      }
    } else {
      assertThat(wait.outcome().getClass().getSimpleName()).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 204, 404, 408, 409, 425, 500, 502, 504, 599})
  void anErrorThatMayPassIsTolerated(int status) {
    assertThat(play(null, "0 " + status).goesOn()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 403, 405, 406, 410, 411, 414, 421, 431})
  void aRefusalEndsTheWaitAtOnce(int status) {
    for (WaitScenario wait :
        new WaitScenario[] {play(null, "0 " + status), play(null, "0 RUNNING, 10 " + status)}) {
      assertThatExceptionOfType(JobPollException.class)
          .isThrownBy(wait::outcome)
          .withMessage("stopped waiting for job j-1: polling cannot go on: HTTP " + status)
          .withCause(wait.errors.get(0))
          .satisfies(e -> assertThat(e.polls()).isEqualTo(wait.state().polls()));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {300, 301, 302, 303, 304, 307, 308})
  void aRedirectIsAWrongEndpointOnlyBeforeTheFirstJob(int status) {
    assertThat(play(null, "0 " + status).goesOn()).isFalse();
    WaitScenario wait = play(null, "0 RUNNING, 10 " + status);
    assertThat(wait.goesOn()).isTrue();
    assertThat(wait.state().errors()).isOne();
  }

  @Test
  void throttledPollsSpendNoBudget() {
    WaitScenario wait = play("timeout=32400", "0 RUNNING");
    for (int i = 1; i < 100; i++) {
      wait.error(i * 30, Answers.throttled());
    }
    assertThat(wait.state().errors()).isZero();
    assertThat(wait.state().polls()).isEqualTo(100);
    assertThat(wait.error(3_000, Answers.lost()).goesOn()).isTrue();
  }

  @Test
  void anEndlessBudgetToleratesAllErrorsAndKeepsTheLatestTen() {
    Duration endless = Duration.ofSeconds(Long.MAX_VALUE);
    WaitScenario wait = new WaitScenario(every10s().errorBudget(endless).timeout(endless));
    for (int i = 0; i < 100; i++) {
      assertThat(wait.error(i * 100_000, Answers.lost()).goesOn()).isTrue();
    }
    assertThat(wait.state().streak().latest()).isEqualTo(wait.errors.subList(90, 100));
    wait.job(1e7, "RUNNING");
    assertThat(wait.state().streak().latest()).isEmpty();
  }

  // What the end contains

  @Test
  void aTimeoutHasTheJobOrTheErrors() {
    Job job = Answers.job("RUNNING");
    WaitScenario seen = play("timeout=25", "0 RUNNING, 10 RUNNING, 20 RUNNING").job(25, job);
    assertThat(seen.outcome())
        .isEqualTo(new WaitOutcome.TimedOut(job, Duration.ofSeconds(25), 4, seen.token()));
    assertThatExceptionOfType(JobWaitTimeoutException.class)
        .isThrownBy(seen.end()::jobOrThrow)
        .withMessage("job j-1 is still RUNNING after 25 s and 4 polls");
    WaitScenario unseen = play("timeout=2", "0 502, 2 lost");
    assertThatExceptionOfType(JobWaitTimeoutException.class)
        .isThrownBy(unseen.end()::jobOrThrow)
        .satisfies(e -> assertThat(e.getSuppressed()).isEqualTo(unseen.errors.toArray()))
        .satisfies(e -> assertThat(e.lastJob()).isNull());
  }

  @Test
  void aVanishedJobHasThePollsAndWhetherItWasSeen() {
    WaitScenario unseen = play(null, "0 missing, 10 missing, 30 missing");
    assertThatExceptionOfType(JobVanishedException.class)
        .isThrownBy(unseen.end()::jobOrThrow)
        .withMessage("job j-1 is not known to the service")
        .satisfies(e -> assertThat(e.polls()).isEqualTo(3));
    Job job = Answers.job("RUNNING");
    WaitScenario seen =
        new WaitScenario(WaitOptions.builder())
            .job(0, job)
            .error(10, Answers.notFound())
            .error(40, Answers.notFound());
    assertThat(seen.outcome()).isEqualTo(new WaitOutcome.Vanished(job));
  }

  @Test
  void theErrorsBeforeTheLastAreSuppressed() {
    WaitScenario wait = play("budget=0", "0 500, 1 501, 2 502, 3 503, 4 504");
    assertThatExceptionOfType(JobPollException.class)
        .isThrownBy(wait::outcome)
        .withCause(wait.errors.get(4))
        .satisfies(
            e -> assertThat(e.getSuppressed()).isEqualTo(wait.errors.subList(0, 4).toArray()));
  }
}
