package io.github.cloudjobs.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.cloudjobs.benchmark.harness.Figure;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A JVM that stays alive and answers each line with a line. */
final class WorkerProcess implements AutoCloseable {
  private final Process process;
  private final BufferedWriter in;
  private final BufferedReader out;

  private WorkerProcess(Process process) {
    this.process = process;
    in = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), UTF_8));
    out = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
  }

  /**
   * Starts a JVM.
   *
   * @param errors the file that its standard error is appended to
   * @param options of the JVM, then its main class and arguments
   */
  static WorkerProcess start(Path errors, String classPath, List<String> options)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", classPath));
    command.addAll(options);
    return new WorkerProcess(
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()))
            .start());
  }

  /** Has an operation measured. */
  Map<Figure, Double> measure(Duration time, String operation) throws IOException {
    return Figure.read(ask(time.toMillis() + " " + operation));
  }

  String ask(String line) throws IOException {
    in.write(line);
    in.newLine();
    in.flush();
    return readLine();
  }

  String readLine() throws IOException {
    String line = out.readLine();
    if (line == null) {
      throw new IOException("a process has ended: see errors.log");
    }
    return line;
  }

  /** Ends the process, which does so itself at the end of its input. */
  @Override
  public void close() {
    try {
      in.close();
      process.waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      process.destroy();
    }
  }
}
