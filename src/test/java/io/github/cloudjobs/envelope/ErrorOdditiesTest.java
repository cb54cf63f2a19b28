package io.github.cloudjobs.envelope;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each oddity of an error body has a file, and beside it what is to be read; a new oddity is a new
 * pair of files and a line in the list.
 */
class ErrorOdditiesTest {
  private static final Path FOLDER = Path.of("src/test/resources/errors");

  static List<String> bodies() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.endsWith(".expected") && !name.endsWith(".md"))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("bodies")
  void aBodyReadsAsItsNeighbourSays(String name) throws IOException {
    Path expected = FOLDER.resolve(name.replaceFirst("\\.[a-z]+$", ".expected"));
    ErrorEnvelope read = ErrorEnvelope.read(Files.readAllBytes(FOLDER.resolve(name)));

    assertThat(Facts.of(read)).isEqualTo(Files.readString(expected));
  }

  @Test
  void theListNamesEveryBodyAndNoOther() throws IOException {
    TreeSet<String> listed = new TreeSet<>();
    Pattern.compile("`([a-z0-9-]+\\.(json|html|xml|txt))`")
        .matcher(Files.readString(FOLDER.resolve("README.md")))
        .results()
        .forEach(name -> listed.add(name.group(1)));

    assertThat(listed).containsExactlyElementsOf(bodies());
  }
}
