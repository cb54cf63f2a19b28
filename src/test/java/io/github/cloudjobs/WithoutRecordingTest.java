package io.github.cloudjobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.testing.Fault;
import io.github.cloudjobs.testing.SimulatedJob;
import io.github.cloudjobs.testing.SimulatedJobs;
import io.github.cloudjobs.wait.PollSchedule;
import io.github.cloudjobs.wait.WaitOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class WithoutRecordingTest {
  /** Polls, waits and is throttled, in a process without a flight recording. */
  static final class Unrecorded {
    private Unrecorded() {}

    public static void main(String[] args) throws InterruptedException {
      try (SimulatedJobs service = SimulatedJobs.builder().timeScale(1000).start();
          JobsClient client =
              JobsClient.builder()
                  .service(JobsService.ECS)
                  .endpoint(service.endpoint())
                  .credentials(service.credentials())
                  .build()) {
        JobRef job = service.submit(SimulatedJob.createServer(1));
        service.inject(1, Fault.throttled(Duration.ZERO));
        WaitOptions often =
            WaitOptions.builder().schedule(PollSchedule.fixed(Duration.ofMillis(10))).build();
        client.waitForCompletion(job, often);
        System.out.println(client.pollJob(job).status());
      }
    }
  }

  /** The JVM takes a tenth of a second to load them, before the first poll. */
  @Test
  void theClassesOfEventsAreNotLoaded() throws Exception {
    Process jvm =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xlog:class+load",
                "-cp",
                System.getProperty("java.class.path"),
                Unrecorded.class.getName())
            .redirectErrorStream(true)
            .start();
    String printed = new String(jvm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(printed)
        .contains("\nSUCCESS")
        .contains(
            "io.github.cloudjobs.http.JobPoller source", "io.github.cloudjobs.engine.PollLimiter ")
        .doesNotContain("cloudjobs.http.PollEvent", "WaitEvent", "ThrottleEvent");
    assertThat(jvm.waitFor()).isZero();
  }
}
