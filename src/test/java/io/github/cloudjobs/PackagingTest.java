package io.github.cloudjobs;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.github.cloudjobs.model.JobsModule;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the jar contains besides classes, and what the repository shows besides code. */
class PackagingTest {
  private static final String NATIVE_IMAGE =
      "META-INF/native-image/io.github.cloudjobs/jobs-client/";
  private static final Path GITHUB = Path.of(".github");
  private static final Pattern USES = Pattern.compile("uses: *([^\\s]+)(.*)");
  private static final Pattern LINK = Pattern.compile("\\]\\((?!https:)([^)#]+)");

  private static final JavaClasses LIBRARY =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.github.cloudjobs");

  /** Other compilers, such as an IDE's, may leave the names out. */
  @Test
  @EnabledIfSystemProperty(named = "basedir", matches = ".+", disabledReason = "not run by Maven")
  void publicMethodsKeepTheNamesOfTheirParameters() {
    for (Method method : JobsClient.class.getMethods()) {
      if (method.getDeclaringClass() == JobsClient.class) {
        assertThat(method.getParameters()).as(method.toString()).allMatch(Parameter::isNamePresent);
      }
    }
  }

  @Test
  void nativeImagesReflectOnWhatExists() throws Exception {
    for (JsonNode entry : json("reflect-config.json")) {
      Class<?> type = type(entry);
      for (JsonNode method : entry.path("methods")) {
        assertThat(method.path("name").textValue()).isEqualTo("<init>");
        assertThat(method.path("parameterTypes")).isEmpty();
        assertThat(type.getDeclaredConstructor()).isNotNull();
      }
    }
  }

  /** Jackson creates or reads each of these by reflection. */
  @Test
  void nativeImagesReflectOnTheMixInsOfTheModule() throws Exception {
    Set<String> named = names("reflect-config.json");
    assertThat(named).contains("io.github.cloudjobs.model.JobRef");
    assertThat(named).contains("io.github.cloudjobs.model.JobFailure");
    for (Class<?> nested : JobsModule.class.getDeclaredClasses()) {
      boolean noArguments =
          Stream.of(nested.getDeclaredConstructors()).anyMatch(c -> c.getParameterCount() == 0);
      if (noArguments) {
        assertThat(named).contains(nested.getName());
      }
    }
  }

  @Test
  void nativeImagesHaveEveryResource() throws Exception {
    List<Pattern> patterns = new ArrayList<>();
    for (JsonNode include : json("resource-config.json").path("resources").path("includes")) {
      patterns.add(Pattern.compile(include.path("pattern").textValue()));
    }
    Path resources = Path.of("src/main/resources");
    try (Stream<Path> files = Files.walk(resources.resolve("io"))) {
      assertThat(files.filter(Files::isRegularFile).map(resources::relativize))
          .isNotEmpty()
          .allMatch(
              file ->
                  patterns.stream()
                      .anyMatch(p -> p.matcher(file.toString().replace('\\', '/')).matches()));
    }
  }

  @Test
  void nativeImagesSerializeWhatIsPublicAndSerializable() throws Exception {
    for (JsonNode entry : json("serialization-config.json").path("types")) {
      assertThat(Serializable.class.isAssignableFrom(type(entry))).as(entry.toString()).isTrue();
    }
    Set<String> exported = exported();
    Set<String> serializable =
        LIBRARY.stream()
            .filter(type -> type.isAssignableTo(Serializable.class) && !type.isInterface())
            .filter(type -> !type.isEnum())
            .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
            .filter(type -> !type.isAssignableTo("com.fasterxml.jackson.databind.Module"))
            .filter(type -> exported.contains(type.getPackageName()))
            .map(JavaClass::getName)
            .collect(toSet());
    assertThat(serializable).hasSizeGreaterThan(10);
    assertThat(names("serialization-config.json")).containsAll(serializable);
  }

  static Stream<Path> workflows() throws IOException {
    return files(GITHUB.resolve("workflows"), ".yml");
  }

  /** A tag can be moved to other code, a commit cannot. */
  @ParameterizedTest
  @MethodSource("workflows")
  void workflowsUseActionsByTheirCommitAndHaveFewPermissions(Path workflow) throws IOException {
    String text = Files.readString(workflow);
    List<MatchResult> uses = USES.matcher(text).results().toList();
    assertThat(uses)
        .isNotEmpty()
        .allSatisfy(
            found -> {
              assertThat(found.group(1)).matches("[\\w-]+/[\\w-]+@[0-9a-f]{40}");
              assertThat(found.group(2)).matches(" # v\\d+\\.\\d+\\.\\d+");
            });
    assertThat(text).contains("\npermissions:\n  contents: read\n");
  }

  static Stream<Path> contributorPages() throws IOException {
    return files(GITHUB, ".md");
  }

  @ParameterizedTest
  @MethodSource("contributorPages")
  void linksOfContributorPagesLeadToFiles(Path page) throws IOException {
    assertThat(LINK.matcher(Files.readString(page)).results().map(found -> found.group(1)))
        .allSatisfy(link -> assertThat(page.resolveSibling(link)).exists());
  }

  private static Stream<Path> files(Path folder, String suffix) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(suffix)).sorted().toList().stream();
    }
  }

  private static Set<String> exported() throws IOException {
    String module = Files.readString(Path.of("src/main/java/module-info.java"));
    return Pattern.compile("exports (\\S+);")
        .matcher(module)
        .results()
        .map(found -> found.group(1))
        .collect(toSet());
  }

  private static JsonNode json(String file) throws IOException {
    try (InputStream in =
        PackagingTest.class.getClassLoader().getResourceAsStream(NATIVE_IMAGE + file)) {
      return new ObjectMapper().readTree(in);
    }
  }

  private static Class<?> type(JsonNode entry) throws ClassNotFoundException {
    String name = entry.path("name").textValue();
    return Class.forName(name.endsWith("[]") ? "[L" + name.replace("[]", ";") : name);
  }

  private static Set<String> names(String file) throws IOException {
    JsonNode json = json(file);
    return StreamSupport.stream((json.isArray() ? json : json.path("types")).spliterator(), false)
        .map(entry -> entry.path("name").textValue())
        .collect(toSet());
  }
}
