package io.github.cloudjobs.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** The bodies beside the tests, one file for each oddity. */
final class Bodies {
  static final Path FOLDER = Path.of("src/test/resources/bodies");

  private Bodies() {}

  /** Every body that is a job. */
  static List<String> names() {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".json"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] bytes(String name) {
    try (InputStream in = Bodies.class.getResourceAsStream("/bodies/" + name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Job job(String name) {
    return Job.fromJson(bytes(name));
  }

  /** Reads JSON with single quotes for double ones. */
  static Job read(String json) {
    return Job.fromJson(json.replace('\'', '"'));
  }
}
