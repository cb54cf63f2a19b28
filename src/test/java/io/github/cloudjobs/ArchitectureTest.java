package io.github.cloudjobs;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.github.cloudjobs.auth.CredentialsProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The listing is the architecture: arrows between packages run one way, downwards. */
class ArchitectureTest {
  private static final String ROOT = "io.github.cloudjobs";

  private static final JavaClasses LIBRARY =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  private static final JavaClasses TESTS =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.ONLY_INCLUDE_TESTS)
          .importPackages(ROOT);

  /**
   * What each package may use, besides itself. The root package and {@code testing} may use all.
   */
  private static final Map<String, Set<String>> MAY_USE =
      Map.of(
          "text", Set.of(),
          "error", Set.of("text"),
          "connection", Set.of("error", "text"),
          "model", Set.of("error", "text"),
          // the message of a refused login, and how IAM is reached
          "auth", Set.of("connection", "error", "text"),
          "wait", Set.of("model", "error", "text"),
          "step", Set.of("wait", "model", "error", "text"),
          "engine", Set.of("step", "wait", "model", "error", "text"),
          // its poller is the engine's source of polls
          "http", Set.of("engine", "step", "wait", "auth", "connection", "model", "error", "text"));

  static Stream<String> names() {
    return MAY_USE.keySet().stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("names")
  void aPackageUsesOnlyTheOnesBelowIt(String name) {
    String[] allowed =
        Stream.concat(Stream.of(name), MAY_USE.get(name).stream()).toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage(ROOT + "." + name)
        .should()
        .dependOnClassesThat(resideInAPackage(ROOT + "..").and(not(packages(allowed))))
        .check(LIBRARY);
  }

  /** The arrows of {@code architecture.md} reach exactly the packages that a package may use. */
  @Test
  void theArchitecturePageShowsTheseArrows() throws IOException {
    String page = Files.readString(Path.of("src/site/markdown/architecture.md"));
    Map<String, Set<String>> drawn = new HashMap<>();
    Matcher arrow =
        Pattern.compile("^ +(\\w+)(?:\\[.*?])? --> (\\w+)", Pattern.MULTILINE).matcher(page);
    while (arrow.find()) {
      drawn.computeIfAbsent(arrow.group(1), from -> new HashSet<>()).add(arrow.group(2));
    }
    MAY_USE.forEach((name, used) -> assertThat(reachable(name, drawn)).as(name).isEqualTo(used));
    Set<String> all = new HashSet<>(MAY_USE.keySet());
    assertThat(reachable("root", drawn)).isEqualTo(all);
    all.add("root");
    assertThat(reachable("testing", drawn)).isEqualTo(all);
  }

  private static Set<String> reachable(String from, Map<String, Set<String>> arrows) {
    Set<String> reached = new HashSet<>();
    Deque<String> next = new ArrayDeque<>(arrows.getOrDefault(from, Set.of()));
    while (!next.isEmpty()) {
      String name = next.pop();
      if (reached.add(name)) {
        next.addAll(arrows.getOrDefault(name, Set.of()));
      }
    }
    return reached;
  }

  @Test
  void everyPackageHasItsPlace() {
    Set<String> found =
        LIBRARY.stream()
            .map(JavaClass::getPackageName)
            .filter(name -> !name.equals(ROOT))
            .map(name -> name.substring(ROOT.length() + 1))
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> placed = new TreeSet<>(MAY_USE.keySet());
    placed.add("testing");
    assertThat(found).isEqualTo(placed);
  }

  @Test
  void thereAreNoCircles() {
    slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(LIBRARY);
  }

  @Test
  void nothingImportsTheSimulation() {
    noClasses()
        .that(not(resideInAPackage(ROOT + ".testing")))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(ROOT + ".testing")
        .check(LIBRARY);
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
        .callMethod(InstantSource.class, "system")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(Instant.class, "now")
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

  @Test
  void onlyTheSourcesOfCredentialsLookAtTheMachineAndInOnePlace() {
    noClasses()
        .that(resideInAPackage(ROOT + "..").and(not(named("auth.SystemEnvironment"))))
        .and(not(resideInAPackage(ROOT + ".testing")))
        .should()
        .callMethod(System.class, "getenv", String.class)
        .orShould()
        .callMethod(System.class, "getenv")
        .orShould()
        .callMethod(System.class, "getProperty", String.class)
        .check(LIBRARY);
  }

  @Test
  void noTestLooksForCredentialsOnTheMachineItRunsOn() {
    noClasses()
        .that(not(resideInAPackage(ROOT + ".samples"))) // compiled; their tests bring their own
        .should()
        .callMethod(CredentialsProvider.class, "environment")
        .orShould()
        .callMethod(CredentialsProvider.class, "credentialsFile")
        .orShould()
        .callMethod(CredentialsProvider.class, "ecsMetadata")
        .orShould()
        .callMethod(CredentialsProvider.class, "defaultChain")
        .check(TESTS);
    assertThat(System.getProperty("cloudjobs.metadata.address")).isEqualTo("http://127.0.0.1:9");
  }

  private static DescribedPredicate<JavaClass> packages(String... names) {
    return resideInAnyPackage(
        Stream.of(names).map(name -> ROOT + "." + name).toArray(String[]::new));
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

  @Test
  void noPackageHasACatchAllName() {
    classes()
        .should()
        .resideOutsideOfPackages("..util..", "..utils..", "..impl..", "..common..", "..internal..")
        .check(LIBRARY);
  }

  @Test
  void everyPackageIsNullMarked() throws ClassNotFoundException {
    List<String> names =
        LIBRARY.stream().map(JavaClass::getPackageName).distinct().sorted().toList();
    for (String name : names) {
      assertThat(Class.forName(name + ".package-info").isAnnotationPresent(NullMarked.class))
          .as(name)
          .isTrue();
    }
  }
}
