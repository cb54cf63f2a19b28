package io.github.cloudjobs.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.github.cloudjobs.error.MalformedJobException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What golden pairs of bodies do not show: types that no service sends yet, encodings, limits. */
class JobReaderTest {
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "'INIT', INIT",
        "'PENDING_PAYMENT', PENDING_PAYMENT",
        "'Failed', FAIL",
        "' running ', RUNNING",
        "'RUNNIN', UNKNOWN",
        "'SUCCESSFUL', UNKNOWN",
        "'SUC CES S', UNKNOWN",
        "'SUCC\\u0045SS', SUCCESS",
        "'', UNKNOWN",
        "null, UNKNOWN",
        "2, UNKNOWN",
        "{'phase': 'SUCCESS'}, UNKNOWN"
      })
  void statusIsReadInAnySpelling(String json, JobStatus status) {
    assertThat(Bodies.read("{'status': " + json + "}").status()).isEqualTo(status);
    assertThat(status.isFinished())
        .isEqualTo(status == JobStatus.SUCCESS || status == JobStatus.FAIL);
  }

  @Test
  void scalarsOfOtherTypesReadAsText() {
    Job job =
        Bodies.read(
            "{'status':2,'job_id':17 ,'job_type':true,'begin_time':1684191545379,"
                + "'error_code':-4.50,'fail_reason':{'a': [1]},'message':[ ],'code':404\n}");

    assertThat(job.statusText()).isEqualTo("2");
    assertThat(job.jobId()).isEqualTo("17");
    assertThat(job.jobType()).isEqualTo("true");
    assertThat(job.beginTimeText()).isEqualTo("1684191545379");
    assertThat(job.errorCode()).isEqualTo("-4.50");
    assertThat(job.failReason()).isEqualTo("{\"a\": [1]}");
    assertThat(job.message()).isEqualTo("[ ]");
    assertThat(job.code()).isEqualTo("404");
  }

  @Test
  void emptyTextsReadAsNullExceptInRawTexts() {
    Job job =
        Bodies.read(
            "{'status':'','job_id':'','job_type':'','begin_time':'','error_code':'',"
                + "'fail_reason':'','message':'','code':''}");

    assertThat(job.statusText()).isEmpty();
    assertThat(job.beginTimeText()).isEmpty();
    assertThat(job.endTimeText()).isNull();
    assertThat(Arrays.asList(job.jobId(), job.jobType(), job.errorCode())).containsOnlyNulls();
    assertThat(Arrays.asList(job.failReason(), job.message(), job.code())).containsOnlyNulls();
    assertThat(job.failures()).isEmpty();
  }

  @Test
  void escapesAndOtherScriptsAreRead() {
    Job job =
        Bodies.read("{'fail_reason':'a \\'b\\' \\u00e9\\n\\ud83d\\ude00','job_type':'任务😀','é':1}");

    assertThat(job.failReason()).isEqualTo("a \"b\" é\n😀");
    assertThat(job.jobType()).isEqualTo("任务😀");
    assertThat(job.additional()).containsOnlyKeys("é");
  }

  @Test
  void theLastOfEqualKeysCounts() {
    Job job =
        Bodies.read(
            "{'status':'RUNNING','entities':{'sub_jobs_total':5,'sub_jobs':[{}],"
                + "'sub_jobs_result':[{}]},'x':1,'status':'SUCCESS',"
                + "'entities':{'server_id':'a','server_id':'b'},'x':2}");

    assertThat(job.status()).isEqualTo(JobStatus.SUCCESS);
    assertThat(job.entities().serverId()).isEqualTo("b");
    assertThat(job.subJobs()).isEmpty();
    assertThat(job.subJobsTotal()).isZero();
    assertThat(job.additional()).hasToString("{x=2}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'job_id':'a'} | 1",
        "[{'job_id':'a'},{}] | 2",
        "{} | 0",
        "[] | 0",
        "null | 0",
        "' ' | 0",
        "'[]' | 0",
        "'{\\'job_id\\':\\'a\\'}' | 1",
        "'none' | 0",
        "'[{]' | 0",
        "'[] []' | 0",
        "5 | 0",
        "true | 0",
        "[1,[{}],'a',null,{'job_id':'a'}] | 1",
      })
  void subJobsMayHaveAnyType(String json, int count) {
    Job top = Bodies.read("{'sub_jobs':" + json + "}");
    assertThat(top.subJobs()).hasSize(count);
    assertThat(top.additional()).isEmpty();

    for (String key : List.of("sub_jobs", "sub_jobs_result")) {
      Job inEntities = Bodies.read("{'entities':{'" + key + "':" + json + "}}");
      assertThat(inEntities.subJobs()).hasSize(count);
      assertThat(inEntities.entities().keys()).containsExactly(key);
    }
  }

  @Test
  void subJobsOfAllThreeListsAreJoined() {
    Job job =
        Bodies.read(
            "{'entities':{'sub_jobs':[{'job_id':'a'},{}],"
                + "'sub_jobs_result':[{'job_id':'a','status':'FAIL'},{'job_id':'b'}]},"
                + "'sub_jobs':[{'job_id':'c'},{'job_id':'b'},{'status':'INIT'}]}");

    assertThat(job.subJobs()).extracting(SubJob::jobId).containsExactly("a", null, "b", "c", null);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'id':'s','job_id':'p' | s",
        "'job_id':'p','id':7 | 7",
        "'id':'s','job_id':'own' | own",
        "'id':'s' | s",
        "'id':'','job_id':'p' | p",
        "'id':{},'job_id':'p' | p"
      })
  void aSubJobsOwnIdPrecedesTheIdOfItsParent(String ids, String expected) {
    String subJobs = "'sub_jobs':[{'status':'FAIL'," + ids + "}]";
    for (String body :
        List.of(
            "{'job_id':'p'," + subJobs + "}",
            "{" + subJobs + ",'job_id':'p'}",
            "{'job_id':'p','entities':{" + subJobs + "}}")) {
      Job job = Bodies.read(body);
      assertThat(job.subJobs().get(0).jobId()).isEqualTo(expected);
      assertThat(job.failures().get(0).jobId()).isEqualTo(expected);
    }
  }

  @Test
  void subJobsThatRepeatTheirParentsIdAreDistinguishedByTheirOwn() {
    String subJobs = "[{'id':'a','job_id':'p'},{'id':'b','job_id':'p'}]";
    Job job =
        Bodies.read(
            "{'job_id':'p','sub_jobs':%s,'entities':{'sub_jobs_result':%s}}"
                .formatted(subJobs, subJobs));

    assertThat(job.subJobs()).extracting(SubJob::jobId).containsExactly("a", "b");
    assertThat(job.subJobs().get(0).json()).hasToString("{\"id\":\"a\",\"job_id\":\"p\"}");
    assertThat(job.subJobs().get(0).additional()).containsOnlyKeys("id");
  }

  @Test
  void subJobsWithNoIdButTheirParentsAreAllKept() {
    Job job =
        Bodies.read(
            "{'job_id':'p','entities':{'sub_jobs':[{'job_id':'p','status':'SUCCESS'},"
                + "{'job_id':'a'}]},'sub_jobs':[{'job_id':'p','status':'FAIL'},{'job_id':'a'},"
                + "{'job_id':'b'}]}");

    assertThat(job.subJobs()).extracting(SubJob::jobId).containsExactly("p", "a", "p", "b");
    assertThat(job.failures()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "7, 7",
        "' 7 ', 7",
        "1, 2",
        "-1, 2",
        "'many', 2",
        "2.5, 2",
        "99999999999, 2",
        "null, 2",
        "['3'], 2",
        "{}, 2"
      })
  void theTotalIsTheServicesOrTheSizeOfTheList(String json, int total) {
    String counted = "'sub_jobs_total':" + json + ",'sub_jobs':[{},{}]";

    assertThat(Bodies.read("{" + counted + "}").subJobsTotal()).isEqualTo(total);
    assertThat(Bodies.read("{'entities':{" + counted + "}}").subJobsTotal()).isEqualTo(total);
    assertThat(Bodies.read("{'sub_jobs_total':3,'entities':{'sub_jobs_total':0}}").subJobsTotal())
        .isZero();
  }

  @Test
  void subJobsNestToAnyDepthWithinTheLimit() {
    int levels = 500;
    Job chain = Job.fromJson("{\"sub_jobs\":".repeat(levels - 1) + "{}" + "}".repeat(levels - 1));
    assertThat(chain.ids("x")).isEmpty();
    assertThat(chain.describe().lines()).hasSize(levels - 1);
    assertThat(chain.failures()).isEmpty();

    String tooDeep = "{\"a\":".repeat(levels + 1) + "1" + "}".repeat(levels + 1);
    assertThatThrownBy(() -> Job.fromJson(tooDeep))
        .isInstanceOf(MalformedJobException.class)
        .hasMessageContaining("over a limit")
        .hasMessageContaining("depth (501)");
  }

  @Test
  void stringsOfJsonAreOpenedToALimitedDepth() {
    JobReport report = nested(9, "{}", text -> "{\"sub_jobs_total\":3,\"sub_jobs\":" + text + "}");
    assertThat(report.json().get("sub_jobs").isTextual()).isTrue();

    report = nested(9, "{}", text -> "{\"sub_jobs\":[{\"entities\":" + text + "}]}");
    assertThat(report.entities().json().isTextual()).isTrue();

    String deep = "[".repeat(600) + "]".repeat(600);
    assertThat(Job.fromJson("{\"entities\":\"" + deep + "\"}").entities().json().isTextual())
        .isTrue();
  }

  /** Returns the innermost report of a body with so many strings of JSON in each other. */
  private static JobReport nested(int levels, String innermost, UnaryOperator<String> around) {
    String json = innermost;
    for (int i = 0; i < levels; i++) {
      String quoted = new String(JsonStringEncoder.getInstance().quoteAsString(json));
      json = around.apply("\"" + quoted + "\"");
    }
    JobReport report = Job.fromJson("{\"entities\":" + json + "}");
    int depth = 0;
    while (!report.subJobs().isEmpty()) {
      report = report.subJobs().get(0);
      depth++;
    }
    assertThat(depth).isBetween(4, 5);
    return report;
  }

  @Test
  void anObjectThatOnlyWrapsAJobIsOpened() {
    assertThat(Bodies.read("{'job':{'job_id':'b'},'job_id':null}").jobId()).isEqualTo("b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'job':{'job_id':'b'},'job_id':'a'}",
        "{'status':'INIT','job_id':'a','job':{'job_id':'b'}}",
        "{'job':[{'job_id':'b'}],'job_id':'a'}"
      })
  void aJobWithAKeyJobIsNoWrapper(String json) {
    assertThat(Bodies.read(json).jobId()).isEqualTo("a");
    assertThat(Bodies.read(json).additional()).containsOnlyKeys("job");
  }

  @Test
  void aJobOfAnotherTypeThanObjectIsKept() {
    Job job = Bodies.read("{'job':{'job_id':'b'},'job':7}");

    assertThat(job.jobId()).isNull();
    assertThat(job.additional()).hasToString("{job=7}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      nullValues = "none",
      value = {
        "`` | it is empty",
        "`  ` | it is empty",
        "[1] | its root is not an object",
        "null | its root is not an object",
        "12 | its root is not an object",
        "<html> | not JSON: Unexpected character ('<' (code 60))",
        "{\"status\":\"RUN | it is cut off at line 1, column",
        "{\"status\": | it is cut off at line 1, column",
        "\"tex | it is cut off at line 1, column",
        "[1, | it is cut off at line 1, column",
        "{\"a\":1} {} | something follows its JSON object",
        "{\"a\":tru} | not JSON: Unrecognized token 'tru'",
        "{'a':1} | not JSON: Unexpected character",
      })
  void aBodyThatIsNoJobIsRefusedWithTheReason(String body, String problem) {
    assertThatThrownBy(() -> Job.fromJson(body))
        .isInstanceOf(MalformedJobException.class)
        .hasMessageStartingWith("no job in the response, " + problem);
  }

  @Test
  void aRefusalIsSafeToPrint() {
    assertThatThrownBy(() -> Job.fromJson("{\"a\": \u001b\u0007x\u0001y\n"))
        .isInstanceOf(MalformedJobException.class)
        .satisfies(
            thrown -> {
              for (Throwable t = thrown; t != null; t = t.getCause()) {
                assertThat(t.getMessage().replace("\n at ", "")).doesNotContain("\u001b", "\u0001");
              }
            });
  }

  @Test
  void longNumbersAndKeysAreRefused() {
    assertThatThrownBy(() -> Job.fromJson("{\"a\":" + "1".repeat(1_001) + "}"))
        .isInstanceOf(MalformedJobException.class)
        .hasMessageContaining("over a limit: Number value length (1001)");
    assertThatThrownBy(() -> Job.fromJson("{\"" + "k".repeat(50_001) + "\":1}"))
        .isInstanceOf(MalformedJobException.class)
        .hasMessageContaining("over a limit: Name length");
    String reason = "r".repeat(200_000);
    assertThat(Job.fromJson("{\"fail_reason\":\"" + reason + "\"}").failReason()).isEqualTo(reason);
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-8", "UTF-16BE", "UTF-16LE", "UTF-32BE", "UTF-32LE"})
  void everyUnicodeEncodingIsReadByItsByteOrderMark(String charset) {
    byte[] body = "\uFEFF{\"job_type\":\"é😀\"}".getBytes(Charset.forName(charset));
    assertThat(Job.fromJson(body).jobType()).isEqualTo("é😀");
  }

  /** The parser skips some broken sequences, and would fail when the value is read. */
  @ParameterizedTest
  @ValueSource(strings = {"\u00FF", "\u00C3", "\u00ED\u00A0\u00BD"})
  void brokenUtf8IsReplaced(String broken) {
    byte[] body =
        "{'job_type':'a*','fail_reason':'\\n*','entities':{'x':'*'}}"
            .replace('\'', '"')
            .replace("*", broken)
            .getBytes(StandardCharsets.ISO_8859_1);

    Job job = Job.fromJson(body);

    assertThat(job.jobType()).matches("a\uFFFD+");
    assertThat(job.failReason()).matches("\n\uFFFD+");
    assertThat(job.entities().get("x").asText()).matches("\uFFFD+");
  }

  @Test
  void modifyingTheArrayDoesNotChangeTheJob() {
    byte[] body = "{\"job_id\":\"a\"}".getBytes(StandardCharsets.UTF_8);
    Job job = Job.fromJson(body);
    Arrays.fill(body, (byte) 'x');

    assertThat(job.jobId()).isEqualTo("a");
  }
}
