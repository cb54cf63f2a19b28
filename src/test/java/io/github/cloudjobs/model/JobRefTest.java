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
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class JobRefTest {
  private static final Instant AT = Instant.parse("2026-01-05T10:00:00Z");

  @Test
  void aJobRefHasItsComponents() {
    JobRef ref = new JobRef("p", "j");

    assertThat(ref.projectId()).isEqualTo("p");
    assertThat(ref.jobId()).isEqualTo("j");
    assertThat(ref.submittedAt()).isNull();
    assertThat(new JobRef("p", "31 b8ae~é😀", AT).submittedAt()).isEqualTo(AT);
    assertThat(new JobRef("...", "a.b")).isEqualTo(new JobRef("...", "a.b", null));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | jobId must not be blank",
        "'  ' | jobId must not be blank; it holds U+0020 (space) at index 0",
        ". | jobId must not be '.'",
        ".. | jobId must not be '..'",
        "abc/d | jobId must not contain '/': at index 3",
        "\\ | jobId must not contain '\\': at index 0",
        "a? | jobId must not contain '?': at index 1",
        "'#' | jobId must not contain '#': at index 0",
        "😀% | jobId must not contain '%': at index 2",
      })
  void refusesIdsThatCouldChangeThePath(String jobId, String message) {
    assertThatThrownBy(() -> new JobRef("p", jobId))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
    assertThatThrownBy(() -> new JobRef(jobId, "j"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message.replace("jobId", "projectId"));
  }

  @Test
  void refusesIdsThatAreTooLong() {
    assertThat(new JobRef("p", "j".repeat(1_000)).jobId()).hasSize(1_000);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new JobRef("p", "j".repeat(1_001)))
        .withMessage("jobId must not be longer than 1,000 characters: it has 1001");
  }

  @Test
  void refusesControlCharactersAndNamesThem() {
    assertRefused("a\nb", "jobId must not contain U+000A (line feed) at index 1");
    assertRefused("\u0085", "jobId must not be blank", "U+0085 (next line) at index 0");
    assertRefused(
        "a\u009b", "jobId must not contain U+009B (control sequence introducer) at index 1");
    assertRefused("a\u2028", "jobId must not contain U+2028 (line separator) at index 1");
    assertRefused("a\u2029", "jobId must not contain U+2029 (paragraph separator) at index 1");
    assertRefused("\ud800x", "jobId must not contain U+D800 (half of a surrogate pair) at index 0");
    assertRefused("x\udc00", "jobId must not contain U+DC00 (half of a surrogate pair) at index 1");
  }

  private static void assertRefused(String jobId, String... anyOf) {
    assertThatThrownBy(() -> new JobRef("p", jobId))
        .isInstanceOf(IllegalArgumentException.class)
        .satisfies(
            thrown -> assertThat(anyOf).anyMatch(part -> thrown.getMessage().contains(part)));
  }

  @ParameterizedTest
  @NullSource
  void refusesNull(String none) {
    assertThatThrownBy(() -> new JobRef(none, "j"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("projectId must not be null");
    assertThatThrownBy(() -> new JobRef("p", none))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("jobId must not be null");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"job_id\": \"17\"}",
        "{\"job_id\": 17}",
        "{\"uri\": \"/v1/p/jobs/99\", \"job_id\": \"17\"}",
        "{\"job\": {\"job_id\": \"17\"}, \"request_id\": \"r\"}",
        "\uFEFF{\"job_id\": \"1\", \"job_id\": \"17\"}",
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
        "{\"job_id\": null} | it holds no job_id (",
        "{\"job_id\": \"\"} | it holds no job_id (",
        "{\"job_id\": {\"a\": 1}} | its job_id is no text",
        "{\"job_id\": [1]} | its job_id is no text",
        "{\"job_id\": \"a/b\"} | its job_id must not contain '/': at index 1",
        "[] | its root is an array, not an object",
        "<html> | not JSON",
      })
  void aResponseWithoutAUsableJobIdIsRefused(String body, String message) {
    assertThatThrownBy(() -> JobRef.fromSubmission("p", body, AT))
        .isInstanceOf(MalformedJobException.class)
        .hasMessageStartingWith("no job in the response, " + message);
  }

  @Test
  void anErrorInsteadOfAJobIdIsReported() {
    assertError(
        "{\"error\": {\"code\": \"Ecs.0114\", \"message\": \"no\\n"
            + "image\"}, \"request_id\": \"r-1\"}",
        "Ecs.0114",
        "no\nimage",
        "r-1",
        "no job was submitted: Ecs.0114: no image (request r-1)");
    assertError(
        "{\"job_id\": null, \"error_msg\": \"m\"}", null, "m", null, "no job was submitted: m");
    assertError("{\"err_code\": 404}", "404", null, null, "no job was submitted: 404");
    assertError(
        "{\"badRequest\": {\"message\": \"full\", \"code\": 400}}",
        "400",
        "full",
        null,
        "no job was submitted: 400: full");
  }

  @Test
  void theFailReasonOfASubmissionIsReported() {
    assertError(
        "{\"job_id\": null, \"status\": \"FAIL\", \"error_code\": \"Ecs.0204\","
            + " \"fail_reason\": \"no quota\", \"request_id\": \"r-1\"}",
        "Ecs.0204",
        "no quota",
        "r-1",
        "no job was submitted: Ecs.0204: no quota (request r-1)");
    assertError(
        "{\"job\": {\"fail_reason\": \"no quota\"}}",
        null,
        "no quota",
        null,
        "no job was submitted: no quota");
    assertError(
        "{\"code\": \"E.1\", \"message\": \"refused\", \"fail_reason\": \"no quota\"}",
        "E.1",
        "refused; no quota",
        null,
        "no job was submitted: E.1: refused; no quota");
  }

  @Test
  void anOrderWithoutAJobIsReported() {
    assertError(
        "{\"order_id\": \"CS2024\", \"job_id\": null}",
        null,
        null,
        null,
        "no job was submitted; order CS2024 has to be paid first");
    assertThat(JobRef.fromSubmission("p", "{\"order_id\": \"CS\", \"job_id\": \"17\"}", AT).jobId())
        .isEqualTo("17");
  }

  @Test
  void aJobIdBesideAnErrorCodeIsAJob() {
    String accepted =
        "{\"error_code\": \"1000000\", \"error_msg\": \"accepted\", \"job_id\": \"17\"}";
    assertThat(JobRef.fromSubmission("p", accepted, AT).jobId()).isEqualTo("17");
  }

  private static void assertError(
      String body, String code, String message, String requestId, String text) {
    assertThatThrownBy(() -> JobRef.fromSubmission("p", body, AT))
        .isExactlyInstanceOf(JobsServiceException.class)
        .hasMessage(text)
        .satisfies(
            thrown -> {
              JobsServiceException error = (JobsServiceException) thrown;
              assertThat(error.statusCode()).isZero();
              assertThat(error.errorCode()).isEqualTo(code);
              assertThat(error.serviceMessage()).isEqualTo(message);
              assertThat(error.requestId()).isEqualTo(requestId);
            });
  }

  @Test
  void anInvalidProjectIsAnIllegalArgument() {
    assertThatThrownBy(() -> JobRef.fromSubmission("", "{}", AT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("projectId must not be blank");
  }
}
