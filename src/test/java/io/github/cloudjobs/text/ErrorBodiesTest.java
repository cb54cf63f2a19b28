package io.github.cloudjobs.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each kind of error body is a file with its expected result beside it and a line in the list. */
class ErrorBodiesTest {
  private static final Path FOLDER = Path.of("src/test/resources/errors");
  private static final String NOISE = "{}[]\"'\\:,</>&;#! 0x";

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
  void eachBodyIsReadAsInItsExpectedFile(String name) throws IOException {
    Path expected = FOLDER.resolve(name.replaceFirst("\\.[a-z]+$", ".expected"));
    ErrorEnvelope read = ErrorEnvelope.read(Files.readAllBytes(FOLDER.resolve(name)));

    assertThat(facts(read)).isEqualTo(Files.readString(expected));
  }

  /** Where there are any: {@code -Djobs.corpus=DIRECTORY}. */
  @Test
  void everyRecordedErrorIsReadAsExpected() throws IOException {
    Path corpus = Path.of(System.getProperty("jobs.corpus", "../shared/corpus"));
    assumeTrue(Files.isDirectory(corpus), "no recorded bodies");
    StringBuilder read = new StringBuilder();
    try (Stream<Path> files = Files.list(corpus)) {
      for (Path body : files.sorted().toList()) {
        if (body.getFileName().toString().startsWith("err-")) {
          read.append("## ").append(body.getFileName()).append('\n');
          read.append(facts(ErrorEnvelope.read(Files.readAllBytes(body))));
        }
      }
    }

    assertThat(read.toString())
        .isEqualTo(Files.readString(Path.of("src/test/resources/corpus-errors.txt")));
  }

  /** The three lines of an expected file. */
  private static String facts(ErrorEnvelope read) {
    return "code: %s\nmessage: %s\nrequest id: %s\n"
        .formatted(read.code(), read.message(), read.requestId());
  }

  @Test
  void atMostAThousandObjectsAreRead() {
    String many = "{\"a\":{}" + ",\"a\":{\"code\":\"\"}".repeat(998);
    String last = ",\"error\":{\"code\":\"C.1\"}}";

    assertThat(ErrorEnvelope.read((many + last).getBytes(UTF_8)).code()).isNull();
    assertThat(ErrorEnvelope.read((many + ",\"code\":\"C.2\"}").getBytes(UTF_8)).code())
        .isEqualTo("C.2");
  }

  @Test
  void noBodyMakesTheReaderThrow() throws IOException {
    Random random = new Random(20_261_122);
    for (String name : bodies()) {
      byte[] body = Files.readAllBytes(FOLDER.resolve(name));
      for (int i = 0; i < 500 && body.length > 0; i++) {
        byte[] changed = Arrays.copyOf(body, 1 + random.nextInt(body.length));
        for (int k = random.nextInt(4); k > 0; k--) {
          changed[random.nextInt(changed.length)] =
              (byte) NOISE.charAt(random.nextInt(NOISE.length()));
        }
        assertThat(ErrorEnvelope.read(changed)).isNotNull();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"<", "<a", "<a>", "a", " ", "<!--", "<script>", "<a><![CDATA[", "&#39;", "{", "["})
  @Timeout(20)
  void aBodyOfOneThingIsReadInLinearTime(String thing) {
    assertThat(ErrorEnvelope.read(("<" + thing.repeat(20_000)).getBytes(UTF_8))).isNotNull();
    assertThat(ErrorEnvelope.read(("<html>" + thing.repeat(20_000)).getBytes(UTF_8))).isNotNull();
    assertThat(ErrorEnvelope.read(("{" + thing.repeat(20_000)).getBytes(UTF_8))).isNotNull();
  }

  @Test
  void theReadmeListsEveryBody() throws IOException {
    TreeSet<String> listed = new TreeSet<>();
    Pattern.compile("`([a-z0-9-]+\\.(json|html|xml|txt))`")
        .matcher(Files.readString(FOLDER.resolve("README.md")))
        .results()
        .forEach(name -> listed.add(name.group(1)));

    assertThat(listed).containsExactlyElementsOf(bodies());
  }
}
