package io.github.cloudjobs.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cloudjobs.error.MalformedJobException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JobReaderTest {
  @Test
  void statusIsReadInAnySpelling() {
    assertThat(Bodies.job("elb-sub-jobs-blank.json").status()).isEqualTo(JobStatus.RUNNING);
    assertThat(Bodies.job("elb-sub-jobs-blank.json").statusText()).isEqualTo("RUNNIGN");
    assertThat(Bodies.job("sdrs-and-vbs-keys.json").status()).isEqualTo(JobStatus.SUCCESS);
    assertThat(Bodies.job("sdrs-and-vbs-keys.json").statusText()).isEqualTo(" success ");
    assertThat(status("\"PENDING_PAYMENT\"")).isEqualTo(JobStatus.PENDING_PAYMENT);
    assertThat(status("\"Failed\"")).isEqualTo(JobStatus.FAIL);
    assertThat(status("\"SUC CES S\"")).isEqualTo(JobStatus.UNKNOWN);
    assertThat(status("\"\"")).isEqualTo(JobStatus.UNKNOWN);
    assertThat(status("null")).isEqualTo(JobStatus.UNKNOWN);
    assertThat(status("2")).isEqualTo(JobStatus.UNKNOWN);
    assertThat(status("{\"phase\": \"SUCCESS\"}")).isEqualTo(JobStatus.UNKNOWN);
    assertThat(JobStatus.SUCCESS.isFinished() && JobStatus.FAIL.isFinished()).isTrue();
    assertThat(JobStatus.UNKNOWN.isFinished() || JobStatus.RUNNING.isFinished()).isFalse();
  }

  private static JobStatus status(String json) {
    return Job.fromJson("{\"status\": " + json + "}").status();
  }

  @Test
  void scalarsOfOtherTypesReadAsText() {
    Job job =
        Job.fromJson(
            "{\"status\":2,\"job_id\":17,\"job_type\":true,\"begin_time\":1684191545379,\"error_code\":-4.50,\"fail_reason\":{\"a\":"
                + " [1]},\"message\":[ ],\"code\":404}");

    assertThat(job.statusText()).isEqualTo("2");
    assertThat(job.jobId()).isEqualTo("17");
    assertThat(job.jobType()).isEqualTo("true");
    assertThat(job.beginTimeText()).isEqualTo("1684191545379");
    assertThat(job.beginTime()).isEqualTo("2023-05-15T22:59:05.379Z");
    assertThat(job.errorCode()).isEqualTo("-4.50");
    assertThat(job.failReason()).isEqualTo("{\"a\": [1]}");
    assertThat(job.message()).isEqualTo("[ ]");
    assertThat(job.code()).isEqualTo("404");
  }

  @Test
  void emptyTextsReadAsNullExceptInRawTexts() {
    Job job =
        Job.fromJson(
            "{\"status\":\"\",\"job_id\":\"\",\"job_type\":\"\",\"begin_time\":\"\","
                + "\"error_code\":\"\",\"fail_reason\":\"\",\"message\":\"\",\"code\":\"\"}");

    assertThat(job.statusText()).isEmpty();
    assertThat(job.beginTimeText()).isEmpty();
    assertThat(job.endTimeText()).isNull();
    assertThat(
            new String[] {
              job.jobId(),
              job.jobType(),
              job.errorCode(),
              job.failReason(),
              job.message(),
              job.code()
            })
        .containsOnlyNulls();
    assertThat(job.failures()).isEmpty();
  }

  @Test
  void escapesAndOtherScriptsAreRead() {
    Job job =
        Job.fromJson(
            "{\"fail_reason\":\"a \\\"b\\\" \\u00e9\\n\\ud83d\\ude00\",\"job_type\":\"任务😀\"}");

    assertThat(job.failReason()).isEqualTo("a \"b\" é\n😀");
    assertThat(job.jobType()).isEqualTo("任务😀");
  }

  @Test
  void theLastOfEqualKeysCounts() {
    Job job =
        Job.fromJson(
            "{\"status\":\"RUNNING\",\"entities\":{\"sub_jobs_total\":5,\"sub_jobs\":[{}],"
                + "\"sub_jobs_result\":[{}]},\"x\":1,\"status\":\"SUCCESS\","
                + "\"entities\":{\"server_id\":\"a\",\"server_id\":\"b\"},\"x\":2}");

    assertThat(job.status()).isEqualTo(JobStatus.SUCCESS);
    assertThat(job.entities().serverId()).isEqualTo("b");
    assertThat(job.subJobs()).isEmpty();
    assertThat(job.subJobsTotal()).isZero();
    assertThat(job.additional()).hasToString("{x=2}");
  }

  @Test
  void subJobsAtTheTopLevelMayBeBlankAnArrayOrAString() {
    assertThat(Bodies.job("elb-sub-jobs-blank.json").subJobs()).isEmpty();
    assertThat(Bodies.job("elb-sub-jobs-blank.json").additional()).isEmpty();

    Job array = Bodies.job("elb-sub-jobs-array.json");
    assertThat(array.subJobs()).extracting(SubJob::jobId).containsExactly("elb-1-1");
    assertThat(array.subJobs().get(0).entities().listenerId()).isEqualTo("l-1");
    assertThat(array.subJobsTotal()).isEqualTo(2);
    assertThat(array.additional()).isEmpty();

    Job string = Bodies.job("elb-sub-jobs-string.json");
    assertThat(string.subJobs()).extracting(SubJob::status).containsExactly(JobStatus.FAIL);
    assertThat(string.subJobs().get(0).entities().serverId()).isEqualTo("s-é");
    assertThat(string.ids("server_id")).containsExactly("s-é");
    assertThat(string.additional()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"job_id\":\"a\"} | 1",
        "[{\"job_id\":\"a\"},{}] | 2",
        "{} | 0",
        "[] | 0",
        "null | 0",
        "\" \" | 0",
        "\"[]\" | 0",
        "\"{\\\"job_id\\\":\\\"a\\\"}\" | 1",
        "\"none\" | 0",
        "\"[{]\" | 0",
        "\"[] []\" | 0",
        "5 | 0",
        "true | 0",
        "[1,[{}],\"a\",null,{\"job_id\":\"a\"}] | 1",
      })
  void subJobsMayHaveAnyType(String json, int count) {
    Job top = Job.fromJson("{\"sub_jobs\":" + json + "}");
    assertThat(top.subJobs()).hasSize(count);
    assertThat(top.additional()).isEmpty();

    for (String key : List.of("sub_jobs", "sub_jobs_result")) {
      Job inEntities = Job.fromJson("{\"entities\":{\"" + key + "\":" + json + "}}");
      assertThat(inEntities.subJobs()).hasSize(count);
      assertThat(inEntities.entities().keys()).containsExactly(key);
    }
  }

  @Test
  void subJobsOfAllThreeListsAreJoined() {
    Job job =
        Job.fromJson(
            "{\"entities\":{\"sub_jobs\":[{\"job_id\":\"a\"},{}],"
                + "\"sub_jobs_result\":[{\"job_id\":\"a\",\"status\":\"FAIL\"},{\"job_id\":\"b\"}]},"
                + "\"sub_jobs\":[{\"job_id\":\"c\"},{\"status\":\"INIT\"}]}");

    assertThat(job.subJobs()).extracting(SubJob::jobId).containsExactly("a", null, "b", "c", null);
  }

  @ParameterizedTest
  @CsvSource({
    "7, 7",
    "'\" 7 \"', 7",
    "1, 2",
    "-1, 2",
    "'\"many\"', 2",
    "2.5, 2",
    "99999999999, 2",
    "null, 2",
    "'[3]', 2",
    "'{}', 2"
  })
  void theTotalIsTheServicesOrTheSizeOfTheList(String json, int total) {
    String two = "\"sub_jobs\":[{},{}]";
    Job inEntities = Job.fromJson("{\"entities\":{\"sub_jobs_total\":" + json + "," + two + "}}");
    Job atTop = Job.fromJson("{\"sub_jobs_total\":" + json + "," + two + "}");

    assertThat(inEntities.subJobsTotal()).isEqualTo(total);
    assertThat(atTop.subJobsTotal()).isEqualTo(total);
    assertThat(
            Job.fromJson("{\"sub_jobs_total\":3,\"entities\":{\"sub_jobs_total\":0}}")
                .subJobsTotal())
        .isZero();
  }

  @Test
  void subJobsNestToAnyDepthWithinTheLimit() {
    int levels = JsonValue.MAX_DEPTH;
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
    String json = "{\"status\":\"FAIL\"}";
    for (int i = 0; i < 9; i++) {
      String quoted = "\"" + json.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
      json = "{\"status\":\"RUNNING\",\"sub_jobs\":" + quoted + "}";
    }
    JobReport report = Job.fromJson(json);
    int depth = 0;
    while (!report.subJobs().isEmpty()) {
      report = report.subJobs().get(0);
      depth++;
    }

    assertThat(depth).isEqualTo(4);
    assertThat(report.json().get("sub_jobs").isTextual()).isTrue();
  }

  @Test
  void subJobsInEntitiesThatAreAStringAreReadToALimitedDepth() {
    String json = "{\"sub_jobs\":[]}";
    for (int i = 0; i < 7; i++) {
      String quoted = "\"" + json.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
      json = "{\"sub_jobs_total\":3,\"sub_jobs\":[{\"entities\":" + quoted + "}]}";
    }
    JobReport report = Job.fromJson("{\"entities\":" + json + "}");
    int depth = 0;
    while (!report.subJobs().isEmpty()) {
      assertThat(report.subJobsTotal()).isEqualTo(3);
      report = report.subJobs().get(0);
      depth++;
    }

    assertThat(depth).isEqualTo(5);
    assertThat(report.entities().json().isTextual()).isTrue();
  }

  @Test
  void aBareValueEndsWhereItsBlankBegins() {
    Job job = Job.fromJson("{\"job_id\":12 ,\"code\":true\n,\"job_type\":1.5 }");

    assertThat(job.jobId()).isEqualTo("12");
    assertThat(job.code()).isEqualTo("true");
    assertThat(job.jobType()).isEqualTo("1.5");
  }

  @Test
  void aStringOfJsonBeyondTheLimitsStaysAString() {
    String deep = "[".repeat(600) + "]".repeat(600);
    Job job = Job.fromJson("{\"entities\":\"" + deep + "\"}");

    assertThat(job.entities().json().isTextual()).isTrue();
    assertThat(job.entities().keys()).isEmpty();
  }

  @Test
  void aWrapperAroundTheJobIsOpened() {
    Job job = Bodies.job("elb-v3-wrapped.json");

    assertThat(job.jobId()).isEqualTo("v3-1");
    assertThat(job.status()).isEqualTo(JobStatus.SUCCESS);
    assertThat(job.failReason()).isNull();
    assertThat(job.additional()).hasToString("{project_id=\"p-1\", request_id=\"req-1\"}");
    SubJob subJob = job.subJobs().get(0);
    assertThat(subJob.failReason()).isEqualTo("no quota");
    assertThat(subJob.additional()).isEmpty();
    assertThat(subJob.entities().keys()).isEmpty();
    assertThat(subJob.entities().serverId()).isNull();
    assertThat(subJob.entities().json().get(0).get("resource_id").asText()).isEqualTo("r-1");
    assertThat(job.ids("resource_id")).containsExactly("r-1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"job\":{\"job_id\":\"b\"},\"job_id\":\"a\"}",
        "{\"status\":\"INIT\",\"job_id\":\"a\",\"job\":{\"job_id\":\"b\"}}",
        "{\"job\":[{\"job_id\":\"b\"}],\"job_id\":\"a\"}"
      })
  void aJobWithAKeyJobIsNoWrapper(String json) {
    assertThat(Job.fromJson(json).jobId()).isEqualTo("a");
    assertThat(Job.fromJson(json).additional()).containsOnlyKeys("job");
  }

  @Test
  void aJobOfAnotherTypeThanObjectIsKept() {
    Job job = Job.fromJson("{\"job\":{\"job_id\":\"b\"},\"job\":7}");

    assertThat(job.jobId()).isNull();
    assertThat(job.additional()).hasToString("{job=7}");
  }

  @Test
  void errorMsgIsTheReasonOnlyWhereThereIsNone() {
    Job both = Job.fromJson("{\"fail_reason\":\"a\",\"error_msg\":\"b\"}");
    Job one = Job.fromJson("{\"fail_reason\":null,\"error_msg\":\"b\"}");

    assertThat(both.failReason()).isEqualTo("a");
    assertThat(both.json().get("error_msg").asText()).isEqualTo("b");
    assertThat(one.failReason()).isEqualTo("b");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | it is empty",
        "'  ' | it is blank",
        "[1] | its root is an array, not an object",
        "\"text\" | its root is a string, not an object",
        "null | its root is null, not an object",
        "true | its root is a boolean, not an object",
        "12 | its root is a number, not an object",
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

  @Test
  void brokenUtf8IsReplaced() {
    byte[] body =
        "{\"job_type\":\"a*b\",\"entities\":{\"x\":\"*\"}}".getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < body.length; i++) {
      body[i] = body[i] == '*' ? (byte) 0xFF : body[i];
    }

    Job job = Job.fromJson(body);

    assertThat(job.jobType()).isEqualTo("a\uFFFDb");
    assertThat(job.entities().get("x").asText()).isEqualTo("\uFFFD");
    byte[] noJson = {'{', (byte) 0xC3, '}'};
    assertThatThrownBy(() -> Job.fromJson(noJson)).isInstanceOf(MalformedJobException.class);
  }

  /** The parser skips these, and would fail when the value is read. */
  @Test
  void brokenUtf8BehindAnEscapeIsReplacedToo() {
    byte[] body =
        "{\"fail_reason\":\"\\n*\",\"entities\":{\"errorcode_message\":\"\\n*\"}}"
            .replace("*", "\u00ED\u00A0\u00BD")
            .getBytes(StandardCharsets.ISO_8859_1);

    Job job = Job.fromJson(body);

    assertThat(job.failReason()).matches("\n\uFFFD+");
    assertThat(job.entities().errorcodeMessage()).matches("\n\uFFFD+");
    assertThat(job.describe()).isNotBlank();
  }

  @Test
  void modifyingTheArrayDoesNotChangeTheJob() {
    byte[] body = "{\"job_id\":\"a\"}".getBytes(StandardCharsets.UTF_8);
    Job job = Job.fromJson(body);
    java.util.Arrays.fill(body, (byte) 'x');

    assertThat(job.jobId()).isEqualTo("a");
  }

  @Test
  void manySubJobsAreRead() {
    String subJobs =
        java.util.stream.IntStream.range(0, 1_000)
            .mapToObj(
                i -> "{\"job_id\":\"j" + i + "\",\"entities\":{\"server_id\":\"s" + i + "\"}}")
            .collect(Collectors.joining(","));
    Job job = Job.fromJson("{\"entities\":{\"sub_jobs\":[" + subJobs + "]}}");

    assertThat(job.subJobs()).hasSize(1_000);
    assertThat(job.ids("server_id")).hasSize(1_000).startsWith("s0", "s1").endsWith("s999");
  }
}
