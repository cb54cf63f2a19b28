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
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
    Map<String, ThrowingCallable> setters =
        Map.of(
            "service", () -> builder.service(null),
            "endpoint", () -> builder.endpoint(null),
            "credentials", () -> builder.credentials((Credentials) null),
            "httpClient", () -> builder.httpClient(null),
            "clock", () -> builder.clock(null),
            "executor", () -> builder.executor(null));
    setters.forEach(
        (name, setter) -> assertThatNullPointerException().isThrownBy(setter).withMessage(name));
    assertThatNullPointerException()
        .isThrownBy(() -> builder.credentials((CredentialsProvider) null));
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"PT0S", "PT-0.001S", "PT0.000999999S", "P24DT0.001S", "P9999999D"})
  void refusesATimeoutOutOfItsRange(Duration timeout) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.callTimeout(timeout))
        .withMessageStartingWith("callTimeout must be from 1 ms to 24 days: ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.connectTimeout(timeout))
        .withMessageStartingWith("connectTimeout must be from 1 ms to 24 days: ");
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

  @ParameterizedTest
  @ValueSource(strings = {"PT0.001S", "P24D"})
  void buildsSeveralClientsWithAnyTimeoutInItsRange(Duration timeout) {
    builder.service(JobsService.ECS).credentials(Gateway.KEY);
    builder.callTimeout(timeout).connectTimeout(timeout);
    try (JobsClient one = builder.endpoint("https://one.example/x").build();
        JobsClient two = builder.endpoint("https://two.example").build()) {
      assertThat(one)
          .hasToString("JobsClient[ECS /v1/{project_id}/jobs/{job_id} at https://one.example/x]");
      assertThat(two.jobUrl("p", "j").host()).isEqualTo("two.example");
    }
  }
}
