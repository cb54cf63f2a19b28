package io.github.cloudjobs.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.auth.CredentialsProvider;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.wait.ConsoleProgress;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuickstartTest {
  private static final Credentials KEY = Credentials.accessKey("ak-1", "sk-1");

  private final SimulatedJobs service =
      SimulatedJobs.builder().credentials(KEY).timeScale(1000).start();
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  @AfterEach
  void close() {
    service.close();
  }

  @Test
  void printsEachJobAndWhyTheLastOneFails() throws InterruptedException {
    assertThat(quickstart(false).simulation(1000)).isZero();
    assertThat(printed())
        .containsPattern("SUCCESS [0-9a-f]{32} createServer 5/5 sub-jobs in 00:0")
        .contains("  server_id ", "  image_id ", "  elb_id ")
        .containsPattern("FAIL [0-9a-f]{32} createServer 3/3 sub-jobs in .*: Quota exceeded")
        .contains("because createSingleServer: Quota exceeded for instances")
        .doesNotContain("\u001b");
  }

  @Test
  void rewritesOneLineOnATerminal() throws InterruptedException {
    assertThat(quickstart(true).simulation(1000)).isZero();
    assertThat(printed())
        .containsPattern("\\[#{20}] 00:0\\d …[0-9a-f]{8} createServer SUCCESS 5/5 sub-jobs\n")
        .contains("\r\u001b[1A\u001b[JSUCCESS ");
  }

  @Test
  void exitsWithZeroForAJobThatSucceeds() {
    JobRef job = service.submit(SimulatedJob.createServer(1));
    assertThat(waitFor("ecs", job, () -> KEY)).isZero();
    assertThat(printed()).contains("SUCCESS " + job.jobId() + " createServer", "server_id ");
  }

  @Test
  void exitsWithOneForAJobThatFails() {
    assertThat(waitFor("ECS", service.submit(SimulatedJob.createServerFailing(1)), () -> KEY))
        .isOne();
    assertThat(printed()).contains("FAIL", "Quota exceeded");
  }

  @Test
  void exitsWithTwoIfTheKeyIsRefused() {
    service.revoke(KEY);
    JobRef job = service.submit(SimulatedJob.createServer(1));
    assertThat(waitFor("ECS", job, () -> KEY)).isEqualTo(2);
    assertThat(printed()).contains("HTTP 401", "APIGW.0301").doesNotContain("sk-1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ECS http://203.0.113.9 p j | endpoint must",
        "ECS nowhere p j | endpoint must",
        "EKS nowhere p j | unknown service EKS; known are [ECS, EVS, BMS, IMS, IMS_PROGRESS, EIP,",
        "ECS | usage: "
      })
  void exitsWithTwoForInvalidArguments(String args, String message) {
    assertThat(quickstart(false).run(List.of(args.split(" ")), () -> KEY)).isEqualTo(2);
    assertThat(printed()).contains(message);
  }

  private int waitFor(String name, JobRef job, CredentialsProvider credentials) {
    return quickstart(false)
        .run(List.of(name, service.endpoint(), job.projectId(), job.jobId()), credentials);
  }

  private Quickstart quickstart(boolean live) {
    PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
    return new Quickstart(out, live ? ConsoleProgress.live(out) : ConsoleProgress.plain(out));
  }

  private String printed() {
    return printed.toString(StandardCharsets.UTF_8);
  }
}
