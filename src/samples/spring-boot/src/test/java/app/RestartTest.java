package app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.testing.SimulatedJob;
import io.github.cloudjobs.testing.SimulatedJobs;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.web.client.TestRestTemplate;
import org.springframework.boot.web.client.RestTemplateBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;

/** Start, submit, stop, start again: the waits go on to the end of their jobs. */
class RestartTest {
  private static final int JOBS = 3;

  @TempDir Path waits;
  private final CloudClock clock = new CloudClock();
  private final SimulatedJobs cloud =
      SimulatedJobs.builder()
          .clock(clock)
          .credentials(
              Credentials.accessKey(
                  System.getenv("HUAWEICLOUD_SDK_AK"), System.getenv("HUAWEICLOUD_SDK_SK")))
          .start();
  private HttpServer submissions;

  @BeforeAll
  static void bePatient() {
    Awaitility.setDefaultTimeout(Duration.ofMinutes(1));
  }

  @BeforeEach
  void acceptSubmissions() throws IOException {
    submissions = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    submissions.createContext("/v1.1/" + cloud.projectId() + "/cloudservers", this::submit);
    submissions.start();
  }

  private void submit(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    JobRef job = cloud.submit(SimulatedJob.createServer(2));
    byte[] body = "{\"job_id\": \"%s\"}".formatted(job.jobId()).getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @AfterEach
  void close() {
    submissions.stop(0);
    cloud.close();
  }

  @Test
  void waitsGoOnAfterARestart() throws IOException {
    List<JobRef> jobs = new ArrayList<>();
    Map<String, String> whileRunning;
    try (ConfigurableApplicationContext app = startApplication()) {
      TestRestTemplate http = http(app);
      for (int i = 0; i < JOBS; i++) {
        Map<?, ?> servers = Map.of("name", "web", "count", 2, "image", "debian", "flavor", "s3");
        ResponseEntity<JsonNode> accepted = http.postForEntity("/servers", servers, JsonNode.class);
        assertThat(accepted.getStatusCode()).isEqualTo(HttpStatus.ACCEPTED);
        jobs.add(new JobRef(cloud.projectId(), accepted.getBody().get("jobId").textValue()));
      }
      await().until(() -> jobs.stream().allMatch(job -> cloud.polls(job) > 1));

      ResponseEntity<JsonNode> job =
          http.getForEntity("/jobs/" + jobs.get(0).jobId(), JsonNode.class);
      assertThat(job.getStatusCode()).isEqualTo(HttpStatus.OK);
      assertThat(job.getHeaders().getContentType()).isEqualTo(MediaType.APPLICATION_JSON);
      assertThat(job.getBody().get("job_id").textValue()).isEqualTo(jobs.get(0).jobId());
      assertThat(job.getBody().get("status").textValue()).isEqualTo("INIT");
      assertThat(http.getForEntity("/jobs/unknown", String.class).getStatusCode())
          .isEqualTo(HttpStatus.NOT_FOUND);
      whileRunning = tokens();
    }

    assertThat(tokens().keySet()).isEqualTo(whileRunning.keySet()).hasSize(JOBS);
    assertThat(tokens().values())
        .as("each token was written again, at the stop")
        .doesNotContainAnyElementsOf(whileRunning.values());
    int polls = jobs.stream().mapToInt(cloud::polls).sum();

    try (ConfigurableApplicationContext app = startApplication()) {
      TestRestTemplate http = http(app);
      await().until(() -> jobs.stream().mapToInt(cloud::polls).sum() > polls + JOBS);
      assertThat(tokens()).hasSize(JOBS);

      clock.advance(Duration.ofMinutes(1)); // the servers are ready after 45 s
      await().untilAsserted(() -> assertThat(waits).isEmptyDirectory());
      ResponseEntity<JsonNode> end =
          http.getForEntity("/jobs/" + jobs.get(0).jobId() + "/end", JsonNode.class);
      assertThat(end.getStatusCode()).isEqualTo(HttpStatus.OK);
      assertThat(end.getBody().get("status").textValue()).isEqualTo("SUCCESS");
      JsonNode timer =
          http.getForObject("/actuator/metrics/jobs.waits?tag=ending:Succeeded", JsonNode.class);
      assertThat(timer.at("/measurements/0/value").doubleValue()).isEqualTo(JOBS);
    }
  }

  private ConfigurableApplicationContext startApplication() {
    return SpringApplication.run(
        Application.class,
        "--server.port=0",
        "--server.address=127.0.0.1",
        "--ecs.endpoint=" + cloud.endpoint(),
        "--ecs.sdk-endpoint=http://127.0.0.1:" + submissions.getAddress().getPort(),
        "--ecs.poll-schedule=fixed PT0.05S",
        "--ecs.waits-directory=" + waits);
  }

  private static TestRestTemplate http(ConfigurableApplicationContext app) {
    String port = app.getEnvironment().getRequiredProperty("local.server.port");
    return new TestRestTemplate(new RestTemplateBuilder().rootUri("http://127.0.0.1:" + port));
  }

  /** The kept tokens, by file. */
  private Map<String, String> tokens() throws IOException {
    Map<String, String> tokens = new TreeMap<>();
    try (Stream<Path> files = Files.list(waits)) {
      for (Path file : files.toList()) {
        tokens.put(file.getFileName().toString(), Files.readString(file));
      }
    }
    return tokens;
  }

  /** The jobs go on only when the test says so. */
  private static final class CloudClock extends Clock {
    private volatile Instant now = Instant.now();

    void advance(Duration step) {
      now = now.plus(step);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException();
    }
  }
}
