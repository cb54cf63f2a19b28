package io.github.cloudjobs.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/** The bodies beside the tests, one file for each oddity. */
final class Bodies {
  private Bodies() {}

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
}
