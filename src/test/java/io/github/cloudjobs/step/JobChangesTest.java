package io.github.cloudjobs.step;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.model.Job;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

class JobChangesTest {
  /** Sub-jobs as id:status, an id may be missing; sub-jobs of their own in parentheses. */
  @ParameterizedTest(name = "{0}: {1} -> {2}")
  @CsvFileSource(
      resources = "/waits/changes.txt",
      delimiter = '|',
      emptyValue = "",
      quoteCharacter = '\'',
      nullValues = "none")
  void changedSubJobs(String rule, String before, String now, String changes) {
    assertThat(changes(before == null ? null : job(before), job(now)))
        .isEqualTo(changes.isEmpty() ? List.of() : List.of(changes.split(", ")));
  }

  private static Job job(String subJobs) {
    String json =
        Pattern.compile("([^\\s():]*):(\\w+)(\\(?)")
            .matcher(subJobs)
            .replaceAll(
                found -> {
                  String id = found.group(1).isEmpty() ? "" : "'job_id':'" + found.group(1) + "',";
                  String end = found.group(3).isEmpty() ? "}," : ",'sub_jobs':[";
                  return "{" + id + "'status':'" + found.group(2) + "'" + end;
                })
            .replace(")", "]},")
            .replaceAll(",\\s*(]|$)", "$1");
    return entities("'sub_jobs':[" + json + "]");
  }

  private static Job entities(String json) {
    return Job.fromJson(("{'status':'RUNNING','entities':{" + json + "}}").replace('\'', '"'));
  }

  private static List<String> changes(Job before, Job now) {
    List<String> changes = new ArrayList<>();
    JobChanges.subJobs(
        before, now, (was, job) -> changes.add(job.jobId() + " " + was + " " + job.status()));
    return changes;
  }

  @ParameterizedTest(name = "{0}")
  @CsvFileSource(
      resources = "/waits/new-ids.txt",
      delimiter = '|',
      quoteCharacter = '"',
      nullValues = "none")
  void newIds(String rule, String before, String now, String ids) {
    Job previous = before == null ? null : entities(before);
    assertThat(JobChanges.newIds(previous, entities(now))).hasToString(ids);
  }
}
