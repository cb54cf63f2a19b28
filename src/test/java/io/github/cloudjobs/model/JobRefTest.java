package io.github.cloudjobs.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.error.MalformedJobException;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JobRefTest {
  private static final Instant AT = Instant.parse("2026-01-05T10:00:00Z");

  @ParameterizedTest
  @ValueSource(strings = {"31 b8ae~é😀", "...", "a.b"})
  void anIdMayHaveAnyOtherCharacter(String id) {
    assertThat(new JobRef(id, "j").projectId()).isEqualTo(id);
    assertThat(new JobRef("p", id)).isEqualTo(new JobRef("p", id, null));
    assertThat(new JobRef("p", id, AT).submittedAt()).isEqualTo(AT);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "null",
      value = {
        "null | must not be null",
        "'' | must not be blank",
        "'  ' | must not be blank; it holds U+0020 (space) at index 0",
        ". | must not be '.'",
        ".. | must not be '..'",
        "abc/d | must not contain '/' at index 3",
        "\\ | must not contain '\\' at index 0",
        "a? | must not contain '?' at index 1",
        "'#' | must not contain '#' at index 0",
        "😀% | must not contain '%' at index 2",
        "'a\nb' | must not contain U+000A (line feed) at index 1",
        "'a\u2028' | must not contain U+2028 (line separator) at index 1",
        "'a\u2029' | must not contain U+2029 (paragraph separator) at index 1",
        "'\ud800x' | must not contain U+D800 (half of a surrogate pair) at index 0",
        "'x\udc00' | must not contain U+DC00 (half of a surrogate pair) at index 1",
      })
  void refusesIdsThatCouldChangeThePath(String id, String problem) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new JobRef("p", id))
        .withMessage("jobId " + problem);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JobRef.fromSubmission(id, "{}", AT))
        .withMessage("projectId " + problem);
  }

  @Test
  void refusesIdsThatAreTooLong() {
    assertThat(new JobRef("p", "j".repeat(1_000)).jobId()).hasSize(1_000);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new JobRef("p", "j".repeat(1_001)))
        .withMessage("jobId must not be longer than 1,000 characters: it has 1001");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"job_id\": 17}",
        "{\"uri\": \"/v1/p/jobs/99\", \"job_id\": \"17\"}",
        "{\"job\": {\"job_id\": \"17\"}, \"request_id\": \"r\"}",
        "\uFEFF{\"job_id\": \"1\", \"job_id\": \"17\"}",
        "{\"order_id\": \"CS\", \"job_id\": \"17\"}",
        "{\"error_code\": \"1000000\", \"error_msg\": \"accepted\", \"job_id\": \"17\"}",
      })
  void readsTheResponseToASubmittedRequest(String body) {
    assertThat(JobRef.fromSubmission("p", body, AT)).isEqualTo(new JobRef("p", "17", AT));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | it holds no job_id (2 bytes)",
        "{\"job_id\": \"\"} | it holds no job_id (",
        "{\"job_id\": {\"a\": 1}} | its job_id is no text",
        "{\"job_id\": \"a/b\"} | its job_id must not contain '/' at index 1",
        "[] | its root is not an object",
      })
  void aResponseWithoutAUsableJobIdIsRefused(String body, String message) {
    assertThatThrownBy(() -> JobRef.fromSubmission("p", body, AT))
        .isInstanceOf(MalformedJobException.class)
        .hasMessageStartingWith("no job in the response, " + message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'error': {'code': 'E.1', 'message': 'no  image'}, 'request_id': 'r-1'"
            + " | E.1 | no  image | r-1 | : E.1: no image (request r-1)",
        "'job_id': null, 'error_msg': 'm' | | m | | : m",
        "'err_code': 404 | 404 | | | : 404",
        "'status': 'FAIL', 'error_code': 'E.2', 'fail_reason': 'full', 'request_id': 'r-1'"
            + " | E.2 | full | r-1 | : E.2: full (request r-1)",
        "'job': {'fail_reason': 'full'} | | full | | : full",
        "'error_msg': 'refused', 'fail_reason': 'full' | | refused; full | | : refused; full",
        "'code': 'E.3', 'message': 'full', 'fail_reason': 'full' | E.3 | full | | : E.3: full",
        "'error_msg': '{\\'e\\': {\\'message\\': \\'full\\'}}' | | full | | : full",
        "'order_id': 'CS2024', 'job_id': null | | | | ; order CS2024 has to be paid first",
      })
  void anErrorInsteadOfAJobIdIsReported(
      String fields, String code, String message, String requestId, String text) {
    String body = "{" + fields.replace('\'', '"') + "}";
    assertThatThrownBy(() -> JobRef.fromSubmission("p", body, AT))
        .isExactlyInstanceOf(JobsServiceException.class)
        .hasMessage("no job was submitted" + text)
        .satisfies(
            thrown -> {
              JobsServiceException error = (JobsServiceException) thrown;
              assertThat(error.statusCode()).isZero();
              assertThat(error.errorCode()).isEqualTo(code);
              assertThat(error.serviceMessage()).isEqualTo(message);
              assertThat(error.requestId()).isEqualTo(requestId);
            });
  }
}
