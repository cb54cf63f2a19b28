package io.github.cloudjobs;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.Module;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.cloudjobs.model.JobFailure;
import io.github.cloudjobs.model.JobRef;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
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

/** What the jar contains besides classes, and what the repository's workflows may do. */
class PackagingTest {
  private static final String NATIVE_IMAGE =
      "META-INF/native-image/io.github.cloudjobs/jobs-client/";

  private static List<MatchResult> find(String regex, Path file) throws IOException {
    return Pattern.compile(regex).matcher(Files.readString(file)).results().toList();
  }

  private static JsonNode json(String file) throws IOException {
    try (InputStream in =
        PackagingTest.class.getClassLoader().getResourceAsStream(NATIVE_IMAGE + file)) {
      return new ObjectMapper().readTree(in);
    }
  }

  private static Set<String> names(JsonNode entries) {
    return StreamSupport.stream(entries.spliterator(), false)
        .map(entry -> entry.path("name").textValue())
        .collect(toSet());
  }

  private static Class<?> type(String name) throws ClassNotFoundException {
    return Class.forName(name.endsWith("[]") ? "[L" + name.replace("[]", ";") : name);
  }

  /** Other compilers, such as an IDE's, may leave the names out. */
  @Test
  @EnabledIfSystemProperty(named = "basedir", matches = ".+", disabledReason = "not run by Maven")
  void publicMethodsKeepTheNamesOfTheirParameters() {
    for (Method method : EveryMethodTest.methods()) {
      assertThat(method.getParameters()).as(method.toString()).allMatch(Parameter::isNamePresent);
    }
  }

  @Test
  void nativeImagesReflectOnTheRecordsThatJacksonReads() throws Exception {
    Set<String> named = names(json("reflect-config.json"));
    for (String name : named) {
      assertThat(type(name).isRecord()).as(name).isTrue();
    }
    assertThat(named).contains(JobRef.class.getName(), JobFailure.class.getName());
  }

  @Test
  void nativeImagesHaveEveryResource() throws Exception {
    JsonNode includes = json("resource-config.json").path("resources").path("includes");
    Pattern patterns = Pattern.compile(String.join("|", includes.findValuesAsText("pattern")));
    Path resources = Path.of("src/main/resources");
    try (Stream<Path> files = Files.walk(resources.resolve("io"))) {
      assertThat(files.filter(Files::isRegularFile).map(resources::relativize))
          .isNotEmpty()
          .allMatch(file -> patterns.matcher(file.toString().replace('\\', '/')).matches());
    }
  }

  @Test
  void nativeImagesSerializeWhatIsPublicAndSerializable() throws Exception {
    Set<String> named = names(json("serialization-config.json").path("types"));
    for (String name : named) {
      assertThat(Serializable.class.isAssignableFrom(type(name))).as(name).isTrue();
    }
    List<String> exported =
        find("exports (\\S+);", Path.of("src/main/java/module-info.java")).stream()
            .map(found -> found.group(1))
            .toList();
    Path classes =
        Path.of(JobsClient.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    List<String> serializable = new ArrayList<>();
    for (String name : exported) {
      try (Stream<Path> files = Files.list(classes.resolve(name.replace('.', '/')))) {
        List<String> names = files.map(each -> each.getFileName().toString()).toList();
        for (String file : names.stream().filter(each -> each.endsWith(".class")).toList()) {
          Class<?> type = Class.forName(name + "." + file.replace(".class", ""));
          if (Serializable.class.isAssignableFrom(type)
              && Modifier.isPublic(type.getModifiers())
              && !type.isEnum()
              && !type.isInterface()
              && !Module.class.isAssignableFrom(type)) {
            serializable.add(type.getName());
          }
        }
      }
    }
    assertThat(serializable).hasSizeGreaterThan(10);
    assertThat(named).containsAll(serializable);
  }

  /** A tag can be moved to other code, a commit cannot. */
  @Test
  void workflowsUseActionsByTheirCommitAndHaveFewPermissions() throws IOException {
    try (Stream<Path> workflows = Files.list(Path.of(".github/workflows"))) {
      for (Path workflow : workflows.toList()) {
        assertThat(find("uses: *(.*)", workflow))
            .isNotEmpty()
            .extracting(found -> found.group(1))
            .allMatch(
                action -> action.matches("[\\w-]+/[\\w-]+@[0-9a-f]{40} # v\\d+\\.\\d+\\.\\d+"));
        assertThat(find("\npermissions:\n  contents: read\n", workflow)).hasSize(1);
      }
    }
  }
}
