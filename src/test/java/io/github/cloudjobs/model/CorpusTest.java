package io.github.cloudjobs.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.error.MalformedJobException;
import io.github.cloudjobs.text.SafeText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Reads every recorded body, where there are any: {@code -Djobs.corpus=DIRECTORY}. */
class CorpusTest {
  private static final Path CORPUS = Path.of(System.getProperty("jobs.corpus", "../shared/corpus"));
  private static final Path FACTS = Path.of("src/test/resources/corpus-facts.txt");
  private static final Instant AT = Instant.parse("2026-01-05T10:00:00Z");
  private static final ObjectMapper STRICT =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  @BeforeAll
  static void thereIsACorpus() {
    assumeTrue(Files.isDirectory(CORPUS), "no recorded bodies");
  }

  @Test
  void everyResponseToAJobQueryIsReadAsExpected() throws IOException {
    Map<String, String> read = new TreeMap<>();
    for (Map.Entry<String, byte[]> body : bodies(CorpusTest::isJobQuery).entrySet()) {
      if (isJsonObject(body.getValue())) {
        read.put(body.getKey(), JobFacts.of(Job.fromJson(body.getValue())));
      }
    }
    Map<String, String> stated = JobFacts.table(Files.readString(FACTS));

    assertThat(read.keySet()).containsExactlyElementsOf(new TreeMap<>(stated).keySet());
    read.forEach((name, facts) -> assertThat(facts).as(name).isEqualTo(stated.get(name)));
  }

  @Test
  void everyObjectIsReadWithoutLossAndAnythingElseRefused() throws Exception {
    for (Map.Entry<String, byte[]> body : bodies(name -> true).entrySet()) {
      if (isJsonObject(body.getValue())) {
        ReaderFuzzTest.assertIsReadWithoutLoss(body.getValue());
      } else {
        assertThatThrownBy(() -> Job.fromJson(body.getValue()))
            .as(body.getKey())
            .isInstanceOf(MalformedJobException.class)
            .hasMessageEndingWith(SafeText.excerpt(body.getValue()))
            .satisfies(refused -> assertThat(refused.getMessage().chars()).noneMatch(c -> c < ' '));
      }
    }
  }

  @Test
  void everyResponseToASubmissionReturnsItsJobOrItsError() throws IOException {
    Predicate<String> isError = name -> name.startsWith("err-");
    for (Map.Entry<String, byte[]> body :
        bodies(isError.or(name -> name.contains("-submit-"))).entrySet()) {
      String text = new String(body.getValue(), UTF_8);
      if (!isError.test(body.getKey())) {
        String id = STRICT.readTree(text).get("job_id").textValue();
        assertThat(JobRef.fromSubmission("p", text, AT)).isEqualTo(new JobRef("p", id, AT));
        continue;
      }
      boolean json = isJsonObject(body.getValue());
      assertThatThrownBy(() -> JobRef.fromSubmission("p", text, AT))
          .as(body.getKey())
          .isExactlyInstanceOf(json ? JobsServiceException.class : MalformedJobException.class);
    }
  }

  private static boolean isJobQuery(String name) {
    return name.endsWith(".json") && !name.startsWith("err-") && !name.contains("-submit-");
  }

  private static boolean isJsonObject(byte[] body) {
    try {
      return STRICT.readTree(body).isObject();
    } catch (IOException notJson) {
      return false;
    }
  }

  private static Map<String, byte[]> bodies(Predicate<String> wanted) throws IOException {
    Map<String, byte[]> bodies = new TreeMap<>();
    try (Stream<Path> files = Files.list(CORPUS)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = file.getFileName().toString();
        if (!name.endsWith(".md") && wanted.test(name)) {
          bodies.put(name, Files.readAllBytes(file));
        }
      }
    }
    return bodies;
  }
}
