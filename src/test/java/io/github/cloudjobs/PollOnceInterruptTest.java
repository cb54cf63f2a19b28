package io.github.cloudjobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.wait.PollStep;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitToken;
import java.time.Duration;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.junit5.StartStop;
import org.junit.jupiter.api.Test;

/** A scheduler that shuts its threads down interrupts the steps that they are in. */
class PollOnceInterruptTest {
  @StartStop private final MockWebServer server = new MockWebServer();

  @Test
  void anInterruptedStepThrowsAndCostsTheWaitNothing() {
    server.enqueue(new MockResponse.Builder().body("{\"status\":\"RUNNING\"}").build());
    try (JobsClient client =
        JobsClient.builder()
            .service(JobsService.ECS)
            .endpoint(server.url("/").toString())
            .credentials(Credentials.token("invented"))
            .build()) {
      WaitOptions options = WaitOptions.builder().errorBudget(Duration.ZERO).build();
      WaitToken token = client.newToken(new JobRef("p", "j"), options);
      for (int i = 0; i < 10; i++) {
        Thread.currentThread().interrupt();
        assertThatExceptionOfType(JobsTransportException.class)
            .isThrownBy(() -> client.pollOnce(token));
        assertThat(Thread.interrupted()).isTrue();
      }
      assertThat(client.pollOnce(token)).isInstanceOf(PollStep.Again.class);
    }
  }
}
