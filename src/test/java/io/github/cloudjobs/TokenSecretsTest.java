package io.github.cloudjobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.engine.TestClock;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.Tokens;
import io.github.cloudjobs.testing.TestTimer;
import io.github.cloudjobs.wait.JobPollException;
import io.github.cloudjobs.wait.JobWaitException;
import io.github.cloudjobs.wait.PollStep;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitToken;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.junit5.StartStop;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A token can be kept where no secret may be. */
class TokenSecretsTest {
  private static final Instant START = Instant.parse("2024-03-05T06:07:08Z");
  private static final JobRef JOB = new JobRef("p", "j");
  private static final List<String> SECRETS =
      List.of("hush-key", "hush-secret", "hush-session", "hush-token");

  @StartStop final MockWebServer server = new MockWebServer();

  static Stream<Credentials> everyKind() {
    return Stream.of(
        Credentials.accessKey("hush-key", "hush-secret"),
        Credentials.temporaryAccessKey("hush-key", "hush-secret", "hush-session"),
        Credentials.token("hush-token"));
  }

  @ParameterizedTest
  @MethodSource("everyKind")
  void noTokenHoldsWhatRequestsAreSignedWith(Credentials credentials) throws Exception {
    TestTimer timer = new TestTimer();
    List<WaitToken> tokens = new ArrayList<>();
    WaitOptions options =
        WaitOptions.builder()
            .timeout(Duration.ofSeconds(5))
            .addListener(progress -> tokens.add(progress.token()))
            .build();
    try (JobsClient client =
        JobsClient.builder()
            .service(JobsService.ECS)
            .endpoint(server.url("/").toString())
            .credentials(credentials)
            .timer(timer.timer())
            .clock(new TestClock(timer::now, START))
            .build()) {
      tokens.add(client.newToken(JOB, options));
      answer(200, "{\"status\":\"RUNNING\"}");
      PollStep.Again again = (PollStep.Again) client.pollOnce(tokens.get(0));
      tokens.add(again.token());

      answer(200, "{\"status\":\"RUNNING\"}");
      answer(200, "{\"status\":\"FAIL\"}");
      tokens.add(((JobWaitException) problem(client, timer, options)).token());

      answer(401, "{\"error_code\":\"APIGW.0301\",\"error_msg\":\"bad " + SECRETS + "\"}");
      tokens.add(((JobPollException) problem(client, timer, options)).token());
    }
    assertThat(tokens).hasSizeGreaterThan(4);
    for (WaitToken token : tokens) {
      assertThat(token.text()).doesNotContain(SECRETS);
      assertThat(Tokens.opened(token)).doesNotContain(SECRETS).doesNotContain("hush");
    }
  }

  private static JobsException problem(JobsClient client, TestTimer timer, WaitOptions options)
      throws Exception {
    CompletableFuture<Job> wait = client.waitForCompletionAsync(JOB, options);
    return timer.run(() -> (JobsException) wait.handle((job, error) -> error).get());
  }

  private void answer(int status, String body) {
    server.enqueue(new MockResponse.Builder().code(status).body(body).build());
  }
}
