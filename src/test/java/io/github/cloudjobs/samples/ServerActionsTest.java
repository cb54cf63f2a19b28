package io.github.cloudjobs.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.model.JobRef;
import java.io.IOException;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.junit5.StartStop;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;

/** The submission of the guide is signed, and its response is read. */
class ServerActionsTest {
  @StartStop final MockWebServer server = new MockWebServer();
  private final Credentials key = Credentials.accessKey("AKAKAKAKAKAKAKAKAKAK", "not-a-secret-1");

  @Test
  void theSubmittedJobCanBeWaitedFor() throws IOException, InterruptedException {
    server.enqueue(new MockResponse.Builder().body("{\"job_id\":\"j-1\"}").build());
    JobRef job = actions().stop("s-1");
    assertThat(job.jobId()).isEqualTo("j-1");
    assertThat(job.submittedAt()).isNotNull();
    RecordedRequest sent = server.takeRequest();
    assertThat(sent.getTarget()).isEqualTo("/v1/p-1/cloudservers/action");
    assertThat(sent.getHeaders().get("Authorization"))
        .startsWith("SDK-HMAC-SHA256 Access=AKAKAKAKAKAKAKAKAKAK, ");
  }

  @Test
  void aRefusedSubmissionIsAnException() {
    String refusal = "{\"error\":{\"code\":\"Ecs.0201\",\"message\":\"Instance not found.\"}}";
    server.enqueue(new MockResponse.Builder().code(404).body(refusal).build());
    assertThatThrownBy(() -> actions().stop("s-1"))
        .isInstanceOf(JobsServiceException.class)
        .hasMessageContaining("Ecs.0201");
  }

  private ServerActions actions() {
    return new ServerActions(new OkHttpClient(), server.url("/"), "p-1", key);
  }
}
