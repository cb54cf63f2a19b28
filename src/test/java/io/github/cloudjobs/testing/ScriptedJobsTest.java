package io.github.cloudjobs.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.JobsService;
import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.model.Job;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ScriptedJobsTest {
  private final VirtualTime time = new VirtualTime();
  private final ScriptedJobs script = new ScriptedJobs();
  private final JobsClient client =
      JobsClient.builder()
          .service(JobsService.ECS)
          .endpoint("https://ecs.example.invalid")
          .credentials(Credentials.token("invented"))
          .httpClient(script.httpClient())
          .clock(time.clock())
          .build();

  @AfterEach
  void close() {
    client.close();
  }

  @Test
  void pollsAreAnsweredInTurnWithoutANetwork() throws Exception {
    script
        .answer(429, "{}", "Retry-After", "30")
        .lost()
        .job("{\"status\":\"RUNNING\"}")
        .job("{\"status\":\"SUCCESS\",\"entities\":{\"server_id\":\"s-1\"}}");
    Job done = time.run(() -> client.waitForCompletion("p-1", "j-1"));
    assertThat(done.ids("server_id")).containsExactly("s-1");
    assertThat(script.asked()).hasSize(4).containsOnly("/v1/p-1/jobs/j-1");
    assertThat(time.elapsed()).isBetween(Duration.ofSeconds(32), Duration.ofSeconds(60));
  }

  @Test
  void theLastAnswerIsRepeated() {
    script.job("{\"status\":\"RUNNING\"}");
    for (int i = 0; i < 3; i++) {
      assertThat(client.pollJob("p-1", "j-1").statusText()).isEqualTo("RUNNING");
    }
  }

  @Test
  void anEmptyScriptIsALostAnswerThatSaysSo() {
    assertThatExceptionOfType(JobsTransportException.class)
        .isThrownBy(() -> client.pollJob("p-1", "j-1"))
        .withMessageContaining("the script is empty");
  }

  @Test
  void answersThatAreNoneAreRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> script.answer(199, ""));
    assertThatIllegalArgumentException().isThrownBy(() -> script.answer(600, ""));
    assertThatIllegalArgumentException().isThrownBy(() -> script.answer(200, "", "lonely"));
  }
}
