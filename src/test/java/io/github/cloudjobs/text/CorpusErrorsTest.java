package io.github.cloudjobs.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Reads every recorded error body, where there are any: {@code -Djobs.corpus=DIRECTORY}. */
class CorpusErrorsTest {
  private static final Path CORPUS = Path.of(System.getProperty("jobs.corpus", "../shared/corpus"));
  private static final Path FACTS = Path.of("src/test/resources/corpus-errors.txt");

  @Test
  void everyErrorBodyReadsAsStated() throws IOException {
    assumeTrue(Files.isDirectory(CORPUS), "no recorded bodies");
    StringBuilder read = new StringBuilder();
    for (Path body : errors()) {
      read.append("## ").append(body.getFileName()).append('\n');
      read.append(ErrorBodiesTest.facts(ErrorEnvelope.read(Files.readAllBytes(body))));
    }

    assertThat(read.toString()).isEqualTo(Files.readString(FACTS));
  }

  private static List<Path> errors() throws IOException {
    try (Stream<Path> files = Files.list(CORPUS)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("err-"))
          .sorted((one, other) -> one.getFileName().compareTo(other.getFileName()))
          .toList();
    }
  }
}
