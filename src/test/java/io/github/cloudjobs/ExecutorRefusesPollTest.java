package io.github.cloudjobs;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.auth.Credentials;
import java.util.concurrent.RejectedExecutionException;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.junit5.StartStop;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An executor that takes no work, in whatever way it says so: polls complete all the same. */
class ExecutorRefusesPollTest {
  @StartStop private final MockWebServer server = new MockWebServer();

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aPollCompletesWhereItLanded(boolean checked) throws Exception {
    server.enqueue(new MockResponse.Builder().body("{\"status\":\"SUCCESS\"}").build());
    try (JobsClient client =
        JobsClient.builder()
            .service(JobsService.ECS)
            .endpoint(server.url("/").toString())
            .credentials(Credentials.token("invented"))
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
