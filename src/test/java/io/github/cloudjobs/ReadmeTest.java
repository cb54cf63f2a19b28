package io.github.cloudjobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Examples, links and versions in the documents are correct. */
class ReadmeTest {
  private static final Path README = Path.of("README.md");
  private static final Path SITE = Path.of("src/site/markdown");
  private static final List<Path> SAMPLES =
      List.of(
          Path.of("src/test/java/io/github/cloudjobs/samples"),
          Path.of("src/samples/java"),
          Path.of("src/samples/classpaths/app"),
          Path.of("src/samples/getting-started/src/main/java"),
          Path.of("src/samples/spring-boot/src/main/java"));
  private static final Path CLASS_PATHS = Path.of("src/samples/classpaths/cases");
  private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final Pattern XML = Pattern.compile("```xml\n(.*?)```", Pattern.DOTALL);
  private static final Pattern MERMAID = Pattern.compile("```mermaid\n(.*?)```", Pattern.DOTALL);
  private static final Pattern LINK = Pattern.compile("\\]\\(([^):]+)\\)");
  private static final Pattern HEADING = Pattern.compile("^#+ (.+)$", Pattern.MULTILINE);

  static Stream<Path> documents() throws IOException {
    try (Stream<Path> pages = Files.list(SITE)) {
      return Stream.concat(Stream.of(README), pages.sorted().toList().stream());
    }
  }

  /** The pages that must have a Java example. */
  static Stream<Path> pagesWithExamples() throws IOException {
    return documents()
        .filter(
            page ->
                page.getFileName()
                    .toString()
                    .matches(
                        "README.*|(getting-started|services|http|jobs|waiting|monitoring|many-jobs|restart|engines|testing|credentials.*)[.]md"));
  }

  @ParameterizedTest
  @MethodSource("documents")
  void everyJavaExampleIsCompiledAsASample(Path document) throws IOException {
    List<String> compiled = compiledSnippets();
    assertThat(find(JAVA, Files.readString(document)))
        .allSatisfy(example -> assertThat(compiled).contains(folded(example)));
  }

  /** {@code src/samples/run} resolves and runs each of these POMs. */
  @ParameterizedTest
  @MethodSource("documents")
  void everyXmlExampleIsInAPomThatTheSamplesRun(Path document) throws IOException {
    List<String> poms = new ArrayList<>();
    for (Path pom : userPoms()) {
      poms.add(folded(Files.readString(pom).replace("${jobs-client.version}", builtVersion())));
    }
    assertThat(find(XML, Files.readString(document)))
        .allSatisfy(example -> assertThat(poms).anyMatch(pom -> pom.contains(folded(example))));
  }

  @Test
  void theVersionsToPinAreThoseThatAreBuiltWith() throws IOException {
    String pom = Files.readString(Path.of("pom.xml"));
    String okhttp = find(Pattern.compile("<okhttp.version>(.+?)<"), pom).get(0);
    String okio = find(Pattern.compile("<okio.version>(.+?)<"), pom).get(0);
    Pattern pinnedOkHttp =
        Pattern.compile(
            "<(?:okhttp.version>|artifactId>okhttp-bom</artifactId>\\s*<version>)(.+?)<");
    Pattern pinnedOkio =
        Pattern.compile("<artifactId>okio-(?:bom|jvm)</artifactId>\\s*<version>(.+?)<");
    List<String> okhttpPins = new ArrayList<>();
    List<String> okioPins = new ArrayList<>();
    for (Path page : Stream.concat(documents(), classPathCases().stream()).toList()) {
      String text = Files.readString(page);
      okhttpPins.addAll(find(pinnedOkHttp, text));
      okioPins.addAll(find(pinnedOkio, text));
    }
    assertThat(okhttpPins).isNotEmpty().containsOnly(okhttp);
    assertThat(okioPins).isNotEmpty().containsOnly(okio);
  }

  private static List<Path> userPoms() throws IOException {
    List<Path> poms = new ArrayList<>(classPathCases());
    poms.add(Path.of("src/samples/getting-started/pom.xml"));
    return poms;
  }

