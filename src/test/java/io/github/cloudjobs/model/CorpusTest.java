package io.github.cloudjobs.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.cloudjobs.error.MalformedJobException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Reads every recorded body, where there are any: {@code -Djobs.corpus=DIRECTORY}. */
class CorpusTest {
  private static final Path CORPUS = Path.of(System.getProperty("jobs.corpus", "../shared/corpus"));

  @Test
  void everyRecordedObjectIsReadAndEverythingElseIsRefused() throws IOException {
    assumeTrue(Files.isDirectory(CORPUS), "no recorded bodies");
    int read = 0;
    for (Path file : files()) {
      byte[] body = Files.readAllBytes(file);
      if (isJsonObject(body)) {
        LeniencyPropertyTest.askEverything(Job.fromJson(body));
        read++;
      } else {
        assertRefused(file, body);
      }
    }
    assertThat(read).isPositive();
  }

  @Test
  void everyRecordedTimeIsRead() throws IOException {
    assumeTrue(Files.isDirectory(CORPUS), "no recorded bodies");
    for (Path file : files()) {
      byte[] body = Files.readAllBytes(file);
      if (isJsonObject(body)) {
        Job job = Job.fromJson(body);
        assertTime(file, job.beginTimeText(), job.beginTime());
        assertTime(file, job.endTimeText(), job.endTime());
      }
    }
  }

  private static void assertTime(Path file, String text, Object time) {
    if (text != null && !text.isEmpty()) {
      assertThat(time).as("%s in %s", text, file).isNotNull();
    }
  }

  private static void assertRefused(Path file, byte[] body) {
    try {
      Job.fromJson(body);
    } catch (MalformedJobException expected) {
      return;
    }
    throw new AssertionError("read a job from " + file);
  }

  private static boolean isJsonObject(byte[] body) {
    try {
      return new ObjectMapper()
          .enable(com.fasterxml.jackson.databind.DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .readTree(body)
          .isObject();
    } catch (IOException notJson) {
      return false;
    }
  }

  private static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(CORPUS)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }
}
