package io.github.cloudjobs.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.error.ThrottledException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SetbackTest {
  private static final Instant NOW = Stage.START;

  private static JobsException answer(int status) {
    return new JobsServiceException("no", status, "c", "m", "r", "advice");
  }

  private static JobsException throttled(Duration retryAfter) {
    return new ThrottledException("no", 429, "c", "m", "r", retryAfter, "advice");
  }

  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(new AuthenticationException("no", 401, "c", "m", "r", "advice"), 900),
        Arguments.of(answer(300), 30),
        Arguments.of(answer(401), 30),
        Arguments.of(answer(499), 30),
        Arguments.of(answer(200), 1),
        Arguments.of(answer(500), 1),
        Arguments.of(throttled(null), 1),
        Arguments.of(throttled(Duration.ZERO), 1),
        Arguments.of(throttled(Duration.ofSeconds(20)), 20),
        Arguments.of(throttled(Duration.ofHours(20)), 300),
        Arguments.of(new JobsTransportException("no", null), 1),
        Arguments.of(new JobsException("no"), 1));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void howLongASourceIsLeftAloneHangsOnWhetherAskingAgainCanHelp(
      JobsException failure, long seconds) {
    Setback setback = Setback.of(failure, NOW);
    assertThat(setback.until()).isEqualTo(NOW.plusSeconds(seconds));
    assertThat(setback.isInForce(setback.until().minusNanos(1))).isTrue();
    assertThat(setback.isInForce(setback.until())).isFalse();
  }

  @ParameterizedTest
  @MethodSource("failures")
  void everyCallerGetsAnExceptionOfItsOwnThatSaysTheSame(JobsException failure, long seconds) {
    JobsException told = Setback.of(failure, NOW).retold();
    assertThat(told)
        .isNotSameAs(failure)
        .hasSameClassAs(failure)
        .hasCause(failure)
        .hasMessage("no (not asked again before " + NOW.plusSeconds(seconds) + ")");
    assertThat(facts(told)).isEqualTo(facts(failure));
    assertThat(Retold.of(failure)).hasMessage("no").hasCause(failure).hasSameClassAs(failure);
  }

  private static List<Object> facts(JobsException e) {
    return e instanceof JobsServiceException answer
        ? List.of(
            answer.statusCode(),
            String.valueOf(answer.errorCode()),
            String.valueOf(answer.serviceMessage()),
            String.valueOf(answer.requestId()),
            String.valueOf(answer.advice()))
        : List.of();
  }

  @Test
  void whatAThrottledOneAsksForIsToldToo() {
    assertThat(Retold.of(throttled(Duration.ofSeconds(7))))
        .isInstanceOfSatisfying(
            ThrottledException.class,
            e -> assertThat(e.retryAfter()).isEqualTo(Duration.ofSeconds(7)));
  }
}
