package io.github.cloudjobs.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each recorded body has its expected facts beside it and a line in the list. */
class OdditiesTest {
  private static final Path LIST = Bodies.FOLDER.resolve("README.md");

  static List<String> bodies() {
    return Bodies.names();
  }

  @ParameterizedTest
  @MethodSource("bodies")
  void eachBodyReadsAsItsExpectedFileSays(String name) throws IOException {
    Path expected = Bodies.FOLDER.resolve(name.replace(".json", ".expected"));
    String facts = JobFacts.of(Bodies.job(name));

    assertThat(facts + "\n").isEqualTo(Files.readString(expected));
  }

  @Test
  void theReadmeListsEveryBody() throws IOException {
    TreeSet<String> listed = new TreeSet<>();
    Pattern.compile("`([a-z0-9-]+\\.json)`")
        .matcher(Files.readString(LIST))
        .results()
        .forEach(name -> listed.add(name.group(1)));

    assertThat(listed).containsExactlyElementsOf(Bodies.names());
  }
}
