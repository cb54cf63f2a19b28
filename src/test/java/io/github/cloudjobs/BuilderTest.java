package io.github.cloudjobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.auth.CredentialsProvider;
import io.github.cloudjobs.http.Gateway;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullSource;

class BuilderTest {
  private final JobsClient.Builder builder = JobsClient.builder();

  @Test
  void namesThePartThatIsMissing() {
    assertThatIllegalStateException()
        .isThrownBy(builder::build)
        .withMessage("JobsClient.builder().service(..) is missing");
    builder.service(JobsService.ECS);
    assertThatIllegalStateException()
        .isThrownBy(builder::build)
        .withMessage("JobsClient.builder().endpoint(..) or region(..) is missing");
    builder.endpoint("https://ecs.example.com");
    assertThatIllegalStateException()
        .isThrownBy(builder::build)
        .withMessage("JobsClient.builder().credentials(..) is missing");
    builder.credentials(Gateway.KEY).build().close();
  }

  static Stream<Arguments> nulls() {
    JobsClient.Builder builder = JobsClient.builder();
    return Stream.<Map.Entry<String, ThrowingCallable>>of(
            Map.entry("service", () -> builder.service(null)),
            Map.entry("endpoint", () -> builder.endpoint(null)),
            Map.entry("credentials", () -> builder.credentials((Credentials) null)),
            Map.entry("credentials", () -> builder.credentials((CredentialsProvider) null)),
            Map.entry("httpClient", () -> builder.httpClient(null)),
            Map.entry("clock", () -> builder.clock(null)),
            Map.entry("executor", () -> builder.executor(null)))
        .map(entry -> Arguments.of(entry.getKey(), entry.getValue()));
  }

  @ParameterizedTest
  @MethodSource("nulls")
  void refusesNullAtOnceAndNamesIt(String name, ThrowingCallable setter) {
    assertThatNullPointerException().isThrownBy(setter).withMessage(name);
  }

  static Stream<Duration> noTimeouts() {
    return Stream.of(
        Duration.ZERO,
        Duration.ofMillis(-1),
        Duration.ofNanos(999_999), // no millisecond, which OkHttp takes for no limit
        Duration.ofDays(24).plusMillis(1),
        Duration.ofSeconds(Long.MAX_VALUE));
  }

  @ParameterizedTest
  @NullSource
  @MethodSource("noTimeouts")
  void refusesATimeoutThatIsNone(Duration timeout) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.callTimeout(timeout))
        .withMessageStartingWith("callTimeout must be from 1 ms to 24 days: ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.connectTimeout(timeout))
        .withMessageStartingWith("connectTimeout must be from 1 ms to 24 days: ");
  }

  @Test
  void takesTheShortestAndTheLongestTimeout() {
    builder.service(JobsService.ECS).endpoint("https://a.example").credentials(Gateway.KEY);
    for (Duration timeout : new Duration[] {Duration.ofMillis(1), Duration.ofDays(24)}) {
      builder.callTimeout(timeout).connectTimeout(timeout).build().close();
    }
  }

  @Test
  void refusesLimitsOutOfRange() {
    for (long bytes : new long[] {Long.MIN_VALUE, -1, 0, (1L << 30) + 1, Long.MAX_VALUE}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> builder.maxBodyBytes(bytes))
          .withMessage("maxBodyBytes must be from 1 to 2^30: " + bytes);
    }
    for (int polls : new int[] {Integer.MIN_VALUE, -1, 0}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> builder.maxPollsInFlight(polls))
          .withMessage("maxPollsInFlight must be 1 or more: " + polls);
    }
    for (double quota : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> builder.quota(quota))
          .withMessage("quota must be more than 0 polls per second, and finite: " + quota);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.scopedSignature(null, ""))
        .withMessageContaining("region");
  }

  @Test
  void isGoodForSeveralClientsWhoseTextsNameServiceAndEndpointAndNothingElse() {
    builder.service(JobsService.ECS).credentials(Gateway.KEY);
    try (JobsClient one = builder.endpoint("https://one.example/x").build();
        JobsClient two = builder.endpoint("https://two.example").build()) {
      assertThat(one)
          .hasToString("JobsClient[ECS /v1/{project_id}/jobs/{job_id} at https://one.example/x]");
      assertThat(two.jobUrl("p", "j").host()).isEqualTo("two.example");
    }
  }
}
