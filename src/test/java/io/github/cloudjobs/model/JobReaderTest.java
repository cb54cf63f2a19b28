package io.github.cloudjobs.model;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.github.cloudjobs.error.MalformedJobException;
import java.nio.charset.Charset;
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
        "'Failed', FAIL",
        "' running ', RUNNING",
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
  }

  @Test
  void valuesOfAnyTypeReadAsText() {
    Job job =
        Bodies.read(
            "{'status':2,'job_id':17 ,'job_type':'任务😀','begin_time':'','error_code':-4.50,"
                + "'fail_reason':{'a': [1]},'message':'a \\'b\\' \\u00e9\\n','code':'', 'é':1\n}");

    assertThat(job.statusText()).isEqualTo("2");
    assertThat(job.jobId()).isEqualTo("17");
    assertThat(job.jobType()).isEqualTo("任务😀");
    assertThat(job.beginTimeText()).isEmpty();
    assertThat(job.endTimeText()).isNull();
    assertThat(job.errorCode()).isEqualTo("-4.50");
    assertThat(job.failReason()).isEqualTo("{\"a\": [1]}");
    assertThat(job.message()).isEqualTo("a \"b\" é\n");
    assertThat(job.code()).isNull();
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
        "{} | 0",
        "' ' | 0",
        "'{\\'job_id\\':\\'a\\'}' | 1",
        "'[{]' | 0",
        "'[] []' | 0",
        "5 | 0",
        "[1,[{}],'a',null,{'job_id':'a'},{}] | 2",
      })
  void subJobsMayHaveAnyType(String json, int count) {
    assertThat(Bodies.read("{'sub_jobs':" + json + "}").subJobs()).hasSize(count);
    for (String key : List.of("sub_jobs", "sub_jobs_result")) {
      Job inEntities = Bodies.read("{'entities':{'" + key + "':" + json + "}}");
      assertThat(inEntities.subJobs()).hasSize(count);
      assertThat(inEntities.entities().keys()).containsExactly(key);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'job_id':'a'},{} | {'job_id':'a'},{'job_id':'b'} | {'job_id':'b'},{} | a,null,b,null",
        "{'id':'a','job_id':'p'} | {'id':'a','job_id':'p'},{'id':'b','job_id':'p'} | | a,b",
        "{'job_id':'p'},{'job_id':'a'} | | {'job_id':'p'},{'job_id':'a'},{'id':7} | p,a,p,7",
        "{'id':'s','job_id':'own'},{'id':'','job_id':'p'},{'id':{},'job_id':'p'} | | | own,p,p"
      })
  void subJobsOfThreeListsAreJoinedByTheirOwnIds(
      String inEntities, String results, String atTop, String ids) {
    Job job =
        Bodies.read(
            "{'sub_jobs':[%s],'entities':{'sub_jobs_result':[%s],'sub_jobs':[%s]},'job_id':'p'}"
                .formatted(atTop == null ? "" : atTop, results == null ? "" : results, inEntities));
    assertThat(job.subJobs().stream().map(SubJob::jobId).map(String::valueOf))
        .containsExactly(ids.split(","));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {"' 7 ', 7", "1, 2", "'many', 2", "99999999999, 2", "null, 2", "['3'], 2"})
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
  }

  @Test
  void stringsOfJsonAreOpenedToALimitedDepth() {
    JobReport report = nested("{}", text -> "{\"sub_jobs_total\":3,\"sub_jobs\":" + text + "}");
    assertThat(report.json().get("sub_jobs").isTextual()).isTrue();

    report = nested("{}", text -> "{\"sub_jobs\":[{\"entities\":" + text + "}]}");
    assertThat(report.entities().json().isTextual()).isTrue();

    String deep = "[".repeat(600) + "]".repeat(600);
    assertThat(Job.fromJson("{\"entities\":\"" + deep + "\"}").entities().json().isTextual())
        .isTrue();
  }

  /** Returns the innermost report of a body with nine strings of JSON in each other. */
  private static JobReport nested(String innermost, UnaryOperator<String> around) {
    String json = innermost;
    for (int i = 0; i < 9; i++) {
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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'job':{'job_id':'b'},'job_id':null} | b | {}",
        "{'job':{'job_id':'b'},'job_id':'a'} | a | {job={\"job_id\":\"b\"}}",
        "{'status':'INIT','job_id':'a','job':{}} | a | {job={}}",
        "{'job':{'job_id':'b'},'job':7} | | {job=7}"
      })
  void anObjectThatOnlyWrapsAJobIsOpened(String json, String id, String additional) {
    assertThat(Bodies.read(json).jobId()).isEqualTo(id);
    if (!"b".equals(id)) {
      assertThat(Bodies.read(json).additional()).hasToString(additional);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`  ` | it is empty (2 bytes)",
        "[1] | its root is not an object",
        "12 | its root is not an object",
        "<html> | not JSON: Unexpected character ('<' (code 60))",
        "{\"status\":\"RUN | it is cut off (",
        "\"tex | it is cut off (",
        "{\"a\":1} {} | something follows its JSON object",
        "{\"a\":tru} | not JSON: Unrecognized token 'tru'",
        "{'a':1} | not JSON: Unexpected character",
      })
  void aBodyThatIsNoJobIsRefusedWithTheReason(String body, String problem) {
    assertRefused(body, problem);
  }

  @Test
  void aBodyBeyondALimitIsRefused() {
    assertRefused(
        "{\"a\":".repeat(501) + "1" + "}".repeat(501), "it is over a limit: Document nes");
    assertRefused("{\"a\":" + "1".repeat(1_001) + "}", "it is over a limit: Number value length");
    assertRefused("{\"" + "k".repeat(50_001) + "\":1}", "it is over a limit: Name length");
    String reason = "r".repeat(200_000);
    assertThat(Job.fromJson("{\"fail_reason\":\"" + reason + "\"}").failReason()).isEqualTo(reason);
  }

  private static void assertRefused(String body, String problem) {
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
                assertThat(t.getMessage()).doesNotContain("\u001b", "\u0001");
              }
            });
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
    String text = "{'job_type':'a*','fail_reason':'\\n*','entities':{'x':'*'}}".replace('\'', '"');
    Job job = Job.fromJson(text.replace("*", broken).getBytes(ISO_8859_1));

    assertThat(job.jobType()).matches("a\uFFFD+");
    assertThat(job.failReason()).matches("\n\uFFFD+");
    assertThat(job.entities().get("x").asText()).matches("\uFFFD+");
  }

  @Test
  void modifyingTheArrayDoesNotChangeTheJob() {
    byte[] body = "{\"job_id\":\"a\"}".getBytes(UTF_8);
    Job job = Job.fromJson(body);
    Arrays.fill(body, (byte) 'x');

    assertThat(job.jobId()).isEqualTo("a");
  }
}
