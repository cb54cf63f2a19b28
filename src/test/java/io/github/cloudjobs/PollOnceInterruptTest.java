package io.github.cloudjobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.testing.ScriptedJobs;
import io.github.cloudjobs.wait.PollStep;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitToken;
import java.io.InterruptedIOException;
import java.time.Duration;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;

/** A scheduler that shuts its threads down interrupts the steps that they are in. */
class PollOnceInterruptTest {
  @Test
  void anInterruptedStepThrowsAndCostsTheWaitNothing() {
    ScriptedJobs script = new ScriptedJobs().job("{\"status\":\"RUNNING\"}");
    OkHttpClient.Builder http = new OkHttpClient.Builder();
    http.addInterceptor(
        chain -> {
          if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("interrupted"); // as a socket does
          }
          return chain.proceed(chain.request());
        });
    script.httpClient().interceptors().forEach(http::addInterceptor);
    try (JobsClient client =
        JobsClient.builder()
            .service(JobsService.ECS)
            .endpoint("https://ecs.example.invalid")
            .credentials(Credentials.token("invented"))
            .httpClient(http.build())
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
