package io.github.cloudjobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.wait.PollSchedule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Examples, links and versions in the documents are correct. */
class ReadmeTest {
  private static final Path README = Path.of("README.md");
  private static final Path SITE = Path.of("src/site/markdown");
  private static final Path CLASS_PATHS = Path.of("src/samples/classpaths/cases");
  private static final Path GETTING_STARTED = Path.of("src/samples/getting-started");
  private static final List<Path> SAMPLES =
      List.of(
          Path.of("src/test/java/io/github/cloudjobs/samples"),
          Path.of("src/samples/java"),
          Path.of("src/samples/classpaths/app"),
          GETTING_STARTED.resolve("src/main/java"),
          Path.of("src/samples/spring-boot/src/main/java"));
  private static final String LINK = "\\]\\(([^):]+)\\)";

  private static Stream<Path> files(Path folder, String suffix) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(suffix)).sorted().toList().stream();
    }
  }

  /** What is found by the first group; a dot stands for line ends too. */
  private static List<String> find(String regex, String text) {
    return Pattern.compile(regex, Pattern.DOTALL)
        .matcher(text)
        .results()
        .map(found -> found.group(1))
        .toList();
  }

  private static List<String> find(String regex, Path file) throws IOException {
    return find(regex, Files.readString(file));
  }

  /** Without white space: the formatter breaks lines differently from a document. */
  private static String folded(String code) {
    return code.replaceAll("\\s+", "");
  }

  static Stream<Path> documents() throws IOException {
    return Stream.concat(Stream.of(README), files(SITE, ".md"));
  }

  static Stream<Path> pages() throws IOException {
    return Stream.concat(documents(), files(Path.of(".github"), ".md"));
  }

  // Examples

  /** Samples are between {@code // begin} and {@code // end}. */
  @Test
  void everyJavaExampleIsCompiledAsASample() throws IOException {
    Set<String> compiled = new LinkedHashSet<>();
    for (Path folder : SAMPLES) {
      for (Path sample : files(folder, ".java").toList()) {
        find("// begin\n(.*?)// end", sample).forEach(each -> compiled.add(folded(each)));
      }
    }
    for (Path document : documents().toList()) {
      assertThat(find("```java\n(.*?)```", document))
          .as("%s", document)
          .allSatisfy(example -> assertThat(compiled).contains(folded(example)));
    }
  }

  /** {@code src/samples/run} resolves and runs each of these POMs. */
  @Test
  void everyXmlExampleIsInAPomThatTheSamplesRun() throws IOException {
    String version =
        find("<artifactId>jobs-client</artifactId>\\s*<version>([^<]+)<", Path.of("pom.xml"))
            .get(0);
    StringBuilder poms = new StringBuilder();
    for (Path folder : List.of(CLASS_PATHS, GETTING_STARTED)) {
      for (Path pom : files(folder, ".xml").toList()) {
        poms.append(folded(Files.readString(pom).replace("${jobs-client.version}", version)));
      }
    }
    for (Path document : documents().toList()) {
      assertThat(find("```xml\n(.*?)```", document))
          .as("%s", document)
          .allSatisfy(example -> assertThat(poms).contains(folded(example)));
    }
  }

  @Test
  void theVersionsToPinAreThoseThatAreBuiltWith() throws IOException {
    StringBuilder texts = new StringBuilder();
    for (Path page : Stream.concat(documents(), files(CLASS_PATHS, ".xml")).toList()) {
      texts.append(Files.readString(page));
    }
    Map<String, String> pins =
        Map.of(
            "okhttp",
            "<(?:okhttp.version>|artifactId>okhttp-bom</artifactId>\\s*<version>)(.+?)<",
            "okio",
            "<artifactId>okio-(?:bom|jvm)</artifactId>\\s*<version>(.+?)<");
    for (Map.Entry<String, String> pin : pins.entrySet()) {
      assertThat(find(pin.getValue(), texts.toString()))
          .isNotEmpty()
          .containsOnly(find("<" + pin.getKey() + ".version>(.+?)<", Path.of("pom.xml")).get(0));
    }
  }

  /** The engines of the samples are in a profile, so users do not get them. */
  @Test
  void theReadmeNamesEveryDependencyThatAUserGets() throws IOException {
    String pom = Files.readString(Path.of("pom.xml"));
    String readme = Files.readString(README).toLowerCase(Locale.ROOT);
    assertThat(
            find(
                "\n    <dependency>(.*?)</dependency>",
                find("</dependencyManagement>(.*?)<profiles>", pom).get(0)))
        .filteredOn(dependency -> !dependency.contains("<scope>test</scope>"))
        .hasSize(8)
        .allSatisfy(
            dependency -> assertThat(readme).contains(find("<artifactId>(.*?)<", dependency)));
  }

  // Links and names

  @ParameterizedTest
  @MethodSource("pages")
  void everyLinkLeadsToAFileAndToAHeadingInIt(Path document) throws IOException {
    for (String target : find(LINK, document)) {
      String[] parts = target.split("#", 2);
      Path page = page(document, target);
      assertThat(page).exists();
      if (parts.length == 2) {
        assertThat(find("\n#+ ([^\n]+)", page).stream().map(ReadmeTest::anchor)).contains(parts[1]);
      }
    }
  }

  private static Path page(Path document, String target) {
    String file = target.split("#", 2)[0];
    Path here = document.toAbsolutePath();
    return file.isEmpty() ? here : here.resolveSibling(file).normalize();
  }

  private static String anchor(String heading) {
    return heading.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9 -]", "").replace(' ', '-');
  }

  /** So that a renamed class is renamed there too. */
  @Test
  void everyClassInTheArchitectureAndTheIndexOfDecisionsExists() throws IOException {
    Set<String> classes =
        new LinkedHashSet<>(List.of("CompletableFuture", "MockWebServer", "OkHttp"));
    files(Path.of("src"), ".java")
        .forEach(file -> classes.add(file.getFileName().toString().replace(".java", "")));
    List<String> named =
        find("(?:`|participant \\w as )([A-Z][a-z]+[A-Z]\\w+)", SITE.resolve("architecture.md"));
    assertThat(named).isNotEmpty();
    assertThat(classes).containsAll(named);
    String inIndex = "(?<=\n\\| \\[[^\n]{0,300})`([A-Z][a-z]+[A-Z]\\w+)";
    assertThat(classes).containsAll(find(inIndex, SITE.resolve("decisions.md")));
  }

  /** The site shows pictures of the Mermaid diagrams: {@code src/site/draw-diagrams}. */
  @ParameterizedTest
  @MethodSource("documents")
  void thePictureOfEachDiagramIsDrawnFromItsText(Path document) throws Exception {
    String name = document.getFileName().toString().replace(".md", "").toLowerCase(Locale.ROOT);
    int number = 0;
    for (String diagram : find("```mermaid\n(.*?)```", document)) {
      number++;
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(diagram.getBytes(UTF_8));
      Path picture = Path.of("src/site/resources/diagrams", name + "-" + number + ".svg");
      assertThat(Files.readString(picture))
          .startsWith("<!-- of " + HexFormat.of().formatHex(hash) + " -->");
    }
  }

  /** If it changed, the timeline of a wait beside it has to be drawn again too. */
  @ParameterizedTest
  @CsvSource({"frugal, 2e7d32", "balanced, 0b5fa5", "eager, d97706"})
  void eachScheduleIsDrawnAsItIs(String name, String color) throws IOException {
    StringBuilder points = new StringBuilder();
    for (double age = 1; age <= 10_800; age *= 1.02) {
      Duration pause =
          PollSchedule.parse(name).nextDelay(Duration.ofMillis((long) (age * 1000)), null);
      double x = 60 + 580 * Math.log(age) / Math.log(10_800);
      double y = 310 - 260 * Math.log(pause.toMillis() / 1000.0) / Math.log(150);
      points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x, y));
    }
    assertThat(
            find(
                "<polyline points='([^']*)' fill='none' stroke='#" + color,
                Path.of("src/site/resources/schedule.svg")))
        .containsExactly(points.toString().strip());
  }

  @Test
  void everyPageIsInTheMenuOfTheSiteAndCanBeReachedFromTheReadme() throws IOException {
    String menu = Files.readString(Path.of("src/site/site.xml"));
    assertThat(files(SITE, ".md").map(page -> page.getFileName().toString()))
        .allSatisfy(page -> assertThat(menu).contains(page.replace(".md", ".html\"")));
    Set<Path> reached = new LinkedHashSet<>();
    Deque<Path> toRead = new ArrayDeque<>(List.of(README.toAbsolutePath()));
    while (!toRead.isEmpty()) {
      Path page = toRead.pop();
      if (reached.add(page) && page.toString().endsWith(".md")) {
        find(LINK, page).forEach(target -> toRead.push(page(page, target)));
      }
    }
    assertThat(reached).containsAll(documents().map(Path::toAbsolutePath).toList());
  }
}
