package io.github.cloudjobs.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/** The program of the README prints what the README shows. */
@ResourceLock(Resources.SYSTEM_OUT)
class FirstWaitTest {
  @Test
  void theFirstProgramPrintsTheJobAndItsServers() throws InterruptedException {
    PrintStream out = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      FirstWait.main(new String[0]);
    } finally {
      System.setOut(out);
    }
    String report = printed.toString(StandardCharsets.UTF_8);
    assertThat(report).startsWith("SUCCESS createServer ").contains("2/2 sub-jobs ended, took ");
    assertThat(report.lines().filter(line -> line.startsWith("    server_id "))).hasSize(2);
  }
}
