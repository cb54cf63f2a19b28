package io.github.cloudjobs.step;

import static io.github.cloudjobs.step.WaitScenario.START;
import static io.github.cloudjobs.step.WaitScenario.duration;
import static io.github.cloudjobs.step.WaitScenario.submitted;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.wait.WaitOptions;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;

/** The age of a job, and the first poll, which depends on it. */
class JobAgeTest {
  /** A response: when it came, the server's time and the begin_time, in seconds since the start. */
  @ParameterizedTest(name = "{0}: {2}")
  @CsvFileSource(resources = "/waits/ages.txt", delimiter = '|')
  void theAgeIsThatOfTheBeginTime(
      String rule, Double submittedAgo, String responses, double second, double age) {
    JobRef ref = submittedAgo == null ? WaitScenario.REF : submitted(submittedAgo);
    WaitScenario wait = new WaitScenario(WaitOptions.builder(), ref);
    for (String response : responses.split(", ")) {
      String[] parts = response.split(" ");
      Job job =
          parts[2].equals("none")
              ? PollResults.job("RUNNING")
              : PollResults.job("RUNNING", START.plusSeconds(Long.parseLong(parts[2])));
      Instant now = START.plusSeconds(Long.parseLong(parts[1]));
      wait.report(Double.parseDouble(parts[0]), now, job, null, null);
    }
    assertThat(wait.ageAt(second)).isEqualTo(age);
  }

  @Test
  void aBeginTimeAtTheEdgeOfTimeCounts() {
    WaitScenario wait = new WaitScenario(WaitOptions.builder());
    wait.job(0, PollResults.job("RUNNING", Instant.parse("0001-01-01T00:00:00Z")));
    assertThat(wait.ageAt(10)).isGreaterThan(Duration.ofDays(36_500).toSeconds());
    assertThat(wait.next()).isBetween(96.0, 144.0);
  }

  @ParameterizedTest
  @CsvSource({"0, 2", "9.999, 2", "10, 0", "3600, 0", "-1, 2", "-86400, 2", ", 0"})
  void aJobSubmittedLessThanTenSecondsAgoIsPolledAfterTwo(Double ago, double first) {
    JobRef ref = ago == null ? WaitScenario.REF : submitted(ago);
    WaitScenario wait = new WaitScenario(WaitOptions.builder(), ref);
    assertThat(wait.next()).isEqualTo(first);
    assertThat(wait.ageAt(0)).isEqualTo(ago == null ? 0 : Math.max(0, ago));
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1.5, 1.5"})
  void theFirstPollOfAFreshJobIsNotAfterTheDeadline(double timeout, double first) {
    WaitScenario wait =
        new WaitScenario(WaitOptions.builder().timeout(duration(timeout)), submitted(1));
    assertThat(wait.next()).isEqualTo(first);
    assertThat(wait.nextIsLast()).isTrue();
  }
}
