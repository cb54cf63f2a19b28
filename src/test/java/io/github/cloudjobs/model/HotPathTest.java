package io.github.cloudjobs.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class HotPathTest {
  /** Calls what a wait calls on a job. */
  public static final class Probe implements Function<byte[], String> {
    @Override
    public String apply(byte[] body) {
      Job job = Job.fromJson(body);
      List<Object> read =
          List.of(
              job.status(),
              String.valueOf(job.beginTime()),
              job.failures(),
              job.ids("server_id"),
              job.subJobs().get(0).entities().isEmpty(),
              job.resourceIds(),
              String.valueOf(job.progress()),
              JobRef.fromSubmission("p", "{\"job_id\":\"j\"}", Instant.EPOCH),
              job.describe());
      return read.toString();
    }
  }

  @Test
  @SuppressWarnings("unchecked")
  void aPollNeverTouchesDatabind() throws Exception {
    byte[] body = Bodies.bytes("ecs-quota-exceeded.json");
    try (URLClassLoader loader =
        new URLClassLoader(withoutDatabind(), ClassLoader.getPlatformClassLoader())) {
      assertThatThrownBy(() -> loader.loadClass("com.fasterxml.jackson.databind.JsonNode"))
          .isInstanceOf(ClassNotFoundException.class);
      Object probe = loader.loadClass(Probe.class.getName()).getDeclaredConstructor().newInstance();

      assertThat(((Function<byte[], String>) probe).apply(body)).isEqualTo(new Probe().apply(body));
    }
  }

  private static URL[] withoutDatabind() throws Exception {
    List<URL> urls = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      if (!entry.contains("jackson-databind") && !entry.contains("jackson-datatype")) {
        urls.add(Path.of(entry).toUri().toURL());
      }
    }
    return urls.toArray(URL[]::new);
  }
}
