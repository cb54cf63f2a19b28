package io.github.cloudjobs.step;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.model.Job;
import java.util.List;
import java.util.function.IntFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobChangesTest {
  /** Sub-jobs as id:status, an id may be missing; sub-jobs of their own in parentheses. */
  @ParameterizedTest(name = "{0}: {1} -> {2}")
  @CsvSource(
      delimiter = '|',
      emptyValue = "",
      nullValues = "none",
      textBlock =
          """
          a new sub-job is a change         | none                | a:RUNNING b:INIT      | a null RUNNING, b null INIT
          a new sub-job is a change         | ''                  | a:RUNNING b:INIT      | a null RUNNING, b null INIT
          a changed status is a change      | a:RUNNING b:INIT    | a:RUNNING b:FAIL      | b INIT FAIL
          no change                         | a:RUNNING b:FAIL    | a:RUNNING b:FAIL      | ''
          another text for the same status  | a:RUNNIGN b:ODD     | a:running b:OTHER     | ''
          a parent comes before its children | none | a:RUNNING(x:FAIL(y:INIT) z:INIT) b:SUCCESS | a null RUNNING, x null FAIL, y null INIT, z null INIT, b null SUCCESS
          a child changes without its parent | a:RUNNING(x:INIT)  | a:RUNNING(x:SUCCESS)  | x INIT SUCCESS
          matched by id if it moves         | a:INIT b:RUNNING    | b:RUNNING a:INIT      | ''
          matched by id if it moves         | a:INIT b:RUNNING    | b:RUNNING(a:SUCCESS)  | a INIT SUCCESS
          without an id by position         | :INIT :RUNNING(:INIT) | :INIT :RUNNING(:FAIL) | null INIT FAIL
          without an id by position         | :INIT :RUNNING(:INIT) | :INIT :RUNNING(:INIT) | ''
          an id that looks like a position  | :INIT /0:SUCCESS    | :INIT /0:SUCCESS      | ''
          one that disappears is no change  | a:INIT              | ''                    | ''
          duplicates are matched in order   | a:SUCCESS a:RUNNING | a:SUCCESS a:RUNNING   | ''
          duplicates are matched in order   | a:SUCCESS a:RUNNING | a:SUCCESS a:SUCCESS   | a RUNNING SUCCESS
          an id that looks like a duplicate | a:INIT a:FAIL 2=a:RUNNING | a:INIT a:FAIL 2=a:RUNNING | ''
          """)
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
    return JobChanges.subJobs(before, now).stream()
        .map(c -> c.subJob().jobId() + " " + c.before() + " " + c.subJob().status())
        .toList();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      nullValues = "none",
      textBlock =
          """
          all ids of the first response | none | 'server_id':'i-1','volume_ids':['v-1','v-2'] | {server_id=[i-1], volume_ids=[v-1, v-2]}
          known ids are not new         | 'server_id':'i-1','volume_ids':['v-1'] | 'server_id':'i-1','volume_ids':['v-2','v-1','v-3'],'nic_id':'n-1' | {volume_ids=[v-2, v-3], nic_id=[n-1]}
          ids that are gone             | 'server_id':'i-1','nic_id':'n-1' | 'server_id':'i-1' | {}
          an id under another key       | 'server_id':'x' | 'server_id':'x','nic_id':'x' | {nic_id=[x]}
          ids of sub-jobs at any depth  | 'nic_id':'n' | 'nic_id':'n','sub_jobs':[{'sub_jobs':[{'entities':{'port_id':'p-1'}}]}] | {port_id=[p-1]}
          an id in another sub-job      | 'sub_jobs':[{'entities':{'server_id':'i-1'}},{}] | 'sub_jobs':[{},{'entities':{'server_id':'i-1'}}] | {}
          """)
  void newIds(String rule, String before, String now, String ids) {
    Job previous = before == null ? null : entities(before);
    assertThat(JobChanges.newIds(previous, entities(now))).hasToString(ids);
  }

  @Test
  void ofManySubJobsAndIdsOnlyTheNewOnesAreReported() {
    Job before = many(19_999, i -> "RUNNING");
    Job after = many(20_000, i -> i % 10_000 == 7 ? "SUCCESS" : "RUNNING");
    assertThat(changes(before, after))
        .containsExactly("s-7 RUNNING SUCCESS", "s-10007 RUNNING SUCCESS", "s-19999 null RUNNING");
    assertThat(JobChanges.newIds(before, after)).hasToString("{server_id=[i-19999]}");
  }

  private static Job many(int subJobs, IntFunction<String> status) {
    return entities(
        IntStream.range(0, subJobs)
            .mapToObj(
                i ->
                    "{'job_id':'s-%s','status':'%s','entities':{'server_id':'i-%s'}}"
                        .formatted(i, status.apply(i), i))
            .collect(Collectors.joining(",", "'sub_jobs':[", "]")));
  }
}
