package io.github.cloudjobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.auth.CredentialsProvider;
import io.github.cloudjobs.http.Gateway;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

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

  @Test
  void refusesNullAtOnceAndNamesIt() {
    assertThatNullPointerException().isThrownBy(() -> builder.service(null)).withMessage("service");
    assertThatNullPointerException()
        .isThrownBy(() -> builder.endpoint(null))
        .withMessage("endpoint");
    assertThatNullPointerException()
        .isThrownBy(() -> builder.credentials((Credentials) null))
        .withMessage("credentials");
    assertThatNullPointerException()
        .isThrownBy(() -> builder.credentials((CredentialsProvider) null))
        .withMessage("credentials");
    assertThatNullPointerException()
        .isThrownBy(() -> builder.httpClient(null))
        .withMessage("httpClient");
    assertThatNullPointerException().isThrownBy(() -> builder.clock(null)).withMessage("clock");
    assertThatNullPointerException()
        .isThrownBy(() -> builder.executor(null))
        .withMessage("executor");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.scopedSignature(null, ""))
        .withMessageContaining("region");
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

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, -1, 0, (1L << 30) + 1, Long.MAX_VALUE})
  void refusesABodyLimitOutOfRange(long bytes) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.maxBodyBytes(bytes))
        .withMessage("maxBodyBytes must be from 1 to 2^30: " + bytes);
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, -1, 0})
  void refusesToHaveNoPollInFlight(int polls) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.maxPollsInFlight(polls))
        .withMessage("maxPollsInFlight must be 1 or more: " + polls);
  }

  @Test
  void isGoodForSeveralClients() {
    builder.service(JobsService.ECS).credentials(Gateway.KEY);
    try (JobsClient one = builder.endpoint("https://one.example").build();
        JobsClient two = builder.endpoint("https://two.example").build()) {
      assertThat(one.jobUrl("p", "j").host()).isEqualTo("one.example");
      assertThat(two.jobUrl("p", "j").host()).isEqualTo("two.example");
    }
  }

  @Test
  void aClientsTextNamesServiceAndEndpointAndNothingElse() {
    builder.service(JobsService.ECS).endpoint("https://ecs.example.com/x");
    try (JobsClient client = builder.credentials(Gateway.KEY).build()) {
      assertThat(client)
          .hasToString(
              "JobsClient[ECS /v1/{project_id}/jobs/{job_id} at https://ecs.example.com/x]");
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
  void refusesAQuotaThatIsNone(double quota) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.quota(quota))
        .withMessage("quota must be more than 0 polls per second, and finite: " + quota);
  }
}
