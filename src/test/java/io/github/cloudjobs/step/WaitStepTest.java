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
import org.junit.jupiter.params.provider.CsvFileSource;

/** What follows from the responses to the polls of a wait, and when. */
class WaitStepTest {
  @ParameterizedTest(name = "{0}: {1} {2}")
  @CsvFileSource(resources = "/waits/steps.txt", delimiter = '|')
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

  @Test
  void anEndlessBudgetToleratesAllErrorsAndKeepsTheLatestTen() {
    Duration endless = Duration.ofSeconds(Long.MAX_VALUE);
    WaitScenario wait = new WaitScenario(every10s().errorBudget(endless).timeout(endless));
    for (int i = 0; i < 100; i++) {
      assertThat(wait.error(i * 100_000, PollResults.lost()).goesOn()).isTrue();
    }
    assertThat(wait.state().streak().latest()).isEqualTo(wait.errors.subList(90, 100));
    wait.job(1e7, "RUNNING");
    assertThat(wait.state().streak().latest()).isEmpty();
  }

  // What the end contains

  @Test
  void aTimeoutHasTheJobOrTheErrors() {
    Job job = PollResults.job("RUNNING");
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
    Job job = PollResults.job("RUNNING");
    WaitScenario seen =
        new WaitScenario(WaitOptions.builder())
            .job(0, job)
            .error(10, PollResults.notFound())
            .error(40, PollResults.notFound());
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