  private static List<Path> classPathCases() throws IOException {
    try (Stream<Path> poms = Files.list(CLASS_PATHS)) {
      return poms.sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("pagesWithExamples")
  void everyInstructivePageHasAJavaExample(Path page) throws IOException {
    assertThat(find(JAVA, Files.readString(page))).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("documents")
  void everyLinkLeadsToAFileAndToAHeadingInIt(Path document) throws IOException {
    for (String target : find(LINK, Files.readString(document))) {
      String[] parts = target.split("#", 2);
      Path page = page(document, target);
      assertThat(page).exists();
      if (parts.length == 2) {
        assertThat(find(HEADING, Files.readString(page)).stream().map(ReadmeTest::anchor))
            .contains(parts[1]);
      }
    }
  }

  /** So that a renamed class is renamed there too. */
  @Test
  void everyClassThatTheArchitectureNamesExists() throws IOException {
    Set<String> classes =
        new LinkedHashSet<>(List.of("CompletableFuture", "MockWebServer", "OkHttp"));
    try (Stream<Path> files = Files.walk(Path.of("src"))) {
      files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".java"))
          .forEach(name -> classes.add(name.substring(0, name.length() - ".java".length())));
    }
    String page = Files.readString(SITE.resolve("architecture.md"));
    List<String> named =
        find(Pattern.compile("(?:`|participant \\w as )([A-Z][a-z]+[A-Z]\\w+)"), page);
    assertThat(named).isNotEmpty();
    assertThat(classes).containsAll(named);
  }

  private static Path page(Path document, String target) {
    String file = target.split("#", 2)[0];
    Path here = document.toAbsolutePath();
    return file.isEmpty() ? here : here.resolveSibling(file).normalize();
  }

  private static String anchor(String heading) {
    return heading.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9 -]", "").replace(' ', '-');
  }

  /** The site shows pictures of the Mermaid diagrams: {@code src/site/draw-diagrams}. */
  @ParameterizedTest
  @MethodSource("documents")
  void thePictureOfEachDiagramIsDrawnFromItsText(Path document) throws Exception {
    String name = document.getFileName().toString().replace(".md", "").toLowerCase(Locale.ROOT);
    int number = 0;
    for (String diagram : find(MERMAID, Files.readString(document))) {
      number++;
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(diagram.getBytes(StandardCharsets.UTF_8));
      Path picture = Path.of("src/site/resources/diagrams", name + "-" + number + ".svg");
      assertThat(Files.readString(picture))
          .startsWith("<!-- of " + HexFormat.of().formatHex(hash) + " -->");
    }
  }

  @Test
  void everyPageIsInTheMenuOfTheSite() throws IOException {
    String menu = Files.readString(Path.of("src/site/site.xml"));
    try (Stream<Path> pages = Files.list(SITE)) {
      assertThat(pages.map(page -> page.getFileName().toString().replace(".md", ".html")))
          .allSatisfy(page -> assertThat(menu).contains("href=\"" + page + "\""));
    }
  }

  @Test
  void everyPageCanBeReachedFromTheReadme() throws IOException {
    Set<Path> reached = new LinkedHashSet<>();
    Deque<Path> toRead = new ArrayDeque<>(List.of(README.toAbsolutePath()));
    while (!toRead.isEmpty()) {
      Path page = toRead.pop();
      if (reached.add(page) && page.toString().endsWith(".md")) {
        find(LINK, Files.readString(page)).forEach(target -> toRead.push(page(page, target)));
      }
    }
    assertThat(reached).containsAll(documents().map(Path::toAbsolutePath).toList());
  }

  @Test
  void theVersionToDependOnIsTheOneThatIsBuilt() throws IOException {
    assertThat(Files.readString(README)).contains("<version>" + builtVersion() + "</version>");
  }

  private static String builtVersion() throws IOException {
    Matcher version =
        Pattern.compile("<artifactId>jobs-client</artifactId>\\s*<version>([^<]+)</version>")
            .matcher(Files.readString(Path.of("pom.xml")));
    assertThat(version.find()).isTrue();
    return version.group(1);
  }

  /** The engines of the samples are in a profile, so users do not get them. */
  @Test
  void theReadmeNamesEveryDependencyThatAUserGets() throws IOException {
    String pom = Files.readString(Path.of("pom.xml"));
    String always = pom.substring(0, pom.indexOf("<profiles>"));
    String readme = Files.readString(README);
    List<String> dependencies =
        find(
            Pattern.compile("\n    <dependency>(.*?)</dependency>", Pattern.DOTALL),
            always.substring(always.indexOf("</dependencyManagement>")));
    assertThat(dependencies).hasSizeGreaterThan(4);
    assertThat(dependencies)
        .filteredOn(dependency -> !dependency.contains("<scope>test</scope>"))
        .hasSize(8)
        .allSatisfy(
            dependency ->
                assertThat(readme.toLowerCase(Locale.ROOT))
                    .contains(find(Pattern.compile("<artifactId>(.*?)<"), dependency)));
  }

  /** The lines between {@code // begin} and {@code // end} of each sample. */
  private static List<String> compiledSnippets() throws IOException {
    List<String> snippets = new ArrayList<>();
    Pattern marked = Pattern.compile("// begin\n(.*?)// end", Pattern.DOTALL);
    for (Path folder : SAMPLES) {
      try (Stream<Path> samples = Files.walk(folder)) {
        for (Path sample :
            samples.filter(file -> file.toString().endsWith(".java")).sorted().toList()) {
          find(marked, Files.readString(sample)).forEach(snippet -> snippets.add(folded(snippet)));
        }
      }
    }
    return snippets;
  }

  private static List<String> find(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(found -> found.group(1)).toList();
  }

  /** Without white space: the formatter breaks lines differently from a document. */
  private static String folded(String code) {
    return code.replaceAll("\\s+", "");
  }
}
