package io.github.cloudjobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the documents say has to be true. */
class ReadmeTest {
  private static final Path README = Path.of("README.md");
  private static final Path GUIDE = Path.of("src/site/markdown/guide.md");
  private static final Path SAMPLES = Path.of("src/test/java/io/github/cloudjobs/samples");
  private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)\\)");

  @Test
  void everyJavaExampleIsCompiledAsASample() throws IOException {
    List<String> compiled = compiledSnippets();
    for (Path document : List.of(README, GUIDE)) {
      List<String> examples = find(JAVA, Files.readString(document));
      assertThat(examples).as(document + " has examples").isNotEmpty();
      assertThat(examples).allSatisfy(example -> assertThat(compiled).contains(folded(example)));
    }
  }

  @Test
  void everyLinkLeadsToAFile() throws IOException {
    for (Path document : List.of(README, GUIDE)) {
      Path folder = document.toAbsolutePath().getParent();
      for (String target : find(LINK, Files.readString(document))) {
        assertThat(folder.resolve(target)).exists();
      }
    }
  }

  @Test
  void theVersionToDependOnIsTheOneThatIsBuilt() throws IOException {
    Matcher version =
        Pattern.compile("<artifactId>jobs-client</artifactId>\\s*<version>([^<]+)</version>")
            .matcher(Files.readString(Path.of("pom.xml")));
    assertThat(version.find()).isTrue();
    assertThat(Files.readString(README)).contains("<version>" + version.group(1) + "</version>");
  }

  /** What stands between the lines {@code // begin} and {@code // end} of each sample. */
  private static List<String> compiledSnippets() throws IOException {
    List<String> snippets = new ArrayList<>();
    Pattern marked = Pattern.compile("// begin\n(.*?)// end", Pattern.DOTALL);
    try (Stream<Path> samples = Files.list(SAMPLES)) {
      for (Path sample : samples.sorted().toList()) {
        find(marked, Files.readString(sample)).forEach(snippet -> snippets.add(folded(snippet)));
      }
    }
    return snippets;
  }

  private static List<String> find(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(found -> found.group(1)).toList();
  }

  /** The formatter breaks lines of Java elsewhere than a document does. */
  private static String folded(String code) {
    return code.replaceAll("\\s+", "");
  }
}
