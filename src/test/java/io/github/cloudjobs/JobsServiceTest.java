package io.github.cloudjobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class JobsServiceTest {
  @Test
  void anotherServiceIsANameAndAPathAndMayHaveHostsOfItsOwn() {
    JobsService own = JobsService.of("own", "/v3/tasks-of_mine/~x/{job_id}", "Own-tasks");
    assertThat(own.name()).isEqualTo("own");
    assertThat(own.pathTemplate()).isEqualTo("/v3/tasks-of_mine/~x/{job_id}");
    assertThat(own.hostName()).isEqualTo("own-tasks").isEqualTo(own.sdkName());
  }

  @ParameterizedTest
  @NullAndEmptySource
  @ValueSource(strings = {" ", "a.b", "a/b", "a_b", "a b", "a@b", "-a", "a-", "ä", "a\n"})
  void refusesAHostNameThatIsNoLabelAndABlankName(String hostName) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JobsService.of("own", "/v1/{job_id}", hostName))
        .withMessageStartingWith("hostName must ")
        .withMessageNotContaining("\n");
    if (hostName == null || hostName.isBlank()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> JobsService.of(hostName, "/v1/{job_id}"))
          .withMessageStartingWith("name must not be");
    }
  }

  @Test
  void isEqualToOneOfTheSameNameAndPath() {
    JobsService ecs = JobsService.of("ECS", "/v1/{project_id}/jobs/{job_id}");
    assertThat(ecs).isEqualTo(JobsService.ECS).hasSameHashCodeAs(JobsService.ECS);
    assertThat(ecs).isNotEqualTo(JobsService.IMS).isNotEqualTo(null).isNotEqualTo("ECS");
    assertThat(ecs).isNotEqualTo(JobsService.of("ECS", "/v2/{project_id}/jobs/{job_id}"));
    assertThat(ecs).isEqualTo(JobsService.of("ECS", ecs.pathTemplate(), "elsewhere"));
  }

  @ParameterizedTest
  @NullAndEmptySource
  @ValueSource(
      strings = {
        "v1/{job_id}",
        "/v1/jobs",
        "/{job_id}/{job_id}",
        "/{project_id}/{project_id}/{job_id}",
        "/v1//{job_id}",
        "/v1/{job_id}/",
        "/./{job_id}",
        "/v1/../{job_id}",
        "/v1/{job_id}/..",
        "/v1/%2e%2e/{job_id}",
        "/v1/job-{job_id}",
        "/v1/job-{job_id}/{job_id}",
        "/v1/{job_id}?a=b",
        "/v1/a#b/{job_id}",
        "/v1/a\\b/{job_id}",
        "/v1/ä/{job_id}",
        "/v1/\r\n\u0007/{job_id}"
      })
  void refusesAnInvalidPathWithAMessageOfOneLine(String template) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JobsService.of("own", template))
        .withMessageStartingWith(
            "pathTemplate must be '/' and segments of letters, digits and - . _ ~, one of them"
                + " {job_id} and at most one {project_id}: ")
        .withMessageNotContainingAny("\r", "\n", "\u0007");
  }
}
