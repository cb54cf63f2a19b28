package io.github.cloudjobs;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The page on the architecture is right: arrows between packages run one way, downwards. */
class ArchitectureTest {
  private static final String ROOT = "io.github.cloudjobs";

  private static final JavaClasses LIBRARY = read(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS);
  private static final JavaClasses TESTS = read(ImportOption.Predefined.ONLY_INCLUDE_TESTS);

  /** Of other classes no more than the names: to read them all takes many times as long. */
  private static JavaClasses read(ImportOption option) {
    return ArchConfiguration.withThreadLocalScope(
        configuration -> {
          configuration.setResolveMissingDependenciesFromClassPath(false);
          return new ClassFileImporter().withImportOption(option).importPackages(ROOT);
        });
  }

  /** What each package may use: the packages that the arrows of the page reach from it. */
  private static Map<String, Set<String>> mayUse() throws IOException {
    String page = Files.readString(Path.of("src/site/markdown/architecture.md"));
    Map<String, Set<String>> below = new TreeMap<>();
    Pattern.compile("^ +(\\w+)(?:\\[.*?])? --> (\\w+)", Pattern.MULTILINE)
        .matcher(page)
        .results()
        .forEach(
            arrow -> {
              below.computeIfAbsent(arrow.group(2), name -> new TreeSet<>());
              below.computeIfAbsent(arrow.group(1), name -> new TreeSet<>()).add(arrow.group(2));
            });
    for (int i = 0; i < below.size(); i++) {
      below.values().forEach(set -> List.copyOf(set).forEach(name -> set.addAll(below.get(name))));
    }
    return below;
  }

  static Stream<Arguments> packagesAndThoseBelow() throws IOException {
    return mayUse().entrySet().stream().map(each -> Arguments.of(each.getKey(), each.getValue()));
  }

  @ParameterizedTest
  @MethodSource("packagesAndThoseBelow")
  void aPackageUsesOnlyTheOnesBelowIt(String name, Set<String> below) {
    assertThat(below).doesNotContain(name);
    String[] allowed = Stream.concat(Stream.of(name), below.stream()).toArray(String[]::new);
    noClasses()
        .that(packages(name))
        .should()
        .dependOnClassesThat(resideInAPackage(ROOT + "..").and(not(packages(allowed))))
        .check(LIBRARY);
  }

  @Test
  void everyPackageHasItsPlaceAndThoseForUsersAreNullMarked() throws Exception {
    List<String> placed = mayUse().keySet().stream().map(ArchitectureTest::fullName).toList();
    assertThat(LIBRARY).extracting(JavaClass::getPackageName).hasSameElementsAs(placed);
    String module = Files.readString(Path.of("src/main/java/module-info.java"));
    assertThat(module).as("for the compiler").contains("@NullMarked\nmodule ");
    List<String> exported =
        placed.stream().filter(name -> module.contains("exports " + name + ";")).toList();
    assertThat(exported).hasSize(6);
    for (String name : exported) {
      assertThat(Class.forName(name + ".package-info").isAnnotationPresent(NullMarked.class))
          .as(name)
          .isTrue();
    }
  }

  @Test
  void onlyHttpSigningAndCredentialSourcesUseOkHttp() {
    noClasses()
        .that(
            packages("text", "error", "model", "auth", "wait", "step", "engine")
                .and(
                    not(
                        named(
                            "auth.RequestSigner",
                            "auth.SourceHttp",
                            "auth.EcsMetadata",
                            "auth.IamLogin",
                            "auth.IamPasswordBuilder"))))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("okhttp3..", "okio..")
        .check(LIBRARY);
  }

  @Test
  void decisionsReadNoClockAndStartNoThread() {
    noClasses()
        .that(packages("step", "wait", "model", "auth").and(not(named("auth.SystemEnvironment"))))
        .should()
        .accessTargetWhere(
            anyOf(
                "InstantSource.system(",
                "System.nanoTime(",
                "System.currentTimeMillis(",
                "Instant.now("))
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(Clock.class)
        .check(LIBRARY);
    noClasses()
        .that(
            packages("step", "wait", "model", "auth")
                // the second one waits for a fetch, and has to keep an interrupt
                .and(not(named("auth.SystemEnvironment", "auth.CachedCredentials"))))
        .should()
        .dependOnClassesThat()
        .areAssignableTo(Thread.class)
        .check(LIBRARY);
  }

  /** The console asks for its colours, and a region for overrides of endpoints. */
  @Test
  void onlyTheSourcesOfCredentialsLookAtTheMachineAndInOnePlace() {
    noClasses()
        .that(not(named("auth.SystemEnvironment", "wait.ConsoleProgress", "JobsClient")))
        .and(not(packages("testing")))
        .should()
        .accessTargetWhere(anyOf("System.getenv(", "System.getProperty("))
        .check(LIBRARY);
  }

  @Test
  void noTestLooksForCredentialsOnTheMachineItRunsOn() {
    noClasses()
        .that(not(packages("samples"))) // compiled; their tests bring their own
        .should()
        .accessTargetWhere(
            anyOf(
                "CredentialsProvider.environment()",
                "CredentialsProvider.credentialsFile()",
                "CredentialsProvider.ecsMetadata()",
                "CredentialsProvider.defaultChain()"))
        .check(TESTS);
    assertThat(System.getProperty("cloudjobs.metadata.address")).isEqualTo("http://127.0.0.1:9");
  }

  /** Matches calls and references of methods by a part of their full names. */
  private static DescribedPredicate<JavaAccess<?>> anyOf(String... methods) {
    return DescribedPredicate.describe(
        "any of " + String.join(", ", methods),
        access ->
            Stream.of(methods)
                .anyMatch(method -> access.getTarget().getFullName().contains("." + method)));
  }

  private static DescribedPredicate<JavaClass> packages(String... names) {
    return resideInAnyPackage(
        Stream.of(names).map(ArchitectureTest::fullName).toArray(String[]::new));
  }

  private static String fullName(String name) {
    return name.equals("root") ? ROOT : ROOT + "." + name;
  }

  /** Matches classes by their names below the root package, and what is nested in them. */
  private static DescribedPredicate<JavaClass> named(String... names) {
    return DescribedPredicate.describe(
        "named " + String.join(" or ", names),
        type ->
            Stream.of(names)
                .map(name -> ROOT + "." + name)
                .anyMatch(
                    name -> type.getName().equals(name) || type.getName().startsWith(name + "$")));
  }
}
