package io.github.cloudjobs;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.testing.ScriptedJobs;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An executor that takes no work, in whatever way it says so: polls complete all the same. */
class ExecutorRefusesPollTest {
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aPollCompletesWhereItLanded(boolean checked) throws Exception {
    ScriptedJobs script = new ScriptedJobs().job("{\"status\":\"SUCCESS\"}");
    try (JobsClient client =
        JobsClient.builder()
            .service(JobsService.ECS)
            .endpoint("https://ecs.example.invalid")
            .credentials(Credentials.token("invented"))
            .httpClient(script.httpClient())
            .executor(
                task -> {
                  throw ExecutorRefusesPollTest.<RuntimeException>sneaky(
                      checked ? new Exception("full") : new RejectedExecutionException("full"));
                })
            .build()) {
      assertThat(client.pollJobAsync("p", "j").get(20, SECONDS)).isNotNull();
    }
  }

  /** As other languages of the JVM throw. */
  @SuppressWarnings("unchecked")
  private static <T extends Throwable> T sneaky(Throwable t) throws T {
    throw (T) t;
  }
}
