package io.github.cloudjobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.engine.TestClock;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobStatus;
import io.github.cloudjobs.testing.TestTimer;
import io.github.cloudjobs.wait.JobWaitTimeoutException;
import io.github.cloudjobs.wait.PollSchedule;
import io.github.cloudjobs.wait.WaitListener;
import io.github.cloudjobs.wait.WaitOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.junit5.StartStop;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Hours of waiting over real HTTP, in no time. */
class VirtualWaitsTest {
  @StartStop final MockWebServer server = new MockWebServer();

  private final TestTimer timer = new TestTimer();
  private JobsClient client;

  @BeforeEach
  void open() {
    client =
        JobsClient.builder()
            .service(JobsService.ECS)
            .endpoint(server.url("/").toString())
            .credentials(Credentials.token("hush-token"))
            .timer(timer.timer())
            .clock(new TestClock(timer::now, Instant.parse("2024-03-05T06:07:08Z")))
            .build();
  }

  @AfterEach
  void close() {
    client.close();
  }

  @Test
  void aBlockingWaitEndsInVirtualTime() throws Exception {
    answer("INIT", "RUNNING", "RUNNING", "SUCCESS");
    List<String> heard = new ArrayList<>();
    Job job =
        timer.run(() -> client.waitForCompletion("p", "j", hourly(p -> heard.add(p.toString()))));
    assertThat(job.status()).isEqualTo(JobStatus.SUCCESS);
    assertThat(heard)
        .containsExactly(
            "job INIT 00:00", "job RUNNING 1:00:00", "job RUNNING 2:00:00", "job SUCCESS 3:00:00");
    assertThat(timer.now()).isEqualTo(Duration.ofHours(3));
  }

  @Test
  void whatABlockingWaitThrowsIsThrown() {
    answer("RUNNING", "RUNNING", "RUNNING");
    assertThatExceptionOfType(JobWaitTimeoutException.class)
        .isThrownBy(
            () -> timer.run(() -> client.waitForCompletion("p", "j", Duration.ofSeconds(2))))
        .satisfies(e -> assertThat(e.elapsed()).isEqualTo(Duration.ofSeconds(2)));
    assertThat(server.getRequestCount()).isEqualTo(3);
  }

  @Test
  void manyWaitsGoOnTogether() throws Exception {
    for (int i = 0; i < 10; i++) {
      answer("RUNNING");
    }
    CompletableFuture<?>[] waits = new CompletableFuture<?>[5];
    for (int i = 0; i < waits.length; i++) {
      waits[i] = client.waitForCompletionAsync("p", "j" + i, hourly(p -> {}));
    }
    for (int i = 0; i < waits.length; i++) {
      answer("SUCCESS");
    }
    timer.await(waits);
    assertThat(waits).allMatch(wait -> !wait.isCompletedExceptionally());
    assertThat(timer.now()).isEqualTo(Duration.ofHours(2));
  }

  private void answer(String... statuses) {
    for (String status : statuses) {
      server.enqueue(new MockResponse.Builder().body("{\"status\":\"" + status + "\"}").build());
    }
  }

  private static WaitOptions hourly(WaitListener listener) {
    return WaitOptions.builder()
        .schedule(PollSchedule.fixed(Duration.ofHours(1)))
        .timeout(Duration.ofDays(1))
        .addListener(listener)
        .build();
  }
}
