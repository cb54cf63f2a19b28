package io.github.cloudjobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class NobodyRecordsTest {
  /** The JVM reads each of them with care, a tenth of a second long, before the first poll. */
  @Test
  void theClassesOfEventsAreNotLoaded() throws Exception {
    Process jvm =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xlog:class+load",
                "-cp",
                System.getProperty("java.class.path"),
                NobodyRecords.class.getName())
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
