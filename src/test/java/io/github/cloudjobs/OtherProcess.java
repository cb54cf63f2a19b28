package io.github.cloudjobs;

import io.github.cloudjobs.wait.PollStep;
import io.github.cloudjobs.wait.WaitToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Goes on with a wait in a JVM of its own. */
final class OtherProcess {
  private static final long PATIENCE = 60;

  private OtherProcess() {}

  /** Prints when it polled, and how the wait ended: by {@code resume} or by {@code steps}. */
  public static void main(String[] args) throws Exception {
    try (Machine machine = new Machine(args[1], Instant.parse(args[2]))) {
      WaitToken token = new WaitToken(args[3]);
      String end =
          args[0].equals("resume")
              ? machine.run(() -> machine.client.resume(token)).status().toString()
              : ((PollStep.Done) machine.runSteps(token)).job().status().toString();
      machine.polls.forEach(System.out::println);
      System.out.println(end);
    }
  }

  /** Runs it, and returns what it printed, line by line. */
  static List<String> run(String how, String endpoint, Instant started, WaitToken token)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                OtherProcess.class.getName(),
                how,
                endpoint,
                started.toString(),
                token.text())
            .redirectErrorStream(true)
            .start();
    try {
      String printed =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (!process.waitFor(PATIENCE, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new AssertionError(printed);
      }
      return printed.lines().toList();
    } finally {
      process.destroyForcibly();
    }
  }
}
