package io.github.cloudjobs.step;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.wait.WaitOptions;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class JobAgeTest {
  private static final Instant START = WaitScenario.START;

  @Test
  void aJobIsAsOldAsItsBeginTimeSaysByTheServersClock() {
    WaitScenario wait = new WaitScenario(WaitOptions.builder());
    Instant serverTime = Instant.parse("2030-01-01T00:01:40Z");
    running(wait, 1, serverTime, serverTime.minusSeconds(100));
    assertThat(wait.ageAt(1)).isEqualTo(100);
    assertThat(wait.ageAt(11)).isEqualTo(110);
  }

  @Test
  void onceReckonedTheAgeGrowsWithTheWaitAndNoWallClockChangesIt() {
    WaitScenario wait = new WaitScenario(WaitOptions.builder());
    Instant begin = START.minusSeconds(50);
    running(wait, 0, START, begin);
    running(wait, 10, START.plusSeconds(36_000), begin);
    running(wait, 20, START.minusSeconds(36_000), begin);
    assertThat(wait.ageAt(20)).isEqualTo(70);
  }

  @Test
  void withoutABeginTimeTheAgeIsThatOfTheSubmissionElseOfTheWait() {
    WaitScenario unknown = new WaitScenario(WaitOptions.builder()).job(10, "RUNNING");
    assertThat(unknown.ageAt(10)).isEqualTo(10);
    WaitScenario submitted =
        new WaitScenario(WaitOptions.builder(), submitted(60)).job(10, "RUNNING");
    assertThat(submitted.ageAt(10)).isEqualTo(70);
  }

  @Test
  void aBeginTimeThatComesLaterIsTakenWhenItComes() {
    WaitScenario wait = new WaitScenario(WaitOptions.builder()).job(10, "INIT");
    running(wait, 20, START.plusSeconds(20), START.plusSeconds(15));
    assertThat(wait.ageAt(20)).isEqualTo(5);
  }

  @Test
  void aBeginTimeThatIsLostAgainChangesNothing() {
    WaitScenario wait = new WaitScenario(WaitOptions.builder());
    running(wait, 0, START, START.minusSeconds(50));
    wait.job(10, "RUNNING");
    assertThat(wait.ageAt(10)).isEqualTo(60);
  }

  @Test
  void aBeginTimeInTheFutureTellsNothing() {
    WaitScenario wait = new WaitScenario(WaitOptions.builder(), submitted(60));
    running(wait, 10, START.plusSeconds(10), START.plusSeconds(11));
    assertThat(wait.ageAt(10)).isEqualTo(70);
  }

  @Test
  void aBeginTimeThatWasInTheFutureWhenFirstShownTellsNothingLaterEither() {
    WaitScenario wait = new WaitScenario(WaitOptions.builder());
    Instant begin = START.plusSeconds(1);
    running(wait, 0, START, begin);
    running(wait, 10, START.plusSeconds(36_000), begin);
    assertThat(wait.ageAt(10)).isEqualTo(10);
  }

  @Test
  void aBeginTimeThisInstantIsAnAgeOfZero() {
    WaitScenario wait = new WaitScenario(WaitOptions.builder());
    running(wait, 10, START, START);
    assertThat(wait.ageAt(10)).isZero();
  }

  @Test
  void aBeginTimeMoreThanFiveMinutesBeforeTheSubmissionIsAnotherJobs() {
    WaitScenario wait = new WaitScenario(WaitOptions.builder(), submitted(60));
    running(wait, 10, START.plusSeconds(10), START.minusSeconds(361));
    assertThat(wait.ageAt(10)).isEqualTo(70);
    running(wait, 10, START.plusSeconds(10), START.minusSeconds(360));
    assertThat(wait.ageAt(10)).isEqualTo(370);
  }

  @Test
  void aBeginTimeThatMovesLaterStartsTheAgeAnew() {
    WaitScenario wait = new WaitScenario(WaitOptions.builder());
    running(wait, 0, START, START.minusSeconds(500));
    running(wait, 100, START.plusSeconds(100), START.plusSeconds(90));
    assertThat(wait.ageAt(100)).isEqualTo(10);
    running(wait, 110, START.plusSeconds(110), START.plusSeconds(115));
    assertThat(wait.ageAt(110)).as("queued for later").isZero();
    assertThat(wait.ageAt(120)).isEqualTo(10);
  }

  @Test
  void aBeginTimeThatMovesBackChangesNothing() {
    WaitScenario wait = new WaitScenario(WaitOptions.builder());
    running(wait, 0, START, START.minusSeconds(50));
    running(wait, 10, START.plusSeconds(10), START.minusSeconds(5_000));
    assertThat(wait.ageAt(10)).isEqualTo(60);
  }

  @Test
  void aBeginTimeAtTheEdgeOfTimeIsTaken() {
    WaitScenario wait = new WaitScenario(WaitOptions.builder());
    running(wait, 0, START, Instant.parse("0001-01-01T00:00:00Z"));
    assertThat(wait.ageAt(10)).isGreaterThan(Duration.ofDays(36_500).toSeconds());
    assertThat(wait.next()).isBetween(96.0, 144.0);
  }

  private static void running(WaitScenario wait, double second, Instant now, Instant begin) {
    Job job = Answers.job("RUNNING", begin);
    wait.report(second, now, job, null, null);
  }

  private static JobRef submitted(double ago) {
    return new JobRef("p-1", "j-1", START.minus(WaitScenario.duration(ago)));
  }
}
