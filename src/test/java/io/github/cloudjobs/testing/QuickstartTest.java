package io.github.cloudjobs.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.JobsService;
import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.wait.ConsoleProgress;
import io.github.cloudjobs.wait.WaitOptions;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuickstartTest {
  private static final Credentials KEY = Credentials.accessKey("ak-1", "sk-1");

  private final SimulatedJobs cloud =
      SimulatedJobs.builder()
          .credentials(KEY)
          .timeScale(100_000) // a job has ended at the first poll
          .retention(Duration.ofDays(10_000))
          .start();
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
  private final Quickstart plain = new Quickstart(out, ConsoleProgress.plain(out));

  @AfterEach
  void close() {
    cloud.close();
  }

  private String printed() {
    return printed.toString(StandardCharsets.UTF_8);
  }

  @Test
  void printsEachJobWithItsResourcesAndWhyTheLastOneFails() {
    assertThat(plain.simulation(1000)).isZero();
    assertThat(printed())
        .startsWith("Waits for four jobs of a simulated cloud at once. It takes about ten seconds")
        .containsPattern("00:0\\d [0-9a-f]{32} createServer SUCCESS 5/5 sub-jobs\n")
        .containsPattern("  server_id \\S{36} and 4 more\n  image_id \\S{36}\n  elb_id \\S{32}\n")
        .containsPattern("  server_id \\S{36} and 1 more\n")
        .containsPattern("00:0\\d [0-9a-f]{32} createServer FAIL 3/3 sub-jobs: 403: Quota exceeded")
        .containsOnlyOnce("Quota exceeded")
        .doesNotContain("\u001b");
  }

  @Test
  void rewritesLinesOnATerminal() {
    assertThat(new Quickstart(out, ConsoleProgress.live(out)).simulation(1000)).isZero();
    assertThat(printed())
        .containsPattern("#{20}\\S*] 00:0\\d …[0-9a-f]{8} createServer SUCCESS 5/5 sub-jobs\n")
        .containsPattern(
            "x{20}\\S*] 00:0\\d …[0-9a-f]{8} createServer FAIL 3/3 sub-jobs\n    403: Quota")
        .contains("\r\u001b[1A\u001b[J");
  }

  @Test
  void itsCodeIsCompiledAndWaitsForAJob() throws Exception {
    JobRef job = cloud.submit(SimulatedJob.createServer(1));
    String projectId = job.projectId();
    String jobId = job.jobId();
    // begin
    try (JobsClient ecs =
        JobsClient.builder()
            .service(JobsService.ECS)
            .endpoint(cloud.endpoint()) // .region("eu-de", Cloud.OPEN_TELEKOM_CLOUD)
            .credentials(cloud.credentials()) // CredentialsProvider.defaultChain()
            .build()) {
      WaitOptions options = WaitOptions.builder().addListener(ConsoleProgress.on(out)).build();
      Job done = ecs.waitForCompletion(projectId, jobId, options);
      out.println(done.ids("server_id"));
    }
    // end
    assertThat(printed()).containsPattern("createServer SUCCESS 1/1 sub-jobs\n\\[\\S{36}]\n$");
    String file = "src/test/java/io/github/cloudjobs/testing/QuickstartTest.java";
    String source = Files.readString(Path.of(file)).split("// begin|// end")[1];
    plain.simulation(1000);
    assertThat(printed().replaceAll("\\s", "")).contains(source.replaceAll("\\s", ""));
  }

  @Test
  void theExitCodeSaysHowARealJobEnded() {
    JobRef job = cloud.submit(SimulatedJob.createServer(1));
    assertThat(waitFor(job)).isZero();
    assertThat(printed())
        .contains(job.jobId() + " createServer SUCCESS 1/1 sub-jobs\n  server_id ");
    assertThat(waitFor(cloud.submit(SimulatedJob.createServerFailing(1)))).isOne();
    assertThat(printed()).contains("FAIL", "Quota exceeded");
    cloud.revoke(KEY);
    assertThat(waitFor(job)).isEqualTo(2);
    assertThat(printed()).contains("HTTP 401", "APIGW.0301").doesNotContain("sk-1");
  }

  private int waitFor(JobRef job) {
    List<String> args = List.of("ecs", cloud.endpoint(), job.projectId(), job.jobId());
    return plain.run(args, () -> KEY);
  }

  @Test
  void knowsEveryService() throws IllegalAccessException {
    plain.run(List.of("?", "nowhere", "p", "j"), () -> KEY);
    for (Field field : JobsService.class.getFields()) {
      if (field.getType() == JobsService.class) {
        String name = ((JobsService) field.get(null)).name();
        assertThat(printed()).containsPattern("known are .*[\\[ ]" + name + "[,\\]]");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "ECS http://203.0.113.9 p j, endpoint must",
    "ECS nowhere p j, endpoint must",
    "EKS nowhere p j, unknown service EKS",
    "ECS, usage: "
  })
  void exitsWithTwoForInvalidArguments(String args, String message) {
    assertThat(plain.run(List.of(args.split(" ")), () -> KEY)).isEqualTo(2);
    assertThat(printed()).contains(message);
  }
}
