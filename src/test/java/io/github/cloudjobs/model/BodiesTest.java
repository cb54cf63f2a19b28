package io.github.cloudjobs.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each recorded body has its expected facts beside it and a line in the list. */
class BodiesTest {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder().addModule(new JobsModule()).addModule(new JavaTimeModule()).build();

  /** What an application may keep of a job. */
  record Kept(
      String note,
      JobRef ref,
      Job job,
      List<SubJob> subJobs,
      Map<String, Entities> entities,
      List<JobFailure> failures,
      JobStatus status,
      Duration took) {}

  static List<String> bodies() {
    return Bodies.names();
  }

  @ParameterizedTest
  @MethodSource("bodies")
  void eachBodyIsReadAsInItsExpectedFile(String name) throws IOException {
    String expected = Files.readString(Bodies.FOLDER.resolve(name.replace(".json", ".expected")));
    Job job = Bodies.job(name);

    assertThat(JobFacts.of(job) + "\n").isEqualTo(expected);
    assertThat(JobFacts.of(MAPPER.convertValue(job, Job.class)) + "\n").isEqualTo(expected);
  }

  @Test
  void theReadmeListsEveryBody() throws IOException {
    TreeSet<String> listed = new TreeSet<>();
    Pattern.compile("`([a-z0-9-]+\\.json)`")
        .matcher(Files.readString(Bodies.FOLDER.resolve("README.md")))
        .results()
        .forEach(name -> listed.add(name.group(1)));

    assertThat(listed).containsExactlyElementsOf(Bodies.names());
  }

  @ParameterizedTest
  @MethodSource("bodies")
  void everyTypeReadsBackEqualWithinATypeOfTheCaller(String name) throws Exception {
    Job job = Bodies.job(name);
    Kept kept =
        new Kept(
            "n",
            new JobRef("p", "j", Instant.parse("2026-01-05T10:00:00.5Z")),
            job,
            job.subJobs(),
            Map.of("a", job.entities()),
            job.failures(),
            job.status(),
            Duration.ofMinutes(3));

    assertThat(MAPPER.readValue(MAPPER.writeValueAsBytes(kept), Kept.class)).isEqualTo(kept);
    assertThat(MAPPER.treeToValue(MAPPER.valueToTree(kept), Kept.class)).isEqualTo(kept);
    String list = MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(List.of(kept, kept));
    assertThat(MAPPER.readValue(list, new TypeReference<List<Kept>>() {}))
        .containsExactly(kept, kept);
  }
}
