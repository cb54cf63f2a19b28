package io.github.cloudjobs.benchmark;

import io.github.cloudjobs.benchmark.harness.Worker;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The JVMs of the contenders, each on the class path that its users have. */
final class Contenders implements AutoCloseable {
  static final String OURS = LibraryContender.class.getName();
  static final String FLOOR = FloorContender.class.getName();
  static final String JSON = JsonContender.class.getName();
  // These two are not on the class path here.
  static final String SDK = "io.github.cloudjobs.benchmark.huaweicloud.SdkContender";
  static final String AWS = "io.github.cloudjobs.benchmark.aws.AwsContender";

  /** Room for 100,000 waits, in a heap whose size never changes. */
  private static final List<String> HEAP = List.of("-Xms1g", "-Xmx1g");

  private final Path directory;
  private final String certificate;
  private final Map<String, WorkerProcess> workers = new HashMap<>();

  /**
   * @param directory of the build
   * @param certificate the file with the certificate of the server
   */
  Contenders(Path directory, Path certificate) {
    this.directory = directory;
    this.certificate = certificate.toString();
  }

  /** Returns the JVM of a contender, which stays alive. */
  WorkerProcess worker(String contender) throws IOException {
    WorkerProcess worker = workers.get(contender);
    if (worker == null) {
      worker = start(contender, HEAP, List.of());
      workers.put(contender, worker);
    }
    return worker;
  }

  /** Runs one operation once, in a new JVM, and returns its figures. */
  String once(String contender, String operation, List<String> jvmOptions) throws IOException {
    try (WorkerProcess worker = start(contender, jvmOptions, List.of(operation.split(" ")))) {
      return worker.readLine();
    }
  }

  private WorkerProcess start(String contender, List<String> jvmOptions, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>(jvmOptions);
    command.addAll(List.of("-Dcertificate=" + certificate, Worker.class.getName(), contender));
    command.addAll(arguments);
    return WorkerProcess.start(directory.resolve("errors.log"), classPath(contender), command);
  }

  private String classPath(String contender) throws IOException {
    String[] names = contender.split("\\.");
    Path own = directory.resolve(names[names.length - 2]); // the package: aws, huaweicloud
    return Files.isDirectory(own)
        ? join(own.resolve("classes"), libraries(own))
        : join(
            directory.resolve("test-classes"), directory.resolve("classes"), libraries(directory));
  }

  private static String libraries(Path directory) throws IOException {
    return Files.readString(directory.resolve("classpath")).strip();
  }

  private static String join(Object... elements) {
    return String.join(File.pathSeparator, Stream.of(elements).map(Object::toString).toList());
  }

  @Override
  public void close() {
    workers.values().forEach(WorkerProcess::close);
  }
}
