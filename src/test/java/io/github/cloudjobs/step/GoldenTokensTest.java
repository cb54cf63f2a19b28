package io.github.cloudjobs.step;

import static io.github.cloudjobs.step.WaitScenario.ORIGIN;
import static io.github.cloudjobs.step.WaitScenario.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.model.JobStatus;
import io.github.cloudjobs.wait.JobVanishedException;
import io.github.cloudjobs.wait.PollSchedule;
import io.github.cloudjobs.wait.PollStep;
import io.github.cloudjobs.wait.WaitToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tokens that an earlier version wrote are read as they were meant. */
class GoldenTokensTest {
  private static final Path TOKENS = Path.of("src/test/resources/tokens/jw1.txt");

  /** A token as it was written. */
  record Golden(String schedule, WaitToken token) {
    @Override
    public String toString() {
      return schedule;
    }
  }

  static Stream<Golden> tokens() throws IOException {
    return Files.readAllLines(TOKENS).stream()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.split(" \\| ", 2))
        .map(parts -> new Golden(parts[0], new WaitToken(parts[1])));
  }

  @ParameterizedTest
  @MethodSource("tokens")
  void aTokenIsReadAsItWasWritten(Golden golden) {
    ResumedWait kept = ResumedWait.of(golden.token(), ORIGIN, START.plusSeconds(15));
    WaitState state = kept.next().state();

    assertThat(kept.plan().ref()).isEqualTo(new JobRef("p-1", "j-1", START.minusSeconds(20)));
    assertThat(kept.plan().options().timeout()).isEqualTo(Duration.ofMinutes(20));
    assertThat(kept.plan().options().confirmSuccess()).isEqualTo(2);
    assertThat(kept.plan().options().schedule())
        .isEqualTo(PollSchedule.parse(golden.schedule().replace("learned", "balanced")));
    assertThat(state.polls()).isEqualTo(4);
    assertThat(state.job().status()).isEqualTo(JobStatus.RUNNING);
    assertThat(state.errors()).isOne();
    assertThat(state.throttles()).isOne();
    assertThat(state.streak().missingSince()).isEqualTo(Duration.ofSeconds(14).toNanos());
  }

  @ParameterizedTest
  @MethodSource("tokens")
  void the404OfATokenCountsForThirtySeconds(Golden golden) {
    assertThat(missingAt(golden, 43)).isInstanceOf(PollStep.Again.class);
    assertThat(missingAt(golden, 44))
        .isInstanceOfSatisfying(
            PollStep.Failed.class,
            failed -> assertThat(failed.reason()).isInstanceOf(JobVanishedException.class));
  }

  private static PollStep missingAt(Golden golden, int second) {
    return ResumedWait.of(golden.token(), ORIGIN, START.plusSeconds(second))
        .step(START.plusSeconds(second), new PollResult(null, Answers.notFound(), null, null));
  }
}
